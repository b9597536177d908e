#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "engine/decision.hpp"
#include "rules/rule_set.hpp"

/// What the engine knows of one call's rules at the present moment, as plain data: for those who
/// tell people why a rule holds or not. Nothing here points into the engine; the rules are kept
/// alive by Inspection::rules.
namespace assist::facts {
struct Call;
class World;
}  // namespace assist::facts

namespace assist::engine {

struct CallState;
struct Options;
struct Plan;
struct RaiseHistory;

/// A value as it is now, with all that it shows.
struct Seen {
  enum class Kind : std::uint8_t {
    nothing,  // null, or an attribute that is not there
    yes_no,
    number,
    text,
    length,
    moment,
    list,
    failed,  // `text` says why
    other    // `text` is how an expression writes it
  };
  Kind kind = Kind::nothing;
  bool yes = false;
  std::string text;    // of text; of a number its digits
  Duration length{0};  // of a length; `grows`: it runs on as time passes
  bool grows = false;
  Time moment{};
  std::vector<Seen> items;
};

/// A part of an expression; the whole comes first, a part before its own parts.
struct SeenPart {
  std::string source;
  std::string op;            // "&&", ">", "in", "!", a function's name; "" for names and literals
  std::int32_t parent = -1;  // its place in the list; -1: the whole
  bool constant = false;
  Seen value;
  Time until = kNever;  // the clock alone does not turn it before
};

/// A condition, or a part of one, with what it comes to.
struct SeenCondition {
  const rules::Condition* condition = nullptr;
  Seen value;                        // yes_no, or failed
  Time until = kNever;               // the clock alone does not turn it before
  std::optional<Seen> fact;          // of a leaf: what its fact is
  std::vector<SeenPart> expression;  // of a leaf or an expression
  std::vector<std::string> said;     // of its phrases, those that were said in the call
  std::vector<SeenCondition> parts;  // of all, any, none

  bool holds() const { return value.kind == Seen::Kind::yes_no && value.yes; }
};

/// A limit, and what was raised within it.
struct SeenLimit {
  enum class Per : std::uint8_t { call, customer, agent };
  Per per = Per::call;
  std::string who;  // the customer or agent; "": not known, the limit is not looked at
  rules::Limit limit;
  std::vector<Time> raised;  // episodes that count now, oldest first

  bool used_up() const { return raised.size() >= limit.count; }
};

/// What keeps a suggestion off the screen. The first that applies, in this order: what lasts, for
/// the call or the episode, comes before what another agent may bring.
enum class HeldBack : std::uint8_t {
  nothing,    // it stands
  situation,  // its rule does not hold
  share,      // the call is not in its rule's share
  per_call,   // limits, as they were when the suggestion was first due in this episode
  per_customer,
  cooldown,
  admission,          // one of these three, which can no longer be told
  used_or_dismissed,  // before, in this call; with `again` in this episode
  expired,
  expired_or_taken_off,  // with `again`: one of the two
  no_agent,
  per_agent,    // the limit, for the agent who has the call
  suppressed,   // outranked: `by` suppresses its step
  group,        // outranked: `by` is of its group and ranks higher
  max_visible,  // outranked: as many as fit stand already
};

/// An expression of a text that leaves a `?` in it.
struct SeenGap {
  std::string source;
  Seen value;  // failed, or of a kind that no text shows
};

struct SeenSuggestion {
  std::uint32_t suggestion = 0;  // in the rule
  HeldBack held_back = HeldBack::situation;
  std::string by;                 // of suppressed and group: the suggestion's name
  std::optional<Standing> shown;  // where it stands (of a shadow rule: would stand)
  std::vector<SeenGap> gaps;      // of the texts that it shows, as it would be filled now
};

struct SeenRule {
  rules::RuleIndex rule = 0;
  SeenCondition when;
  std::vector<SeenCondition> unless;  // in the order of the rule's
  std::optional<bool> active;         // where the rule says when it is
  Time active_until = kNever;         // `active` stays as it is until then

  bool condition = false;          // with `unless` and `active`, as the engine decided it
  std::optional<Time> true_since;  // of the condition
  // It holds from for_due on, if nothing else happens. Or else: time alone turns the condition
  // false at true_until, before its `for` is over.
  std::optional<Time> for_due, true_until;
  bool holds = false;  // the situation
  std::optional<Time> held_since;
  std::optional<Time> keep_until;  // it holds until then though the condition is false

  bool in_share = true;
  bool raised = false;    // in this episode
  bool admitted = false;  // in this episode limits and cooldown, once looked at, let it pass
  std::vector<SeenLimit> limits;
  std::optional<Time> cooldown_until;  // where it is later than now
  std::vector<SeenSuggestion> suggestions;
};

/// An open incident of which the call is not affected.
struct SeenIncident {
  std::string id, kind;
  std::vector<std::string> areas, services;
};

struct Inspection {
  std::shared_ptr<const rules::RuleSet> rules;
  Time now{};
  std::size_t max_visible = 0;
  std::string call, customer, agent, queue;  // "" where not known
  Time started_at{};
  std::string area, customer_area;      // "" where not known
  std::vector<std::string> products;    // of the customer
  std::vector<SeenIncident> elsewhere;  // open ones that do not affect the call, oldest first
  std::vector<SeenRule> by_rule;        // by rule index: also those that are off
};

/// Fills it from the engine's state at `now`, all decided. Evaluates every part of every condition:
/// milliseconds for a hundred rules. Engine::inspect() is the door.
Inspection inspect(const Plan& plan, const Options& options, const facts::World& world,
                   const facts::Call& call, const CallState& state,
                   const std::vector<RaiseHistory>& history, Time now);

}  // namespace assist::engine
