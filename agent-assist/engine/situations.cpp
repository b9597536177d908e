#include "engine/situations.hpp"

#include <algorithm>

#include "base/prefetch.hpp"

namespace assist::engine {
namespace {

/// Takes a rule's situation to `now`, given the truth of its condition. True: the situation turned.
bool step(RuleState& state, const RulePlan& rule, Time now) {
  if (!state.holds) {
    if (!state.truth || now < state.true_since + rule.for_) return false;
    state.holds = true;
    state.held_since = now;
    return true;
  }
  if (state.truth || now < state.held_since + rule.keep_for) return false;
  state.holds = false;
  if (state.raised && rule.cooldown) state.recorded().last_ended = now;
  state.end_episode();
  return true;
}

bool any_of(const std::vector<rules::RuleIndex>& wanted,
            const std::vector<rules::RuleIndex>& sorted) {
  return std::any_of(wanted.begin(), wanted.end(), [&](rules::RuleIndex index) {
    return std::binary_search(sorted.begin(), sorted.end(), index);
  });
}

/// The first of the rules for which `length` is too short.
std::vector<Waiting::Rule>::const_iterator after(const Waiting& waiting, Duration length) {
  return std::upper_bound(
      waiting.rules.begin(), waiting.rules.end(), length,
      [](Duration value, const Waiting::Rule& rule) { return value < rule.length; });
}

/// When a length that is too short for `rule` is long enough.
Time turns(const Waiting& waiting, std::vector<Waiting::Rule>::const_iterator rule,
           const facts::Clock& clock) {
  if (!clock.since || rule == waiting.rules.end()) return kNever;
  return *clock.since + (rule->length - clock.base);
}

}  // namespace

cel::Value Activation::load(std::uint32_t slot, cel::Run& run) {
  if (slot < facts::kSituationSlots) return CallActivation::load(slot, run);
  if (slot < facts::kListSlots) return cel::Value::boolean(holds(slot - facts::kSituationSlots));
  return plan_.set->lists[slot - facts::kListSlots].second;
}

bool Activation::holds(rules::RuleIndex rule) const {
  const RuleState* state = state_.find(plan_.position[rule]);
  return state != nullptr && state->holds;
}

void Situations::decide(const Plan& plan, CallState& state, Activation& facts,
                        facts::FactMask touched, Time now, std::vector<rules::RuleIndex>& turned) {
  errors.resize(plan.set->rules.size());
  known_.resize(plan.conditions.size());
  ++pass_;
  if ((touched & plan.index->key_facts()) != 0) {
    arena_.reset();
    cel::Run run(facts, now, arena_);
    plan.index->place(state.buckets, run, touched, placing_);
  }
  const Pass pass{plan, state, facts, touched, now, turned};
  collect(pass);
  for (std::size_t i = 0; i < work_.size(); ++i) decide_rule(pass, work_[i], i);
}

/// The rules that what happened may bear on: those with a state that is due or reads something that
/// was touched, and those without that the call can meet. Of these most are false by the first look
/// at one condition: there is nothing to do then, and nothing to keep.
void Situations::collect(const Pass& pass) {
  work_.clear();
  const Plan& plan = pass.plan;
  const auto take = [&](Position position, std::uint32_t test) {
    if (test != Index::kNoTest) {
      const Verdict verdict = condition(pass, test);
      if (verdict.truth == Truth::no && verdict.valid_until == kNever) return;
    }
    prefetch(&plan.order[position]);
    work_.push_back({position, true});
  };
  if ((plan.index->keyless_reads() & pass.touched) != 0)
    plan.index->visit(Index::kKeyless, pass.touched, take);
  for (const Index::Membership& m : pass.state.buckets)
    if ((m.reads & pass.touched) != 0) plan.index->visit(m.bucket, pass.touched, take);
  if ((pass.touched & (plan.waiting_for | kFirstLook)) != 0 || pass.state.waits_until <= pass.now)
    collect_waiting(pass);
  for (const RuleState& s : pass.state.rules)
    if (s.next <= pass.now || (s.reads & pass.touched) != 0) work_.push_back({s.position, false});
  if (work_.size() < 2) return;
  for (const Work& work : work_)
    prefetch(plan.conditions_of.data() + plan.order[work.position].begin);
  std::sort(work_.begin(), work_.end());
  const auto same = [](const Work& a, const Work& b) { return a.position == b.position; };
  work_.erase(std::unique(work_.begin(), work_.end(), same), work_.end());
}

/// Of the rules that wait for a length: where that was touched all for which it is long enough,
/// else those for which it became so just now. Then looks up the next one's moment.
void Situations::collect_waiting(const Pass& pass) {
  Time next = kNever;
  for (const Waiting& waiting : pass.plan.waiting) {
    const facts::Clock clock = clock_of(waiting.fact, pass.facts.of().facts);
    const Duration length = clock.at(pass.now);
    const auto too_short = after(waiting, length);
    next = std::min(next, turns(waiting, too_short, clock));
    const bool all = (pass.touched & (facts::bit(waiting.fact) | kFirstLook)) != 0;
    for (auto rule = too_short; rule != waiting.rules.begin();) {
      --rule;
      if (!all && rule->length < length) break;
      work_.push_back({rule->position, true});
    }
  }
  pass.state.waits_until = next;
}

Time Situations::next_waited(const Plan& plan, const facts::CallFacts& facts, Time now) {
  Time next = kNever;
  for (const Waiting& waiting : plan.waiting) {
    const facts::Clock clock = clock_of(waiting.fact, facts);
    next = std::min(next, turns(waiting, after(waiting, clock.at(now)), clock));
  }
  return next;
}

/// A situation turned: the rules that read it are looked at too, but for those of which the call
/// keeps nothing, as they are false, and which that cannot make true. All of them stand further
/// back.
void Situations::collect_readers(const Pass& pass, std::size_t from, bool holds) {
  const Plan& plan = pass.plan;
  const rules::RuleIndex turned = plan.order[work_[from].position].rule;
  const auto take = [&](Position position, bool found) {
    const auto& reads = plan.rule_at(position).situations;
    if (!std::binary_search(reads.begin(), reads.end(), turned)) return;
    const auto begin = work_.begin() + static_cast<std::ptrdiff_t>(from) + 1;
    const auto at = std::lower_bound(begin, work_.end(), Work{position, true});
    if (at == work_.end() || at->position != position) work_.insert(at, {position, found});
  };
  const auto take_found = [&](Position position, std::uint32_t) {
    if (plan.may_begin(position, turned, holds)) take(position, true);
  };
  if ((plan.index->keyless_reads() & kReadsSituations) != 0)
    plan.index->visit(Index::kKeyless, kReadsSituations, take_found);
  for (const Index::Membership& m : pass.state.buckets)
    if ((m.reads & kReadsSituations) != 0)
      plan.index->visit(m.bucket, kReadsSituations, take_found);
  for (const RuleState& s : pass.state.rules)
    if ((s.reads & kReadsSituations) != 0) take(s.position, false);
}

bool Situations::stale(const Pass& pass, const RulePlan& rule, const RuleState& state) const {
  return state.valid_until <= pass.now || (rule.reads & pass.touched) != 0 ||
         ((rule.reads & kReadsSituations) != 0 &&
          any_of(pass.plan.rule(rule.rule).situations, pass.turned));
}

void Situations::decide_rule(const Pass& pass, Work work, std::size_t at) {
  const Position position = work.position;
  const RulePlan& rule = pass.plan.order[position];
  auto& states = pass.state.rules;
  auto place = pass.state.place_of(position);
  const bool there = place != states.end() && place->position == position;
  if (!there || stale(pass, rule, *place)) {
    const Verdict verdict = evaluate(pass, rule, work.found);
    const bool truth = verdict.truth == Truth::yes;
    if (!there) {
      if (!truth && (verdict.valid_until == kNever || rule.waits)) return;
      place = states.emplace(place);
      place->position = position;
      place->rule = rule.rule;
    }
    if (truth && !place->truth) place->true_since = pass.now;
    place->truth = truth;
    place->valid_until = std::max(verdict.valid_until, pass.now + Duration{1});
  }
  const bool turned = step(*place, rule, pass.now);
  place->settle(rule);
  if (turned) {
    prefetch(pass.plan.suggestions.data() + rule.suggestion);
    pass.turned.insert(std::upper_bound(pass.turned.begin(), pass.turned.end(), rule.rule),
                       rule.rule);
    if (pass.plan.is_read[rule.rule]) collect_readers(pass, at, place->holds);
  }
  if (place->idle()) states.erase(place);
}

Verdict Situations::evaluate(const Pass& pass, const RulePlan& rule, bool found) {
  Time valid_until = kNever;
  if (rule.active) {
    const auto phase = pass.plan.rule(rule.rule).active->at(pass.now);
    if (!phase.open) return {Truth::no, phase.until};
    valid_until = phase.until;
  }
  const std::uint32_t unless = rule.begin + rule.whens, keys = unless + rule.unlesses;
  if (!found) {
    const Verdict key = all(pass, keys, keys + rule.keys);
    if (key.truth != Truth::yes) return {Truth::no, key.valid_until};
  }
  const Verdict when = all(pass, rule.begin, unless);
  if (when.truth == Truth::error) ++errors[rule.rule];
  if (when.truth != Truth::yes) return {Truth::no, when.valid_until};
  valid_until = std::min(valid_until, when.valid_until);
  for (std::uint32_t i = unless; i < keys; ++i) {
    const Verdict bars = condition(pass, pass.plan.conditions_of[i]);
    if (bars.truth == Truth::error) ++errors[rule.rule];
    if (bars.truth == Truth::yes) return {Truth::no, bars.valid_until};
    valid_until = std::min(valid_until, bars.valid_until);
  }
  return {Truth::yes, valid_until};
}

/// As `&&` has it: one that is false decides, also beside an error.
Verdict Situations::all(const Pass& pass, std::uint32_t begin, std::uint32_t end) {
  Verdict out{Truth::yes, kNever};
  for (std::uint32_t i = begin; i < end; ++i) {
    const Verdict part = condition(pass, pass.plan.conditions_of[i]);
    if (part.truth == Truth::no) return part;
    if (part.truth == Truth::error) out.truth = Truth::error;
    out.valid_until = std::min(out.valid_until, part.valid_until);
  }
  return out;
}

Verdict Situations::condition(const Pass& pass, std::uint32_t number) {
  const SharedCondition& shared = pass.plan.conditions[number];
  Known& known = known_[number];
  if (shared.kept && known.pass == pass_) return known.verdict;
  if (!shared.compare.empty()) {
    const Verdict verdict = shared.compare(pass.facts, pass.now);
    if (verdict.truth != Truth::unknown) {
      if (shared.kept) known = {pass_, verdict};
      return verdict;
    }
  }
  if (shared.situation) {
    const bool is = pass.facts.holds(*shared.situation) == shared.wanted;
    return {is ? Truth::yes : Truth::no, kNever};
  }
  if (known.pass == pass_) return known.verdict;
  arena_.reset();
  const cel::Outcome outcome = shared.program.run(pass.facts, pass.now, arena_);
  const Truth truth = outcome.value.is_true()    ? Truth::yes
                      : outcome.value.is_false() ? Truth::no
                                                 : Truth::error;
  known = {pass_, {truth, outcome.valid_until}};
  return known.verdict;
}

void Situations::fill(const rules::Text& text, rules::RuleIndex rule, Activation& facts, Time now,
                      std::string& out) {
  for (const auto& part : text.parts) {
    if (!part.program) {
      out += part.literal;
      continue;
    }
    arena_.reset();
    const cel::Outcome outcome = part.program->run(facts, now, arena_);
    const auto written =
        outcome.value.is_error() ? std::nullopt : cel::to_text(outcome.value.at(now), now);
    if (!written) ++errors[rule];
    out += written ? std::string_view(*written) : "?";
  }
}

}  // namespace assist::engine
