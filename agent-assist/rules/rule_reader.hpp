#pragma once

#include "rules/condition.hpp"

namespace assist::rules {

/// Reads one entry of `rules`. Indexes of rules are those of `names`. What is wrong is reported;
/// nullopt then.
std::optional<Rule> read_rule(Reader& reader, const yaml::Node& node, const Names& names);

/// Reads `suggest` of the rule into it.
bool read_suggestions(Reader& reader, const yaml::Node& node, Rule& rule, const Names& names);

/// Reads `active`.
std::optional<Active> read_active(Reader& reader, const yaml::Node& node);

/// See Rule::fingerprint. `lists`: what the rule's conditions and texts name of them is looked for.
std::string fingerprint(const Rule& rule, const Names& names, const std::string& active);

/// `active` in one form, for the fingerprint.
std::string describe(const Active::Spec& spec);

}  // namespace assist::rules
