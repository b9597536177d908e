#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "config/settings.hpp"
#include "rules/rule_set.hpp"

namespace assist::commands {

/// A rules directory as the commands take it: with the settings that go with it.
struct RulesFrom {
  std::shared_ptr<const rules::RuleSet> rules;  // null: it failed
  config::Settings settings;                    // the defaults where they are wrong
  Diagnostics errors;
  Diagnostics warnings;
  int exit_code = 0;  // 1: what is in a file is bad; 2: it cannot be read
};

/// Loads files that are taken whole or not at all, with the settings (`config`, or "" for the usual
/// place beside `dir`). Tells nothing; `errors` has all that is wrong, what cannot be read
/// included.
RulesFrom load_set(config::RuleFiles files, const std::filesystem::path& dir,
                   const std::string& config);

/// The same of a rules directory; tells all errors on stderr, and that there is no rule: of none
/// nothing comes, which looks as if all were well.
RulesFrom rules_from(const std::string& dir, const std::string& config);

/// Prints them to stderr, each with its line and a caret; on a terminal not hundreds of one kind.
void print_errors(const Diagnostics& all);
/// The same of warnings.
void print_warnings(const Diagnostics& all);

}  // namespace assist::commands
