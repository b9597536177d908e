#include "engine/suggest.hpp"

#include <xxhash.h>

#include <algorithm>

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
  struct Claim {
    std::string_view name;  // the step or group
    std::string_view by;    // the suggestion
  };
  std::vector<Claim> suppressed, groups;
  std::size_t count = 0;

  static const Claim* find(const std::vector<Claim>& claims, std::string_view name) {
    if (name.empty()) return nullptr;
    const auto at = std::find_if(claims.begin(), claims.end(),
                                 [&](const Claim& claim) { return claim.name == name; });
    return at == claims.end() ? nullptr : &*at;
  }

  /// "" if `s` stands; else what outranks it.
  std::string_view outranks(const rules::Suggestion& s, std::size_t max_visible) const {
    if (const Claim* claim = find(suppressed, s.step)) return claim->by;
    if (const Claim* claim = find(groups, s.group)) return claim->by;
    return count >= max_visible ? "max_visible" : "";
  }

  void stand(const rules::Suggestion& s) {
    for (const auto& step : s.suppress) suppressed.push_back({step, s.name});
    if (!s.group.empty()) groups.push_back({s.group, s.name});
    ++count;
  }
};

RuleState* state_of(CallState& state, rules::RuleIndex rule) {
  const auto at = std::find_if(state.rules.begin(), state.rules.end(),
                               [&](const RuleState& s) { return s.rule == rule; });
  return at == state.rules.end() ? nullptr : &*at;
}

}  // namespace

std::string suggestion_id(std::string_view call, std::string_view name, std::uint32_t raises) {
  static constexpr char kDigits[] = "0123456789abcdefghjkmnpqrstvwxyz";  // Crockford's base 32
  std::string text(call);
  text += '\0';
  text += name;
  text += '\0';
  text += std::to_string(raises);
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  std::string out(26, '0');
  std::uint64_t high = hash.high64, low = hash.low64;
  for (auto at = out.rbegin(); at != out.rend(); ++at) {
    *at = kDigits[low & 31];
    low = low >> 5 | high << 59;
    high >>= 5;
  }
  return out;
}

bool Suggester::idle(const facts::Call& call, const CallState& state, const Cause& cause) const {
  if (cause.by == Trigger::reload) return false;
  if (!cause.turned.empty() || call.facts.agent != state.agent) return false;
  return std::none_of(state.standing.begin(), state.standing.end(),
                      [&](const StandingEntry& entry) {
                        return entry.leaving != Reason::none ||
                               (entry.shown->expires_at && *entry.shown->expires_at <= cause.now) ||
                               (cause.by_event() && stale_texts(entry, cause));
                      });
}

void Suggester::decide(const facts::Call& call, CallState& state, Activation& facts,
                       const Cause& cause, std::vector<Decision>& out) {
  expire(state, cause.now);
  std::vector<Due> all = due(call, state, cause.now);
  rank(all);
  withdraw(state, call, all, cause, out);
  const std::size_t kept = state.standing.size();
  for (const Due& d : all) {
    if (!d.stands) continue;
    const bool stood = std::any_of(state.standing.begin(),
                                   state.standing.begin() + static_cast<std::ptrdiff_t>(kept),
                                   [&](const StandingEntry& e) {
                                     return e.rule == d.state->rule && e.suggestion == d.suggestion;
                                   });
    if (!stood) raise(state, call, facts, d, cause, out);
  }
  if (cause.by_event())
    for (std::size_t i = 0; i < kept; ++i) refill(state.standing[i], facts, cause, out);
  std::sort(state.standing.begin(), state.standing.end(),
            [](const StandingEntry& a, const StandingEntry& b) { return a.rank < b.rank; });
  state.agent = call.facts.agent;
}

void Suggester::end(CallState& state, Time now, bool by_event, std::vector<Decision>& out) {
  for (const StandingEntry& entry : state.standing) {
    Decision d = decision(Action::withdrawn, entry, now, by_event);
    d.reason = Reason::call_ended;
    out.push_back(std::move(d));
  }
  state.standing.clear();
}

/// What expired stays off for the rest of the episode.
void Suggester::expire(CallState& state, Time now) {
  for (StandingEntry& entry : state.standing) {
    if (!entry.shown->expires_at || *entry.shown->expires_at > now) continue;
    RuleState* rule = state_of(state, entry.rule);
    if (rule != nullptr && rule->episode) set_off(rule->episode->off, entry.suggestion);
    if (entry.leaving == Reason::none) entry.leaving = Reason::expired;
  }
}

