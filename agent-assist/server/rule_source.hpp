#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "config/settings.hpp"
#include "engine/engine.hpp"
#include "journal/entries.hpp"
#include "rules/load.hpp"

namespace assist::server {

/// A rule set as it can be logged and made again: the same body gives the same rules.
struct RulesRead {
  std::shared_ptr<const rules::RuleSet> rules;  // null: see errors
  std::string body;                             // journal::write_body(RuleSetRecord)
  std::optional<engine::Options> options;       // that apply with them; a record may lack them
  Diagnostics errors = {};
};

/// Reads and checks the rules directory of `settings`. An error: it cannot be read at all.
Result<RulesRead> read_rules(const config::Settings& settings);

/// The rules of a logged set.
Result<RulesRead> rules_of_record(const std::string& body);

}  // namespace assist::server
