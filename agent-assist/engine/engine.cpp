#include "engine/engine.hpp"

#include <xxhash.h>

#include <algorithm>
#include <cassert>
#include <deque>
#include <unordered_map>

#include "engine/call_state.hpp"
#include "engine/limits.hpp"
#include "engine/plan.hpp"
#include "engine/situations.hpp"
#include "engine/suggest.hpp"
#include "engine/timers.hpp"
#include "facts/world.hpp"

namespace assist::engine {
namespace {

/// Suggestions of which feedback is still taken after they left the screen.
constexpr std::size_t kRememberedSuggestions = 100'000;

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

/// Who was shown what, as far as feedback may still come.
class Shown {
 public:
  struct Entry {
    std::string agent, call, rule, name;
  };

  void add(const Standing& shown) {
    entries_.emplace(shown.id, Entry{shown.agent, shown.call, shown.rule, shown.name});
    order_.push_back(shown.id);
    if (order_.size() <= kRememberedSuggestions) return;
    entries_.erase(order_.front());
    order_.pop_front();
  }
  /// nullptr: it was not shown to that agent, or long ago.
  const Entry* find(const Feedback& feedback) const {
    const auto at = entries_.find(feedback.suggestion);
    return at == entries_.end() || at->second.agent != feedback.agent ? nullptr : &at->second;
  }

 private:
  std::unordered_map<std::string, Entry> entries_;
  std::deque<std::string> order_;
};

}  // namespace

struct Engine::State {
  State(std::shared_ptr<const rules::RuleSet> set, Options o)
      : options(o), plan(std::make_unique<Plan>(std::move(set))), world(o.contacts_kept) {
    history.resize(plan->set->rules.size());
  }

  Options options;
  std::unique_ptr<const Plan> plan;
  facts::World world;
  Time now = Time::min();
  std::vector<CallState> calls;  // by call index
  std::vector<RaiseHistory> history;
  Situations situations;
  Timers timers;
  Shown shown;
  facts::Changes changes;
  std::vector<facts::Touched> touched;
  std::vector<rules::RuleIndex> turned;

