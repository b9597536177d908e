#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <optional>
#include <string>
#include <vector>

#include "base/huge_pages.hpp"
#include "base/short_vector.hpp"
#include "base/time.hpp"
#include "engine/decision.hpp"
#include "engine/plan.hpp"
#include "facts/name.hpp"

namespace assist::engine {

/// What of a rule's doings in a call bears on what it may do yet. Most rules need none of it.
struct RuleRecord {
  struct Gate {
    std::string agent;
    bool open = false;
    bool counted = false;  // for per_agent
  };
  // Of the present episode.
  std::vector<Gate> gates;  // the agents who had the call meanwhile, where there is a per_agent
  std::vector<bool> off;    // suggestions that expired, or were used or dismissed with `again`
  // Of the call.
  std::vector<Time> raised;        // episodes, for per_call
  std::optional<Time> last_ended;  // the last episode in which it was raised, for cooldown
  std::vector<bool> off_for_good;  // suggestions that were used or dismissed
};

/// A rule's situation for one call. A call holds none of a rule whose condition is false until its
/// facts change, and which did nothing in the call so far. What an event looks at is here, so that
/// the rule need not be.
struct RuleState {
  Position position = 0;
  rules::RuleIndex rule = 0;
  bool truth = false;  // the condition, with `unless` and `active`
  bool holds = false;  // the situation
  // An episode is one stretch in which it holds, as far as its suggestions go.
  bool looked_at = false;  // limit and cooldown, when a suggestion was first due in the episode
  bool admitted = false;   // what came of it, for the rest of the episode
  bool raised = false;     // a suggestion was, in the episode: it counts for per_call, per_customer
  bool was_raised = false;         // in this episode or one before
  facts::FactMask reads = 0;       // as its RulePlan has it
  Time next = kNever;              // the next moment at which the clock alone may change it
  Time valid_until = Time::min();  // truth stays until then; min: not looked at yet
  Time true_since{};               // the clock at which truth was seen
  Time held_since{};
  std::unique_ptr<RuleRecord> record;

  /// Nothing that a call without it would not have.
  bool idle() const { return !truth && !holds && valid_until == kNever && !was_raised; }
  /// To be called once truth, holds or a moment is another: notes `next`.
  void settle(const RulePlan& of) {
    reads = of.reads;
    // A situation ends when the condition is false and it has held for keep_for; until then the
    // condition may come true again.
    next = valid_until;
    if (!holds && truth) next = std::min(valid_until, true_since + of.for_);
    if (holds && !truth) next = std::min(valid_until, held_since + of.keep_for);
  }
  RuleRecord& recorded() {
    if (!record) record = std::make_unique<RuleRecord>();
    return *record;
  }
  void end_episode() {
    looked_at = admitted = raised = false;
    if (!record) return;
    record->gates.clear();
    record->off.clear();
  }
};

/// A suggestion that stands, or a shadow one that would: what Standing says of it, its rule, its
/// call and the call's agent tell.
struct StandingEntry {
  rules::RuleIndex rule = 0;
  std::uint32_t suggestion;
  std::uint32_t rank;
  Reason leaving = Reason::none;  // used, dismissed or rule_changed: it leaves when next decided
  facts::FactMask reads = 0;      // its texts do: as its SuggestionPlan has it
  Time raised_at{};
  Time expires_at = kNever;
  events::Key key;
  Texts filled;  // nullptr: it has no texts with expressions
};
// Each a line of memory: lists of both, side by side in the memory of Engine::State, begin at one.
static_assert(sizeof(RuleState) == 64 && sizeof(StandingEntry) == 64);

/// The whole of it, put together for whoever tells of it. `agent`: with whom it stands.
Standing standing_of(const Plan& plan, const StandingEntry& entry, std::string_view call,
                     std::string_view agent);

/// A suggestion that is due and outranked: told once.
struct Outranked {
  rules::RuleIndex rule;
  std::uint32_t suggestion;
  friend bool operator==(const Outranked&, const Outranked&) = default;
};

/// At which moment to look at the call again: see Timers.
struct Timer {
  static constexpr std::uint32_t kNone = UINT32_MAX;
  Time at{};
  std::uint32_t before = kNone, after = kNone;  // the calls beside it in its slot's list
  std::uint32_t list = kNone;                   // kNone: it is not set
  bool set() const { return list != kNone; }
};

/// All that the engine keeps of a call beside its facts: two lines of memory.
struct alignas(64) CallState {
  template <class T>
  using List = ShortVector<T, std::pmr::polymorphic_allocator<T>>;

  /// What it keeps of rules and of what stands is of `memory`, which outlives it.
  explicit CallState(std::pmr::memory_resource* memory) : rules(memory), standing(memory) {}

  std::uint64_t order = 0;
  ShortVector<Index::Membership> buckets;             // of the rules that it can meet
  List<RuleState> rules;                              // sorted by position
  List<StandingEntry> standing;                       // in order of ranking
  std::unique_ptr<std::vector<Outranked>> outranked;  // likewise; nullptr: none, as of most calls
  facts::Name agent;                                  // with whom all that stands does
  std::uint32_t raises = 0;                           // so far, for ids
  std::uint32_t share = 0;         // the call's place among a million, for `share`
  Time waits_until = Time::min();  // see Situations::next_waited(); min: not looked up yet
  Timer timer;

  /// As one of a new call, but for the memory that it has, and its timer.
  void start_anew() {
    CallState fresh(rules.get_allocator().resource());
    const auto keep = [](auto& from, auto& to) {
      from.clear();
      to.swap(from);
    };
    keep(buckets, fresh.buckets);
    keep(rules, fresh.rules);
    keep(standing, fresh.standing);
    fresh.timer = timer;
    *this = std::move(fresh);
  }
  List<RuleState>::iterator place_of(Position position) {
    return std::lower_bound(rules.begin(), rules.end(), position,
                            [](const RuleState& s, Position p) { return s.position < p; });
  }
  /// nullptr: there is none (any more).
  RuleState* find(Position position) {
    const auto at = place_of(position);
    return at != rules.end() && at->position == position ? &*at : nullptr;
  }
  const RuleState* find(Position position) const {
    return const_cast<CallState*>(this)->find(position);
  }
};
static_assert(sizeof(CallState) == 128);

/// By call index.
using CallStates = std::vector<CallState, HugePages<CallState>>;

}  // namespace assist::engine
