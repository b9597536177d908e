#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/inspect.hpp"
#include "trials/replay.hpp"

namespace assist::trials {

/// Looks at one call of a file of events as the rules saw it at a moment: takes all lines in, by
/// the clock that a replay has, and goes back to the moment that is asked for.
class LookBack {
 public:
  LookBack(std::shared_ptr<const rules::RuleSet> rules, engine::Options options,
           events::Limits limits, std::string call);

  /// Takes in the next line. An error: it was refused (code), and is left out.
  Result<void> line(std::string_view text);
  /// The last line was refused because it gives no time, and none was given before it.
  bool missed_first_time() const { return all_.missed_first_time(); }
  bool started() const { return all_.started(); }

  /// Ids of all calls that events were about.
  const std::set<std::string>& calls() const { return calls_; }
  /// The clock at the first event of the call. nullopt: no event was about it.
  std::optional<Time> first() const { return first_; }

  /// What came of the question.
  struct View {
    std::optional<engine::Inspection> inspection;  // nullopt: not in progress then
    std::optional<Time> ended;  // the call's end, where it was before, or made the moment be
    std::optional<Time> told;   // the clock at which the end was told, where that was later
  };
  /// At `at`, all events up to and at it taken in; later than the last line: with time passing on.
  View at(Time at) const;
  /// At the last moment at which anything is known of it: after the last line, or just before it
  /// ended.
  View latest() const;

 private:
  struct Line {
    std::string text;
    Time clock;  // after it
  };
  Replay replay() const;
  Replay replay_of(std::size_t lines) const;
  std::optional<Time> end_by_silence(Time until) const;
  void set_end(View& view, std::optional<Time> silence) const;

  std::shared_ptr<const rules::RuleSet> rules_;
  engine::Options options_;
  events::Limits limits_;
  std::string call_;
  Replay all_;
  events::Decoder decoder_;
  events::Batch batch_;
  std::vector<Replay::Decided> ignored_;
  std::vector<Line> lines_;
  std::set<std::string> calls_;
  std::optional<Time> first_;
  bool alive_ = false;
  std::optional<std::size_t> last_alive_;  // lines after which it was still in progress
  std::optional<Time> ended_;              // by its own event, else the clock of found_ended_
  std::optional<Time> found_ended_;        // the clock after the line that found it ended
};

}  // namespace assist::trials
