#pragma once

#include <string_view>

#include "cel/cel.hpp"
#include "engine/inspect.hpp"

namespace assist::engine {

/// Evaluates conditions part by part, for people who ask why. Each expression is compiled anew,
/// beside the rule's own program: nothing of this costs the engine anything while nobody asks.
class ConditionInspector {
 public:
  /// `started_at`: of the call, before which no length of it began.
  ConditionInspector(cel::Activation& facts, Time started_at, Time now)
      : facts_(facts), started_at_(started_at), now_(now) {}

  /// `beside`: the program that `condition` is a part of, or the whole of.
  SeenCondition inspect(const rules::Condition& condition, const cel::Program& beside);
  Seen seen(const cel::Value& value);

 private:
  SeenCondition group(const rules::Condition& condition, const cel::Program& beside);
  std::optional<Seen> fact(std::string_view name, const cel::Program& beside);
  std::vector<SeenPart> parts_of(const cel::Program& program);
  std::vector<std::string> said(const std::vector<SeenPart>& parts, const cel::Program& beside);
  Seen value_of(const std::string& source, const cel::Program& beside);
  Time until(const cel::Outcome& outcome) const;

  cel::Activation& facts_;
  Time started_at_, now_;
  cel::Arena arena_;
};

}  // namespace assist::engine
