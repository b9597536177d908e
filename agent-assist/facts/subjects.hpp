#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/short_vector.hpp"
#include "base/time.hpp"
#include "events/event.hpp"
#include "facts/attributes.hpp"
#include "facts/name.hpp"

namespace assist::facts {

struct Archive;  // what writes and reads a World: see archive.hpp

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
  /// An event gave it.
  bool given() const { return given_; }

 private:
  friend struct Archive;
  T value_{};
  Time at_{};
  bool given_ = false;
};

class OwnedPatch;
std::shared_ptr<const OwnedPatch> own(events::JsonObject patch);
events::JsonObject members_of(const OwnedPatch& patch);

/// Attributes that merge patches make, in the order of time. The latest 64 patches are kept for
/// late ones; one older than these counts as the oldest of them.
class PatchedAttributes {
 public:
  /// True: the attributes thereby are others.
  bool patch(events::JsonObject patch, Time at, Names& names);
  const std::shared_ptr<const AttributeMap>& value() const { return value_; }

 private:
  friend struct Archive;
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
  Name queue, topic, channel;
  bool resolved = false;
  std::uint64_t call = 0;  // Call::order of the call it was: no contact of its own
};

/// Live calls; most have one at a time.
using Calls = boost::container::small_vector<CallIndex, 2>;

struct Incident;

/// Where calls and customers are, for what happens to all of a place at once.
struct Area {
  Name id;
  Calls calls;                        // that are there
  Calls customers_calls;              // of customers who are, wherever these calls are
  std::vector<const Incident*> open;  // the open incidents there, oldest first
  std::uint32_t customers = 0;        // whose profiles name it
};

/// What platforms say of a customer. Of most they say nothing.
struct Profile {
  Latest<Name> area, tier;
  Latest<std::vector<Name>> products;
  PatchedAttributes attributes;
  Area* at = nullptr;  // that of `area`; nullptr: none
};

struct Customer {
  Name id;
  std::unique_ptr<Profile> profile;
  ShortVector<Contact> contacts;  // oldest first; of equal ones in the order of arrival
  Calls calls;
  bool idle = false;  // it stands among those that may be forgotten

  const Profile& known() const;  // an empty profile where there is none
};

struct AgentProfile {
  Latest<std::string> name, team, tier;
  PatchedAttributes attributes;
};

struct Agent {
  Name id;
  std::unique_ptr<AgentProfile> profile;
  Calls calls;

  const AgentProfile& known() const;
};

struct Queue {
  Name id;
  Latest<std::int64_t> waiting;
  Latest<Duration> longest_wait;
  Calls calls;
};

/// An incident as its events, in the order of time, have it.
struct Incident {
  std::string id;
  std::uint64_t order = 0;  // of arrival of the event that opened it
  bool open = false;
  Time opened_at{};
  std::string kind, summary;
  std::vector<Name> areas, services;
  std::optional<Time> eta;

  /// What a rule can see of it.
  bool looks_like(const Incident& other) const;
};

/// An incident's events, folded anew when one comes late. The latest 256 are kept for that; one
/// older than these counts as the oldest of them.
class IncidentHistory {
 public:
  /// `order`: of arrival, over all events of incidents.
  void add(const events::Event& event, std::uint64_t order, Names& names);
  const Incident& state() const { return state_; }
  Incident& state() { return state_; }
  /// It is closed, and its latest event was before `time`.
  bool over_before(Time time) const;

 private:
  friend struct Archive;
  struct Change {
    Time at;
    std::uint64_t order;
    events::EventType type;
    std::optional<std::string> kind, summary;
    std::optional<std::vector<Name>> areas, services;
    std::optional<Time> eta;
  };
  static void apply(const Change& change, Incident& to);

  Incident state_;
  Incident base_;                // as the changes that are not kept left it
  std::vector<Change> changes_;  // in the order of time
};

}  // namespace assist::facts
