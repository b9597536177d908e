#include "server/recovery.hpp"

#include <algorithm>
#include <limits>

#include "events/decode.hpp"
#include "journal/entries.hpp"

namespace assist::server {
namespace {

using journal::Entry;
using journal::Kind;

constexpr std::uint64_t kEntriesBetweenLooks = 256;

/// What was accepted once is accepted again, whatever the limits are now.
events::Limits replay_limits(events::Limits limits) {
  limits.message_bytes_max = std::max<std::size_t>(limits.message_bytes_max, 1 << 30);
  limits.nesting_max = std::max<std::size_t>(limits.nesting_max, 1024);
  limits.attributes_per_event_max = std::numeric_limits<std::size_t>::max();
  return limits;
}

events::Duplicates none_seen(const config::Settings& settings) {
  return events::Duplicates({settings.duplicates_kept, settings.events_remembered_max});
}

class Replay {
 public:
  explicit Replay(const config::Settings& settings)
      : settings_(settings), decoder_(replay_limits(settings.limits)) {
    out.seen = none_seen(settings);
  }

  Result<void> take(const Entry& entry) {
    out.last_sequence = entry.sequence;
    out.at = std::max(out.at, entry.at);
    switch (entry.kind) {
      case Kind::rule_set:
        return take_rules(entry);
      case Kind::event:
        return take_event(entry);
      case Kind::act:
        return take_act(entry);
    }
    return {};
  }

  /// The rules `read` apply from clock `at` on.
  void use(const RulesRead& read, Time at) {
    // What of the config decides is logged with the rules: a replay decides as it was decided then.
    const auto options = read.options.value_or(settings_.engine);
    if (out.engine) {
      out.engine->reload(read.rules, options, at, effects_);
    } else {
      out.engine = std::make_unique<engine::Engine>(read.rules, options);
    }
    out.rules_body = read.body;
    settle();
  }

  Recovered out;

 private:
  Result<void> take_rules(const Entry& entry) {
    const auto read = rules_of_record(entry.body);
    if (!read) return unreadable(entry, read.error().text);
    if (!read->rules) {
      const auto& first = read->errors.front();
      warn(entry, "holds rules that this program refuses, the ones before stay: " +
                      first.place.file + ": " + first.text);
      return {};
    }
    use(*read, entry.at);
    return {};
  }

  Result<void> take_event(const Entry& entry) {
    if (!out.engine) return unreadable(entry, "comes before any rules");
    decoder_.decode(entry.body, events::Shape::event, batch_);
    if (batch_.events.size() != 1) {
      warn(entry, "holds an event that this program refuses: it is left out");
      return {};
    }
    auto& event = batch_.events.front();
    out.seen.pass(entry.at);
    out.seen.insert(event);
    events::settle_time(event, entry.at);
    out.engine->apply(event, effects_);
    ++out.events;
    settle();
    return {};
  }

  Result<void> take_act(const Entry& entry) {
    if (!out.engine) return unreadable(entry, "comes before any rules");
    const auto act = journal::read_act(entry.body);
    if (!act) return unreadable(entry, act.error().text);
    const auto verdict = engine::verdict(act->verdict);
    // The act stands without a name: it is that of the agent who has the call.
    const auto call = out.engine->call(act->call);
    if (verdict && call) {
      out.engine->feedback({call->agent, act->suggestion, *verdict}, entry.at, effects_);
      settle();
    }
    return {};
  }

  void settle() {
    out.raised.note(effects_.decisions);
    effects_.clear();
  }

  void warn(const Entry& entry, const std::string& what) {
    out.warnings.push_back("journal entry " + std::to_string(entry.sequence) + " " + what);
  }
  static Error unreadable(const Entry& entry, const std::string& why) {
    return {ErrorCode::journal, "journal entry " + std::to_string(entry.sequence) + ": " + why, {}};
  }

