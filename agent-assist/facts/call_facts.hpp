#pragma once

#include <cstdint>
#include <memory>
#include <memory_resource>
#include <optional>
#include <vector>

#include "base/time.hpp"
#include "events/event.hpp"
#include "facts/attributes.hpp"
#include "facts/name.hpp"
#include "facts/vocabulary.hpp"

namespace assist::facts {

/// What an event did to facts. `changed`: the value just before the event, at the same moment, was
/// another. `touched`: that, or the value runs otherwise from now on.
struct Delta {
  FactMask touched = 0;
  FactMask changed = 0;

  void mark(Fact fact) {
    touched |= bit(fact);
    changed |= bit(fact);
  }
  void mark(FactMask facts) {
    touched |= facts;
    changed |= facts;
  }
  bool any() const { return touched != 0; }
};

/// A moment, or none: an optional one in eight bytes.
class MaybeTime {
 public:
  MaybeTime() = default;
  MaybeTime(Time at) : at_(at) {}  // NOLINT: as std::optional
  explicit operator bool() const { return at_ != kNever; }
  bool has_value() const { return at_ != kNever; }
  const Time& operator*() const { return at_; }
  void reset() { at_ = kNever; }
  std::optional<Time> optional() const { return has_value() ? std::optional(at_) : std::nullopt; }
  friend bool operator==(const MaybeTime&, const MaybeTime&) = default;

 private:
  Time at_ = kNever;
};

/// A length that may run: base + (now - since) from `since` on, else base.
struct Clock {
  Duration base{0};
  MaybeTime since;

  Duration at(Time now) const { return since && now > *since ? base + (now - *since) : base; }
  void start(Time at) {
    if (!since) since = at;
  }
  void stop(Time at) {
    base = this->at(at);
    since.reset();
  }
  friend bool operator==(const Clock&, const Clock&) = default;
};

/// What is known of a call from its own events alone: a fold over them in the order of time
/// (contract, section 1).
struct CallFacts {
  CallFacts() = default;
  /// What grows is of `memory`, which outlives it.
  explicit CallFacts(std::pmr::memory_resource* memory) : sentiments(memory), attributes(memory) {}

  // First, what deciding takes also where another's event touched the call.
  MaybeTime ended_at;
  Name agent, customer, queue, area, topic;
  Time started_at{};
  MaybeTime answered_at;  // the first answer
  Name step;
  Name channel, direction;  // "voice" and "inbound" unless said
  Clock wait;
  MaybeTime held_since;  // none: it is not on hold
  Clock hold_total;
  std::uint32_t holds = 0, transfers = 0;
  ShortVector<double, std::pmr::polymorphic_allocator<double>>
      sentiments;  // the last, oldest first
  AttributeMap attributes;
  bool resolved = false;

  static constexpr std::size_t kSentiments = 10;

  std::pmr::memory_resource* memory() const { return sentiments.get_stored_allocator().resource(); }
  bool on_hold() const { return held_since.has_value(); }
  /// The present one.
  Clock hold() const { return {Duration{0}, held_since}; }
  double sentiment() const { return sentiments.empty() ? 0.0 : sentiments.back(); }
  /// Since the start, or since the first answer; both stop at the end.
  Clock age() const { return running_from(started_at); }
  Clock talk() const { return answered_at ? running_from(*answered_at) : Clock{}; }

 private:
  Clock running_from(Time start) const;
};

/// The first event of a call, in the order of time, starts it. Names are of `names`, here and
/// below; what grows is of `memory`.
CallFacts started(const events::Event& first, Names& names, std::pmr::memory_resource* memory);

/// Folds the next event, in the order of time (of an end: whatever its time). `now` is the clock at
/// which the change is seen.
void fold(CallFacts& facts, const events::Event& event, Time now, Names& names, Delta& delta);

/// What differs between two folds of one call, seen at `now`.
Delta difference(const CallFacts& before, const CallFacts& after, Time now);

}  // namespace assist::facts
