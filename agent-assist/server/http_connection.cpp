#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <optional>
#include <utility>

#include "base/time.hpp"
#include "server/connections.hpp"

namespace assist::server {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

// How long a refused sender may take to notice, so that it can read why (RFC 9112, 9.6).
constexpr auto kLinger = std::chrono::seconds{2};
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

std::string seconds(std::chrono::microseconds time) { return format_seconds(Duration(time)); }

Request request_of(http::request<http::string_body>& message) {
  Request request;
  request.method = view(message.method_string());
  const auto target = view(message.target());
  const auto mark = target.find('?');
  request.path = target.substr(0, mark);
  if (mark != std::string_view::npos) request.query = target.substr(mark + 1);
  for (const auto& field : message)
    request.headers.emplace_back(view(field.name_string()), view(field.value()));
  request.body = std::move(message.body());
  return request;
}

class HttpConnection final : public Connection,
                             public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(net::ip::tcp::socket socket, const ConnectionContext& context)
      : socket_(std::move(socket)), timer_(socket_.get_executor()), context_(context) {
    error_code ignored;
    socket_.set_option(net::ip::tcp::no_delay(true), ignored);
  }

  void start() { read_header(); }

  void refuse(std::string_view why) {
    idle_ = false;
    auto response = problem(503, why);
    response.headers.emplace_back("Retry-After", "1");
    respond(std::move(response));
  }

  void finish() override {
    finishing_ = true;
    if (idle_) abort();
  }

  void abort() override {
    error_code ignored;
    socket_.close(ignored);
    timer_.cancel();
  }

 private:
  /// Waits for the next request of a connection that is kept.
  void wait_for_request() {
    idle_ = true;
    if (buffer_.size() > 0) return read_header();
    arm(context_.limits.idle_timeout);
    socket_.async_wait(net::socket_base::wait_read, [self = shared_from_this()](error_code ec) {
      if (ec) return self->abort();
      self->read_header();
    });
  }

  void read_header() {
    idle_ = true;
    reading_ = true;
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(context_.limits.header_bytes_max));
    parser_->body_limit(context_.limits.message_bytes_max);
    arm(context_.limits.handshake_timeout);
    http::async_read_header(
        socket_, buffer_, *parser_,
        beast::bind_front_handler(&HttpConnection::on_header, shared_from_this()));
  }

  void on_header(error_code ec, std::size_t) {
    idle_ = false;
    reading_ = false;
    if (ec) return failed(ec);
    if (beast::websocket::is_upgrade(parser_->get())) return upgrade();
    if (equal_no_case(view(parser_->get()[http::field::expect]), "100-continue")) {
      return net::async_write(
          socket_, net::buffer(kContinue),
          beast::bind_front_handler(&HttpConnection::on_continue, shared_from_this()));
    }
    read_body();
  }

  void on_continue(error_code ec, std::size_t) {
    if (ec) return abort();
    read_body();
  }

  void read_body() {
    arm(context_.limits.handshake_timeout);
    reading_ = true;
    http::async_read(socket_, buffer_, *parser_,
                     beast::bind_front_handler(&HttpConnection::on_body, shared_from_this()));
  }

  void on_body(error_code ec, std::size_t) {
    reading_ = false;
    if (ec) return failed(ec);
    timer_.cancel();
    auto message = parser_->release();
    keep_alive_ = message.keep_alive();
    head_ = message.method() == http::verb::head;
    version_ = message.version();
    const auto request = request_of(message);
    context_.application.request(request, [self = shared_from_this()](Response response) {
      self->respond(std::move(response));
    });
  }

  void upgrade() {
    timer_.cancel();
    auto message = parser_->release();
    version_ = message.version();
    const auto request = request_of(message);
    auto answer = context_.application.upgrade(request);
    if (!answer.handler) {
      keep_alive_ = false;
      return respond(std::move(answer.refusal));
    }
    start_web_socket(std::move(socket_), std::move(buffer_), std::move(message), std::move(answer),
                     context_);
  }

  /// A request that could not be read whole.
  void failed(error_code ec) {
    keep_alive_ = false;
    if (late_ && ec == net::error::operation_aborted && (parser_->got_some() || buffer_.size() > 0))
      return respond(problem(408, "the request did not come whole within " +
                                      seconds(context_.limits.handshake_timeout) + " s"));
    if (ec == http::error::body_limit) {
      return respond(problem(
          413,
          "the body is larger than " + std::to_string(context_.limits.message_bytes_max) + " bytes",
          R"("code":"too_large")"));
    }
    if (ec == http::error::header_limit) {
      return respond(problem(431, "the header is larger than " +
                                      std::to_string(context_.limits.header_bytes_max) + " bytes"));
    }
    const bool is_slip = ec.category() == make_error_code(http::error::bad_line_ending).category();
    if (is_slip && ec != http::error::end_of_stream && ec != http::error::partial_message)
      return respond(problem(400, "the request is no HTTP: " + ec.message()));
    abort();
  }

  void respond(Response answer) {
    response_ = {};
    response_.version(version_);
    response_.result(answer.status);
    response_.set(http::field::server, "agent-assist");
    response_.set("X-Content-Type-Options", "nosniff");
    if (!answer.content_type.empty()) response_.set(http::field::content_type, answer.content_type);
    for (const auto& [name, value] : answer.headers) response_.set(name, value);
    response_.keep_alive(keep_alive_ && !finishing_);
    response_.body() = std::move(answer.body);
    response_.prepare_payload();
    if (head_) response_.body().clear();
    arm(context_.limits.handshake_timeout);
    http::async_write(socket_, response_,
                      beast::bind_front_handler(&HttpConnection::on_written, shared_from_this()));
  }

  void on_written(error_code ec, std::size_t) {
    if (ec) return abort();
    if (response_.keep_alive()) return wait_for_request();
    socket_.shutdown(net::ip::tcp::socket::shutdown_send, ec);
    arm(kLinger);
    linger();
  }

  /// Reads what is still coming and drops it: closing at once would reset the connection, and the
  /// answer with it.
  void linger() {
    buffer_.clear();
    socket_.async_read_some(buffer_.prepare(16 << 10),
                            [self = shared_from_this()](error_code ec, std::size_t) {
                              if (ec) return self->abort();
                              self->linger();
                            });
  }

  void arm(std::chrono::microseconds timeout) {
    timer_.expires_after(timeout);
    timer_.async_wait([weak = weak_from_this()](error_code ec) {
      const auto self = weak.lock();
      if (!ec && self) self->late();
    });
  }

  /// What was waited for did not come in time.
  void late() {
    if (!std::exchange(reading_, false)) return abort();
    late_ = true;
    error_code ignored;
    socket_.cancel(ignored);  // failed() goes on
  }

  net::ip::tcp::socket socket_;
  net::steady_timer timer_;
  const ConnectionContext context_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> response_;
  unsigned version_ = 11;
  bool keep_alive_ = false, head_ = false, finishing_ = false;
  bool idle_ = true;      // no request has come whole, so far as its header
  bool reading_ = false;  // a request
  bool late_ = false;     // it did not come in time
};

}  // namespace

void start_http(net::ip::tcp::socket socket, const ConnectionContext& context) {
  auto connection = std::make_shared<HttpConnection>(std::move(socket), context);
  context.connections.add(connection);
  connection->start();
}

void refuse_http(net::ip::tcp::socket socket, const ConnectionContext& context,
                 std::string_view why) {
  auto connection = std::make_shared<HttpConnection>(std::move(socket), context);
  context.connections.add(connection);
  connection->refuse(why);
}

}  // namespace assist::server
