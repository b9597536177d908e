#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/archive.hpp"
#include "base/free_lists.hpp"
#include "base/prefetch.hpp"
#include "base/slots.hpp"
#include "base/time.hpp"
#include "events/duplicates.hpp"
#include "events/event.hpp"
#include "facts/call_facts.hpp"
#include "facts/call_log.hpp"
#include "facts/open_incidents.hpp"
#include "facts/phrases.hpp"
#include "facts/subjects.hpp"

namespace assist::facts {

/// A live call: its own facts, and who they join it to.
struct alignas(64) Call {
  Call() = default;
  /// What grows event by event is of `memory`.
  explicit Call(std::pmr::memory_resource* memory) : facts(memory), log(memory) {}

  // First, what deciding takes also where another's event touched the call: see prefetch_joined().
  AttributeText id;
  std::uint64_t order = 0;       // of arrival of its first event, over all calls
  Customer* customer = nullptr;  // nullptr: the call names none
  Agent* agent = nullptr;        // nullptr: it waits
  Queue* queue = nullptr;        // nullptr: the call names none
  Area* area = nullptr;          // nullptr: the call names none
  Area* home = nullptr;          // where the customer is; nullptr: not known
  Time last_applied{};           // the clock at which its last event was applied
  CallFacts facts;
  CallLog log;
  Time latest{};                                     // the greatest time of its events
  std::unique_ptr<std::vector<std::uint32_t>> said;  // phrases, see said_key(); nullptr: none
};

/// A phrase of Phrases, and who said it.
inline std::uint32_t said_key(std::uint32_t phrase, events::Speaker speaker) {
  return phrase << 1 | static_cast<std::uint32_t>(speaker);
}

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

  /// The phrases to look for in what is said; what was said so far is looked through at once.
  void listen_for(Phrases phrases);
  const Phrases& phrases() const { return phrases_; }

  /// Folds the event in at clock `now`. Which calls it touched goes to `out` (in no order).
  void apply(const events::Event& event, Time now, Changes& out);
  /// Ends a call at `at` without an event.
  void end_by_silence(CallIndex call, Time at, Changes& out);
  /// Forgets an ended call but for its id: what comes later for it changes nothing. `now`: the
  /// clock at its end.
  void remove(CallIndex call, Time now);

  const Call& call(CallIndex index) const { return calls_.at(index); }
  /// Asks for what finds the call that an event is about, which will come soon.
  void prefetch_place(const events::Event& event) const {
    by_id_.prefetch(event.subject_key);
    const auto type = event.type();
    if (type == events::EventType::call_started || type == events::EventType::call_ended)
      ended_.prefetch(event.subject_key);
  }
  /// Of an event with a subject_key. -1: there is no such call.
  std::int64_t find(const events::Event& event) const {
    const CallIndex* const at = by_id_.find(event.subject_key);
    return at == nullptr ? -1 : std::int64_t{*at};
  }
  /// Asks for a call's memory: its next event will be applied soon.
  void prefetch(CallIndex index) const { assist::prefetch_lines<sizeof(Call)>(&calls_.at(index)); }
  /// Of a call that another's event touches: who it is, and whom it is joined to. A miss is the
  /// dearest thing about such a call, and there may be thousands of them.
  void prefetch_joined(CallIndex index) const {
    constexpr std::ptrdiff_t kBytes = 128;
    const Call& call = calls_.at(index);
    assert(reinterpret_cast<const char*>(&call.facts.topic + 1) -
               reinterpret_cast<const char*>(&call) <=
           kBytes);
    assist::prefetch_lines<kBytes>(&call);
  }
  /// What a call's own memory, which is at hand by now, leads to.
  void prefetch_lists(CallIndex index) const {
    const Call& call = calls_.at(index);
    call.log.prefetch();
    assist::prefetch(call.facts.sentiments.data());
    call.facts.agent.prefetch();
    assist::prefetch(call.customer);
  }
  /// Likewise, of a call that another's event touches.
  void prefetch_joined_lists(CallIndex index) const {
    const Call& call = calls_.at(index);
    call.facts.agent.prefetch();
    if (open_.of_services()) assist::prefetch(call.customer);
  }
  /// What these, which are at hand by now, lead to.
  void prefetch_profile(CallIndex index) const {
    const Customer* const customer = calls_.at(index).customer;
    if (customer != nullptr && open_.of_services()) assist::prefetch(customer->profile.get());
  }
  /// One past the greatest index in use: calls reuse those of removed ones.
  std::size_t call_slots() const { return calls_.size(); }
  bool alive(CallIndex index) const { return index < calls_.size() && calls_[index] != nullptr; }
  /// -1: no such call in progress.
  std::int64_t find(std::string_view id) const;
  std::size_t live_calls() const { return live_calls_; }
  const Agent* agent(std::string_view id) const;

