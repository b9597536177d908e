#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "base/time.hpp"
#include "events/json.hpp"
#include "events/key.hpp"

namespace assist::events {

/// The event types of the contract, section 1. The list stands once: type, name on the wire, and
/// the struct of its data. The order is that of `Data`'s alternatives.
#define ASSIST_EVENT_TYPES(X)                              \
  X(call_started, "call.started", CallStarted)             \
  X(call_queued, "call.queued", CallQueued)                \
  X(call_answered, "call.answered", CallAnswered)          \
  X(call_held, "call.held", CallHeld)                      \
  X(call_resumed, "call.resumed", CallResumed)             \
  X(call_transferred, "call.transferred", CallTransferred) \
  X(call_step, "call.step", CallStep)                      \
  X(call_said, "call.said", CallSaid)                      \
  X(call_sentiment, "call.sentiment", CallSentiment)       \
  X(call_updated, "call.updated", CallUpdated)             \
  X(call_ended, "call.ended", CallEnded)                   \
  X(customer_updated, "customer.updated", CustomerUpdated) \
  X(agent_updated, "agent.updated", AgentUpdated)          \
  X(queue_updated, "queue.updated", QueueUpdated)          \
  X(incident_opened, "incident.opened", IncidentOpened)    \
  X(incident_updated, "incident.updated", IncidentUpdated) \
  X(incident_resolved, "incident.resolved", IncidentResolved)

enum class EventType : std::uint8_t {
#define ASSIST_X(type, name, data) type,
  ASSIST_EVENT_TYPES(ASSIST_X)
#undef ASSIST_X
};

inline constexpr std::string_view kEventTypeNames[] = {
#define ASSIST_X(type, name, data) name,
    ASSIST_EVENT_TYPES(ASSIST_X)
#undef ASSIST_X
};
inline constexpr std::size_t kEventTypeCount = std::size(kEventTypeNames);

constexpr std::string_view name_of(EventType type) {
  return kEventTypeNames[static_cast<std::size_t>(type)];
}
std::optional<EventType> event_type(std::string_view name);

enum class Speaker : std::uint8_t { customer, agent };

/// A member that may be left out. What is left out, or null, leaves a fact as it was.
using Text = std::optional<std::string_view>;
using Texts = std::optional<std::span<const std::string_view>>;
/// A JSON object, or nothing. In `*.updated` it is a merge patch (RFC 7396).
using Attributes = std::optional<JsonObject>;

struct CallStarted {
  Text customer, queue, channel, direction, area, topic;
  Attributes attributes;
};
struct CallQueued {
  std::string_view queue;
};
struct CallAnswered {
  std::string_view agent;
};
struct CallHeld {};
struct CallResumed {};
struct CallTransferred {
  Text agent, queue;
};
struct CallStep {
  std::string_view step;
};
struct CallSaid {
  Speaker speaker;
  std::string_view text;
};
struct CallSentiment {
  double score;
};
struct CallUpdated {
  Attributes attributes;
  Text topic, area, customer;
  std::optional<bool> resolved;
};
struct CallEnded {
  Text reason;
  std::optional<bool> resolved;
};
struct CustomerUpdated {
  Text area, tier;
  Texts products;
  Attributes attributes;
};
struct AgentUpdated {
  Text name, team, tier;
  Attributes attributes;
};
struct QueueUpdated {
  std::optional<std::int64_t> waiting;
  std::optional<Duration> longest_wait;
};
struct IncidentChange {
  Text kind, summary;
  Texts areas, services;
  std::optional<Time> eta;
};
struct IncidentOpened : IncidentChange {};   // kind is always given
struct IncidentUpdated : IncidentChange {};  // kind may be left out
struct IncidentResolved {};

using Data =
    std::variant<CallStarted, CallQueued, CallAnswered, CallHeld, CallResumed, CallTransferred,
                 CallStep, CallSaid, CallSentiment, CallUpdated, CallEnded, CustomerUpdated,
                 AgentUpdated, QueueUpdated, IncidentOpened, IncidentUpdated, IncidentResolved>;

/// One event that was accepted. All views point into the batch (or log) that it came from.
struct Event {
  std::string_view id;
  std::string_view source;
  std::string_view subject;  // call, customer, agent, queue or incident id, as the type says
  /// The event's own time; that of receipt where it gave none or one too far ahead (settle_time).
  Time time;
  bool has_time = false;  // false: the event gave no time
  /// The clock at which it is applied. Set by whoever receives it.
  Time received_at;
  Data data{std::in_place_type<CallHeld>};  // to begin with one that holds nothing
  /// The event as one JSON text, as it is journalled. Empty for events folded from a call's log.
  std::string_view raw;
  /// Of `source` and `id`, and of `subject`, worked out by who decoded it; empty: by nobody yet.
  Key key, subject_key;

  Key known_key() const { return key.empty() ? key_of(source, id) : key; }
  Key known_subject_key() const { return subject_key.empty() ? key_of(subject) : subject_key; }
  EventType type() const { return static_cast<EventType>(data.index()); }
  bool about_call() const { return type() <= EventType::call_ended; }
};

/// A live `time` further ahead of the clock than this counts as the time of receipt.
inline constexpr Duration kFutureLimit = std::chrono::seconds{5};

/// Sets `received_at`, and `time` where the event gave none or, live, one too far in the future.
void settle_time(Event& event, Time received_at);

}  // namespace assist::events
