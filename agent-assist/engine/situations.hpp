#pragma once

#include <cstdint>
#include <vector>

#include "engine/call_state.hpp"
#include "facts/activation.hpp"

namespace assist::engine {

/// A call's facts, with the situations as they were decided so far and the rule set's lists.
class Activation final : public facts::CallActivation {
 public:
  Activation(const facts::World& world, const facts::Call& call, const Plan& plan,
             const CallState& state)
      : CallActivation(world, call), plan_(plan), state_(state) {}

  cel::Value load(std::uint32_t slot, cel::Run& run) override;
  bool holds(rules::RuleIndex rule) const;

 private:
  const Plan& plan_;
  const CallState& state_;
};

/// What decides situations, and counts the errors on the way.
class Situations {
 public:
  /// Decides every rule of the call that may have changed, each after those it reads. `touched`:
  /// the facts that did. The rules whose situation thereby turned go to `turned`, sorted.
  void decide(const Plan& plan, CallState& state, Activation& facts, facts::FactMask touched,
              Time now, std::vector<rules::RuleIndex>& turned);

  /// Fills a text, behind what `out` holds; an expression that fails, or gives what cannot be
  /// written, leaves `?`.
  void fill(const rules::Text& text, rules::RuleIndex rule, Activation& facts, Time now,
            std::string& out);

  /// Of rules that wait for a length of the call to grow: the next moment at which one has waited
  /// long enough. It changes with the lengths that they wait for, and once it has come.
  static Time next_waited(const Plan& plan, const facts::CallFacts& facts, Time now);

  std::vector<std::uint64_t> errors;  // so far, by rule

 private:
  struct Known {
    std::uint64_t pass = 0;  // in which it was found out
    Verdict verdict{};
  };
  /// What a pass over a call works with.
  struct Pass {
    const Plan& plan;
    CallState& state;
    Activation& facts;
    facts::FactMask touched;
    Time now;
    std::vector<rules::RuleIndex>& turned;
  };

  void collect(const Pass& pass);
  void collect_waiting(const Pass& pass);
  void collect_readers(const Pass& pass, std::size_t from, bool holds);
  /// A rule to look at.
  struct Work {
    Position position;
    bool found;  // by its key: the call meets it
    /// By position; of one, as found by its key first.
    friend bool operator<(const Work& a, const Work& b) {
      return a.position != b.position ? a.position < b.position : a.found && !b.found;
    }
  };
  void decide_rule(const Pass& pass, Work work, std::size_t at);
  bool stale(const Pass& pass, const RulePlan& rule, const RuleState& state) const;
  Verdict evaluate(const Pass& pass, const RulePlan& rule, bool found);
  Verdict all(const Pass& pass, std::uint32_t begin, std::uint32_t end);
  Verdict condition(const Pass& pass, std::uint32_t number);

  cel::Arena arena_;
  Index::Scratch placing_;
  std::uint64_t pass_ = 0;
  std::vector<Known> known_;  // by condition, of the present pass
  std::vector<Work> work_;    // in order of position
};

}  // namespace assist::engine
