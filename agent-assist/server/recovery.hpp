#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "config/settings.hpp"
#include "engine/engine.hpp"
#include "events/duplicates.hpp"
#include "journal/journal.hpp"
#include "server/raised_lately.hpp"
#include "server/rule_source.hpp"

namespace assist::server {

/// What a replay of the journal led to: where a partition goes on from.
struct Recovered {
  std::unique_ptr<engine::Engine> engine;
  events::Duplicates seen;
  RaisedLately raised;
  std::uint64_t last_sequence = 0;
  Time at{};               // the clock of the last entry
  std::string rules_body;  // of the rules that apply
  std::size_t events = 0;  // replayed
  std::vector<std::string> warnings;
};

/// Rebuilds the engine from the journal, then takes over `on_disk` if those rules are good and
/// others than the last that ran (and logs that, at clock `now` or later). Where the journal is
/// empty, `on_disk` must be good. `go_on` is asked now and then: false ends it with an error.
Result<Recovered> recover(journal::Journal& journal, const config::Settings& settings,
                          const RulesRead& on_disk, Time now, const std::function<bool()>& go_on);

}  // namespace assist::server
