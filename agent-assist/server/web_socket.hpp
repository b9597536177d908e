#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "server/backlog.hpp"

namespace assist::server {

/// Close codes of RFC 6455, 7.4.1.
enum class CloseCode : std::uint16_t {
  going_away = 1001,
  unsupported = 1003,
  policy = 1008,
  too_big = 1009
};

/// An open WebSocket, as what speaks over it sees it. I/O thread only.
class WebSocket {
 public:
  virtual ~WebSocket() = default;
  /// There may be something to write: the handler's next_frame() is asked.
  virtual void wake() = 0;
  /// The handler wants messages again (see SocketHandler::wants_more).
  virtual void resume() = 0;
  /// Sends what the handler still has and, within bounds, still gets; then a close frame; and ends.
  virtual void close(CloseCode code, std::string_view reason) = 0;
};

/// What speaks over a WebSocket. Called on the I/O thread alone. The socket keeps it alive.
class SocketHandler {
 public:
  virtual ~SocketHandler() = default;
  /// Once, first. `socket` outlives the handler's last call.
  virtual void on_open(WebSocket& socket) = 0;
  /// A whole text message; it is gone afterwards.
  virtual void on_message(std::string_view text) = 0;
  /// False: nothing is read until resume(). So a sender is slowed by TCP.
  virtual bool wants_more() { return true; }
  /// False: an answer to what came is still to be written, when it is known. A close waits for it.
  virtual bool settled() const { return true; }
  /// What to write next; null while there is nothing.
  virtual Frame next_frame() = 0;
  /// Once, last: whatever ended it.
  virtual void on_closed() = 0;
};

}  // namespace assist::server
