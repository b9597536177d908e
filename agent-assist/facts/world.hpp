#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.hpp"
#include "events/event.hpp"
#include "facts/call_facts.hpp"
#include "facts/call_log.hpp"
#include "facts/subjects.hpp"

namespace assist::facts {

/// A live call: its own facts, and who they join it to.
struct Call {
  std::string id;
  std::uint64_t order = 0;  // of arrival of its first event, over all calls
  CallFacts facts;
  CallLog log;
  Time latest{};                 // the greatest time of its events
  Time last_applied{};           // the clock at which its last event was applied
  Customer* customer = nullptr;  // nullptr: the call names none
  Agent* agent = nullptr;        // nullptr: it waits
  Queue* queue = nullptr;        // nullptr: the call names none
};

/// A call that an event touched, and in what.
struct Touched {
  CallIndex call;
  Delta delta;
};

struct Changes {
  std::vector<Touched> calls;
  bool ended = false;  // the event's own call ended: remove() it when all is decided
  CallIndex ended_call = 0;
  void clear() {
    calls.clear();
    ended = false;
  }
};

/// All that is known: calls in progress, customers and their contacts, agents, queues, incidents.
/// A fold over events in which each subject's facts are those of its events in order of time.
/// Deterministic; reads no clock.
class World {
 public:
  explicit World(Duration contacts_kept) : contacts_kept_(contacts_kept) {}
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// Folds the event in at clock `now`. Which calls it touched goes to `out` (in no order).
  void apply(const events::Event& event, Time now, Changes& out);
  /// Ends a call at `at` without an event.
  void end_by_silence(CallIndex call, Time at, Changes& out);
  /// Forgets an ended call but for its id: what comes later for it changes nothing.
  void remove(CallIndex call);

  const Call& call(CallIndex index) const { return *calls_[index]; }
  /// One past the greatest index in use: calls reuse those of removed ones.
  std::size_t call_slots() const { return calls_.size(); }
  bool alive(CallIndex index) const { return calls_[index] != nullptr; }
  /// -1: no such call in progress.
  std::int64_t find(std::string_view id) const;
  std::size_t live_calls() const { return by_id_.size(); }
  const Agent* agent(std::string_view id) const;

  /// The open incidents that affect the call, oldest first.
  template <class Visit>
  void visit_incidents(const Call& call, Visit visit) const {
    for (const Incident* incident : open_)
      if (affects(*incident, call)) visit(*incident);
  }
  Duration contacts_kept() const { return contacts_kept_; }

 private:
  struct StringHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  template <class T>
  using ById = std::unordered_map<std::string, T, StringHash, std::equal_to<>>;
  struct IdHash {
    std::uint64_t low, high;
    friend bool operator==(const IdHash&, const IdHash&) = default;
    friend std::size_t hash_value(const IdHash& id) { return id.low; }
  };

  static IdHash hash(std::string_view id);
  static bool affects(const Incident& incident, const Call& call);

  void apply_to_call(const events::Event& event, Time now, Changes& out);
  void apply_to_customer(const events::Event& event, Changes& out);
  void apply_to_agent(const events::Event& event, Changes& out);
  void apply_to_queue(const events::Event& event, Changes& out);
  void apply_to_incident(const events::Event& event, Changes& out);

  CallIndex start(const events::Event& first);
  void refold(Call& call, Time now, Delta& delta);
  /// Brings customer, agent and queue in line with the call's facts.
  void join(CallIndex index, Time now, Delta& delta);
  void join_customer(CallIndex index, Time now, Delta& delta);
  void join_agent(CallIndex index, Delta& delta);
  void join_queue(CallIndex index, Delta& delta);
  void leave(CallIndex index);
  bool counts(const Contact& contact, Time now) const;
  bool same_contacts(const Customer* before, const Customer* after, Time now) const;
  void add_contact(CallIndex index, Time at, Time now, Changes& out);
  std::vector<const Incident*> incidents_of(const Call& call) const;
  void sort_open();

  Duration contacts_kept_;
  std::vector<std::unique_ptr<Call>> calls_;
  std::vector<CallIndex> free_;
  ById<CallIndex> by_id_;
  boost::unordered_flat_set<IdHash> ended_;
  std::uint64_t calls_started_ = 0;
  std::uint64_t incident_events_ = 0;
  ById<Customer> customers_;
  ById<Agent> agents_;
  ById<Queue> queues_;
  ById<IncidentHistory> incidents_;
  std::vector<const Incident*> open_;  // oldest first
};

}  // namespace assist::facts