std::vector<Suggester::Due> Suggester::due(const facts::Call& call, CallState& state, Time now) {
  std::vector<Due> out;
  if (call.facts.agent.empty()) return out;
  for (RuleState& s : state.rules) {
    if (!s.holds) continue;
    const rules::Rule& rule = plan_.rule(s.rule);
    if (rule.suggestions.empty() || state.share >= rule.share_ppm) continue;
    if (!admits(call, s, now)) continue;
    for (std::uint32_t i = 0; i < rule.suggestions.size(); ++i) {
      if (is_off(s.episode->off, i) || (s.past && is_off(s.past->off, i))) continue;
      out.push_back({plan_.rank[s.rule][i], &s, i, false, {}});
    }
  }
  std::sort(out.begin(), out.end(), [](const Due& a, const Due& b) { return a.rank < b.rank; });
  return out;
}

/// Limits and cooldown, looked at when a suggestion of the rule is first due in the episode, and
/// per_agent again at each new agent (contract, section 7).
bool Suggester::admits(const facts::Call& call, RuleState& state, Time now) {
  const rules::Rule& rule = plan_.rule(state.rule);
  if (!state.episode) state.episode = std::make_unique<Episode>();
  Episode& episode = *state.episode;
  if (!episode.looked_at) {
    episode.looked_at = true;
    const Past* past = state.past.get();
    const std::string& customer = call.facts.customer;
    episode.admitted =
        (!rule.per_call || past == nullptr || within_limit(past->raised, *rule.per_call, now)) &&
        (!rule.per_customer || customer.empty() ||
         history_[state.rule].customers.allows(customer, *rule.per_customer, now)) &&
        (!rule.cooldown || past == nullptr || !past->last_ended ||
         now >= *past->last_ended + *rule.cooldown);
  }
  if (!episode.admitted) return false;
  const std::string& agent = call.facts.agent;
  for (const auto& gate : episode.gates)
    if (gate.agent == agent) return gate.open;
  const bool open =
      !rule.per_agent || history_[state.rule].agents.allows(agent, *rule.per_agent, now);
  episode.gates.push_back({agent, open, false});
  return open;
}

/// Walks the ranking: once for the live rules, and once more beside them for each shadow rule.
void Suggester::rank(std::vector<Due>& due) const {
  rank_live(due, nullptr);
  std::vector<const RuleState*> shadows;
  for (const Due& d : due)
    if (plan_.rule(d.state->rule).mode == rules::Mode::shadow) shadows.push_back(d.state);
  std::sort(shadows.begin(), shadows.end());
  shadows.erase(std::unique(shadows.begin(), shadows.end()), shadows.end());
  for (const RuleState* shadow : shadows) rank_live(due, shadow);
}

/// Decides which live suggestions stand; with `shadow`, which of that rule's would if it alone were
/// live beside them.
void Suggester::rank_live(std::vector<Due>& due, const RuleState* shadow) const {
  Walk walk;
  for (Due& d : due) {
    const bool live = plan_.rule(d.state->rule).mode == rules::Mode::live;
    if (!live && d.state != shadow) continue;
    const auto& suggestion = plan_.rule(d.state->rule).suggestions[d.suggestion];
    const std::string_view by = walk.outranks(suggestion, options_.max_visible);
    if (by.empty()) walk.stand(suggestion);
    if (live != (shadow == nullptr)) continue;  // the live ones were decided in their own walk
    d.stands = by.empty();
    d.outranked_by = by;
  }
}

void Suggester::withdraw(CallState& state, const facts::Call& call, const std::vector<Due>& due,
                         const Cause& cause, std::vector<Decision>& out) {
  std::vector<StandingEntry> kept;
  kept.reserve(state.standing.size());
  for (StandingEntry& entry : state.standing) {
    std::string outranked_by;
    const Reason why = reason(entry, call, state, due, outranked_by);
    if (why == Reason::none) {
      kept.push_back(std::move(entry));
      continue;
    }
    Decision d = decision(Action::withdrawn, entry, cause.now, cause.by_event());
    d.reason = why;
    d.outranked_by = std::move(outranked_by);
    out.push_back(std::move(d));
  }
  state.standing = std::move(kept);
}

