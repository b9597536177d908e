#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace assist::journal {

/// What moves the engine. The numbers stand in journals: never change or reuse one.
enum class Kind : std::uint8_t {
  event = 1,     // body: the event as JSON, as it was accepted
  act = 2,       // body: see Act, what an agent's feedback does to the screen
  rule_set = 3,  // body: see RuleSetRecord, the rules that apply from here on
};
constexpr Kind kLastKind = Kind::rule_set;

/// One entry of the log. Applied in order of `sequence`, each at clock `at`, the entries rebuild
/// the engine: nothing else moves it.
struct Entry {
  std::uint64_t sequence = 0;  // from 1, without gaps
  Time at;                     // the engine's clock: never runs back from entry to entry
  Kind kind = Kind::event;
  std::string body;
};

/// An event that was refused. Kept so that its sender's slip can be found, and mended.
struct Rejected {
  std::uint64_t number = 0;  // given by the journal, rising
  Time at;
  std::optional<std::string> id;  // the event's, where it could be read
  std::string code, detail, pointer;
  std::string raw;  // as it came
};

/// What an agent said about a suggestion, with their name to it.
struct Feedback {
  Time at;
  std::string agent, suggestion, name;  // name: RULE.SUGGESTION
  std::string verdict, note;
};

/// What an agent said in confidence. Holds no agent, call or suggestion id and no moment; the
/// journal stores it under a drawn key, so that its order tells nothing either. The verdict is ""
/// for what is said beside an act (used, dismissed): the act is open, and would join it.
struct ConfidentialFeedback {
  std::string name;  // RULE.SUGGESTION
  std::string verdict, note;
  std::string month;  // "2026-11"
};

/// What becomes durable together: all of it or nothing.
struct Commit {
  std::vector<Entry> entries;
  std::vector<Rejected> rejected;
  std::vector<Feedback> feedback;
  std::vector<ConfidentialFeedback> confidential;

  bool empty() const {
    return entries.empty() && rejected.empty() && feedback.empty() && confidential.empty();
  }
};

/// The engine's whole state after entry `position`, as bytes that the journal does not look into.
/// They must hold all that the entries up to there led to (the rules too): those may be pruned.
struct Snapshot {
  std::uint64_t position = 0;
  Time at;                   // the clock of that entry
  std::uint32_t format = 0;  // of `bytes`: for whoever reads them
  std::string bytes;
};

/// Which entries need not be kept: those that are older than `before` and that no kept snapshot
/// needs.
struct Pruning {
  Time before;
  std::size_t entries_max = 500;  // in one step, so that no commit waits for long
};

/// The durable log of one partition, and the records beside it.
///
/// commit(), replay() and prune() belong to one thread at a time; rejected(), check() and what has
/// to do with snapshots may be called from another.
class Journal {
 public:
  virtual ~Journal() = default;

  /// When it returns without an error, all of `commit` outlives a crash (and, with
  /// Durability::full, a loss of power). On an error nothing of it is in the journal, and the same
  /// commit may be tried again. Requires entries that follow last_sequence() without a gap.
  /// After a failed sync what the system shows of its files is not believed: the next commit
  /// first opens them anew and looks whether all that was committed is there.
  virtual Result<void> commit(const Commit& commit) = 0;

  /// Calls `take` with each entry after sequence `after`, in order. Ends with the first error, the
  /// journal's or `take`'s. A damaged entry is an error that names it; so is `after` less than
  /// pruned_to().
  using Take = std::function<Result<void>(const Entry&)>;
  virtual Result<void> replay(std::uint64_t after, const Take& take) = 0;

  /// Holds the entries after `after`, up to `last` and at most `most` of them, against their
  /// checksums, as replay() does; returns the last one that was looked at. What was pruned is
  /// passed over. For what a snapshot spared replay(): from any thread, beside commit().
  virtual Result<std::uint64_t> check(std::uint64_t after, std::uint64_t last, std::size_t most);

  /// Of the last entry; 0 while there is none.
  virtual std::uint64_t last_sequence() const = 0;

  /// Entries up to this one were pruned; 0 where none was.
  virtual std::uint64_t pruned_to() const { return 0; }

  /// Keeps `snapshot`, whole or not at all, and the newest one before it, as the fallback. Requires
  /// that entry `position` is in the journal, durable.
  virtual Result<void> save_snapshot(const Snapshot& snapshot);
  /// The newest before entry `before` that is whole and fits this journal. Why newer ones were
  /// passed over is appended to `warnings`. An error: none can be used, but entries were pruned.
  virtual Result<std::optional<Snapshot>> latest_snapshot(std::vector<std::string>& warnings,
                                                          std::uint64_t before = UINT64_MAX);

  /// Takes one small step. True: there is more to prune. Entries that both kept snapshots have in
  /// them go, once they are older than asked; the chain of checksums goes on from where it was cut.
  virtual Result<bool> prune(const Pruning& pruning);

  /// Rejected events numbered above `after`, at most `limit`, oldest first.
  virtual Result<std::vector<Rejected>> rejected(std::uint64_t after, std::size_t limit) = 0;
};

}  // namespace assist::journal
