#pragma once

#include "rules/fields.hpp"
#include "rules/rule_reader.hpp"

namespace assist::rules {

/// Warns of what a rule has and what comes to nothing: a share of no call, a limit where there is
/// nothing to hold back. `fields`: of the rule, which was read.
void warn_of_idle_keys(Reader& reader, Fields& fields, const Rule& rule);

/// Warns of each place in the rule's conditions that names the situation of a rule that is off.
/// `node`: of the rule; `rules`: of the set, by index, but those that are wrong.
void warn_of_situations_off(Reader& reader, const yaml::Node& node, const Rule& rule,
                            const std::vector<std::optional<Rule>>& rules);

}  // namespace assist::rules
