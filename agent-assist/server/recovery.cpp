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

class Replay {
 public:
  explicit Replay(const config::Settings& settings)
      : settings_(settings), decoder_(replay_limits(settings.limits)) {}

  Result<void> take(const Entry& entry) {
    out.last_sequence = entry.sequence;
    out.at = entry.at;
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
    if (out.engine) {
      out.engine->reload(read.rules, at, effects_);
    } else {
      out.engine = std::make_unique<engine::Engine>(read.rules, settings_.engine);
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
    out.seen.insert(event.source, event.id);
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

}  // namespace

Result<Recovered> recover(journal::Journal& journal, const config::Settings& settings,
                          const RulesRead& on_disk, Time now, const std::function<bool()>& go_on) {
  Replay replay(settings);
  const auto take = [&](const Entry& entry) -> Result<void> {
    if (entry.sequence % kEntriesBetweenLooks == 0 && !go_on())
      return Error{ErrorCode::journal, "the replay was ended", {}};
    return replay.take(entry);
  };
  if (auto done = journal.replay(0, take); !done) return done.error();
  if (on_disk.rules && on_disk.body != replay.out.rules_body) {
    const auto at = std::max(now, replay.out.at);
    if (auto done = log_rules(journal, replay, on_disk, at); !done) return done.error();
    replay.use(on_disk, at);
  }
  if (!replay.out.engine) return Error{ErrorCode::bad_rule, "there are no rules to run with", {}};
  return std::move(replay.out);
}

}  // namespace assist::server
