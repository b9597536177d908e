#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rules/rule_set.hpp"

namespace assist::rules {

/// A rule file as it was read: no I/O here.
struct SourceFile {
  std::string path;  // as errors name it
  std::string name;  // path below the rules directory: the order of ranking
  std::string text;
};

/// A declared attribute (config/attributes.yaml).
struct AttributeSpec {
  std::string subject;  // "call", "customer" or "agent"
  std::string name;
  facts::FactType type;
  std::vector<std::string> allowed;  // empty: any
  std::string unit, label;
};

/// What the config says that bears on rules.
struct LoadOptions {
  std::optional<std::set<std::string>> steps;  // of the script; nullopt: any step name will do
  bool attributes_open = true;                 // undeclared attributes are dyn; else an error
  std::vector<AttributeSpec> attributes;
  bool warnings = false;  // whether they are asked for: looking for them takes a fifth of the time
};

/// A rule set, or all that is wrong (then `rules` is null). Ordered by file name, line, column.
struct Loaded {
  std::shared_ptr<const RuleSet> rules;
  Diagnostics errors;
  Diagnostics warnings;  // what can be taken, and does not what whoever wrote it must believe
};

/// Reads, checks and compiles a whole set (contract, section 4). Never throws; no I/O.
Loaded load(std::vector<SourceFile> files, const LoadOptions& options);

/// What is wrong in those files of a set that could be read, where others could not: a rule or a
/// list that none of these has may stand in one of those, and is no error. `rules` is null.
Loaded load_beside_unreadable(std::vector<SourceFile> files, const LoadOptions& options);

}  // namespace assist::rules
