#pragma once

#include <vector>

#include "rules/reader.hpp"
#include "trials/rule_test.hpp"

namespace assist::trials {

/// Reads the tests of a file. What is wrong is reported; a test that something is wrong with is
/// marked as broken. nullopt: the file as a whole cannot be read. `rules`: nullptr where nobody
/// knows them; then any name of a rule, a suggestion or a step will do.
std::optional<std::vector<RuleTest>> read_rule_tests(rules::Reader& reader,
                                                     const rules::yaml::Node& root,
                                                     const rules::RuleSet* rules,
                                                     const rules::LoadOptions& names);

/// Where in the file the member of an event stands that `pointer` ("/data/agent") names.
std::size_t find_member(const rules::yaml::Node& root, std::size_t event, std::string_view pointer);

}  // namespace assist::trials
