#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "engine/engine.hpp"
#include "events/decode.hpp"
#include "server/screen.hpp"

namespace assist::server {

/// What the engine's and the journal's thread tell the I/O thread, in order.

/// A message of events was applied. Its outcome is durable once `ticket` is.
struct Consumed {
  std::uint64_t source = 0;
  std::uint64_t ticket = 0;
  std::size_t events = 0;  // it held, refused ones too
  std::size_t accepted = 0, duplicates = 0;
  std::size_t bytes = 0;  // as delivered
  std::chrono::steady_clock::time_point received{};
  /// What was refused only now, because of what is known: views into `memory`.
  std::vector<events::Rejection> refused;
  std::unique_ptr<events::Batch> memory;  // to be used again
};

/// The whole state for one socket of an agent.
struct Welcome {
  std::string agent;
  std::uint64_t socket = 0;
  std::vector<engine::CallView> calls;
  Time at;
};

/// Something changed on the screen of an agent who is watched.
struct Change {
  std::string agent;
  ScreenChange change;
  /// Of the event that did it. nullopt: the clock, feedback or other rules did.
  std::optional<std::chrono::steady_clock::time_point> received;
};

/// Feedback was taken in (and is saved once `ticket` is durable), or refused.
struct FeedbackDone {
  std::string agent;
  std::uint64_t socket = 0;
  std::string suggestion;
  bool taken = false;
  std::uint64_t ticket = 0;
};

/// This ticket, and all before it, are durable.
struct Durable {
  std::uint64_t ticket = 0;
};

using Output = std::variant<Consumed, Welcome, Change, FeedbackDone, Durable>;

}  // namespace assist::server
