#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rules/rule_set.hpp"

namespace assist::engine {

/// What the engine looks up of a rule set, worked out once when it is taken in.
struct Plan {
  explicit Plan(std::shared_ptr<const rules::RuleSet> set);

  std::shared_ptr<const rules::RuleSet> set;
  /// The rules that are not off, each after those whose situation it reads.
  std::vector<rules::RuleIndex> order;
  /// Where a rule stands in `order`; kOff for one that is off.
  std::vector<std::uint32_t> position;
  /// Where a suggestion stands in the ranking, by rule and suggestion.
  std::vector<std::vector<std::uint32_t>> rank;
  /// What a suggestion's texts read, by rule and suggestion.
  struct TextReads {
    facts::FactMask facts = 0;
    std::vector<rules::RuleIndex> situations;  // sorted
  };
  std::vector<std::vector<TextReads>> text_reads;
  std::map<std::string_view, rules::RuleIndex> by_id;

  static constexpr std::uint32_t kOff = UINT32_MAX;
  const rules::Rule& rule(rules::RuleIndex index) const { return set->rules[index]; }
};

}  // namespace assist::engine
