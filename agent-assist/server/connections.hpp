#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include "server/application.hpp"

namespace assist::server {

/// Bounds of one connection.
struct ConnectionLimits {
  std::size_t message_bytes_max = 1 << 20;
  std::size_t header_bytes_max = 16 << 10;
  std::chrono::microseconds handshake_timeout = std::chrono::seconds{15};
  std::chrono::microseconds idle_timeout = std::chrono::seconds{60};
};

class Connections;

/// An open connection, so that it can be ended from outside.
class Connection {
 public:
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  virtual ~Connection();
  /// Ends it politely: a request under way is answered, a WebSocket closes with 1001.
  virtual void finish() = 0;
  /// Ends it at once.
  virtual void abort() = 0;

 private:
  friend class Connections;
  Connections* list_ = nullptr;  // that it stands in until it is destroyed
  std::list<std::weak_ptr<Connection>>::iterator place_;
};

/// The open connections of a service. Outlives them. I/O thread only.
class Connections {
 public:
  void add(const std::shared_ptr<Connection>& connection);
  void finish();
  void abort();
  bool empty() const { return open_.empty(); }
  std::size_t size() const { return open_.size(); }

 private:
  friend class Connection;
  std::list<std::weak_ptr<Connection>> open_;
};

/// What a connection works with; outlives it.
struct ConnectionContext {
  Application& application;
  Connections& connections;
  ConnectionLimits limits;
};

/// Speaks HTTP over an accepted socket, until it closes or becomes a WebSocket.
void start_http(boost::asio::ip::tcp::socket socket, const ConnectionContext& context);

/// Answers 503, whatever is asked, and closes.
void refuse_http(boost::asio::ip::tcp::socket socket, const ConnectionContext& context,
                 std::string_view why);

/// Goes on as a WebSocket. `behind`: what the client sent right behind its upgrade request.
void start_web_socket(boost::asio::ip::tcp::socket socket, boost::beast::flat_buffer behind,
                      boost::beast::http::request<boost::beast::http::string_body> request,
                      Application::Upgrade upgrade, const ConnectionContext& context);

}  // namespace assist::server
