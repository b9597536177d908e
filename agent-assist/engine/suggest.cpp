#include "engine/suggest.hpp"

#include <algorithm>
#include <utility>

namespace assist::engine {
namespace {

bool is_off(const std::vector<bool>& flags, std::uint32_t suggestion) {
  return suggestion < flags.size() && flags[suggestion];
}

void set_off(std::vector<bool>& flags, std::uint32_t suggestion) {
  if (flags.size() <= suggestion) flags.resize(suggestion + 1);
  flags[suggestion] = true;
}

/// What already stands in a walk down the ranking.
struct Walk {
  using Claim = Suggester::Claim;
  std::vector<Claim>&suppressed, &groups;
  std::size_t count = 0;

  Walk(std::vector<Claim>& steps, std::vector<Claim>& of_groups)
      : suppressed(steps), groups(of_groups) {
    suppressed.clear();
    groups.clear();
  }

  static const Claim* find(const std::vector<Claim>& claims, std::string_view name) {
    if (name.empty()) return nullptr;
    const auto at = std::find_if(claims.begin(), claims.end(),
                                 [&](const Claim& claim) { return claim.name == name; });
    return at == claims.end() ? nullptr : &*at;
  }

  /// "" if `s` stands; else what outranks it.
  std::string_view outranks(const SuggestionPlan& s, std::size_t max_visible) const {
    if (s.claims) {
      if (const Claim* claim = find(suppressed, s.of->step)) return claim->by;
      if (const Claim* claim = find(groups, s.of->group)) return claim->by;
    }
    return count >= max_visible ? "max_visible" : "";
  }

