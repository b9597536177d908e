#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

#include "patience.hpp"

namespace assist::testing {

/// A TCP connection to this machine that speaks HTTP and the few WebSocket frames that tests need,
/// with no library between it and the bytes.
class PlainClient {
 public:
  explicit PlainClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0)
      throw std::runtime_error("cannot connect");
  }
  ~PlainClient() { ::close(socket_); }
  PlainClient(const PlainClient&) = delete;
  PlainClient& operator=(const PlainClient&) = delete;

  void send(const std::string& bytes) {
    // What a peer that is gone is sent is lost, as on any network.
    if (::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0) return;
  }
  void get(const std::string& path) {
    send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }
  void post(const std::string& body) {
    send(
        "POST /v1/events HTTP/1.1\r\nHost: localhost\r\n"
        "Content-Type: application/cloudevents+json\r\nContent-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  /// One HTTP answer, whole. nullopt: none came in time.
  std::optional<std::string> response(std::chrono::milliseconds wait) {
    const auto end = until("\r\n\r\n", wait);
    if (!end) return std::nullopt;
    const auto length = got_.find("Content-Length: ");
    const auto size = length < *end ? std::stoul(got_.substr(length + 16)) : 0;
    while (got_.size() < *end + size) {
      if (!more(wait)) return std::nullopt;
    }
    return take(*end + size);
  }

  void shake_hands(const std::string& path) {
    send("GET " + path +
         " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
  }
  void open(const std::string& path) {
    shake_hands(path);
    const auto end = until("\r\n\r\n", patience(std::chrono::seconds(5)));
    if (!end || take(*end).find(" 101 ") == std::string::npos)
      throw std::runtime_error("no WebSocket");
  }
  /// A text frame, masked with zeros.
  void message(const std::string& text) {
    std::string frame = "\x81";
    if (text.size() < 126) {
      frame += static_cast<char>(0x80 | text.size());
    } else {
      frame += '\xFE';
      frame += static_cast<char>(text.size() >> 8);
      frame += static_cast<char>(text.size() & 0xFF);
    }
    send(frame + std::string(4, '\0') + text);
  }
  /// An answer to pings, asked for or not.
  void pong() { send(std::string("\x8A\x80\0\0\0\0", 6)); }
  /// True: the service has ended the connection. What came until then is dropped.
  bool ended(std::chrono::milliseconds wait) {
    pollfd ready{socket_, POLLIN, 0};
    if (::poll(&ready, 1, static_cast<int>(wait.count())) <= 0) return false;
    char bytes[1024];
    return ::recv(socket_, bytes, sizeof bytes, 0) <= 0;
  }

  /// The next message that holds `part`. nullopt: none came in time.
  std::optional<std::string> message_with(const std::string& part, std::chrono::milliseconds wait) {
    while (const auto text = frame(wait)) {
      if (text->find(part) != std::string::npos) return text;
    }
    return std::nullopt;
  }

 private:
  std::optional<std::string> frame(std::chrono::milliseconds wait) {
    const auto need = [&](std::size_t size) {
      while (got_.size() < size) {
        if (!more(wait)) return false;
      }
      return true;
    };
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(got_[at]); };
    if (!need(2)) return std::nullopt;
    std::size_t head = 2, size = byte(1);
    if (size == 126) {
      if (!need(head = 4)) return std::nullopt;
      size = std::size_t{byte(2)} << 8 | byte(3);
    } else if (size == 127) {
      if (!need(head = 10)) return std::nullopt;
      size = 0;
      for (std::size_t i = 2; i < 10; ++i) size = size << 8 | byte(i);
    }
    if (!need(head + size)) return std::nullopt;
    return take(head + size).substr(head);
  }
  std::optional<std::size_t> until(const std::string& mark, std::chrono::milliseconds wait) {
    std::size_t at;
    while ((at = got_.find(mark)) == std::string::npos) {
      if (!more(wait)) return std::nullopt;
    }
    return at + mark.size();
  }
  std::string take(std::size_t size) {
    auto out = got_.substr(0, size);
    got_.erase(0, size);
    return out;
  }
  bool more(std::chrono::milliseconds wait) {
    pollfd ready{socket_, POLLIN, 0};
    if (::poll(&ready, 1, static_cast<int>(wait.count())) <= 0) return false;
    char bytes[16 << 10];
    const auto size = ::recv(socket_, bytes, sizeof bytes, 0);
    if (size > 0) got_.append(bytes, static_cast<std::size_t>(size));
    return size > 0;
  }

  const int socket_;
  std::string got_;
};

}  // namespace assist::testing
