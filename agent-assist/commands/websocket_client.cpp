// The client side of /v1/events, alone in its file: websocket::stream is slow to compile.
#include "commands/websocket_client.hpp"

#include <algorithm>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <boost/json/parse.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <deque>
#include <optional>

namespace assist::commands {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace ws = beast::websocket;
namespace json = boost::json;
using boost::system::error_code;
using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;
using Stream = ws::stream<net::ip::tcp::socket>;

constexpr auto kTick = 1ms;
constexpr auto kProgressEvery = 5s;
constexpr auto kConnectTimeout = 10s;
constexpr auto kRetryFirst = 200ms, kRetryLast = 5000ms;
constexpr std::uint64_t kRejectionsTold = 10;
constexpr std::size_t kMessageBytesMax = 256 << 10;

struct Message {
  std::string text;
  std::size_t events = 0;
  bool written = false;  // over the present connection
};

std::uint64_t number_in(const json::object& message, std::string_view name) {
  const auto* value = message.if_contains(name);
  return value != nullptr && value->is_int64() ? static_cast<std::uint64_t>(value->get_int64()) : 0;
}

std::string text_in(const json::object& message, std::string_view name) {
  const auto* value = message.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

class Sender {
 public:
  Sender(const SendOptions& options, EventFeed& feed)
      : options_(options), feed_(feed), signals_(io_, SIGINT, SIGTERM) {}

  Result<SendReport> run() {
    signals_.async_wait([this](error_code error, int) {
      if (!error) on_signal();
    });
    began_ = Steady::now();
    connect();
    tick();
    progress();
    io_.run();
    if (failure_) return *failure_;
    return report_;
  }

 private:
  // --- the connection ---

  void connect() {
    ++attempt_;
    stream_.emplace(io_);
    resolver_.emplace(io_);
    deadline_.expires_after(kConnectTimeout);
    deadline_.async_wait([this, attempt = attempt_](error_code error) {
      if (!error && attempt == attempt_ && !open_) close_socket();
    });
    resolver_->async_resolve(
        options_.target.host, options_.target.port,
        [this, attempt = attempt_](error_code error,
                                   const net::ip::tcp::resolver::results_type& found) {
          if (attempt != attempt_) return;
          if (error)
            return on_broken("cannot find " + options_.target.host + ": " + error.message());
          net::async_connect(stream_->next_layer(), found,
                             [this, attempt](error_code failed, const net::ip::tcp::endpoint&) {
                               if (attempt != attempt_) return;
                               if (failed) return on_broken("cannot connect: " + failed.message());
                               handshake();
                             });
        });
  }

  void handshake() {
    error_code ignored;
    stream_->next_layer().set_option(net::ip::tcp::no_delay(true), ignored);
    stream_->set_option(ws::stream_base::timeout{kConnectTimeout, 30s, true});
    stream_->set_option(ws::stream_base::decorator([this](ws::request_type& request) {
      request.set(http::field::sec_websocket_protocol, "agent-assist.v1");
      request.set(http::field::user_agent, "agent-assist simulate");
      if (!options_.token.empty())
        request.set(http::field::authorization, "Bearer " + options_.token);
    }));
    const std::string host = options_.target.host + ':' + options_.target.port;
    stream_->async_handshake(response_, host, options_.target.path,
                             [this, attempt = attempt_](error_code error) {
                               if (attempt == attempt_) on_handshake(error);
                             });
  }

  void on_handshake(error_code error) {
    // A service that answers, but not with a WebSocket, will not do so the next time.
    if (error == ws::error::upgrade_declined) {
      return fail("the service refuses the connection: " + std::to_string(response_.result_int()) +
                  ' ' + std::string(response_.reason()));
    }
    if (error) return on_broken("no WebSocket: " + error.message());
    deadline_.cancel();
    if (connected_once_) ++report_.reconnects;
    connected_once_ = open_ = true;
    retry_ = kRetryFirst;
    acked_messages_ = 0;
    for (Message& message : unacked_) {
      if (message.written) report_.resent += message.events;
      message.written = false;
    }
    written_ = 0;
    say("connected to " + options_.target.host + ':' + options_.target.port + options_.target.path);
    read();
    write();
  }

  void on_broken(const std::string& why) {
    const bool was_open = open_;
    open_ = writing_ = false;
    drop_later_ = 0;
    ++attempt_;  // handlers of this connection that still come are too late
    close_socket();
    if (stopped_) return;
    if (!connected_once_ && Steady::now() - began_ > options_.give_up_after) return fail(why);
    if (was_open || why != last_trouble_) say(why + "; trying again");
    last_trouble_ = why;
    retry_timer_.expires_after(retry_);
    retry_ = std::min<Steady::duration>(retry_ * 2, kRetryLast);
    retry_timer_.async_wait([this](error_code error) {
      if (!error && !stopped_) connect();
    });
  }

  void close_socket() {
    error_code ignored;
    if (stream_) stream_->next_layer().close(ignored);
    if (resolver_) resolver_->cancel();
  }

  // --- events out ---

  void tick() {
    if (stopped_) return;
    collect();
    write();
    if (over_ && unacked_.empty()) return finish();
    tick_timer_.expires_after(kTick);
    tick_timer_.async_wait([this](error_code error) {
      if (!error) tick();
    });
  }

  /// Takes what is due from the feed, into messages.
  void collect() {
    const Time now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    while (!over_ && connected_once_ && unacked_events_ < options_.unacked_events_max) {
      const auto next = feed_.next(now, line_);
      if (next == EventFeed::Next::later) return;
      if (next == EventFeed::Next::over) {
        over_ = true;
        return;
      }
      append(line_);
    }
  }

  void append(const std::string& line) {
    const bool fits = !unacked_.empty() && unacked_.size() > written_ + (writing_ ? 1 : 0) &&
                      unacked_.back().events < options_.events_per_message_max &&
                      unacked_.back().text.size() + line.size() < kMessageBytesMax;
    if (!fits) unacked_.emplace_back();
    Message& message = unacked_.back();
    if (message.events == 1) message.text = '[' + message.text + ']';
    if (message.events > 0) {
      message.text.back() = ',';
      message.text += line + ']';
    } else {
      message.text = line;
    }
    ++message.events;
    ++report_.sent;
    ++unacked_events_;
  }

  void write() {
    if (!open_ || writing_ || written_ == unacked_.size()) return;
    writing_ = true;
    Message& message = unacked_[written_];
    message.written = true;
    stream_->text(true);
    stream_->async_write(net::buffer(message.text),
                         [this, attempt = attempt_](error_code error, std::size_t) {
                           if (attempt != attempt_) return;
                           writing_ = false;
                           if (error) return on_broken("the connection broke: " + error.message());
                           ++written_;
                           if (drop_later_ > 0) drop(std::exchange(drop_later_, 0));
                           write();
                         });
  }

  // --- answers in ---

  void read() {
    buffer_.clear();
    stream_->async_read(buffer_, [this, attempt = attempt_](error_code error, std::size_t) {
      if (attempt != attempt_) return;
      if (error) return on_broken(closed_words(error));
      const auto data = buffer_.cdata();
      on_answer({static_cast<const char*>(data.data()), data.size()});
      if (attempt == attempt_ && open_) read();
    });
  }

  std::string closed_words(error_code error) const {
    if (error != ws::error::closed) return "the connection broke: " + error.message();
    const auto& reason = stream_->reason();
    return "the service closed the connection: " + std::to_string(reason.code) + ' ' +
           std::string(reason.reason.data(), reason.reason.size());
  }

  void on_answer(std::string_view text) {
    error_code error;
    const json::value value = json::parse(json::string_view(text.data(), text.size()), error);
    if (error || !value.is_object()) return;
    const auto& answer = value.get_object();
    const std::string type = text_in(answer, "type");
    if (type == "ack") on_ack(number_in(answer, "messages"));
    if (type == "rejected") on_rejected(answer);
  }

  void on_ack(std::uint64_t messages) {
    if (messages <= acked_messages_) return;
    const auto newly = static_cast<std::size_t>(messages - acked_messages_);
    acked_messages_ = messages;
    drop(newly);
  }

  /// Forgets the first `count` messages: they are safe. One that is being written stays until the
  /// write is over, for its text is in use.
  void drop(std::size_t count) {
    while (count > 0 && written_ > 0) {
      report_.acked += unacked_.front().events;
      unacked_events_ -= unacked_.front().events;
      unacked_.pop_front();
      --written_;
      --count;
    }
    drop_later_ = writing_ ? std::min<std::size_t>(count, 1) : 0;
  }

  void on_rejected(const json::object& answer) {
    if (++report_.rejected > kRejectionsTold) return;
    say("rejected " + text_in(answer, "id") + ": " + text_in(answer, "code") + ' ' +
        text_in(answer, "pointer") + ": " + text_in(answer, "detail"));
    if (report_.rejected == kRejectionsTold) say("further rejections are only counted");
  }

  // --- the end ---

  void on_signal() {
    report_.interrupted = true;
    over_ = true;
    say("stopping: waiting for " + std::to_string(unacked_events_) + " events to be acked");
    drain_timer_.expires_after(open_ ? options_.drain_for : Duration(0));
    drain_timer_.async_wait([this](error_code error) {
      if (!error) stop();
    });
    // The second one ends it at once, as the system does it.
    signals_.clear();
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
  }

  void finish() {
    if (!open_) return stop();
    stopped_ = true;
    deadline_.expires_after(2s);
    deadline_.async_wait([this](error_code error) {
      if (!error) stop();
    });
    stream_->async_close(ws::close_code::normal, [this](error_code) { stop(); });
  }

  void fail(std::string text) {
    failure_ = Error{ErrorCode::unreadable, std::move(text), {}};
    stop();
  }

  void stop() {
    stopped_ = true;
    ++attempt_;
    open_ = false;
    close_socket();
    for (auto* timer : {&tick_timer_, &deadline_, &retry_timer_, &progress_timer_, &drain_timer_})
      timer->cancel();
    error_code ignored;
    signals_.cancel(ignored);
    io_.stop();
  }

  void progress() {
    progress_timer_.expires_after(kProgressEvery);
    progress_timer_.async_wait([this](error_code error) {
      if (error || stopped_) return;
      const double rate = static_cast<double>(report_.acked - acked_before_) /
                          std::chrono::duration<double>(kProgressEvery).count();
      acked_before_ = report_.acked;
      char text[160];
      std::snprintf(text, sizeof text, "%llu sent, %llu acked, %llu rejected; %.0f a second",
                    static_cast<unsigned long long>(report_.sent),
                    static_cast<unsigned long long>(report_.acked),
                    static_cast<unsigned long long>(report_.rejected), rate);
      say(text);
      progress();
    });
  }

  static void say(const std::string& text) {
    // What a service sends may hold anything: a terminal gets printable text alone.
    std::string line = text;
    for (char& c : line) {
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    }
    std::fprintf(stderr, "simulate: %s\n", line.c_str());
  }

  const SendOptions& options_;
  EventFeed& feed_;
  net::io_context io_{1};
  net::signal_set signals_;
  std::optional<net::ip::tcp::resolver> resolver_;
  std::optional<Stream> stream_;
  ws::response_type response_;
  beast::flat_buffer buffer_;
  net::steady_timer tick_timer_{io_}, deadline_{io_}, retry_timer_{io_}, progress_timer_{io_},
      drain_timer_{io_};

  std::uint64_t attempt_ = 0;  // a handler of an older one is too late
  bool open_ = false, connected_once_ = false, writing_ = false, over_ = false, stopped_ = false;
  Steady::time_point began_;
  Steady::duration retry_ = kRetryFirst;
  std::string last_trouble_;

  std::deque<Message> unacked_;  // the first `written_` went out over this connection
  std::size_t written_ = 0, unacked_events_ = 0, drop_later_ = 0;
  std::uint64_t acked_messages_ = 0, acked_before_ = 0;
  std::string line_;
  SendReport report_;
  std::optional<Error> failure_;
};

}  // namespace

Result<Target> parse_target(std::string_view url) {
  const auto wrong = [&](std::string text) {
    return Error{ErrorCode::bad_argument, std::move(text), {}};
  };
  const std::string given(url);
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos)
    return wrong("\"" + given + "\" is no URL. Write ws://127.0.0.1:8080");
  const auto name = url.substr(0, scheme);
  if (name == "wss" || name == "https")
    return wrong("TLS is not spoken here: send to ws://, through a proxy that adds it if need be");
  if (name != "ws" && name != "http")
    return wrong("\"" + given + "\" must begin with ws:// or http://");
  url.remove_prefix(scheme + 3);
  const auto slash = std::min(url.find_first_of("/?"), url.size());
  std::string_view authority = url.substr(0, slash), path = url.substr(slash);
  Target target{"", "80", path.empty() || path == "/" ? "/v1/events" : std::string(path)};
  if (path.starts_with('?')) target.path = "/v1/events" + std::string(path);
  const bool bracketed = authority.starts_with('[');
  const auto host_end =
      bracketed ? authority.find(']') : std::min(authority.find(':'), authority.size());
  if (host_end == std::string_view::npos) return wrong("\"" + given + "\" lacks a ]");
  target.host = authority.substr(bracketed ? 1 : 0, host_end - (bracketed ? 1 : 0));
  authority.remove_prefix(host_end + (bracketed ? 1 : 0));
  if (authority.starts_with(':')) target.port = authority.substr(1);
  const bool digits = target.port.find_first_not_of("0123456789") == std::string::npos;
  if (target.host.empty() || target.port.empty() || !digits)
    return wrong("\"" + given + "\" needs a host and a port: ws://127.0.0.1:8080");
  return target;
}

Result<SendReport> send_events(const SendOptions& options, EventFeed& feed) {
  return Sender(options, feed).run();
}

}  // namespace assist::commands
