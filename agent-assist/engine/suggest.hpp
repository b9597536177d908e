#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/call_state.hpp"
#include "engine/engine.hpp"
#include "engine/limits.hpp"
#include "engine/situations.hpp"

namespace assist::engine {

/// Raised episodes of each rule (by index), by customer and by agent.
struct RaiseHistory {
  RaiseCounts customers, agents;
};

/// What makes the engine look at a call. Only events change texts; only a reload changes the
/// ranking of what stands.
enum class Trigger : std::uint8_t { event, reload, other };  // other: the clock, or feedback

/// What decides which suggestions of a call stand.
class Suggester {
 public:
  Suggester(const Plan& plan, const Options& options, std::vector<RaiseHistory>& history,
            Situations& situations)
      : plan_(plan), options_(options), history_(history), situations_(situations) {}

  /// What made this look at the call necessary.
  struct Cause {
    Time now;
    Trigger by;
    facts::FactMask changed;                // facts with another value than just before
    std::vector<rules::RuleIndex>& turned;  // situations that turned, sorted

    bool by_event() const { return by == Trigger::event; }
  };

  /// Whether decide() could change anything. Most events change nothing of what stands.
  bool idle(const facts::Call& call, const CallState& state, const Cause& cause) const;
  /// Brings what stands for a live call in line with its situations, and tells of each change.
  void decide(const facts::Call& call, CallState& state, Activation& facts, const Cause& cause,
              std::vector<Decision>& out);
  /// Withdraws all that stands: the call ended.
  void end(CallState& state, Time now, bool by_event, std::vector<Decision>& out);

 private:
  /// A suggestion that is due, and what came of it in the ranking.
  struct Due {
    std::uint32_t rank;
    RuleState* state;
    std::uint32_t suggestion;
    bool stands = false;
    std::string outranked_by;
  };

  std::vector<Due> due(const facts::Call& call, CallState& state, Time now);
  bool admits(const facts::Call& call, RuleState& state, Time now);
  void rank(std::vector<Due>& due) const;
  void rank_live(std::vector<Due>& due, const RuleState* shadow) const;
  void expire(CallState& state, Time now);
  void withdraw(CallState& state, const facts::Call& call, const std::vector<Due>& due,
                const Cause& cause, std::vector<Decision>& out);
  Reason reason(const StandingEntry& entry, const facts::Call& call, CallState& state,
                const std::vector<Due>& due, std::string& outranked_by) const;
  void raise(CallState& state, const facts::Call& call, Activation& facts, const Due& due,
             const Cause& cause, std::vector<Decision>& out);
  void count(const facts::Call& call, RuleState& state, Time now);
  bool stale_texts(const StandingEntry& entry, const Cause& cause) const;
  void refill(StandingEntry& entry, Activation& facts, const Cause& cause,
              std::vector<Decision>& out);
  void fill_texts(Standing& shown, const rules::Suggestion& from, rules::RuleIndex rule,
                  Activation& facts, Time now);
  Decision decision(Action action, const StandingEntry& entry, Time now, bool by_event) const;

  const Plan& plan_;
  const Options& options_;
  std::vector<RaiseHistory>& history_;
  Situations& situations_;
};

/// A suggestion's id: 26 characters that follow from the call, the suggestion's name and how many
/// were raised for the call before it.
std::string suggestion_id(std::string_view call, std::string_view name, std::uint32_t raises);

}  // namespace assist::engine