  void stand(const SuggestionPlan& s) {
    ++count;
    if (!s.claims) return;
    for (const auto& step : s.of->suppress) suppressed.push_back({step, s.of->name});
    if (!s.of->group.empty()) groups.push_back({s.of->group, s.of->name});
  }
};

/// nullptr: nothing is kept of the rule, or it is gone.
RuleState* state_of(const Plan& plan, CallState& state, rules::RuleIndex rule) {
  if (rule == Plan::kOff || plan.position[rule] == Plan::kOff) return nullptr;
  return state.find(plan.position[rule]);
}

}  // namespace

bool Suggester::idle(const Plan& plan, const facts::Call& call, const CallState& state,
                     const Cause& cause) {
  if (cause.by == Trigger::reload) return false;
  if (!cause.turned.empty() || !(call.facts.agent == state.agent)) return false;
  return std::none_of(state.standing.begin(), state.standing.end(),
                      [&](const StandingEntry& entry) {
                        return entry.leaving != Reason::none || entry.expires_at <= cause.now ||
                               (cause.by_event() && stale_texts(plan, entry, cause));
                      });
}

void Suggester::decide(const facts::Call& call, CallState& state, Activation& facts,
                       const Cause& cause, Effects& out) {
  if (!state.standing.empty()) expire(state, cause.now);
  collect_due(call, state, cause, out);
  const bool some_outranked = rank();
  if (some_outranked || state.outranked) tell_outranked(call, state, cause, out);
  if (!state.standing.empty()) withdraw(state, call, cause, out);
  const std::size_t kept = state.standing.size();
  for (const Due& d : scratch_.due) {
    if (!d.stands) continue;
    const bool stood = std::any_of(state.standing.begin(),
                                   state.standing.begin() + static_cast<std::ptrdiff_t>(kept),
                                   [&](const StandingEntry& e) {
                                     return e.rule == d.state->rule && e.suggestion == d.suggestion;
                                   });
    if (!stood) raise(state, call, facts, d, cause, out);
  }
  if (cause.by_event())
    for (std::size_t i = 0; i < kept; ++i) refill(state.standing[i], state, facts, cause, out);
  if (state.standing.size() > 1 && (state.standing.size() > kept || cause.by == Trigger::reload))
    std::sort(state.standing.begin(), state.standing.end(),
              [](const StandingEntry& a, const StandingEntry& b) { return a.rank < b.rank; });
  if (!(state.agent == call.facts.agent)) state.agent = call.facts.agent;
}

void Suggester::end(const facts::Call& call, CallState& state, const Cause& cause, Effects& out) {
  for (const StandingEntry& entry : state.standing)
    tell(Action::withdrawn, entry, call, state.agent, cause, out).reason = Reason::call_ended;
  state.standing.clear();
}

/// What expired stays off for the rest of the episode.
void Suggester::expire(CallState& state, Time now) {
  for (StandingEntry& entry : state.standing) {
    if (entry.expires_at > now) continue;
    RuleState* rule = state_of(plan_, state, entry.rule);
    if (rule != nullptr && rule->looked_at) set_off(rule->recorded().off, entry.suggestion);
    if (entry.leaving == Reason::none) entry.leaving = Reason::expired;
  }
}

void Suggester::collect_due(const facts::Call& call, CallState& state, const Cause& cause,
                            Effects& out) {
  scratch_.due.clear();
  if (call.facts.agent.empty()) return;
  for (RuleState& s : state.rules) {
    if (!s.holds) continue;
    const RulePlan& rule = plan_.order[s.position];
    if (rule.suggestions == 0 || state.share >= rule.share_ppm) continue;
    if (!admits(call, s, rule, cause, out)) continue;
    const RuleRecord* const record = s.record.get();
    for (std::uint32_t i = 0; i < rule.suggestions; ++i) {
      if (record != nullptr && (is_off(record->off, i) || is_off(record->off_for_good, i)))
        continue;
      const SuggestionPlan& plan = plan_.suggestions[rule.suggestion + i];
      scratch_.due.push_back({plan.rank, i, &s, &plan, rule.live, false, {}});
    }
  }
  if (scratch_.due.size() > 1)
    std::sort(scratch_.due.begin(), scratch_.due.end(),
              [](const Due& a, const Due& b) { return a.rank < b.rank; });
}

/// Limits and cooldown, looked at when a suggestion of the rule is first due in the episode, and
/// per_agent again at each new agent (contract, section 7).
bool Suggester::admits(const facts::Call& call, RuleState& state, const RulePlan& rule,
                       const Cause& cause, Effects& out) {
  if (!state.looked_at) {
    state.looked_at = true;
    const auto refused = rule.may_be_refused() ? refusal(call, state, cause.now) : std::nullopt;
    state.admitted = !refused;
    if (refused) tell_held(call, state, *refused, cause, out);
  }
  if (!state.admitted || !rule.per_agent) return state.admitted;
  const std::string_view agent = call.facts.agent;
  auto& gates = state.recorded().gates;
  for (const auto& gate : gates)
    if (gate.agent == agent) return gate.open;
  const rules::Limit& limit = *plan_.rule(state.rule).per_agent;
  const bool open = history_[state.rule].agents.allows(agent, limit, cause.now);
  gates.push_back({std::string(agent), open, false});
  if (!open) tell_held(call, state, Hold::per_agent, cause, out);
  return open;
}

/// What keeps the rule off for the whole episode; nullopt: nothing does.
std::optional<Hold> Suggester::refusal(const facts::Call& call, const RuleState& state,
                                       Time now) const {
  const rules::Rule& rule = plan_.rule(state.rule);
  const RuleRecord* past = state.record.get();
  const std::string_view customer = call.facts.customer;
  if (rule.per_call && past != nullptr && !within_limit(past->raised, *rule.per_call, now))
    return Hold::per_call;
  if (rule.per_customer && !customer.empty() &&
      !history_[state.rule].customers.allows(customer, *rule.per_customer, now))
    return Hold::per_customer;
  if (rule.cooldown && past != nullptr && past->last_ended &&
      now < *past->last_ended + *rule.cooldown)
    return Hold::cooldown;
  return std::nullopt;
}

void Suggester::tell_held(const facts::Call& call, const RuleState& state, Hold why,
                          const Cause& cause, Effects& out, const Due* outranked) const {
  if (!out.wants_withheld) return;
  Withheld& held = out.withheld.emplace_back();
  held.at = cause.now;
  held.call = std::string_view(call.id);
  held.agent = call.facts.agent.text();
  held.rule = plan_.rule(state.rule).id;
  if (outranked != nullptr) {
    held.name = outranked->plan->name;
    held.outranked_by = outranked->outranked_by;
  }
  held.why = why;
  held.rules = plan_.set;
  held.by = cause.by;
}

/// Tells of those that are outranked now and were not when the call was last looked at.
void Suggester::tell_outranked(const facts::Call& call, CallState& state, const Cause& cause,
                               Effects& out) const {
  scratch_.outranked.clear();
  for (const Due& d : scratch_.due) {
    if (d.stands) continue;
    const Outranked one{d.state->rule, d.suggestion};
    scratch_.outranked.push_back(one);
    if (state.outranked &&
        std::find(state.outranked->begin(), state.outranked->end(), one) != state.outranked->end())
      continue;
    tell_held(call, *d.state, Hold::outranked, cause, out, &d);
  }
  if (scratch_.outranked.empty()) {
    state.outranked.reset();
  } else if (!state.outranked) {
    state.outranked = std::make_unique<std::vector<Outranked>>(scratch_.outranked);
  } else if (*state.outranked != scratch_.outranked) {
    *state.outranked = scratch_.outranked;
  }
}

/// Walks the ranking: once for the live rules, and once more beside them for each shadow rule.
/// True: something is outranked.
bool Suggester::rank() {
  if (scratch_.due.empty()) return false;
  if (scratch_.due.size() == 1 && scratch_.due[0].live && options_.max_visible > 0) {
    scratch_.due[0].stands = true;  // nothing outranks it
    return false;
  }
  rank_live(nullptr);
  rank_shadows();
  return std::any_of(scratch_.due.begin(), scratch_.due.end(),
                     [](const Due& d) { return !d.stands; });
}

void Suggester::rank_shadows() {
  scratch_.shadows.clear();
  for (const Due& d : scratch_.due)
    if (!d.live) scratch_.shadows.push_back(d.state);
  if (scratch_.shadows.empty()) return;
  std::sort(scratch_.shadows.begin(), scratch_.shadows.end());
  scratch_.shadows.erase(std::unique(scratch_.shadows.begin(), scratch_.shadows.end()),
                         scratch_.shadows.end());
  for (const RuleState* shadow : scratch_.shadows) rank_live(shadow);
}

/// Decides which live suggestions stand; with `shadow`, which of that rule's would if it alone were
/// live beside them.
void Suggester::rank_live(const RuleState* shadow) {
  Walk walk(scratch_.suppressed, scratch_.groups);
  for (Due& d : scratch_.due) {
    if (!d.live && d.state != shadow) continue;
    const std::string_view by = walk.outranks(*d.plan, options_.max_visible);
    if (by.empty()) walk.stand(*d.plan);
    if (d.live != (shadow == nullptr)) continue;  // the live ones were decided in their own walk
    d.stands = by.empty();
    d.outranked_by = by;
  }
}

void Suggester::withdraw(CallState& state, const facts::Call& call, const Cause& cause,
                         Effects& out) {
  const auto leaves = [&](StandingEntry& entry) {
    std::string_view outranked_by;
    const Reason why = reason(entry, call, state, outranked_by);
    if (why == Reason::none) return false;
    Decision& d = tell(Action::withdrawn, entry, call, state.agent, cause, out);
    d.reason = why;
    d.outranked_by = outranked_by;
    return true;
  };
  erase_if(state.standing, leaves);
}

/// Why an entry cannot stay, by the contract's order of reasons; none if it can.
Reason Suggester::reason(const StandingEntry& entry, const facts::Call& call,
                         const CallState& state, std::string_view& outranked_by) const {
  if (!(state.agent == call.facts.agent)) return Reason::transferred;
  if (entry.leaving == Reason::rule_changed) return Reason::rule_changed;
  if (entry.leaving != Reason::none) {
    const RuleState* rule = state.find(plan_.position[entry.rule]);
    return rule == nullptr || !rule->holds ? Reason::no_longer_true : entry.leaving;
  }
  const auto at = std::find_if(scratch_.due.begin(), scratch_.due.end(), [&](const Due& d) {
    return d.state->rule == entry.rule && d.suggestion == entry.suggestion;
  });
  if (at == scratch_.due.end()) return Reason::no_longer_true;
  if (at->stands) return Reason::none;
  outranked_by = at->outranked_by;
  return Reason::outranked;
}

void Suggester::raise(CallState& state, const facts::Call& call, Activation& facts, const Due& due,
                      const Cause& cause, Effects& out) {
  const rules::RuleIndex rule = due.state->rule;
  const SuggestionPlan& plan = *due.plan;
  const RulePlan& of_rule = plan_.order[due.state->position];
  due.state->was_raised = true;
  const bool first = !std::exchange(due.state->raised, true);
  if (of_rule.has_limits()) count(call, *due.state, of_rule, first, cause.now);
  const events::Key key = suggestion_key(call.id, plan.seed, state.raises++);
  StandingEntry& entry = state.standing.emplace_back(StandingEntry{
      rule, due.suggestion, due.rank, Reason::none, plan.reads, cause.now, kNever, key, nullptr});
  if (due.live) scratch_.raised.push_back({entry.key, rule, due.suggestion});
  if (plan.expires_after != Duration::max()) entry.expires_at = cause.now + plan.expires_after;
  if (!plan.plain) entry.filled = fill_texts(entry, facts, cause.now);
  tell(Action::raised, entry, call, call.facts.agent, cause, out);
}

/// An episode counts once, from its first `raised`; for each agent from the first to them.
void Suggester::count(const facts::Call& call, RuleState& state, const RulePlan& plan, bool first,
                      Time now) {
  if (first) {
    if (plan.per_call) state.recorded().raised.push_back(now);
    if (plan.per_customer && !call.facts.customer.empty())
      history_[state.rule].customers.add(call.facts.customer, *plan_.rule(state.rule).per_customer,
                                         now);
  }
  if (!plan.per_agent) return;
  for (auto& gate : state.recorded().gates) {
    if (gate.agent != call.facts.agent || gate.counted) continue;
    gate.counted = true;
    history_[state.rule].agents.add(gate.agent, *plan_.rule(state.rule).per_agent, now);
  }
}

bool Suggester::stale_texts(const Plan& plan, const StandingEntry& entry, const Cause& cause) {
  if ((entry.reads & cause.changed) != 0) return true;
  if ((entry.reads & kReadsSituations) == 0 || cause.turned.empty()) return false;
  const auto turned = [&](const rules::Text& text) {
    return std::any_of(text.situations.begin(), text.situations.end(), [&](rules::RuleIndex s) {
      return std::binary_search(cause.turned.begin(), cause.turned.end(), s);
    });
  };
  const rules::Suggestion& s = plan.rule(entry.rule).suggestions[entry.suggestion];
  return turned(s.headline) || (s.say && turned(*s.say)) || (s.because && turned(*s.because));
}

void Suggester::refill(StandingEntry& entry, const CallState& state, Activation& facts,
                       const Cause& cause, Effects& out) {
  if (!stale_texts(plan_, entry, cause)) return;
  Texts next = fill_texts(entry, facts, cause.now);
  if (*next == *entry.filled) return;
  entry.filled = std::move(next);
  tell(Action::changed, entry, facts.of(), state.agent, cause, out);
}

Texts Suggester::fill_texts(const StandingEntry& entry, Activation& facts, Time now) {
  constexpr std::size_t kMost = 16;
  if (entry.reads != facts::bit(facts::Fact::incidents)) return fill_anew(entry, facts, now);
  auto& filled = scratch_.filled;
  const std::uint64_t incident_events = facts.world().incident_events();
  if (scratch_.filled_at != now || scratch_.filled_after != incident_events) filled.clear();
  scratch_.filled_at = now;
  scratch_.filled_after = incident_events;
  const auto at = std::find_if(filled.begin(), filled.end(), [&](const Scratch::Filled& one) {
    return one.rule == entry.rule && one.suggestion == entry.suggestion &&
           one.incidents == facts.incidents();
  });
  if (at != filled.end()) {
    situations_.errors[entry.rule] += at->errors;
    return at->texts;
  }
  const std::uint64_t errors = situations_.errors[entry.rule];
  Texts texts = fill_anew(entry, facts, now);
  Scratch::Filled& one =
      filled.size() < kMost ? filled.emplace_back() : filled[scratch_.filled_next++ % kMost];
  one = {entry.rule, entry.suggestion, facts.incidents(), texts,
         situations_.errors[entry.rule] - errors};
  return texts;
}

Texts Suggester::fill_anew(const StandingEntry& entry, Activation& facts, Time now) {
  const boost::intrusive_ptr filled(new FilledTexts);
  const rules::Suggestion& of = plan_.rule(entry.rule).suggestions[entry.suggestion];
  for (std::size_t i = 0; i < kTexts; ++i) {
    if (const rules::Text* const text = text_to_fill(of, i))
      situations_.fill(*text, entry.rule, facts, now, filled->text);
    filled->ends[i] = static_cast<std::uint32_t>(filled->text.size());
  }
  return filled;
}

/// `agent`: with whom it stands.
Decision& Suggester::tell(Action action, const StandingEntry& entry, const facts::Call& call,
                          const facts::Name& agent, const Cause& cause, Effects& out) const {
  Decision& d = out.decisions.emplace_back([&] {
    return entry.leaving == Reason::rule_changed
               ? *std::find_if(scratch_.gone.begin(), scratch_.gone.end(),
                               [&](const Standing& one) { return one.key == entry.key; })
               : standing_of(plan_, entry, call.id, agent);
  });
  d.at = cause.now;
  d.action = action;
  d.rules = plan_.set;
  d.by = cause.by;
  return d;
}

}  // namespace assist::engine
