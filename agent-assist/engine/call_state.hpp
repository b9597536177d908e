#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "engine/decision.hpp"
#include "engine/plan.hpp"

namespace assist::engine {

/// One stretch in which a situation holds for a call, as far as its suggestions go.
struct Episode {
  bool looked_at = false;  // limit and cooldown, when a suggestion was first due
  bool admitted = false;   // what came of it, for the rest of the episode
  bool raised = false;     // a suggestion was: counts for per_call and per_customer
  struct Gate {
    std::string agent;
    bool open = false;
    bool counted = false;  // for per_agent
  };
  std::vector<Gate> gates;  // the agents who had the call meanwhile
  std::vector<bool> off;    // suggestions that expired, or were used or dismissed with `again`
};

/// What a rule did earlier in a call.
struct Past {
  std::vector<Time> raised;        // episodes, for per_call
  std::optional<Time> last_ended;  // the last episode in which it was raised, for cooldown
  std::vector<bool> off;           // suggestions that were used or dismissed
};

/// A rule's situation for one call.
struct RuleState {
  rules::RuleIndex rule;
  bool truth = false;              // the condition, with `unless` and `active`
  bool holds = false;              // the situation
  Time valid_until = Time::min();  // truth stays until then; min: not looked at yet
  Time true_since{};               // the clock at which truth was seen
  Time held_since{};
  std::unique_ptr<Episode> episode;  // while it holds and a suggestion was due
  std::unique_ptr<Past> past;        // once it was raised

  /// The next moment at which the clock alone may change it.
  Time due(const rules::Rule& of) const {
    if (!holds) return truth ? std::min(valid_until, true_since + of.for_) : valid_until;
    // It ends when the condition is false and it has held for keep_for; until then the condition
    // may come true again.
    return truth ? valid_until : std::min(valid_until, held_since + of.keep_for);
  }
};

/// A suggestion that stands, or a shadow one that would.
struct StandingEntry {
  rules::RuleIndex rule;
  std::uint32_t suggestion;
  std::uint32_t rank;
  std::shared_ptr<const Standing> shown;
  Reason leaving = Reason::none;  // used, dismissed or rule_changed: it leaves when next decided
};

/// All that the engine keeps of a call beside its facts.
struct CallState {
  std::uint64_t order = 0;
  std::vector<RuleState> rules;         // in the plan's order
  std::vector<StandingEntry> standing;  // in order of ranking
  std::string agent;                    // with whom the suggestions stand
  std::uint32_t raises = 0;             // so far, for ids
  std::uint32_t share = 0;              // the call's place among a million, for `share`
  Time scheduled = kNever;              // the earliest moment at which Timers hold it
};

}  // namespace assist::engine
