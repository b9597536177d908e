#pragma once

#include "engine/random/pair.hpp"
#include "engine/random/random.hpp"

namespace assist::random {

/// A rule that may read the situations named.
RuleText random_rule(Random& random, const std::string& id,
                     const std::vector<std::string>& situations);
RuleTexts random_rules(Random& random);
/// What a supervisor may make of a set.
RuleTexts mutated(Random& random, const RuleTexts& rules);

}  // namespace assist::random