/// Why an entry cannot stay, by the contract's order of reasons; none if it can.
Reason Suggester::reason(const StandingEntry& entry, const facts::Call& call, CallState& state,
                         const std::vector<Due>& due, std::string& outranked_by) const {
  if (entry.shown->agent != call.facts.agent) return Reason::transferred;
  if (entry.leaving == Reason::rule_changed) return Reason::rule_changed;
  const RuleState* rule = state_of(state, entry.rule);
  if (rule == nullptr || !rule->holds) return Reason::no_longer_true;
  if (entry.leaving != Reason::none) return entry.leaving;
  const auto at = std::find_if(due.begin(), due.end(), [&](const Due& d) {
    return d.state->rule == entry.rule && d.suggestion == entry.suggestion;
  });
  if (at == due.end()) return Reason::no_longer_true;
  if (at->stands) return Reason::none;
  outranked_by = at->outranked_by;
  return Reason::outranked;
}

void Suggester::raise(CallState& state, const facts::Call& call, Activation& facts, const Due& due,
                      const Cause& cause, std::vector<Decision>& out) {
  const rules::Rule& rule = plan_.rule(due.state->rule);
  const rules::Suggestion& from = rule.suggestions[due.suggestion];
  count(call, *due.state, cause.now);
  auto shown = std::make_shared<Standing>();
  shown->id = suggestion_id(call.id, from.name, state.raises++);
  shown->call = call.id;
  shown->agent = call.facts.agent;
  shown->rule = rule.id;
  shown->name = from.name;
  shown->kind = from.kind;
  shown->mode = rule.mode;
  shown->priority = from.priority;
  shown->steps = from.suppress;
  shown->offer = from.offer;
  if (from.kind == rules::Kind::escalate_to) shown->escalate_to = from.escalate_to;
  if (from.kind == rules::Kind::ask) shown->ask = from.ask;
  if (from.kind == rules::Kind::follow_up) shown->follow_up = from.follow_up;
  shown->raised_at = cause.now;
  if (from.expires_after) shown->expires_at = cause.now + *from.expires_after;
  fill_texts(*shown, from, due.state->rule, facts, cause.now);
  StandingEntry entry{due.state->rule, due.suggestion, due.rank, std::move(shown), Reason::none};
  out.push_back(decision(Action::raised, entry, cause.now, cause.by_event()));
  state.standing.push_back(std::move(entry));
}

/// An episode counts once, from its first `raised`; for each agent from the first to them.
void Suggester::count(const facts::Call& call, RuleState& state, Time now) {
  const rules::Rule& rule = plan_.rule(state.rule);
  Episode& episode = *state.episode;
  if (!state.past) state.past = std::make_unique<Past>();
  if (!episode.raised) {
    episode.raised = true;
    if (rule.per_call) state.past->raised.push_back(now);
    if (rule.per_customer && !call.facts.customer.empty())
      history_[state.rule].customers.add(call.facts.customer, *rule.per_customer, now);
  }
  for (auto& gate : episode.gates) {
    if (gate.agent != call.facts.agent || gate.counted) continue;
    gate.counted = true;
    if (rule.per_agent) history_[state.rule].agents.add(gate.agent, *rule.per_agent, now);
  }
}

bool Suggester::stale_texts(const StandingEntry& entry, const Cause& cause) const {
  const auto& reads = plan_.text_reads[entry.rule][entry.suggestion];
  return (reads.facts & cause.changed) != 0 ||
         std::any_of(reads.situations.begin(), reads.situations.end(), [&](rules::RuleIndex s) {
           return std::binary_search(cause.turned.begin(), cause.turned.end(), s);
         });
}

void Suggester::refill(StandingEntry& entry, Activation& facts, const Cause& cause,
                       std::vector<Decision>& out) {
  if (!stale_texts(entry, cause)) return;
  auto next = std::make_shared<Standing>(*entry.shown);
  fill_texts(*next, plan_.rule(entry.rule).suggestions[entry.suggestion], entry.rule, facts,
             cause.now);
  if (next->headline == entry.shown->headline && next->say == entry.shown->say &&
      next->because == entry.shown->because)
    return;
  entry.shown = std::move(next);
  out.push_back(decision(Action::changed, entry, cause.now, cause.by_event()));
}

void Suggester::fill_texts(Standing& shown, const rules::Suggestion& from, rules::RuleIndex rule,
                           Activation& facts, Time now) {
  shown.headline = situations_.fill(from.headline, rule, facts, now);
  if (from.say) shown.say = situations_.fill(*from.say, rule, facts, now);
  if (from.because) shown.because = situations_.fill(*from.because, rule, facts, now);
}

Decision Suggester::decision(Action action, const StandingEntry& entry, Time now,
                             bool by_event) const {
  Decision d;
  d.at = now;
  d.action = action;
  d.suggestion = entry.shown;
  d.version = plan_.set->version;
  d.by_clock = !by_event;
  return d;
}

}  // namespace assist::engine
