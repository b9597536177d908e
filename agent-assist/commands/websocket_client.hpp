#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"

namespace assist::commands {

/// Where events go: ws://HOST[:PORT][/PATH] (http:// means the same). The path is /v1/events unless
/// said, the port 80.
struct Target {
  std::string host, port, path;
};
Result<Target> parse_target(std::string_view url);

/// Gives the events to send, when they are due.
class EventFeed {
 public:
  enum class Next : std::uint8_t {
    event,  // `line` holds one
    later,  // none is due by `now`
    over,   // none will come
  };
  virtual ~EventFeed() = default;
  virtual Next next(Time now, std::string& line) = 0;
};

struct SendOptions {
  Target target;
  std::string token;  // sent as a bearer token where not empty
  std::size_t events_per_message_max = 64;
  /// Sent, but not acked: beyond it sending waits.
  std::size_t unacked_events_max = 20'000;
  Duration give_up_after = std::chrono::seconds(15);  // without a first connection
  Duration drain_for = std::chrono::seconds(5);       // after Ctrl-C: how long acks are waited for
};

struct SendReport {
  std::uint64_t sent = 0;      // events; sent again ones count once
  std::uint64_t acked = 0;     // events that the service has taken or refused for good
  std::uint64_t rejected = 0;  // of these
  std::uint64_t resent = 0;
  std::uint64_t reconnects = 0;
  bool interrupted = false;
};

/// Sends what the feed gives over one WebSocket (subprotocol agent-assist.v1; contract, section 2)
/// until it is over and all is acked, or until SIGINT or SIGTERM. What was not acked when a
/// connection broke is sent again over the next. Tells its progress on stderr.
Result<SendReport> send_events(const SendOptions& options, EventFeed& feed);

}  // namespace assist::commands
