#include "engine/engine.hpp"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <boost/sort/spreadsort/integer_sort.hpp>
#include <cassert>

#include "base/prefetch.hpp"
#include "engine/state.hpp"

namespace assist::engine {
namespace {

/// Facts of which a screen shows something at the top of a call.
constexpr facts::FactMask kShownFacts =
    facts::bit(facts::Fact::customer_id) | facts::bit(facts::Fact::call_queue) |
    facts::bit(facts::Fact::call_channel) | facts::bit(facts::Fact::call_started_at) |
    facts::bit(facts::Fact::call_answered) | facts::bit(facts::Fact::call_talk) |
    facts::bit(facts::Fact::call_on_hold) | facts::bit(facts::Fact::call_hold) |
    facts::bit(facts::Fact::call_step);

/// The same for every rule set and after a restart.
std::uint32_t share_of(std::string_view call) {
  return static_cast<std::uint32_t>(XXH3_64bits(call.data(), call.size()) % 1'000'000);
}

/// Of a list whatever its length: a branch for each item would be guessed wrong. Few calls have
/// longer lists.
template <class List>
void prefetch_first(const List& list) {
  constexpr std::size_t kLine = 64, kLines = 3;
  const auto* const begin = reinterpret_cast<const char*>(list.data());
  const std::size_t last = std::max<std::size_t>(list.size() * sizeof(list[0]), 1) - 1;
  for (std::size_t line = 0; line < kLines; ++line)
    assist::prefetch(begin + std::min(line * kLine, last));
}

}  // namespace

Engine::Engine(std::shared_ptr<const rules::RuleSet> rules, Options options)
    : state_(std::make_unique<State>(std::move(rules), options)) {}
Engine::~Engine() = default;
Engine::Engine(Engine&&) noexcept = default;

Time Engine::now() const { return state_->now; }
Time Engine::next_due() const { return state_->timers.next(); }
const rules::RuleSet& Engine::rules() const { return *state_->plan->set; }
std::size_t Engine::live_calls() const { return state_->world.live_calls(); }
bool Engine::starts_call(const events::Event& event) const {
  return state_->world.starts_call(event);
}
std::size_t Engine::attributes_after(const events::Event& event) const {
  return state_->world.attributes_after(event);
}

std::size_t Engine::longest_log() const { return state_->world.longest_log(); }
std::size_t Engine::log_bytes(const events::Event& event) const {
  return state_->world.log_bytes(event);
}

void Engine::advance(Time now, Effects& out) {
  assert(now >= state_->now);
  State& s = *state_;
  s.due_calls.clear();
  while (const auto at = s.timers.take(now, s.due_calls)) {
    s.pass(*at, out);
    s.due_calls.clear();
  }
  s.now = now;
}

void Engine::apply(const events::Event& event, Effects& out) {
  advance(event.received_at, out);
  State& s = *state_;
  s.changes.clear();
  s.world.apply(event, s.now, s.changes);
  s.decide_all(s.changes, s.now, Trigger::event, out);
  if (++s.applied % State::kReadyEvery == 0) s.make_ready(out);
}

void Engine::expect_later(const events::Event& event) const { state_->world.prefetch_place(event); }

/// In steps, each of which takes what the one before asked for: the misses of all of a step go side
/// by side.
void Engine::expect(std::span<const events::Event* const> next) const {
  const State& s = *state_;
  std::array<facts::CallIndex, kAheadMax> calls;
  std::size_t count = 0;
  next = next.first(std::min(next.size(), kAheadMax));
  for (const events::Event* event : next)
    if (const std::int64_t call = s.world.find(*event); call >= 0)
      calls[count++] = static_cast<facts::CallIndex>(call);
  for (std::size_t i = 0; i < count; ++i) {
    s.world.prefetch(calls[i]);
    s.prefetch_state(calls[i]);
  }
  for (std::size_t i = 0; i < count; ++i) {
    s.world.prefetch_lists(calls[i]);
    s.prefetch_state_lists(calls[i]);
  }
}

/// A step towards an incident, which may touch many of the live calls, and which writes a lot for
/// each: what it will need is there before.
void Engine::State::make_ready(Effects& out) {
  constexpr std::size_t kShare = 8, kMost = 16'384;
  const std::size_t touched = std::min(world.live_calls() / kShare, kMost);
  out.decisions_touched.make_room(out.decisions, touched);
  changes_touched.make_room(changes.calls, touched);
  in_order_touched.make_room(in_order, touched);
  shown.make_ready(touched);
  call_memory.make_ready();
}

CallState& Engine::State::state_of(facts::CallIndex index, const facts::Call& call) {
  while (calls.size() <= index) calls.emplace_back(&call_memory);
  CallState& state = calls[index];
  if (state.order == call.order) return state;
  state.start_anew();
  state.order = call.order;
  state.share = share_of(call.id);
  return state;
}

/// Decides every call that was touched, by their first events, each once.
void Engine::State::decide_all(const facts::Changes& from, Time at, Trigger by, Effects& out) {
  if (from.calls.size() == 1)  // most events touch but their own
    return decide_or_end(from.calls[0].call, from.calls[0].delta, at, by, out);
  in_order.clear();
  in_order.reserve(from.calls.size());
  constexpr std::uint32_t kFarthest = 16;
  const auto touched = static_cast<std::uint32_t>(from.calls.size());
  for (std::uint32_t i = 0; i < touched; ++i) {
    if (i + kFarthest < touched) prefetch_order(from.calls[i + kFarthest].call);
    const facts::CallIndex call = from.calls[i].call;
    in_order.push_back({order_of(call), call, i});
  }
  if (in_order.size() > 1)
    boost::sort::spreadsort::integer_sort(
        in_order.begin(), in_order.end(),
        [](const InOrder& one, unsigned offset) { return one.order >> offset; },
        [](const InOrder& a, const InOrder& b) { return a.order < b.order; });
  // An incident touches thousands of calls that lie anywhere.
  constexpr std::size_t kFar = 12, kNear = 6, kNext = 2;
  // For two decisions of each: to grow would move them all, and what is not used is not touched. At
  // least doubled, as it would grow by itself: many moments may be decided one after the other.
  const std::size_t room = out.decisions.size() + 2 * in_order.size();
  if (in_order.size() > kFar && room > out.decisions.capacity())
    out.decisions.reserve(std::max(room, 2 * out.decisions.capacity()));
  for (std::size_t i = 0; i < in_order.size(); ++i) {
    if (i + kFar < in_order.size()) {
      world.prefetch_joined(in_order[i + kFar].call);
      prefetch_state(in_order[i + kFar].call);
    }
    if (i + kNear < in_order.size()) {
      world.prefetch_joined_lists(in_order[i + kNear].call);
      prefetch_state_lists(in_order[i + kNear].call);
    }
    if (i + kNext < in_order.size()) world.prefetch_profile(in_order[i + kNext].call);
    const facts::CallIndex call = in_order[i].call;
    facts::Delta delta = from.calls[in_order[i].touched].delta;
    while (i + 1 < in_order.size() && in_order[i + 1].call == call) {
      const facts::Delta& more = from.calls[in_order[++i].touched].delta;
      delta.touched |= more.touched;
      delta.changed |= more.changed;
    }
    decide_or_end(call, delta, at, by, out);
  }
}

void Engine::State::decide_or_end(facts::CallIndex index, const facts::Delta& delta, Time at,
                                  Trigger by, Effects& out) {
  if (world.call(index).facts.ended_at) {
    end(index, at, by, out);
  } else {
    decide(index, delta, at, by, out);
  }
}

/// Of a call by the arrival of its first event. One that was decided before has it at hand.
std::uint64_t Engine::State::order_of(facts::CallIndex call) const {
  const bool known = call < calls.size() && calls[call].order != 0;
  return known ? calls[call].order : world.call(call).order;
}

void Engine::State::prefetch_order(facts::CallIndex index) const {
  if (index < calls.size()) assist::prefetch(&calls[index].order);
}

void Engine::State::prefetch_state(facts::CallIndex index) const {
  if (index < calls.size()) assist::prefetch_lines<sizeof(CallState)>(&calls[index]);
}

/// What a call's state, which is at hand by now, leads to.
void Engine::State::prefetch_state_lists(facts::CallIndex index) const {
  if (index >= calls.size()) return;
  const CallState& state = calls[index];
  prefetch_first(state.rules);
  assist::prefetch(state.buckets.data());
  prefetch_first(state.standing);
}

void Engine::State::decide(facts::CallIndex index, const facts::Delta& delta, Time at, Trigger by,
                           Effects& out) {
  const facts::Call& call = world.call(index);
  const bool known = index < calls.size() && calls[index].order == call.order;
  const bool first = by == Trigger::reload || !known;
  CallState& state = known ? calls[index] : state_of(index, call);
  Activation activation(world, call, *plan, state);
  turned.clear();
  const facts::FactMask looked_at = first ? facts::kAllFacts | kFirstLook : delta.touched;
  situations.decide(*plan, state, activation, looked_at, at, turned);
  const bool other_agent = !(state.agent == call.facts.agent);
  const facts::Name left = other_agent && out.wants_calls ? state.agent : facts::Name();
  const Suggester::Cause cause = this->cause(at, by, delta.changed);
  if (!Suggester::idle(*plan, call, state, cause)) {
    Suggester(*plan, options, history, situations, scratch)
        .decide(call, state, activation, cause, out);
    remember(call, index);
  }
  if (out.wants_calls) tell_screens(call, other_agent, left, delta, out);
  schedule(index, call, state);
}

Suggester::Cause Engine::State::cause(Time at, Trigger by, facts::FactMask changed) {
  return {at, by, changed, turned};
}

void Engine::State::end(facts::CallIndex index, Time at, Trigger by, Effects& out) {
  CallState& state = state_of(index, world.call(index));
  Suggester suggester(*plan, options, history, situations, scratch);
  suggester.end(world.call(index), state, cause(at, by, 0), out);
  if (out.wants_calls && !state.agent.empty())
    out.calls_gone.push_back(
        {std::string(std::string_view(world.call(index).id)), std::string(state.agent), true});
  world.remove(index, at);
  timers.stop(index);
  state.start_anew();
}

/// `left`: the agent whose the call no longer is; empty: there is none.
void Engine::State::tell_screens(const facts::Call& call, bool other_agent, std::string_view left,
                                 const facts::Delta& delta, Effects& out) const {
  if (!left.empty())
    out.calls_gone.push_back({std::string(std::string_view(call.id)), std::string(left), false});
  if (!call.facts.agent.empty() && (other_agent || (delta.touched & kShownFacts) != 0))
    out.calls_changed.emplace_back(std::string_view(call.id));
}

void Engine::State::remember(const facts::Call& call, facts::CallIndex index) {
  for (const auto& [id, rule, suggestion] : scratch.raised)
    shown.add({id, call.facts.agent, call.order, index, rule, suggestion});
  scratch.raised.clear();
}

Time Engine::State::silence(const facts::Call& call) const {
  return call.last_applied + options.silence;
}

Time Engine::State::due(const facts::Call& call, const CallState& state) const {
  Time next = std::min(silence(call), state.waits_until);
  for (const RuleState& s : state.rules) next = std::min(next, s.next);
  for (const StandingEntry& entry : state.standing) next = std::min(next, entry.expires_at);
  return next;
}

/// Nearly each event puts off the end by silence. The timer stays where it is then: once it is due,
/// what it is for is looked up anew.
void Engine::State::schedule(facts::CallIndex index, const facts::Call& call,
                             const CallState& state) {
  // Not before now: a shorter `silence` may have been over already when it came to apply.
  const Time next = std::max(due(call, state), now);
  const Time set = Timers::of(state);
  if (next == set || (next > set && next == silence(call))) return;
  timers.set(index, next);
}

/// All that is due at one moment, `due_calls` being those with a timer: the facts first, then call
/// by call.
void Engine::State::pass(Time at, Effects& out) {
  now = std::max(now, at);
  changes.clear();
  // Of calls that end at one moment the contacts stand in the order of their calls.
  std::sort(due_calls.begin(), due_calls.end(), [&](facts::CallIndex a, facts::CallIndex b) {
    return world.call(a).order < world.call(b).order;
  });
  for (const facts::CallIndex index : due_calls) {
    const facts::Call& call = world.call(index);
    if (silence(call) <= at) {
      world.end_by_silence(index, at, changes);
    } else if (due(call, calls[index]) <= at) {
      changes.calls.push_back({index, {}});
    } else {
      schedule(index, call, calls[index]);
    }
  }
  decide_all(changes, at, Trigger::clock, out);
}

const StandingEntry* Engine::State::find(const Feedback& feedback, facts::CallIndex& call) const {
  const facts::Agent* agent = world.agent(feedback.agent);
  const auto key = key_of_id(feedback.suggestion);
  if (agent == nullptr || !key) return nullptr;
  for (const facts::CallIndex index : agent->calls) {
    if (index >= calls.size()) continue;
    for (const StandingEntry& entry : calls[index].standing) {
      if (!(entry.key == *key) || plan->rule(entry.rule).mode != rules::Mode::live) continue;
      call = index;
      return &entry;
    }
  }
  return nullptr;
}

bool Engine::feedback(const Feedback& feedback, Time at, Effects& out) {
  advance(at, out);
  State& s = *state_;
  const bool takes_off = feedback.verdict == Feedback::Verdict::used ||
                         feedback.verdict == Feedback::Verdict::dismissed;
  facts::CallIndex index = 0;
  if (const StandingEntry* entry = s.find(feedback, index)) {
    if (takes_off) s.take_off(index, entry->rule, entry->suggestion, feedback.verdict, at, out);
    return true;
  }
  const Shown::One* lately = s.shown.find(feedback.suggestion);
  if (lately == nullptr || lately->agent != feedback.agent) return false;
  if (takes_off) s.take_off_late(*lately, feedback.verdict, at, out);
  return true;
}

/// What was used or dismissed stays off: for the rest of the call, or with `again` of the episode.
void Engine::State::take_off(facts::CallIndex index, rules::RuleIndex rule,
                             std::uint32_t suggestion, Feedback::Verdict verdict, Time at,
                             Effects& out) {
  for (StandingEntry& entry : calls[index].standing) {
    if (entry.rule == rule && entry.suggestion == suggestion)
      entry.leaving = verdict == Feedback::Verdict::used ? Reason::used : Reason::dismissed;
  }
  const bool again = plan->rule(rule).again;
  RuleState* state = calls[index].find(plan->position[rule]);
  if (state != nullptr && (again ? state->looked_at : state->was_raised)) {
    RuleRecord& record = state->recorded();
    auto& off = again ? record.off : record.off_for_good;
    if (off.size() <= suggestion) off.resize(suggestion + 1);
    off[suggestion] = true;
  }
  decide(index, {}, at, Trigger::feedback, out);
}

/// The agent's click crossed a withdrawal: it counts, if the call and its rule are still there.
void Engine::State::take_off_late(const Shown::One& lately, Feedback::Verdict verdict, Time at,
                                  Effects& out) {
  const facts::CallIndex index = lately.call;
  if (!world.alive(index) || world.call(index).order != lately.order) return;
  const rules::Rule& was = shown.rule(lately);
  const auto rule = plan->by_id.find(was.id);
  if (rule == plan->by_id.end()) return;
  // The journal keeps no name with an act: it is taken for that of the agent who has the call.
  if (!(world.call(index).facts.agent == lately.agent) || plan->rule(rule->second).again) return;
  // A rule that a reload made a shadow one shows nothing that could be clicked.
  if (plan->rule(rule->second).mode != rules::Mode::live) return;
  const auto& suggestions = plan->rule(rule->second).suggestions;
  for (std::uint32_t i = 0; i < suggestions.size(); ++i)
    if (suggestions[i].name == was.suggestions[lately.suggestion].name)
      return take_off(index, rule->second, i, verdict, at, out);
}

ReloadSummary Engine::reload(std::shared_ptr<const rules::RuleSet> rules, Time at, Effects& out) {
  advance(at, out);
  State& s = *state_;
  const std::unique_ptr<const Plan> before =
      std::exchange(s.plan, std::make_unique<Plan>(std::move(rules)));
  s.shown.use(s.plan->set);
  s.scratch.filled.clear();  // of rules by their old numbers
  ReloadSummary summary;
  // By old rule: its index in the new set, where it means the same there.
  std::vector<rules::RuleIndex> kept(before->set->rules.size(), Plan::kOff);
  std::vector<RaiseHistory> history(s.plan->set->rules.size());
  std::vector<std::uint64_t> errors(s.plan->set->rules.size());
  s.situations.errors.resize(before->set->rules.size());
  for (rules::RuleIndex old = 0; old < kept.size(); ++old) {
    const rules::Rule& was = before->rule(old);
    const auto found = s.plan->by_id.find(was.id);
    if (found == s.plan->by_id.end()) {
      summary.removed.push_back(was.id);
      continue;
    }
    errors[found->second] = s.situations.errors[old];
    if (s.plan->rule(found->second).fingerprint != was.fingerprint) {
      summary.changed.push_back(was.id);
      continue;
    }
    kept[old] = found->second;
    history[found->second] = std::move(s.history[old]);
  }
  for (const auto& rule : s.plan->set->rules)
    if (!before->by_id.contains(rule.id)) summary.added.push_back(rule.id);
  s.history = std::move(history);
  s.situations.errors = std::move(errors);

  std::vector<bool> anew(before->set->rules.size());
  std::vector<facts::CallIndex> live;
  for (facts::CallIndex i = 0; i < s.calls.size(); ++i) {
    if (s.calls[i].order == 0) continue;
    for (const RuleState& state : s.calls[i].rules)
      if (kept[state.rule] == Plan::kOff && (state.truth || state.holds)) anew[state.rule] = true;
    live.push_back(i);
  }
  for (rules::RuleIndex old = 0; old < anew.size(); ++old)
    if (anew[old]) summary.timers_started_anew.push_back(before->rule(old).id);
  for (auto* ids :
       {&summary.added, &summary.changed, &summary.removed, &summary.timers_started_anew})
    std::sort(ids->begin(), ids->end());
  std::sort(live.begin(), live.end(), [&](facts::CallIndex a, facts::CallIndex b) {
    return s.calls[a].order < s.calls[b].order;
  });
  s.world.listen_for(s.plan->phrases());
  for (const facts::CallIndex call : live) {
    s.adopt(call, *before, kept);
    s.decide(call, {}, at, Trigger::reload, out);
  }
  s.scratch.gone.clear();
  return summary;
}

ReloadSummary Engine::reload(std::shared_ptr<const rules::RuleSet> rules, const Options& options,
                             Time at, Effects& out) {
  advance(at, out);
  state_->options = options;
  state_->world.keep_contacts(options.contacts_kept);
  return reload(std::move(rules), at, out);
}

/// Carries a call's state over from the plan before: `kept` gives each old rule's index now.
void Engine::State::adopt(facts::CallIndex call, const Plan& before,
                          const std::vector<rules::RuleIndex>& kept) {
  CallState& state = calls[call];
  state.buckets.clear();  // of the old plan's index
  state.outranked.reset();
  erase_if(state.rules, [&](const RuleState& s) {
    return kept[s.rule] == Plan::kOff || plan->position[kept[s.rule]] == Plan::kOff;
  });
  for (RuleState& s : state.rules) {
    s.rule = kept[s.rule];
    s.position = plan->position[s.rule];
    s.valid_until = Time::min();  // what it reads may mean something else now
    s.settle(plan->order[s.position]);
  }
  std::sort(state.rules.begin(), state.rules.end(),
            [](const RuleState& a, const RuleState& b) { return a.position < b.position; });
  scratch.gone.clear();
  for (StandingEntry& entry : state.standing) {
    const rules::RuleIndex index = kept[entry.rule];
    if (index == Plan::kOff) {
      scratch.gone.push_back(standing_of(before, entry, world.call(call).id, state.agent));
      entry.leaving = Reason::rule_changed;
      entry.rule = Plan::kOff;
      continue;
    }
    const SuggestionPlan& suggestion = *plan->suggestion(index, entry.suggestion);
    entry.rule = index;
    entry.rank = suggestion.rank;
    entry.reads = suggestion.reads;
  }
}

}  // namespace assist::engine
