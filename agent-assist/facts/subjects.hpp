#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "events/event.hpp"
#include "facts/attributes.hpp"

namespace assist::facts {

using CallIndex = std::uint32_t;

/// A member that the latest event to give it decides: the latest by time, of equal ones the last to
/// arrive. The same as folding all events in the order of time, without keeping them.
template <class T>
class Latest {
 public:
  /// True: the value thereby is another.
  template <class U>
  bool set(const U& value, Time at) {
    if (given_ && at < at_) return false;
    given_ = true;
    at_ = at;
    if (value_ == value) return false;
    value_ = T(value);
    return true;
  }
  const T& operator*() const { return value_; }

 private:
  T value_{};
  Time at_{};
  bool given_ = false;
};

class OwnedPatch;

/// Attributes that merge patches make, in the order of time. The latest 64 patches are kept for
/// late ones; one older than these counts as the oldest of them.
class PatchedAttributes {
 public:
  /// True: the attributes thereby are others.
  bool patch(events::JsonObject patch, Time at);
  const std::shared_ptr<const AttributeMap>& value() const { return value_; }

 private:
  struct Patch {
    Time at;
    std::shared_ptr<const OwnedPatch> members;
  };
  std::vector<Patch> patches_;  // in the order of time
  std::shared_ptr<const AttributeMap> base_, value_;
};

/// An ended call of a customer.
struct Contact {
  Time at;  // its end
  std::string queue, topic, channel;
  bool resolved = false;
  std::uint64_t call = 0;  // Call::order of the call it was: no contact of its own
};

struct Customer {
  std::string id;
  Latest<std::string> area, tier;
  Latest<std::vector<std::string>> products;
  PatchedAttributes attributes;
  std::deque<Contact> contacts;  // newest first; of equal ones the last to arrive
  std::vector<CallIndex> calls;  // live ones
};

struct Agent {
  std::string id;
  Latest<std::string> name, team, tier;
  PatchedAttributes attributes;
  std::vector<CallIndex> calls;
};

struct Queue {
  std::string name;
  Latest<std::int64_t> waiting;
  Latest<Duration> longest_wait;
  std::vector<CallIndex> calls;
};

/// An incident as its events, in the order of time, have it.
struct Incident {
  std::string id;
  std::uint64_t order = 0;  // of arrival of the event that opened it
  bool open = false;
  Time opened_at{};
  std::string kind, summary;
  std::vector<std::string> areas, services;
  std::optional<Time> eta;

  /// What a rule can see of it.
  bool looks_like(const Incident& other) const;
};

/// An incident's events, folded anew when one comes late.
class IncidentHistory {
 public:
  /// `order`: of arrival, over all events of incidents.
  void add(const events::Event& event, std::uint64_t order);
  const Incident& state() const { return state_; }
  Incident& state() { return state_; }

 private:
  struct Change {
    Time at;
    std::uint64_t order;
    events::EventType type;
    std::optional<std::string> kind, summary;
    std::optional<std::vector<std::string>> areas, services;
    std::optional<Time> eta;
  };
  void apply(const Change& change);

  Incident state_;
  std::vector<Change> changes_;  // in the order of time
};

}  // namespace assist::facts