  /// True: the event would begin a call.
  bool starts_call(const events::Event& event) const;
  /// How many attributes its subject would have after the event, at most; 0 where it gives none. Of
  /// a late event, one that a later event took away is counted.
  std::size_t attributes_after(const events::Event& event) const;

  /// The open incidents that affect the call, oldest first.
  template <class Visit>
  void visit_incidents(const Call& call, Visit visit) const {
    open_.visit_in(call.area, call.home, [&](const Incident& incident) {
      if (serves(incident, call.customer)) visit(incident);
    });
  }
  /// All open incidents, also those that affect no call; oldest first.
  template <class Visit>
  void visit_open_incidents(Visit visit) const {
    for (const Incident* incident : open_.all()) visit(*incident);
  }
  Duration contacts_kept() const { return contacts_kept_; }
  void keep_contacts(Duration kept) { contacts_kept_ = kept; }

  /// The calls in progress, by the arrival of their first events: as save() writes them.
  std::vector<CallIndex> by_arrival() const;
  /// All that is known, but for the phrases.
  void save(ArchiveWriter& out) const;
  /// Takes it up again, into a world that knows nothing but the phrases. Where `in` says afterwards
  /// that it was wrong, this world is good for nothing.
  void load(ArchiveReader& in);
  Names& names() { return names_; }
  std::size_t customers() const { return customers_.size(); }
  std::size_t agents() const { return agents_.size(); }
  std::size_t queues() const { return queues_.size(); }
  std::size_t areas() const { return areas_.size(); }
  std::size_t incidents() const { return incidents_.size(); }
  /// How many events there were that tell of incidents.
  std::uint64_t incident_events() const { return incident_events_; }
  /// How long the log of a call ever was, in bytes.
  std::size_t longest_log() const { return longest_log_; }
  /// Of the call that the event is about; 0 where there is none.
  std::size_t log_bytes(const events::Event& event) const;

 private:
  friend struct Archive;
  /// Whether a customer has what the incident is an incident of.
  static bool serves(const Incident& incident, const Customer* customer) {
    return incident.services.empty() || has_one_of(incident.services, customer);
  }
  static bool has_one_of(const std::vector<Name>& services, const Customer* customer);

  struct IdHash {
    using is_transparent = void;
    using is_avalanching = void;
    std::size_t operator()(std::string_view id) const;
    template <class T>
    std::size_t operator()(const std::unique_ptr<T>& subject) const {
      return (*this)(subject->id.text());
    }
  };
  struct SameId {
    using is_transparent = void;
    template <class Id, class T>
    bool operator()(const Id& id, const std::unique_ptr<T>& subject) const {
      return subject->id == id;
    }
    template <class T>
    bool operator()(const std::unique_ptr<T>& a, const std::unique_ptr<T>& b) const {
      return a->id == b->id;
    }
  };
  /// Subjects stay where they are.
  template <class T>
  using ById = boost::unordered_flat_set<std::unique_ptr<T>, IdHash, SameId>;
  /// How long the id of a call that ended is known, and of how many calls.
  static constexpr events::Duplicates::Bounds kEndedKept{std::chrono::hours{24 * 7}, 4'000'000};

  /// So many subjects of a kind are kept whatever is known of them.
  static constexpr std::size_t kSweepMin = 4096;

  /// Contacts are kept for so much longer than they count.
  static constexpr Duration kContactsSlack = std::chrono::hours{24};

