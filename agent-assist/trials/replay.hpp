#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "engine/engine.hpp"
#include "events/decode.hpp"
#include "events/duplicates.hpp"
#include "trials/decision_line.hpp"

namespace assist::trials {

/// Runs the engine over CloudEvents lines, by the clock of the events themselves: the greatest
/// `time` so far, duplicates and refused lines aside (contract, sections 5 and 7).
class Replay {
 public:
  Replay(std::shared_ptr<const rules::RuleSet> rules, engine::Options options,
         events::Limits limits);

  /// The event that caused something, as far as it is kept; nullptr: none did.
  using Cause = std::shared_ptr<const EventId>;

  /// A decision, and the number of the line after which it came.
  struct Decided {
    std::uint64_t seq;
    engine::Decision decision;
    Cause cause = nullptr;
  };

  /// What was held back, and the number of the line after which it came.
  struct Held {
    std::uint64_t seq;
    engine::Withheld withheld;
    Cause cause;
  };
  /// From now on what is held back is kept, until it is taken, and which events caused what.
  void keep_audit() { effects_.wants_withheld = true; }
  std::vector<Held> take_held() { return std::exchange(held_, {}); }

  /// Takes in the next line; one that holds nothing but white space does not count. What it decides
  /// is appended to `out`. An error: the line was refused (code), and the replay may go on; if
  /// started() is still false then, no clock is known yet.
  Result<void> line(std::string_view text, std::vector<Decided>& out);

  /// The same in two steps, which is quicker for many: reads the lines that come next, kAhead at
  /// most; then take in one after the other with next(). `texts` may go in between.
  void read_ahead(std::span<const std::string> texts);
  Result<void> next(std::vector<Decided>& out);
  static constexpr std::size_t kAhead = engine::Engine::kAheadMax;

  /// Takes in an event of a journal, applied at clock `at` (not before the one of the last call),
  /// as the service did. An error: this program refuses it, and it is left out.
  Result<void> recorded(std::string_view json, Time at, std::vector<Decided>& out);
  /// Takes in what an agent did at `at`, if that suggestion stands here too. Counts as no line.
  void act(std::string_view call, std::string_view suggestion, engine::Feedback::Verdict verdict,
           Time at, std::vector<Decided>& out);

  /// Lets time pass up to and including `to`, which is not before the clock.
  void pass(Time to, std::vector<Decided>& out);

  /// Lets time pass after the last line: 24 h, inclusive, or until all calls have ended.
  void finish(std::vector<Decided>& out);

  /// Whether an event has given the clock its first time.
  bool started() const { return started_; }
  /// The last line was refused because it gives no time, and none was given before it.
  bool missed_first_time() const { return missed_first_time_; }

  struct Stats {
    std::uint64_t lines = 0, events = 0, duplicates = 0, refused = 0, decisions = 0;
  };
  /// So many events are to come, at a guess: makes room to know them again, some 24 bytes each. Of
  /// very many for the first of them alone, as a guess may be wrong.
  void expect_events(std::size_t events) { duplicates_.reserve(std::min(events, kRoomMost)); }
  const Stats& stats() const { return stats_; }
  const engine::Engine& engine() const { return engine_; }

 private:
  static constexpr std::size_t kRoomMost = 8'000'000;

  void read(std::string_view text);
  void apply(events::Event& event, std::vector<Decided>& out);
  /// Takes what was decided, by the clock and by all else, as having come after these lines.
  /// `event`: that was applied; nullptr: none was.
  void collect(std::uint64_t of_clock, std::uint64_t of_event, const events::Event* event,
               std::vector<Decided>& out);

  engine::Engine engine_;
  events::Decoder decoder_;
  struct Ahead {
    bool blank = false;
    events::Batch batch;
  };
  std::array<Ahead, kAhead> ahead_;  // lines that were read, and wait
  std::size_t ahead_next_ = 0, ahead_count_ = 0;
  events::Batch batch_;  // of a journal's event
  events::Duplicates duplicates_;
  engine::Effects effects_;
  Time clock_{};
  bool started_ = false;
  bool missed_first_time_ = false;
  Stats stats_;
  std::vector<Held> held_;
};

}  // namespace assist::trials
