#include "engine/model/model.hpp"

#include <xxhash.h>

#include <algorithm>
#include <sstream>

namespace assist::model {
namespace {

constexpr Duration kMicrosecond{1};
constexpr Duration kDay = std::chrono::hours{24};

bool in_share(const rules::Rule& rule, const std::string& call) {
  return XXH3_64bits(call.data(), call.size()) % 1'000'000 < rule.share_ppm;
}

template <class Raised>
bool allows(const rules::Limit& limit, const Raised& raised, Time now) {
  const Duration within = limit.within.value_or(90 * kDay);
  const auto count = std::count_if(raised.begin(), raised.end(),
                                   [&](Time at) { return now - within < at && at <= now; });
  return count < static_cast<std::ptrdiff_t>(limit.count);
}

std::vector<const rules::Text*> texts_of(const rules::Suggestion& suggestion) {
  std::vector<const rules::Text*> out{&suggestion.headline};
  if (suggestion.say) out.push_back(&*suggestion.say);
  if (suggestion.because) out.push_back(&*suggestion.because);
  return out;
}

}  // namespace

bool active_in_utc(const rules::Active::Spec& spec, Time now) {
  const auto since_1970 = now.time_since_epoch();
  if (spec.from && since_1970 < spec.from->time_since_epoch()) return false;
  if (spec.until && since_1970 >= spec.until->time_since_epoch()) return false;
  const auto days = std::chrono::floor<std::chrono::days>(since_1970);
  const Duration of_day = since_1970 - days;
  // 1970-01-01, day 0, was a Thursday: bit 3.
  const auto on = [&](std::chrono::days day) {
    return (spec.days >> (((day.count() + 3) % 7 + 7) % 7) & 1) != 0;
  };
  if (!spec.opens || *spec.opens % kDay == *spec.closes % kDay) return on(days);
  if (*spec.opens < *spec.closes) return of_day >= *spec.opens && of_day < *spec.closes && on(days);
  if (of_day >= *spec.opens) return on(days);
  return of_day < *spec.closes && on(days - std::chrono::days{1});
}

std::string print(const Decision& d) {
  std::ostringstream out;
  out << format_rfc3339(d.at) << ' ' << d.action << " #" << d.raise << ' ' << d.name << " ("
      << d.rule << ", " << d.kind << ", " << d.mode << ") call " << d.call << " agent " << d.agent;
  if (!d.reason.empty()) out << " reason " << d.reason;
  if (!d.outranked_by.empty()) out << " by " << d.outranked_by;
  if (d.expires_at) out << " expires " << format_rfc3339(*d.expires_at);
  out << " \"" << d.headline << "\" say " << d.say.value_or("null") << " because "
      << d.because.value_or("null") << (d.by_clock ? " (clock)" : "");
  return out.str();
}

Model::Model(std::shared_ptr<const rules::RuleSet> rules, engine::Options options, Moments moments)
    : rules_(std::move(rules)), options_(options), moments_(std::move(moments)) {
  moments_.lengths.insert({Duration{0}, options.silence, options.contacts_kept});
}

// Time

/// All moments from which a length may count.
std::set<Time> Model::turning_points() const {
  std::set<Time> out;
  for (const Event& e : events_) {
    out.insert(e.time);
    out.insert(e.clock);
  }
  const auto clock = [&](const Length& length) {
    if (length.since) out.insert(*length.since - length.before);
  };
  for (const Call* call : world_.live()) {
    clock(call->wait);
    clock(call->hold_total);
  }
  for (const auto& [id, state] : states_) {
    for (const auto& [rule, s] : state.situations) {
      out.insert(s.true_since);
      out.insert(s.held_since);
    }
    for (const Shown& shown : state.standing) out.insert(shown.raised_at);
  }
  return out;
}

/// The next moment after now_, up to `limit`, at which anything could turn; else kNever.
Time Model::next_moment(Time limit) const {
  Time next = kNever;
  const auto offer = [&](Time at) {
    if (at > now_ && at <= limit) next = std::min(next, at);
  };
  if (now_ == Time::min()) return kNever;  // nothing is known yet
  if (moments_.unit > Duration{0}) {
    const auto unit = (now_ - moments_.start) / moments_.unit;
    for (auto n = unit - 1; n <= unit + 2; ++n)
      for (const Duration offset : moments_.offsets)
        offer(moments_.start + n * moments_.unit + offset);
    return next;
  }
  for (const Time from : turning_points()) {
    for (const Duration length : moments_.lengths) {
      offer(from + length);
      offer(from + length + kMicrosecond);
    }
  }
  for (const rules::Rule& rule : rules_->rules) {
    if (!rule.active) continue;
    const auto& spec = rule.active->spec();
    if (spec.from) offer(Time(spec.from->time_since_epoch()));
    if (spec.until) offer(Time(spec.until->time_since_epoch()));
    const auto day = std::chrono::floor<std::chrono::days>(now_);
    for (int d = 0; d <= 1; ++d) {
      offer(day + std::chrono::days{d});
      if (spec.opens) offer(day + std::chrono::days{d} + *spec.opens);
      if (spec.closes) offer(day + std::chrono::days{d} + *spec.closes);
    }
  }
  return next;
}

void Model::advance(Time now, std::vector<Decision>& out) {
  for (Time at = next_moment(now); at != kNever; at = next_moment(now)) {
    now_ = at;
    bool silent = false;
    for (const Call* call : world_.live()) {
      if (call->last_applied + options_.silence > at) continue;
      events_.push_back({"call.ended", call->id, at, at, {}, true});
      silent = true;
    }
    if (silent) world_ = world_after(events_);
    decide_all(at, nullptr, out);
  }
  now_ = now;
}

void Model::apply(Event event, std::vector<Decision>& out) {
  advance(event.clock, out);
  const World before = std::move(world_);
  events_.push_back(std::move(event));
  world_ = world_after(events_);
  decide_all(now_, &before, out);
}

bool Model::feedback(const std::string& call, const std::string& suggestion, bool used, Time at,
                     std::vector<Decision>& out) {
  advance(at, out);
  const auto shown_to = shown_to_.find({call, suggestion});
  if (shown_to == shown_to_.end()) return false;
  State& state = states_[call];
  for (Shown& shown : state.standing)
    if (shown.as.name == suggestion && shown.as.mode == "live")
      shown.leaving = used ? "used" : "dismissed";
  const Call& of = world_.calls.at(call);
  // A click that comes too late counts as long as the call is still with that agent.
  if (of.ended || of.agent != shown_to->second) return true;
  for (const rules::Rule& r : rules_->rules) {
    if (r.mode != rules::Mode::live) continue;  // nobody sees those of a shadow rule
    for (std::size_t i = 0; i < r.suggestions.size(); ++i) {
      if (r.suggestions[i].name != suggestion) continue;
      Situation& situation = state.situations[r.id];
      if (r.again && situation.holds) {
        const bool stands =
            std::any_of(state.standing.begin(), state.standing.end(),
                        [&](const Shown& shown) { return shown.as.name == suggestion; });
        if (stands) situation.episode.off.insert(i);
      } else if (!r.again && !situation.raised.empty()) {
        situation.off.insert(i);
      }
    }
  }
  decide(of, at, nullptr, out);
  return true;
}

void Model::reload(std::shared_ptr<const rules::RuleSet> rules, Time at,
                   std::vector<Decision>& out) {
  advance(at, out);
  const auto before = std::exchange(rules_, std::move(rules));
  for (const rules::Rule& was : before->rules) {
    const rules::Rule* is = rule(was.id);
    if (is != nullptr && is->fingerprint == was.fingerprint) continue;
    by_customer_.erase(was.id);
    by_agent_.erase(was.id);
    for (auto& [id, state] : states_) {
      state.situations.erase(was.id);
      for (Shown& shown : state.standing)
        if (shown.rule == was.id) shown.leaving = "rule_changed";
    }
  }
  decide_all(at, nullptr, out);
}

// Decisions

void Model::decide_all(Time now, const World* before, std::vector<Decision>& out) {
  std::vector<const Call*> all;
  for (const auto& [id, call] : world_.calls) all.push_back(&call);
  std::sort(all.begin(), all.end(),
            [](const Call* a, const Call* b) { return a->order < b->order; });
  for (const Call* call : all) decide(*call, now, before, out);
}

void Model::decide(const Call& call, Time now, const World* before, std::vector<Decision>& out) {
  State& state = states_[call.id];
  const bool by_clock = before == nullptr;
  const auto withdraw = [&](const Shown& shown, std::string reason, std::string by) {
    Decision d = shown.as;
    d.at = now;
    d.action = "withdrawn";
    d.reason = std::move(reason);
    d.outranked_by = std::move(by);
    d.by_clock = by_clock;
    out.push_back(std::move(d));
  };
  if (call.ended) {
    for (const Shown& shown : state.standing) withdraw(shown, "call_ended", "");
    state = {};
    return;
  }
  Cause cause;
  cause.before = before;
  decide_situations(call, state, now, cause.turned);

  for (Shown& shown : state.standing) {
    if (!shown.as.expires_at || *shown.as.expires_at > now) continue;
    state.situations[shown.rule].episode.off.insert(shown.suggestion);
    if (shown.leaving.empty()) shown.leaving = "expired";
  }
  std::vector<Due> all = due(call, state, now);
  walk(all, nullptr);
  for (const rules::Rule& r : rules_->rules)
    if (r.mode == rules::Mode::shadow) walk(all, &r);

  std::vector<Shown> kept;
  for (const Shown& shown : state.standing) {
    std::string by;
    const std::string why = why_withdrawn(shown, call, state, all, by);
    if (why.empty()) {
      kept.push_back(shown);
    } else {
      withdraw(shown, why, by);
    }
  }
  state.standing = std::move(kept);
  const std::size_t stood = state.standing.size();
  const auto situations = holding(state);
  Facts facts(world_, call, *rules_, situations, options_.contacts_kept);
  for (const Due& d : all) {
    const bool already =
        std::any_of(state.standing.begin(), state.standing.end(), [&](const Shown& shown) {
          return shown.rule == d.rule->id && shown.suggestion == d.suggestion;
        });
    if (d.stands && !already) raise(d, call, state, facts, now, by_clock, out);
  }
  for (std::size_t i = 0; i < stood; ++i) {
    Shown& shown = state.standing[i];
    const auto& suggestion = rule(shown.rule)->suggestions[shown.suggestion];
    if (!reads_changed(suggestion, call, cause, now)) continue;
    Decision next = shown.as;
    fill(next, suggestion, facts, now);
    if (next == shown.as) continue;
    next.at = now;
    next.action = "changed";
    next.by_clock = by_clock;
    out.push_back(next);
    shown.as = std::move(next);
  }
  sort_standing(state);
}

void Model::decide_situations(const Call& call, State& state, Time now,
                              std::set<std::string>& turned) {
  for (const rules::RuleIndex index : rules_->order) {
    const rules::Rule& r = rules_->rules[index];
    if (r.mode == rules::Mode::off) continue;
    const auto situations = holding(state);
    Facts facts(world_, call, *rules_, situations, options_.contacts_kept);
    Situation& s = state.situations[r.id];
    const bool is_true = truth(r, facts, now);
    if (is_true && !s.truth) s.true_since = now;
    s.truth = is_true;
    if (!s.holds && s.truth && now - s.true_since >= r.for_) {
      s.holds = true;
      s.held_since = now;
      s.episode = {};
      turned.insert(r.id);
    } else if (s.holds && !s.truth && now - s.held_since >= r.keep_for) {
      s.holds = false;
      if (s.episode.raised) s.last_ended = now;
      turned.insert(r.id);
    }
  }
}

bool Model::truth(const rules::Rule& r, Facts& facts, Time now) const {
  if (r.active && !active_in_utc(r.active->spec(), now)) return false;
  cel::Arena arena;
  if (!r.when.run(facts, now, arena).value.is_true()) return false;
  return std::none_of(r.unless.begin(), r.unless.end(), [&](const cel::Program& unless) {
    return unless.run(facts, now, arena).value.is_true();
  });
}

std::vector<Model::Due> Model::due(const Call& call, State& state, Time now) {
  std::vector<Due> out;
  if (call.agent.empty()) return out;
  for (const rules::Rule& r : rules_->rules) {
    if (r.mode == rules::Mode::off || r.suggestions.empty() || !in_share(r, call.id)) continue;
    Situation& s = state.situations[r.id];
    if (!s.holds || !admits(r, call, s, now)) continue;
    for (std::size_t i = 0; i < r.suggestions.size(); ++i)
      if (!s.off.contains(i) && !s.episode.off.contains(i)) out.push_back({&r, i, false, {}});
  }
  std::stable_sort(out.begin(), out.end(), [&](const Due& a, const Due& b) {
    return rank(*a.rule, a.suggestion) < rank(*b.rule, b.suggestion);
  });
  return out;
}

bool Model::admits(const rules::Rule& r, const Call& call, Situation& s, Time now) {
  Episode& episode = s.episode;
  const auto times = [](const std::vector<Raised>& all, const std::string& who) {
    std::vector<Time> out;
    for (const Raised& raised : all)
      if (raised.who == who) out.push_back(raised.at);
    return out;
  };
  if (!episode.looked_at) {
    episode.looked_at = true;
    episode.admitted = !(r.per_call && !allows(*r.per_call, s.raised, now));
    if (r.per_customer && !call.customer.empty() &&
        !allows(*r.per_customer, times(by_customer_[r.id], call.customer), now))
      episode.admitted = false;
    if (r.cooldown && s.last_ended && now < *s.last_ended + *r.cooldown) episode.admitted = false;
  }
  if (!episode.admitted) return false;
  if (!episode.agents.contains(call.agent))
    episode.agents[call.agent] =
        !r.per_agent || allows(*r.per_agent, times(by_agent_[r.id], call.agent), now);
  return episode.agents[call.agent];
}

/// Walks the ranking over the live suggestions; with `shadow`, as if that rule were live too, and
/// then for its suggestions alone.
void Model::walk(std::vector<Due>& due, const rules::Rule* shadow) const {
  std::vector<const rules::Suggestion*> standing;
  for (Due& d : due) {
    const bool live = d.rule->mode == rules::Mode::live;
    if (!live && d.rule != shadow) continue;
    const rules::Suggestion& s = d.rule->suggestions[d.suggestion];
    std::string by;
    for (const auto* other : standing)
      if (by.empty() && !s.step.empty() &&
          std::find(other->suppress.begin(), other->suppress.end(), s.step) !=
              other->suppress.end())
        by = other->name;
    for (const auto* other : standing)
      if (by.empty() && !s.group.empty() && other->group == s.group) by = other->name;
    if (by.empty() && standing.size() >= options_.max_visible) by = "max_visible";
    if (by.empty()) standing.push_back(&s);
    if (shadow == nullptr || d.rule == shadow) {
      d.stands = by.empty();
      d.outranked_by = by;
    }
  }
}

std::string Model::why_withdrawn(const Shown& shown, const Call& call, State& state,
                                 const std::vector<Due>& due, std::string& outranked_by) const {
  if (shown.as.agent != call.agent) return "transferred";
  if (shown.leaving == "rule_changed") return shown.leaving;
  if (!state.situations[shown.rule].holds) return "no_longer_true";
  if (!shown.leaving.empty()) return shown.leaving;
  for (const Due& d : due) {
    if (d.rule->id != shown.rule || d.suggestion != shown.suggestion) continue;
    if (d.stands) return "";
    outranked_by = d.outranked_by;
    return "outranked";
  }
  return "not due any more";
}

void Model::raise(const Due& due, const Call& call, State& state, Facts& facts, Time now,
                  bool by_clock, std::vector<Decision>& out) {
  const rules::Rule& r = *due.rule;
  const rules::Suggestion& suggestion = r.suggestions[due.suggestion];
  Situation& s = state.situations[r.id];
  if (!s.episode.raised) {
    s.episode.raised = true;
    s.raised.push_back(now);
    if (!call.customer.empty()) by_customer_[r.id].push_back({call.customer, now});
  }
  if (s.episode.counted.insert(call.agent).second) by_agent_[r.id].push_back({call.agent, now});
  Decision d;
  d.at = now;
  d.action = "raised";
  d.name = suggestion.name;
  d.rule = r.id;
  d.kind = rules::name_of(suggestion.kind);
  d.mode = rules::name_of(r.mode);
  d.call = call.id;
  d.agent = call.agent;
  d.raise = ++raises_;
  d.by_clock = by_clock;
  if (suggestion.expires_after) d.expires_at = now + *suggestion.expires_after;
  fill(d, suggestion, facts, now);
  if (r.mode == rules::Mode::live) shown_to_[{call.id, d.name}] = call.agent;
  out.push_back(d);
  state.standing.push_back({r.id, due.suggestion, d, now, ""});
}

/// Whether the event changed a fact that the suggestion's texts read.
bool Model::reads_changed(const rules::Suggestion& suggestion, const Call& call, const Cause& cause,
                          Time now) const {
  if (cause.before == nullptr) return false;
  const auto was = cause.before->calls.find(call.id);
  if (was == cause.before->calls.end()) return true;
  for (const rules::Text* text : texts_of(suggestion)) {
    for (const rules::RuleIndex index : text->situations)
      if (cause.turned.contains(rules_->rules[index].id)) return true;
    for (const auto& info : facts::kFacts) {
      if ((text->reads & bit(info.fact)) == 0) continue;
      if (print_fact(*cause.before, was->second, info.fact, now, options_.contacts_kept) !=
          print_fact(world_, call, info.fact, now, options_.contacts_kept))
        return true;
    }
  }
  return false;
}

void Model::fill(Decision& to, const rules::Suggestion& from, Facts& facts, Time now) const {
  to.headline = fill(from.headline, facts, now);
  if (from.say) to.say = fill(*from.say, facts, now);
  if (from.because) to.because = fill(*from.because, facts, now);
}

std::string Model::fill(const rules::Text& text, Facts& facts, Time now) const {
  std::string out;
  for (const auto& part : text.parts) {
    if (!part.program) {
      out += part.literal;
      continue;
    }
    cel::Arena arena;
    const auto outcome = part.program->run(facts, now, arena);
    out += outcome.value.is_error() ? "?" : cel::to_text(outcome.value, now).value_or("?");
  }
  return out;
}

std::set<std::string> Model::holding(const State& state) const {
  std::set<std::string> out;
  for (const auto& [id, s] : state.situations)
    if (s.holds) out.insert(id);
  return out;
}

const rules::Rule* Model::rule(const std::string& id) const {
  for (const rules::Rule& r : rules_->rules)
    if (r.id == id) return &r;
  return nullptr;
}

/// Priority, then the order of rules (which stand in that of files), then of suggestions.
std::size_t Model::rank(const rules::Rule& r, std::size_t suggestion) const {
  const auto place = static_cast<std::size_t>(&r - rules_->rules.data());
  return static_cast<std::size_t>(r.suggestions[suggestion].priority) * 1'000'000 + place * 1'000 +
         suggestion;
}

void Model::sort_standing(State& state) const {
  std::stable_sort(state.standing.begin(), state.standing.end(),
                   [&](const Shown& a, const Shown& b) {
                     return rank(*rule(a.rule), a.suggestion) < rank(*rule(b.rule), b.suggestion);
                   });
}

}  // namespace assist::model
