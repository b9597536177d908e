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

#include "server/application.hpp"

namespace assist::server {

/// Bounds of one connection.
struct ConnectionLimits {
  std::size_t message_bytes_max = 1 << 20;
  std::chrono::microseconds handshake_timeout = std::chrono::seconds{15};
  std::chrono::microseconds idle_timeout = std::chrono::seconds{60};
};

/// An open connection, so that it can be ended from outside.
class Connection {
 public:
  virtual ~Connection() = default;
  /// Ends it politely: a request under way is answered, a WebSocket closes with 1001.
  virtual void finish() = 0;
  /// Ends it at once.
  virtual void abort() = 0;
};

/// The open connections of a service. I/O thread only.
class Connections {
 public:
  void add(std::weak_ptr<Connection> connection);
  void finish();
  void abort();
  bool empty();
  std::size_t size();

 private:
  void sweep();
  std::list<std::weak_ptr<Connection>> open_;
  std::size_t sweep_at_ = 64;
};

/// What a connection works with; outlives it.
struct ConnectionContext {
  Application& application;
  Connections& connections;
  ConnectionLimits limits;
};

/// Speaks HTTP over an accepted socket, until it closes or becomes a WebSocket.
void start_http(boost::asio::ip::tcp::socket socket, const ConnectionContext& context);

/// Goes on as a WebSocket. `behind`: what the client sent right behind its upgrade request.
void start_web_socket(boost::asio::ip::tcp::socket socket, boost::beast::flat_buffer behind,
                      boost::beast::http::request<boost::beast::http::string_body> request,
                      Application::Upgrade upgrade, const ConnectionContext& context);

}  // namespace assist::server
