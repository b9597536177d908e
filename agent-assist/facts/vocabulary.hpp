#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cel/cel.hpp"

namespace assist::facts {

/// The types of facts, as the contract's table names them.
enum class FactType : std::uint8_t {
  string,
  boolean,
  integer,
  number,  // double
  duration,
  timestamp,
  texts,       // list(string)
  numbers,     // list(double)
  attributes,  // map(string, dyn)
  contacts,    // list(contact)
  incidents,   // list(incident)
};

/// Everything a condition can read of a call. The list stands once: name, name in expressions,
/// type. The number of a fact is its slot in programs, and its bit in a FactMask.
#define ASSIST_FACTS(X)                                     \
  X(call_id, "call.id", string)                             \
  X(call_queue, "call.queue", string)                       \
  X(call_channel, "call.channel", string)                   \
  X(call_direction, "call.direction", string)               \
  X(call_area, "call.area", string)                         \
  X(call_topic, "call.topic", string)                       \
  X(call_step, "call.step", string)                         \
  X(call_agent, "call.agent", string)                       \
  X(call_agent_name, "call.agent_name", string)             \
  X(call_started_at, "call.started_at", timestamp)          \
  X(call_age, "call.age", duration)                         \
  X(call_wait, "call.wait", duration)                       \
  X(call_answered, "call.answered", boolean)                \
  X(call_on_hold, "call.on_hold", boolean)                  \
  X(call_resolved, "call.resolved", boolean)                \
  X(call_talk, "call.talk", duration)                       \
  X(call_hold, "call.hold", duration)                       \
  X(call_hold_total, "call.hold_total", duration)           \
  X(call_holds, "call.holds", integer)                      \
  X(call_transfers, "call.transfers", integer)              \
  X(call_sentiment, "call.sentiment", number)               \
  X(call_sentiments, "call.sentiments", numbers)            \
  X(call_attributes, "call.attributes", attributes)         \
  X(customer_id, "customer.id", string)                     \
  X(customer_area, "customer.area", string)                 \
  X(customer_tier, "customer.tier", string)                 \
  X(customer_products, "customer.products", texts)          \
  X(customer_contacts, "customer.contacts", contacts)       \
  X(customer_attributes, "customer.attributes", attributes) \
  X(agent_id, "agent.id", string)                           \
  X(agent_name, "agent.name", string)                       \
  X(agent_team, "agent.team", string)                       \
  X(agent_tier, "agent.tier", string)                       \
  X(agent_attributes, "agent.attributes", attributes)       \
  X(queue_name, "queue.name", string)                       \
  X(queue_waiting, "queue.waiting", integer)                \
  X(queue_longest_wait, "queue.longest_wait", duration)     \
  X(incidents, "incidents", incidents)                      \
  /* read through functions only: */                        \
  X(call_events, "", integer)    /* events_within() */      \
  X(customer_words, "", boolean) /* customer_said() */      \
  X(agent_words, "", boolean)    /* agent_said() */

enum class Fact : std::uint32_t {
#define ASSIST_X(id, name, type) id,
  ASSIST_FACTS(ASSIST_X)
#undef ASSIST_X
};

struct FactInfo {
  Fact fact;
  std::string_view name;  // "" where only functions read it
  FactType type;
};

inline constexpr FactInfo kFacts[] = {
#define ASSIST_X(id, name, type) {Fact::id, name, FactType::type},
    ASSIST_FACTS(ASSIST_X)
#undef ASSIST_X
};
inline constexpr std::size_t kFactCount = std::size(kFacts);

/// A set of facts, a bit each.
using FactMask = std::uint64_t;
static_assert(kFactCount <= 64);
constexpr FactMask bit(Fact fact) { return FactMask{1} << static_cast<std::uint32_t>(fact); }
/// Beside the facts, what conditions alone tell apart: which events of a call came (one bit a type,
/// behind the facts), and which of the phrases that rules listen for were said.
inline constexpr std::uint32_t kEventBits = kFactCount;
inline constexpr std::uint32_t kCallEventTypes = 11;
constexpr FactMask event_bit(std::uint32_t call_event_type) {
  return FactMask{1} << (kEventBits + call_event_type);
}
inline constexpr FactMask kCustomerPhrases = FactMask{1} << (kEventBits + kCallEventTypes);
inline constexpr FactMask kAgentPhrases = kCustomerPhrases << 1;
inline constexpr FactMask kAllFacts = (kAgentPhrases << 1) - 1;
static_assert(kEventBits + kCallEventTypes + 2 <= 62, "the engine has two bits of its own");

/// Slots of programs: facts first, then situations (by rule index), then lists (by their order).
inline constexpr std::uint32_t kSituationSlots = 1u << 16;
inline constexpr std::uint32_t kListSlots = 1u << 28;

/// The functions of the contract beside CEL's own; the number is the program's function id.
enum class Function : std::uint32_t {
  affected_by,      // (string) -> bool
  incident,         // (string) -> incident
  contacts_within,  // (duration), (duration, string) -> int
  events_within,    // (string, duration) -> int
  customer_said,    // (string, ...) -> bool
  agent_said,       // (string, ...) -> bool
};

/// The record types of customer.contacts and incidents.
const cel::StructType& contact_type();
const cel::StructType& incident_type();

/// Declares into `env` all names and functions of the contract but `situation.*` and `lists.*`,
/// which a rule set adds itself (slots above). `open_attributes` has no bearing here: attributes
/// are map(string, dyn), and the rule loader checks declared names.
void declare_vocabulary(cel::Env& env);

/// The facts that a program reads, those behind its functions included.
FactMask facts_read(const cel::Program& program);

/// What must change for a program to come to something else: its facts, of those behind functions
/// with constant arguments only what these ask for.
FactMask triggers_of(const cel::Program& program);

}  // namespace assist::facts
