#include "engine/situations.hpp"

#include <algorithm>

namespace assist::engine {
namespace {

/// Takes a rule's situation to `now`, given the truth of its condition. True: the situation turned.
bool step(RuleState& state, const rules::Rule& rule, Time now) {
  if (!state.holds) {
    if (!state.truth || now < state.true_since + rule.for_) return false;
    state.holds = true;
    state.held_since = now;
    return true;
  }
  if (state.truth || now < state.held_since + rule.keep_for) return false;
  state.holds = false;
  if (state.episode && state.episode->raised) state.past->last_ended = now;
  state.episode.reset();
  return true;
}

bool any_of(const std::vector<rules::RuleIndex>& wanted,
            const std::vector<rules::RuleIndex>& sorted) {
  return std::any_of(wanted.begin(), wanted.end(), [&](rules::RuleIndex index) {
    return std::binary_search(sorted.begin(), sorted.end(), index);
  });
}

}  // namespace

cel::Value Activation::load(std::uint32_t slot, cel::Run& run) {
  if (slot < facts::kSituationSlots) return CallActivation::load(slot, run);
  if (slot < facts::kListSlots) return cel::Value::boolean(holds(slot - facts::kSituationSlots));
  return plan_.set->lists[slot - facts::kListSlots].second;
}

bool Activation::holds(rules::RuleIndex rule) const {
  const std::uint32_t position = plan_.position[rule];
  const auto at = std::lower_bound(
      state_.rules.begin(), state_.rules.end(), position,
      [&](const RuleState& s, std::uint32_t p) { return plan_.position[s.rule] < p; });
  return at != state_.rules.end() && at->rule == rule && at->holds;
}

void Situations::decide(const Plan& plan, CallState& state, Activation& facts,
                        facts::FactMask touched, Time now, std::vector<rules::RuleIndex>& turned) {
  errors.resize(plan.set->rules.size());
  for (RuleState& s : state.rules) {
    const rules::Rule& rule = plan.rule(s.rule);
    const bool stale = s.valid_until <= now || (rule.reads & touched) != 0 ||
                       (!rule.situations.empty() && any_of(rule.situations, turned));
    if (stale) {
      const Truth truth = evaluate(rule, s.rule, facts, now);
      if (truth.value && !s.truth) s.true_since = now;
      s.truth = truth.value;
      s.valid_until = std::max(truth.valid_until, now + Duration{1});
    }
    if (step(s, rule, now))
      turned.insert(std::upper_bound(turned.begin(), turned.end(), s.rule), s.rule);
  }
}

Situations::Truth Situations::evaluate(const rules::Rule& rule, rules::RuleIndex index,
                                       Activation& facts, Time now) {
  Time valid_until = kNever;
  if (rule.active) {
    const auto phase = rule.active->at(now);
    if (!phase.open) return {false, phase.until};
    valid_until = phase.until;
  }
  const Truth when = run(rule.when, index, facts, now);
  if (!when.value) return when;
  valid_until = std::min(valid_until, when.valid_until);
  for (const auto& program : rule.unless) {
    const Truth unless = run(program, index, facts, now);
    if (unless.value) return {false, unless.valid_until};
    valid_until = std::min(valid_until, unless.valid_until);
  }
  return {true, valid_until};
}

Situations::Truth Situations::run(const cel::Program& program, rules::RuleIndex index,
                                  Activation& facts, Time now) {
  arena_.reset();
  const cel::Outcome outcome = program.run(facts, now, arena_);
  if (outcome.value.is_error()) ++errors[index];
  return {outcome.value.is_true(), outcome.valid_until};
}

std::string Situations::fill(const rules::Text& text, rules::RuleIndex rule, Activation& facts,
                             Time now) {
  std::string out;
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
    out += written.value_or("?");
  }
  return out;
}

}  // namespace assist::engine
