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

  /// Fills a text; an expression that fails, or gives what cannot be written, leaves `?`.
  std::string fill(const rules::Text& text, rules::RuleIndex rule, Activation& facts, Time now);

  std::vector<std::uint64_t> errors;  // so far, by rule

 private:
  struct Truth {
    bool value;
    Time valid_until;
  };
  Truth evaluate(const rules::Rule& rule, rules::RuleIndex index, Activation& facts, Time now);
  Truth run(const cel::Program& program, rules::RuleIndex index, Activation& facts, Time now);

  cel::Arena arena_;
};

}  // namespace assist::engine
