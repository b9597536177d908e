#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "facts/subjects.hpp"

/// The naive model: what the contract says, written down a second time as plainly as it goes. It
/// knows all events that came so far and works everything out from them anew.
namespace assist::model {

/// An event as it was given, and the clock at which it is applied.
struct Event {
  std::string type, subject;
  Time time;
  Time clock;
  boost::json::object data;
  bool silence = false;  // none came: the call ends by itself
};

/// A length of time that may run.
struct Length {
  Duration before{0};         // all that ran earlier
  std::optional<Time> since;  // it runs since

  Duration at(Time now) const { return since && now > *since ? before + (now - *since) : before; }
};

struct Call {
  std::string id;
  std::size_t order = 0;  // of arrival of its first event
  std::optional<Time> ended;
  Time last_applied{};

  std::string customer, queue, area, topic, step, agent, channel = "voice", direction = "inbound";
  Time started_at{};
  std::optional<Time> answered_at;
  Length wait, hold, hold_total;
  int holds = 0, transfers = 0;
  bool resolved = false;
  std::vector<double> sentiments;  // all of them
  boost::json::object attributes;

  struct Seen {
    std::string type;
    Time time;
  };
  std::vector<Seen> events;                                         // in the order of arrival
  std::vector<std::vector<std::string>> customer_said, agent_said;  // the words of each utterance

  bool on_hold() const { return hold.since.has_value(); }
  Duration age(Time now) const { return std::max(Duration{0}, now - started_at); }
  Duration talk(Time now) const {
    return answered_at ? std::max(Duration{0}, now - *answered_at) : Duration{0};
  }
};

struct Customer {
  std::string area, tier;
  std::vector<std::string> products;
  boost::json::object attributes;
  std::vector<facts::Contact> contacts;  // newest first; plain data, as expressions see it
};
struct Agent {
  std::string name, team, tier;
  boost::json::object attributes;
};
struct Queue {
  std::int64_t waiting = 0;
  Duration longest_wait{0};
};

/// All that is known after some events.
struct World {
  std::map<std::string, Call> calls;  // ended ones too
  std::map<std::string, Customer> customers;
  std::map<std::string, Agent> agents;
  std::map<std::string, Queue> queues;
  std::vector<facts::Incident> incidents;  // open ones, oldest first

  /// Of calls in progress, by their first event.
  std::vector<const Call*> live() const;
  std::vector<const facts::Incident*> incidents_of(const Call& call) const;
  const Customer& customer_of(const Call& call) const;
  const Agent& agent_of(const Call& call) const;
  const Queue& queue_of(const Call& call) const;
};

/// Works out the world from all events, which stand in the order of arrival.
World world_after(const std::vector<Event>& events);

/// The words of what was said, in small letters (ASCII).
std::vector<std::string> words(std::string_view text);

}  // namespace assist::model
