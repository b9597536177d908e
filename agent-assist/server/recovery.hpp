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
  std::uint64_t snapshot = 0;  // the entry from which the replay went on; 0: from the first
  Time snapshot_at{};          // the clock of that snapshot

  /// All but what tells of the replay: see restore().
  void save(ArchiveWriter& out) const;
};

/// Of what save() writes: another layout, of any room's state, has another number.
constexpr std::uint32_t kSnapshotFormat = 2;

/// Takes up what was saved. An error: it is damaged, of another format, or of rules that this
/// program does not know as they were.
Result<Recovered> restore(const journal::Snapshot& snapshot, const config::Settings& settings);

/// Rebuilds the engine from the newest snapshot that can be used, and the entries after it, then
/// takes over `on_disk` if those rules are good and others than the last that ran (and logs that,
/// at clock `now` or later). Where the journal is empty, `on_disk` must be good. `go_on` is asked
/// now and then: false ends it with an error.
Result<Recovered> recover(journal::Journal& journal, const config::Settings& settings,
                          const RulesRead& on_disk, Time now, const std::function<bool()>& go_on);

}  // namespace assist::server
