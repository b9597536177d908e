#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/archive.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "base/touched_ahead.hpp"
#include "engine/decision.hpp"
#include "engine/inspect.hpp"
#include "events/event.hpp"
#include "rules/rule_set.hpp"

namespace assist::engine {

struct Archive;

struct Options {
  std::size_t max_visible = 4;                // suggestions that stand for a call
  Duration silence = std::chrono::hours{24};  // a call without events ends after this
  Duration contacts_kept = std::chrono::hours{24 * 90};
};

/// What the agent did with a suggestion.
struct Feedback {
  enum class Verdict : std::uint8_t { used, dismissed, helpful, unhelpful };
  std::string agent;
  std::string suggestion;  // the id
  Verdict verdict;
};
std::optional<Feedback::Verdict> verdict(std::string_view name);
std::string_view name_of(Feedback::Verdict verdict);

/// A call as a screen shows it. Lists are in display order.
struct CallView {
  std::string id, customer, queue, channel, agent, step;
  Time started_at;
  std::optional<Time> answered_at;
  bool on_hold = false;
  bool waiting = false;    // no agent yet, or none any more
  Duration wait{0};        // until `as_of`
  Duration hold_total{0};  // until `as_of`
  std::optional<Time> held_at;
  std::vector<Standing> suggestions;  // live ones that stand
};

/// What a rule says of a call at present.
struct SituationView {
  rules::RuleIndex rule;
  bool condition;  // with `unless` and `active`
  bool holds;      // the situation: `for` and `keep_for` taken into account
};

/// A call that left an agent's screen.
struct CallGone {
  std::string call, agent;
  bool ended;  // else transferred
};

/// What one step of the engine did, in order: decisions, and what else whoever gives it wants.
struct Effects {
  std::vector<Decision> decisions;
  TouchedAhead decisions_touched;  // room for an incident's

  bool wants_withheld = false;
  std::vector<Withheld> withheld;  // for the audit

  bool wants_calls = false;
  /// Those with an agent, now or before, of which a screen may show something new, without those
  /// that are gone.
  std::vector<std::string> calls_changed;
  std::vector<CallGone> calls_gone;

  /// But for what is wanted.
  void clear() {
    decisions.clear();
    withheld.clear();
    calls_changed.clear();
    calls_gone.clear();
  }
};

/// What a reload did to the rules, by id.
struct ReloadSummary {
  std::vector<std::string> added, changed, removed;
  std::vector<std::string> timers_started_anew;  // rules whose running timers were dropped
};

/// The deterministic core of one partition: events in, decisions out.
///
/// Decisions depend only on the options, the rule sets and the calls below, in their order: the
/// same calls give byte-equal decisions. Reads no clock, writes no log, never throws for bad input.
/// Not thread-safe: one writer owns it.
class Engine {
 public:
  Engine(std::shared_ptr<const rules::RuleSet> rules, Options options);
  ~Engine();
  Engine(Engine&&) noexcept;

  /// Tells of an event that comes later: what finds its call is asked for, so that it is at hand by
  /// then. Decides nothing, changes nothing.
  void expect_later(const events::Event& event) const;
  /// Tells which events come next, in their order, kAheadMax at most, each of which it was told of
  /// before: likewise the memory of their calls.
  void expect(std::span<const events::Event* const> next) const;
  static constexpr std::size_t kAheadMax = 16;

  /// Moves the clock to event.received_at (as advance() does), folds the event into its subject and
  /// appends to `out` what thereby changes. Cannot fail: what may be wrong with an event was
  /// refused by the decoder, duplicates by the journal. Asserts event.received_at >= now().
  void apply(const events::Event& event, Effects& out);

  /// Moves the clock to `now`. What falls due on the way, up to and including `now`, is appended to
  /// `out`, each decision stamped with its own due time.
  void advance(Time now, Effects& out);

  /// Takes in what an agent did, at clock `at` (>= now()). Used and dismissed take it off the
  /// screen; where it was withdrawn just before, it stays off as well. False, and nothing done: no
  /// such suggestion was shown to that agent, as far as is remembered.
  bool feedback(const Feedback& feedback, Time at, Effects& out);

  /// Swaps the rules at clock `at` (>= now()). Timers, limits and standing suggestions of rules
  /// whose id and meaning are unchanged survive.
  ReloadSummary reload(std::shared_ptr<const rules::RuleSet> rules, Time at, Effects& out);
  /// The same, and from `at` on other options apply.
  ReloadSummary reload(std::shared_ptr<const rules::RuleSet> rules, const Options& options, Time at,
                       Effects& out);

  /// Everything that decisions to come hang on, the options too, but for the rules themselves.
  void save(ArchiveWriter& out) const;
  /// An engine that goes on from what save() wrote, under the same rules: as they were compiled
  /// anew, or an error.
  static Result<Engine> load(ArchiveReader& in, std::shared_ptr<const rules::RuleSet> rules);

  Time now() const;
  /// A moment before which nothing falls due by the clock alone, kNever if nothing ever will. Where
  /// many timers are far off it is earlier than the first of them: advance() to it, and ask again.
  Time next_due() const;
  const rules::RuleSet& rules() const;

  /// The live calls of an agent, by the arrival of their first events.
  std::vector<CallView> calls_of(std::string_view agent) const;
  /// nullopt: no such live call.
  std::optional<CallView> call(std::string_view id) const;
  /// Every rule for a live call, in the order of RuleSet::order; empty: no such live call.
  std::vector<SituationView> situations(std::string_view call) const;
  /// Why each rule holds or not for a live call at now(), all events and timers taken in.
  std::optional<Inspection> inspect(std::string_view call) const;
  std::size_t live_calls() const;
  /// See facts::World: what the event would add, asked before apply().
  bool starts_call(const events::Event& event) const;
  std::size_t attributes_after(const events::Event& event) const;
  std::size_t longest_log() const;
  std::size_t log_bytes(const events::Event& event) const;
  /// Run-time errors of conditions and texts so far, by rule.
  std::vector<std::pair<std::string, std::uint64_t>> errors() const;

 private:
  friend struct Archive;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace assist::engine
