#pragma once

#include "rules/condition.hpp"

namespace assist::rules {

/// Warns of the parts of a rule's condition, which was read, that can never hold or always do,
/// whatever happens: `call.queue: billing` beside `call.queue: retention`. `unless` may be nullptr.
void warn_of_vacuous(Reader& reader, const yaml::Node& when, const yaml::Node* unless,
                     const Rule& rule, const Names& names);

}  // namespace assist::rules