  void apply_to_call(const events::Event& event, Time now, Changes& out);
  void apply_to_customer(const events::Event& event, Changes& out);
  void apply_to_agent(const events::Event& event, Changes& out);
  void apply_to_queue(const events::Event& event, Changes& out);
  void apply_to_incident(const events::Event& event, Time now, Changes& out);

  CallIndex start(const events::Event& first, const events::Key& id);
  void refold(Call& call, Time now, Delta& delta);
  void listen(Call& call, events::Speaker speaker, std::string_view words, Delta& delta) const;
  void look_through(Call& call) const;
  /// Brings customer, agent, queue and area in line with the call's facts.
  void join(CallIndex index, Time now, Delta& delta);
  void join_customer(CallIndex index, Time now, Delta& delta);
  void join_agent(CallIndex index, Delta& delta);
  void join_queue(CallIndex index, Delta& delta);
  void join_area(CallIndex index);
  void join_home(CallIndex index);
  /// A call's places among the calls of these, so that it leaves them at once however many there
  /// are. Not with the call: another one's changes with it, which lies anywhere.
  struct Places {
    std::uint32_t in_customer = 0, in_agent = 0, in_queue = 0, in_area = 0, in_home = 0;
  };
  void enter(Calls& calls, CallIndex index, std::uint32_t Places::*place);
  void leave(Calls& calls, CallIndex index, std::uint32_t Places::*place);
  void leave(CallIndex index);
  void move_customer(Customer& customer);
  bool counts(const Contact& contact, Time now) const;
  bool still_kept(const Contact& contact, Time at) const;
  bool same_contacts(const Customer* before, const Customer* after, Time now) const;
  void add_contact(CallIndex index, Time at, Time now, Changes& out);
  /// The open incidents that affect the call, in the place of what `out` holds.
  void incidents_of(const Call& call, std::vector<const Incident*>& out) const;
  template <class Visit>
  void visit_calls_in(const Incident& incident, Visit visit) const;
  void prefetch_products(const Calls& calls, std::size_t at) const;
  void touch(CallIndex call, Delta delta, Changes& out);
  /// Made where there is none of the name yet.
  Area& area_of(const Name& name);
  std::vector<Area*> areas_of(const std::vector<Name>& names);
  void find_open();
  template <class T>
  void forget_idle(ById<T>& subjects, std::size_t& sweep_at);
  void forget_idle_subjects();
  void forget_incidents(Time now);
  void note_idle(Customer& customer, Time now);
  void forget_customers(Time now);

  Duration contacts_kept_;
  Names names_;  // before all that holds some
  FreeLists call_memory_;
  Slots<Call> calls_;
  std::vector<Places> places_;  // by call
  std::vector<CallIndex> free_;
  events::KeyTable<CallIndex, 150> by_id_;  // of those in progress
  events::Duplicates ended_{kEndedKept};    // ids
  std::size_t live_calls_ = 0;
  std::uint64_t calls_started_ = 0;
  std::uint64_t incident_events_ = 0;
  Phrases phrases_;
  ById<Customer> customers_;
  /// Customers without a call, since when: to be forgotten once nothing of them counts any more.
  struct Idle {
    Time since;
    Name id;
  };
  std::deque<Idle> idle_;
  ById<Agent> agents_;
  ById<Queue> queues_;
  ById<Area> areas_;
  std::unordered_map<std::string, IncidentHistory> incidents_;
  /// Once there are so many, those of whom nothing counts any more are forgotten: see forget.cpp.
  struct Sweeps {
    std::size_t agents = kSweepMin, queues = kSweepMin, areas = kSweepMin, incidents = kSweepMin;
  };
  Sweeps sweep_at_;
  OpenIncidents open_;
  std::vector<const Incident*> affected_before_, affected_after_;  // scratch of apply()
  CallLog::Scratch record_;                                        // likewise
  std::vector<std::uint32_t> touched_;  // by call: the pass of touch() in which it was
  std::uint32_t pass_ = 0;
  std::size_t longest_log_ = 0;
};

}  // namespace assist::facts
