#pragma once

#include <array>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/websocket/teardown.hpp>
#include <cstdint>
#include <memory>
#include <utility>

namespace assist::server {

/// A TCP socket with bytes in front that were read from it already: those that a client sent right
/// behind its upgrade request. Beast's WebSocket has no other way to take them in.
class PrefixedSocket {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using executor_type = Socket::executor_type;
  using error_code = boost::system::error_code;

  PrefixedSocket(Socket socket, boost::beast::flat_buffer prefix)
      : socket_(std::move(socket)), prefix_(std::move(prefix)) {}

  executor_type get_executor() { return socket_.get_executor(); }
  Socket& socket() { return socket_; }

  /// Beast answers a close frame with the code that it holds, and lets no one choose another: where
  /// it is about to write `code`, `other` is written.
  void replace_close(std::uint16_t code, std::uint16_t other) {
    close_code_ = code;
    other_code_ = other;
  }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_compose<Token, void(error_code, std::size_t)>(
        Read<Buffers>{*this, buffers}, token, socket_);
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    if (is_replaced(buffers)) {
      return socket_.async_write_some(boost::asio::buffer(close_.data(), kCloseBytes),
                                      std::forward<Token>(token));
    }
    return socket_.async_write_some(buffers, std::forward<Token>(token));
  }

  // Beast's stream concept has these too; nothing here reads or writes synchronously.
  template <class Buffers>
  std::size_t read_some(const Buffers& buffers, error_code& ec) {
    return socket_.read_some(buffers, ec);
  }
  template <class Buffers>
  std::size_t read_some(const Buffers& buffers) {
    return socket_.read_some(buffers);
  }
  template <class Buffers>
  std::size_t write_some(const Buffers& buffers, error_code& ec) {
    return socket_.write_some(buffers, ec);
  }
  template <class Buffers>
  std::size_t write_some(const Buffers& buffers) {
    return socket_.write_some(buffers);
  }

  friend void teardown(boost::beast::role_type role, PrefixedSocket& stream, error_code& ec) {
    boost::beast::websocket::teardown(role, stream.socket_, ec);
  }
  /// Says that we are done, then reads until the peer is too. Beast's own closes after the first
  /// bytes it reads, which resets the connection of a peer that is still sending: it would never
  /// see why it was closed. Beast's timer for the closing handshake bounds it.
  template <class Handler>
  friend void async_teardown(boost::beast::role_type, PrefixedSocket& stream, Handler&& handler) {
    boost::asio::async_compose<Handler, void(error_code)>(Drain{stream, nullptr}, handler,
                                                          stream.socket_);
  }
  friend void beast_close_socket(PrefixedSocket& stream) {
    error_code ignored;
    stream.socket_.close(ignored);
  }

 private:
  template <class Buffers>
  struct Read {
    PrefixedSocket& stream;
    Buffers buffers;
    enum class At { start, prefix, done } at = At::start;
    std::size_t size = 0;

    template <class Self>
    void operator()(Self& self, error_code ec = {}, std::size_t read = 0) {
      const auto now = std::exchange(at, At::done);
      if (now == At::done) return self.complete(ec, read);
      if (now == At::prefix) return self.complete({}, size);
      if (stream.prefix_.size() == 0)
        return stream.socket_.async_read_some(buffers, std::move(self));
      size = boost::asio::buffer_copy(buffers, stream.prefix_.data());
      stream.prefix_.consume(size);
      at = At::prefix;
      boost::asio::post(stream.get_executor(), std::move(self));
    }
  };

  struct Drain {
    static constexpr std::size_t kBytes = 64 << 10;
    PrefixedSocket& stream;
    std::unique_ptr<char[]> bytes;

    template <class Self>
    void operator()(Self& self, error_code ec = {}, std::size_t = 0) {
      if (!bytes) {
        bytes = std::make_unique<char[]>(kBytes);
        stream.socket_.shutdown(Socket::shutdown_send, ec);
      }
      if (ec) {
        error_code ignored;
        stream.socket_.close(ignored);
        return self.complete(ec == boost::asio::error::eof ? error_code() : ec);
      }
      const auto buffer = boost::asio::buffer(bytes.get(), kBytes);
      stream.socket_.async_read_some(buffer, std::move(self));
    }
  };

  /// True: this is the close frame to be replaced, and close_ holds what is written instead.
  template <class Buffers>
  bool is_replaced(const Buffers& buffers) {
    if (close_code_ == 0 || boost::asio::buffer_size(buffers) != kCloseBytes) return false;
    boost::asio::buffer_copy(boost::asio::buffer(close_), buffers);
    const bool is_close = close_[0] == 0x88 && close_[1] == kCloseBytes - 2 &&
                          close_[2] == close_code_ >> 8 && close_[3] == (close_code_ & 0xFF);
    if (!is_close) return false;
    close_[2] = static_cast<unsigned char>(other_code_ >> 8);
    close_[3] = static_cast<unsigned char>(other_code_ & 0xFF);
    return true;
  }

  static constexpr std::size_t kCloseBytes = 4;  // head and code; Beast's answer has no reason
  Socket socket_;
  boost::beast::flat_buffer prefix_;
  std::uint16_t close_code_ = 0, other_code_ = 0;  // 0: nothing is replaced
  std::array<unsigned char, kCloseBytes> close_{};
};

}  // namespace assist::server
