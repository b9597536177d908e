#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.hpp"
#include "engine/call_state.hpp"

namespace assist::engine {

/// At which moment to look at which call again: one timer a call, which lies with what else is kept
/// of it. A hierarchical timing wheel (Varghese and Lauck, 1987) of 11 wheels with 64 slots each:
/// setting, moving and stopping a timer cost the same however many there are; due moments are exact
/// to the microsecond.
class Timers {
 public:
  /// `calls`: whose timers they are, and who outlives them. Only calls that are in it are named.
  explicit Timers(CallStates& calls);

  /// Sets the call's timer, in place of the one it has.
  void set(facts::CallIndex call, Time at);
  void stop(facts::CallIndex call);
  /// kNever: none is set.
  static Time of(const CallState& call) { return call.timer.set() ? call.timer.at : kNever; }

  /// A moment before which nothing is due; kNever if no timer is set. Taking what is due up to it
  /// brings it nearer to the first one's.
  Time next() const;
  /// Takes out all calls of the first moment that is due, if it is not after `now`, and returns it.
  std::optional<Time> take(Time now, std::vector<facts::CallIndex>& calls);

 private:
  static constexpr unsigned kBits = 6, kSlots = 1u << kBits, kLevels = 11;
  static constexpr std::uint32_t kNone = Timer::kNone;

  struct Place {
    unsigned level, slot;
  };
  std::optional<Place> first() const;
  std::uint64_t start_of(Place place) const;
  void empty(Place place);
  void link(facts::CallIndex call);
  void unlink(facts::CallIndex call);

  std::uint64_t cursor_ = 0;  // nothing is due before it; see ticks() in timers.cpp
  std::array<std::uint64_t, kLevels> used_{};          // a bit for each slot that holds a timer
  std::uint32_t levels_ = 0;                           // a bit for each level that does
  std::array<std::uint32_t, kLevels * kSlots> heads_;  // a Timer's list: level * kSlots + slot
  CallStates& calls_;
};

}  // namespace assist::engine