  const config::Settings& settings_;
  events::Decoder decoder_;
  events::Batch batch_;
  engine::Effects effects_;
};

Result<void> log_rules(journal::Journal& journal, Replay& replay, const RulesRead& rules, Time at) {
  journal::Commit commit;
  commit.entries.push_back({replay.out.last_sequence + 1, at, Kind::rule_set, rules.body});
  if (auto done = journal.commit(commit); !done) return done;
  replay.out.last_sequence += 1;
  replay.out.at = at;
  return {};
}

/// From the newest snapshot that can be used; nothing where there is none.
Result<void> begin(journal::Journal& journal, const config::Settings& settings, Recovered& out) {
  std::vector<std::string> warnings;
  for (std::uint64_t before = UINT64_MAX;;) {
    const auto snapshot = journal.latest_snapshot(warnings, before);
    if (!snapshot) return snapshot.error();
    if (!*snapshot) break;
    auto restored = restore(**snapshot, settings);
    if (restored) {
      out = std::move(*restored);
      break;
    }
    before = (*snapshot)->position;
    warnings.push_back("the snapshot of entry " + std::to_string(before) +
                       " cannot be used: " + restored.error().text);
  }
  out.warnings = std::move(warnings);
  return {};
}

}  // namespace

void Recovered::save(ArchiveWriter& out) const {
  auto& from = const_cast<Recovered&>(*this);  // a writer only looks
  items(out, from.last_sequence, from.at, from.rules_body, from.raised, from.seen);
  engine->save(out);
}

Result<Recovered> restore(const journal::Snapshot& snapshot, const config::Settings& settings) {
  const auto error = [](std::string text) {
    return Error{ErrorCode::journal, std::move(text), {}};
  };
  if (snapshot.format != kSnapshotFormat)
    return error("it is of format " + std::to_string(snapshot.format) + ", this program reads " +
                 std::to_string(kSnapshotFormat));
  auto in = ArchiveReader::open(snapshot.bytes);
  if (!in) return in.error();
  Recovered out;
  out.seen = none_seen(settings);
  items(*in, out.last_sequence, out.at, out.rules_body, out.raised, out.seen);
  if (!in->ok()) return in->done().error();
  if (out.last_sequence != snapshot.position) return error("it is of another entry");
  const auto rules = rules_of_record(out.rules_body);
  if (!rules) return rules.error();
  if (!rules->rules)
    return error("it holds rules that this program refuses: " + rules->errors.front().place.file +
                 ": " + rules->errors.front().text);
  auto engine = engine::Engine::load(*in, rules->rules);
  if (!engine) return engine.error();
  if (auto done = in->done(); !done) return done.error();
  out.engine = std::make_unique<engine::Engine>(std::move(*engine));
  out.at = std::max(out.at, out.engine->now());
  out.snapshot = snapshot.position;
  out.snapshot_at = snapshot.at;
  return out;
}

Result<Recovered> recover(journal::Journal& journal, const config::Settings& settings,
                          const RulesRead& on_disk, Time now, const std::function<bool()>& go_on) {
  Replay replay(settings);
  const auto take = [&](const Entry& entry) -> Result<void> {
    if (entry.sequence % kEntriesBetweenLooks == 0 && !go_on())
      return Error{ErrorCode::journal, "the replay was ended", {}};
    return replay.take(entry);
  };
  if (auto done = begin(journal, settings, replay.out); !done) return done.error();
  if (auto done = journal.replay(replay.out.snapshot, take); !done) return done.error();
  if (on_disk.rules && on_disk.body != replay.out.rules_body) {
    const auto at = std::max(now, replay.out.at);
    if (auto done = log_rules(journal, replay, on_disk, at); !done) return done.error();
    replay.use(on_disk, at);
  }
  if (!replay.out.engine) return Error{ErrorCode::bad_rule, "there are no rules to run with", {}};
  return std::move(replay.out);
}

}  // namespace assist::server
