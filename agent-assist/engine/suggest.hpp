#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/call_state.hpp"
#include "engine/engine.hpp"
#include "engine/limits.hpp"
#include "engine/shown.hpp"
#include "engine/situations.hpp"

namespace assist::engine {

/// Raised episodes of each rule (by index), by customer and by agent.
struct RaiseHistory {
  RaiseCounts customers, agents;
};

/// What decides which suggestions of a call stand.
class Suggester {
 public:
  /// A suggestion that is due, and what came of it in the ranking.
  struct Due {
    std::uint32_t rank;
    std::uint32_t suggestion;
    RuleState* state;
    const SuggestionPlan* plan;
    bool live;
    bool stands = false;
    std::string_view outranked_by;
  };
  /// A step or group that a suggestion took.
  struct Claim {
    std::string_view name, by;
  };
  /// Memory to work in, from call to call.
  struct Scratch {
    std::vector<Due> due;  // in order of ranking
    std::vector<Claim> suppressed, groups;
    std::vector<const RuleState*> shadows;
    std::vector<Outranked> outranked;
    /// Live suggestions that were raised, since it was last emptied.
    struct Raised {
      events::Key id;
      rules::RuleIndex rule;
      std::uint32_t suggestion;
    };
    std::vector<Raised> raised;
    /// Of the call at hand, what a reload takes from it with its rule, as it stood.
    std::vector<Standing> gone;
    /// Texts that read nothing of a call but its incidents, as they were filled at one moment: an
    /// incident touches thousands of calls alike.
    struct Filled {
      rules::RuleIndex rule;
      std::uint32_t suggestion;
      facts::CallActivation::Incidents incidents;
      Texts texts;
      std::uint64_t errors;
    };
    std::vector<Filled> filled;
    Time filled_at{};                // the moment
    std::uint64_t filled_after = 0;  // so many events that tell of incidents
    std::size_t filled_next = 0;     // the place of the next one, once there are many
  };

  Suggester(const Plan& plan, const Options& options, std::vector<RaiseHistory>& history,
            Situations& situations, Scratch& scratch)
      : plan_(plan),
        options_(options),
        history_(history),
        situations_(situations),
        scratch_(scratch) {}

  /// What made this look at the call necessary.
  struct Cause {
    Time now;
    Trigger by;
    facts::FactMask changed;                // facts with another value than just before
    std::vector<rules::RuleIndex>& turned;  // situations that turned, sorted

    bool by_event() const { return by == Trigger::event; }
  };

  /// Whether decide() would change nothing, as of most events: it need not be made then.
  static bool idle(const Plan& plan, const facts::Call& call, const CallState& state,
                   const Cause& cause);
  /// Brings what stands for a live call in line with its situations, and tells of each change.
  void decide(const facts::Call& call, CallState& state, Activation& facts, const Cause& cause,
              Effects& out);
  /// Withdraws all that stands: the call ended.
  void end(const facts::Call& call, CallState& state, const Cause& cause, Effects& out);

 private:
  void collect_due(const facts::Call& call, CallState& state, const Cause& cause, Effects& out);
  bool admits(const facts::Call& call, RuleState& state, const RulePlan& rule, const Cause& cause,
              Effects& out);
  std::optional<Hold> refusal(const facts::Call& call, const RuleState& state, Time now) const;
  /// `outranked`: the suggestion that was; nullptr: the whole rule is held back.
  void tell_held(const facts::Call& call, const RuleState& state, Hold why, const Cause& cause,
                 Effects& out, const Due* outranked = nullptr) const;
  void tell_outranked(const facts::Call& call, CallState& state, const Cause& cause,
                      Effects& out) const;
  bool rank();
  void rank_shadows();
  void rank_live(const RuleState* shadow);
  void expire(CallState& state, Time now);
  void withdraw(CallState& state, const facts::Call& call, const Cause& cause, Effects& out);
  Reason reason(const StandingEntry& entry, const facts::Call& call, const CallState& state,
                std::string_view& outranked_by) const;
  void raise(CallState& state, const facts::Call& call, Activation& facts, const Due& due,
             const Cause& cause, Effects& out);
  void count(const facts::Call& call, RuleState& state, const RulePlan& plan, bool first, Time now);
  static bool stale_texts(const Plan& plan, const StandingEntry& entry, const Cause& cause);
  void refill(StandingEntry& entry, const CallState& state, Activation& facts, const Cause& cause,
              Effects& out);
  /// Of a suggestion some of whose texts have expressions.
  Texts fill_texts(const StandingEntry& entry, Activation& facts, Time now);
  Texts fill_anew(const StandingEntry& entry, Activation& facts, Time now);
  Decision& tell(Action action, const StandingEntry& entry, const facts::Call& call,
                 const facts::Name& agent, const Cause& cause, Effects& out) const;

  const Plan& plan_;
  const Options& options_;
  std::vector<RaiseHistory>& history_;
  Situations& situations_;
  Scratch& scratch_;
};

}  // namespace assist::engine