  CallState& state_of(facts::CallIndex call);
  void fresh_rules(CallState& state) const;
  void decide_all(const facts::Changes& from, Time at, bool by_event, Effects& out);
  void decide(facts::CallIndex call, const facts::Delta& delta, Time at, Trigger by, Effects& out);
  void end(facts::CallIndex call, Time at, bool by_event, Effects& out);
  void tell_screens(const facts::Call& call, const std::string& agent_before,
                    const facts::Delta& delta, Effects& out) const;
  void remember(const Effects& out, std::size_t from);
  Time due(facts::CallIndex call) const;
  Time silence(facts::CallIndex call) const;
  void schedule(facts::CallIndex call);
  std::vector<facts::CallIndex> take_due(Time at);
  void pass(Time at, Effects& out);
  const StandingEntry* find(const Feedback& feedback, facts::CallIndex& call) const;
  void take_off(facts::CallIndex call, rules::RuleIndex rule, std::uint32_t suggestion,
                Feedback::Verdict verdict, Time at, Effects& out);
  void take_off_late(const Shown::Entry& shown, Feedback::Verdict verdict, Time at, Effects& out);
  CallView view(facts::CallIndex call) const;
  void adopt(CallState& state, const std::vector<rules::RuleIndex>& kept);
};

Engine::Engine(std::shared_ptr<const rules::RuleSet> rules, Options options)
    : state_(std::make_unique<State>(std::move(rules), options)) {}
Engine::~Engine() = default;
Engine::Engine(Engine&&) noexcept = default;

Time Engine::now() const { return state_->now; }
Time Engine::next_due() const { return state_->timers.next(); }
const rules::RuleSet& Engine::rules() const { return *state_->plan->set; }
std::size_t Engine::live_calls() const { return state_->world.live_calls(); }

void Engine::advance(Time now, Effects& out) {
  assert(now >= state_->now);
  while (state_->timers.next() <= now) state_->pass(state_->timers.next(), out);
  state_->now = now;
}

void Engine::apply(const events::Event& event, Effects& out) {
  advance(event.received_at, out);
  State& s = *state_;
  s.changes.clear();
  s.world.apply(event, s.now, s.changes);
  s.decide_all(s.changes, s.now, true, out);
}

CallState& Engine::State::state_of(facts::CallIndex index) {
  if (calls.size() <= index) calls.resize(world.call_slots());
  CallState& state = calls[index];
  const facts::Call& call = world.call(index);
  if (state.order == call.order) return state;
  state = CallState{};
  state.order = call.order;
  state.share = share_of(call.id);
  fresh_rules(state);
  return state;
}

void Engine::State::fresh_rules(CallState& state) const {
  state.rules.resize(plan->order.size());
  for (std::size_t i = 0; i < plan->order.size(); ++i) state.rules[i].rule = plan->order[i];
}

/// Decides every call that was touched, by their first events, each once.
void Engine::State::decide_all(const facts::Changes& from, Time at, bool by_event, Effects& out) {
  touched = from.calls;
  std::sort(touched.begin(), touched.end(), [&](const auto& a, const auto& b) {
    return world.call(a.call).order < world.call(b.call).order;
  });
  for (std::size_t i = 0; i < touched.size(); ++i) {
    facts::Delta delta = touched[i].delta;
    const facts::CallIndex call = touched[i].call;
    while (i + 1 < touched.size() && touched[i + 1].call == call) {
      delta.touched |= touched[i + 1].delta.touched;
      delta.changed |= touched[++i].delta.changed;
    }
    if (world.call(call).facts.ended_at) {
      end(call, at, by_event, out);
    } else {
      decide(call, delta, at, by_event ? Trigger::event : Trigger::other, out);
    }
  }
}

void Engine::State::decide(facts::CallIndex index, const facts::Delta& delta, Time at, Trigger by,
                           Effects& out) {
  CallState& state = state_of(index);
  const facts::Call& call = world.call(index);
  Activation activation(world, call, *plan, state);
  turned.clear();
  situations.decide(*plan, state, activation, delta.touched, at, turned);
  const std::string agent_before = state.agent;
  const std::size_t decided = out.decisions.size();
  Suggester suggester(*plan, options, history, situations);
  const Suggester::Cause cause{at, by, delta.changed, turned};
  if (!suggester.idle(call, state, cause))
    suggester.decide(call, state, activation, cause, out.decisions);
  remember(out, decided);
  tell_screens(call, agent_before, delta, out);
  schedule(index);
}

void Engine::State::end(facts::CallIndex index, Time at, bool by_event, Effects& out) {
  CallState& state = state_of(index);
  Suggester suggester(*plan, options, history, situations);
  suggester.end(state, at, by_event, out.decisions);
  if (!state.agent.empty()) out.calls_gone.push_back({world.call(index).id, state.agent, true});
  world.remove(index);
  state = CallState{};
}

void Engine::State::tell_screens(const facts::Call& call, const std::string& agent_before,
                                 const facts::Delta& delta, Effects& out) const {
  const std::string& agent = call.facts.agent;
  if (agent != agent_before && !agent_before.empty())
    out.calls_gone.push_back({call.id, agent_before, false});
  if (!agent.empty() && (agent != agent_before || (delta.touched & kShownFacts) != 0))
    out.calls_changed.push_back(call.id);
}

void Engine::State::remember(const Effects& out, std::size_t from) {
  for (std::size_t i = from; i < out.decisions.size(); ++i) {
    const Decision& d = out.decisions[i];
    if (d.action == Action::raised && d.suggestion->mode == rules::Mode::live)
      shown.add(*d.suggestion);
  }
}

Time Engine::State::silence(facts::CallIndex index) const {
  return world.call(index).last_applied + options.silence;
}

Time Engine::State::due(facts::CallIndex index) const {
  const CallState& state = calls[index];
  Time next = silence(index);
  for (const RuleState& s : state.rules) next = std::min(next, s.due(plan->rule(s.rule)));
  for (const StandingEntry& entry : state.standing)
    if (entry.shown->expires_at) next = std::min(next, *entry.shown->expires_at);
  return next;
}

/// An entry for a later moment than is needed is left: whoever takes it finds nothing due.
void Engine::State::schedule(facts::CallIndex index) {
  CallState& state = calls[index];
  const Time next = due(index);
  if (next >= state.scheduled || next == kNever) return;
  state.scheduled = next;
  timers.set(next, index, state.order);
}

/// The calls for which something is due at `at`, by their first events, each once.
std::vector<facts::CallIndex> Engine::State::take_due(Time at) {
  std::vector<facts::CallIndex> out;
  while (timers.next() == at) {
    const Timers::Entry entry = timers.take();
    if (entry.call >= calls.size() || calls[entry.call].order != entry.order) continue;
    CallState& state = calls[entry.call];
    if (state.scheduled != at) continue;  // a later entry that an earlier one replaced
    state.scheduled = kNever;
    if (due(entry.call) <= at) {
      out.push_back(entry.call);
    } else {
      schedule(entry.call);
    }
  }
  return out;
}

/// All that is due at one moment: the facts first, then call by call.
void Engine::State::pass(Time at, Effects& out) {
  now = std::max(now, at);
  const auto due_calls = take_due(at);
  changes.clear();
  for (const facts::CallIndex call : due_calls) {
    if (silence(call) <= at) {
      world.end_by_silence(call, at, changes);
    } else {
      changes.calls.push_back({call, {}});
    }
  }
  decide_all(changes, at, false, out);
}

const StandingEntry* Engine::State::find(const Feedback& feedback, facts::CallIndex& call) const {
  const facts::Agent* agent = world.agent(feedback.agent);
  if (agent == nullptr) return nullptr;
  for (const facts::CallIndex index : agent->calls) {
    if (index >= calls.size()) continue;
    for (const StandingEntry& entry : calls[index].standing) {
      if (entry.shown->id != feedback.suggestion || entry.shown->mode != rules::Mode::live)
        continue;
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
  const Shown::Entry* shown = s.shown.find(feedback);
  if (shown == nullptr) return false;
  if (takes_off) s.take_off_late(*shown, feedback.verdict, at, out);
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
  for (RuleState& state : calls[index].rules) {
    if (state.rule != rule) continue;
    if (again ? state.episode == nullptr : state.past == nullptr) continue;
    auto& off = again ? state.episode->off : state.past->off;
    if (off.size() <= suggestion) off.resize(suggestion + 1);
    off[suggestion] = true;
  }
  decide(index, {}, at, Trigger::other, out);
}

/// The agent's click crossed a withdrawal: it counts, if the call and its rule are still there.
void Engine::State::take_off_late(const Shown::Entry& shown, Feedback::Verdict verdict, Time at,
                                  Effects& out) {
  const std::int64_t call = world.find(shown.call);
  const auto rule = plan->by_id.find(shown.rule);
  if (call < 0 || rule == plan->by_id.end()) return;
  const auto index = static_cast<facts::CallIndex>(call);
  // The journal keeps no name with an act: it is taken for that of the agent who has the call.
  if (world.call(index).facts.agent != shown.agent || plan->rule(rule->second).again) return;
  const auto& suggestions = plan->rule(rule->second).suggestions;
  for (std::uint32_t i = 0; i < suggestions.size(); ++i)
    if (suggestions[i].name == shown.name)
      return take_off(index, rule->second, i, verdict, at, out);
}

ReloadSummary Engine::reload(std::shared_ptr<const rules::RuleSet> rules, Time at, Effects& out) {
  advance(at, out);
  State& s = *state_;
  const std::unique_ptr<const Plan> before =
      std::exchange(s.plan, std::make_unique<Plan>(std::move(rules)));
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
    s.adopt(s.calls[i], kept);
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
  for (const facts::CallIndex call : live) s.decide(call, {}, at, Trigger::reload, out);
  return summary;
}

/// Carries a call's state over to a new plan: `kept` gives each old rule's index there.
void Engine::State::adopt(CallState& state, const std::vector<rules::RuleIndex>& kept) {
  std::vector<RuleState> old = std::move(state.rules);
  state.rules.clear();
  fresh_rules(state);
  for (RuleState& from : old) {
    const rules::RuleIndex index = kept[from.rule];
    if (index == Plan::kOff) continue;
    RuleState& to = state.rules[plan->position[index]];
    to = std::move(from);
    to.rule = index;
    to.valid_until = Time::min();  // what it reads may mean something else now
  }
  for (StandingEntry& entry : state.standing) {
    const rules::RuleIndex index = kept[entry.rule];
    if (index == Plan::kOff) {
      entry.leaving = Reason::rule_changed;
      entry.rule = Plan::kOff;
      continue;
    }
    entry.rule = index;
    entry.rank = plan->rank[index][entry.suggestion];
  }
}

CallView Engine::State::view(facts::CallIndex index) const {
  const facts::Call& call = world.call(index);
  const facts::CallFacts& f = call.facts;
  CallView out;
  out.id = call.id;
  out.customer = f.customer;
  out.queue = f.queue;
  out.channel = f.channel;
  out.agent = f.agent;
  out.step = f.step;
  out.started_at = f.started_at;
  out.answered_at = f.answered_at;
  out.on_hold = f.on_hold();
  out.waiting = f.wait.since.has_value();
  out.wait = f.wait.at(now);
  out.hold_total = f.hold_total.at(now);
  out.held_at = f.hold.since;
  if (index >= calls.size() || calls[index].order != call.order) return out;
  for (const StandingEntry& entry : calls[index].standing)
    if (entry.shown->mode == rules::Mode::live) out.suggestions.push_back(entry.shown);
  std::stable_sort(
      out.suggestions.begin(), out.suggestions.end(), [](const auto& a, const auto& b) {
        return std::pair(a->priority, a->raised_at) < std::pair(b->priority, b->raised_at);
      });
  return out;
}

std::vector<CallView> Engine::calls_of(std::string_view agent) const {
  std::vector<CallView> out;
  const facts::Agent* found = state_->world.agent(agent);
  if (found == nullptr) return out;
  std::vector<facts::CallIndex> calls = found->calls;
  std::sort(calls.begin(), calls.end(), [&](facts::CallIndex a, facts::CallIndex b) {
    return state_->world.call(a).order < state_->world.call(b).order;
  });
  for (const facts::CallIndex index : calls) out.push_back(state_->view(index));
  return out;
}

std::optional<CallView> Engine::call(std::string_view id) const {
  const std::int64_t index = state_->world.find(id);
  if (index < 0) return std::nullopt;
  return state_->view(static_cast<facts::CallIndex>(index));
}

std::vector<SituationView> Engine::situations(std::string_view call) const {
  std::vector<SituationView> out;
  const std::int64_t index = state_->world.find(call);
  if (index < 0 || static_cast<std::size_t>(index) >= state_->calls.size()) return out;
  const CallState& state = state_->calls[static_cast<std::size_t>(index)];
  if (state.order != state_->world.call(static_cast<facts::CallIndex>(index)).order) return out;
  for (const RuleState& rule : state.rules) out.push_back({rule.rule, rule.truth, rule.holds});
  return out;
}

std::vector<std::pair<std::string, std::uint64_t>> Engine::errors() const {
  std::vector<std::pair<std::string, std::uint64_t>> out;
  const auto& counts = state_->situations.errors;
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (counts[i] > 0)
      out.emplace_back(state_->plan->rule(static_cast<rules::RuleIndex>(i)).id, counts[i]);
  return out;
}

}  // namespace assist::engine
