// The only file that instantiates websocket::stream.
#include "server/web_socket.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <utility>

#include "base/time.hpp"
#include "server/connections.hpp"
#include "server/prefixed_socket.hpp"

namespace assist::server {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace ws = beast::websocket;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

// What the kernel holds for a reader that reads too slowly, beside our own backlog.
constexpr int kSendBufferBytes = 128 << 10;
// A message this large leaves no large buffer behind in a connection that is quiet afterwards.
constexpr std::size_t kBufferKeptBytes = 64 << 10;
// Close codes end here; Beast would answer with any beyond.
constexpr std::uint16_t kCloseCodesEnd = 5000;
constexpr std::uint16_t kProtocolError = 1002;
// How long a close waits for answers that are due.
constexpr auto kSettleTime = std::chrono::seconds{1};

class BeastSocket final : public WebSocket,
                          public Connection,
                          public std::enable_shared_from_this<BeastSocket> {
 public:
  BeastSocket(net::ip::tcp::socket socket, beast::flat_buffer behind, Application::Upgrade upgrade,
              const ConnectionLimits& limits)
      : stream_(std::move(socket), std::move(behind)),
        timer_(stream_.get_executor()),
        watch_(stream_.get_executor()),
        handler_(std::move(upgrade.handler)),
        limits_(limits) {
    set_options(std::move(upgrade.subprotocol));
  }

  void accept(http::request<http::string_body> request) {
    request_ = std::move(request);
    stream_.async_accept(request_,
                         beast::bind_front_handler(&BeastSocket::on_accept, shared_from_this()));
  }

  void wake() override {
    if (open_ && !writing_ && !close_sent_) write();
  }

  void resume() override {
    if (!open_ || reading_ || closing_) return;
    note_life();
    read();
  }

  void close(CloseCode code, std::string_view reason) override {
    if (!open_ || closing_) return;
    closing_ = true;
    abort_after(kSettleTime + limits_.handshake_timeout);
    close_reason_ = ws::close_reason(static_cast<ws::close_code>(code),
                                     beast::string_view(reason.data(), reason.size()));
    timer_.expires_after(kSettleTime);
    timer_.async_wait([weak = weak_from_this()](error_code ec) {
      const auto self = weak.lock();
      if (ec || !self || !self->open_) return;
      self->late_ = true;
      if (!self->writing_) self->send_close();
    });
    if (!writing_) write();
  }

  void finish() override {
    if (open_) {
      close(CloseCode::going_away, "the service is going down");
    } else {
      abort();
    }
  }

  void abort() override {
    error_code ignored;
    stream_.next_layer().socket().close(ignored);
    closed();
  }

 private:
  void set_options(std::string subprotocol) {
    error_code ignored;
    auto& socket = stream_.next_layer().socket();
    socket.set_option(net::ip::tcp::no_delay(true), ignored);
    socket.set_option(net::socket_base::send_buffer_size(kSendBufferBytes), ignored);
    stream_.read_message_max(0);  // on_read() looks: Beast would close at once, answers or not
    stream_.control_callback([this](ws::frame_type type, beast::string_view) {
      note_life();
      if (type == ws::frame_type::close && stream_.reason().code >= kCloseCodesEnd)
        stream_.next_layer().replace_close(stream_.reason().code, kProtocolError);
    });
    stream_.auto_fragment(false);
    stream_.text(true);
    ws::stream_base::timeout timeout;
    timeout.handshake_timeout = limits_.handshake_timeout;
    timeout.idle_timeout = ws::stream_base::none();  // watch() looks: Beast would say no reason
    timeout.keep_alive_pings = false;
    stream_.set_option(timeout);
    stream_.set_option(
        ws::stream_base::decorator([subprotocol = std::move(subprotocol)](ws::response_type& res) {
          res.set(http::field::server, "agent-assist");
          if (!subprotocol.empty()) res.set(http::field::sec_websocket_protocol, subprotocol);
        }));
  }

  void note_life() {
    last_life_ = Clock::now();
    pinged_ = false;
  }

  /// Looks whether the peer lives: silent for half of the idle time it is pinged, for all of it
  /// closed. While we do not read we cannot hear it: then only a write that is stuck tells.
  void watch() {
    if (!open_ || closing_) return;
    const auto now = Clock::now();
    if (!reading_ && !writing_) note_life();
    const auto silent = now - last_life_;
    if (silent >= limits_.idle_timeout) return lost();
    const bool asks = silent >= limits_.idle_timeout / 2;
    if (asks && reading_ && !std::exchange(pinged_, true)) ping();
    watch_.expires_at(last_life_ + (asks ? limits_.idle_timeout : limits_.idle_timeout / 2));
    watch_.async_wait([weak = weak_from_this()](error_code ec) {
      const auto self = weak.lock();
      if (!ec && self) self->watch();
    });
  }

  void ping() {
    if (std::exchange(pinging_, true)) return;
    stream_.async_ping({}, [self = shared_from_this()](error_code ec) {
      self->pinging_ = false;
      if (ec) self->closed();
    });
  }

  /// The peer is gone, or as good as. It is told, should it only sleep; not waited for.
  void lost() {
    if (writing_) return abort();
    close(CloseCode::policy,
          "no answer to a ping for " + format_seconds(Duration(limits_.idle_timeout)) + " s");
    abort_after(kSettleTime);
  }

  /// Bounds an end: a peer that does not read would hold it up.
  void abort_after(std::chrono::microseconds time) {
    watch_.expires_after(time);
    watch_.async_wait([weak = weak_from_this()](error_code ec) {
      const auto self = weak.lock();
      if (!ec && self) self->abort();
    });
  }

  void on_accept(error_code ec) {
    request_ = {};
    if (ec) return;
    open_ = true;
    self_ = shared_from_this();
    note_life();
    handler_->on_open(*this);
    read();
    wake();
    watch();
  }

  void read() {
    reading_ = true;
    stream_.async_read_some(buffer_, 0,
                            beast::bind_front_handler(&BeastSocket::on_read, shared_from_this()));
  }

  void on_read(error_code ec, std::size_t) {
    reading_ = false;
    if (ec) return closed();
    note_life();
    if (buffer_.size() > limits_.message_bytes_max) {
      buffer_ = {};
      return close(CloseCode::too_big,
                   "a message may have " + std::to_string(limits_.message_bytes_max) + " bytes");
    }
    if (!stream_.is_message_done()) return closing_ ? void() : read();
    if (!stream_.got_text()) {
      // All messages of the protocol are text.
      return close(CloseCode::unsupported, "text messages only");
    }
    const auto data = buffer_.cdata();
    handler_->on_message({static_cast<const char*>(data.data()), data.size()});
    buffer_.consume(data.size());
    if (buffer_.capacity() > kBufferKeptBytes) buffer_ = {};
    if (!open_ || closing_) return;
    if (handler_->wants_more()) read();
  }

  void write() {
    frame_ = handler_->next_frame();
    if (!frame_) {
      if (closing_ && (late_ || handler_->settled())) send_close();
      return;
    }
    writing_ = true;
    stream_.async_write(net::buffer(*frame_),
                        beast::bind_front_handler(&BeastSocket::on_write, shared_from_this()));
  }

  void on_write(error_code ec, std::size_t) {
    writing_ = false;
    frame_.reset();
    if (ec) return closed();
    if (!reading_) note_life();
    if (open_) write();
  }

  void send_close() {
    if (std::exchange(close_sent_, true)) return;
    // Also reads on until the peer's close frame comes, or the handshake's time is over.
    stream_.async_close(close_reason_,
                        beast::bind_front_handler(&BeastSocket::on_close, shared_from_this()));
  }

  void on_close(error_code) { closed(); }

  void closed() {
    if (!std::exchange(open_, false)) return;
    const auto alive = std::move(self_);
    timer_.cancel();
    watch_.cancel();
    handler_->on_closed();
  }

  ws::stream<PrefixedSocket> stream_;
  net::steady_timer timer_;  // of a close that waits for answers
  net::steady_timer watch_;  // of a peer that may be gone
  const std::shared_ptr<SocketHandler> handler_;
  const ConnectionLimits limits_;
  http::request<http::string_body> request_;
  beast::flat_buffer buffer_;
  Frame frame_;  // being written
  // While open: where nothing is read or written, no pending operation holds us.
  std::shared_ptr<BeastSocket> self_;
  ws::close_reason close_reason_;
  Clock::time_point last_life_;
  bool pinged_ = false, pinging_ = false;
  bool open_ = false, reading_ = false, writing_ = false, closing_ = false, close_sent_ = false;
  bool late_ = false;  // a close waits no longer
};

}  // namespace

void start_web_socket(net::ip::tcp::socket socket, beast::flat_buffer behind,
                      http::request<http::string_body> request, Application::Upgrade upgrade,
                      const ConnectionContext& context) {
  auto opened = std::make_shared<BeastSocket>(std::move(socket), std::move(behind),
                                              std::move(upgrade), context.limits);
  context.connections.add(opened);
  opened->accept(std::move(request));
}

}  // namespace assist::server
