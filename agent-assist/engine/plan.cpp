#include "engine/plan.hpp"

#include <algorithm>

#include "engine/decision.hpp"
#include "engine/shown.hpp"

namespace assist::engine {
namespace {

void add_reads(const rules::Text& text, facts::FactMask& reads) {
  reads |= text.reads;
  if (!text.situations.empty()) reads |= kReadsSituations;
}

std::vector<rules::RuleIndex> situations_of(const cel::Program& program) {
  std::vector<rules::RuleIndex> out;
  for (const std::uint32_t slot : program.reads())
    if (slot >= facts::kSituationSlots && slot < facts::kListSlots)
      out.push_back(slot - facts::kSituationSlots);
  return out;
}

/// An equality as a key wants it: texts that a fact must hold. nullopt: it is none.
std::optional<Index::Want> want_of(const cel::Program::Equality& equality) {
  if (equality.presence || equality.slot >= facts::kFactCount) return std::nullopt;
  Index::Want want{{equality.slot, equality.member}, {}};
  for (const auto& value : equality.values) {
    if (!value.value().is(cel::Kind::string_)) return std::nullopt;
    want.values.emplace_back(value.value().as_string());
  }
  std::sort(want.values.begin(), want.values.end());
  want.values.erase(std::unique(want.values.begin(), want.values.end()), want.values.end());
  return want;
}

std::vector<Index::Want> wants_of(const rules::Rule& rule) {
  std::vector<Index::Want> out;
  for (const auto& equality : rule.when.equalities())
    if (auto want = want_of(equality)) out.push_back(std::move(*want));
  return Index::choose(std::move(out));
}

/// True wherever the rule is found by its key.
bool follows(const cel::Program& condition, const std::vector<Index::Want>& wants) {
  const auto& equalities = condition.equalities();
  if (equalities.size() != 1 || !equalities[0].exact) return false;
  return std::any_of(wants.begin(), wants.end(), [&](const Index::Want& want) {
    if (equalities[0].presence)
      return want.key == Index::Key{equalities[0].slot, equalities[0].member};
    return want_of(equalities[0]) == want;
  });
}

/// Says no more than that a situation holds, or does not.
void find_situation(SharedCondition& condition) {
  const auto& equalities = condition.program.equalities();
  if (equalities.size() != 1 || !equalities[0].exact || equalities[0].values.size() != 1) return;
  const std::uint32_t slot = equalities[0].slot;
  if (slot < facts::kSituationSlots || slot >= facts::kListSlots) return;
  condition.situation = slot - facts::kSituationSlots;
  condition.wanted = equalities[0].values[0].value().is_true();
}

}  // namespace

Plan::Plan(std::shared_ptr<const rules::RuleSet> from) : set(std::move(from)) {
  const std::size_t count = set->rules.size();
  position.assign(count, kOff);
  is_read.resize(count);
  for (const rules::Rule& rule : set->rules)
    for (const rules::RuleIndex other : rule.situations) is_read[other] = true;
  Known known;
  std::vector<Index::Entry> entries;
  for (const rules::RuleIndex i : set->order)
    if (set->rules[i].mode != rules::Mode::off) add_rule(i, known, entries);
  index = std::make_unique<const Index>(std::move(entries));
  for (rules::RuleIndex i = 0; i < count; ++i) by_id.emplace(set->rules[i].id, i);
  for (std::uint32_t at = 0; at < set->ranking.size(); ++at) {
    const auto& [rule, number] = set->ranking[at];
    if (position[rule] != kOff) suggestions[order[position[rule]].suggestion + number].rank = at;
  }
}

void Plan::add_suggestions(RulePlan& plan, const rules::Rule& rule) {
  plan.suggestion = static_cast<std::uint32_t>(suggestions.size());
  plan.suggestions = static_cast<std::uint32_t>(rule.suggestions.size());
  for (const rules::Suggestion& suggestion : rule.suggestions) {
    SuggestionPlan& made = suggestions.emplace_back();
    made.of = &suggestion;
    made.name = suggestion.name;
    made.seed = seed_of(suggestion.name);
    made.expires_after = suggestion.expires_after.value_or(Duration::max());
    for (std::size_t i = 0; i < kTexts; ++i) made.plain &= text_to_fill(suggestion, i) == nullptr;
    made.claims =
        !suggestion.step.empty() || !suggestion.group.empty() || !suggestion.suppress.empty();
    add_reads(suggestion.headline, made.reads);
    if (suggestion.say) add_reads(*suggestion.say, made.reads);
    if (suggestion.because) add_reads(*suggestion.because, made.reads);
  }
}

void Plan::add_rule(rules::RuleIndex i, Known& known, std::vector<Index::Entry>& entries) {
  const rules::Rule& rule = set->rules[i];
  RulePlan plan;
  plan.rule = i;
  plan.for_ = rule.for_;
  plan.keep_for = rule.keep_for;
  plan.share_ppm = rule.share_ppm;
  plan.active = rule.active.has_value();
  plan.live = rule.mode == rules::Mode::live;
  plan.per_call = rule.per_call.has_value();
  plan.per_customer = rule.per_customer.has_value();
  plan.per_agent = rule.per_agent.has_value();
  plan.cooldown = rule.cooldown.has_value();
  add_suggestions(plan, rule);
  plan.begin = static_cast<std::uint32_t>(conditions_of.size());
  auto wants = wants_of(rule);
  std::vector<std::uint32_t> whens, keys;
  for (const std::string_view text : rule.when.conjuncts()) {
    const std::uint32_t number = condition(rule.when, text, known);
    (follows(conditions[number].program, wants) ? keys : whens).push_back(number);
  }
  // What the clock cannot turn first: where that is false, no moment needs to be watched for.
  std::stable_partition(whens.begin(), whens.end(),
                        [&](std::uint32_t c) { return !conditions[c].program.uses_now(); });
  conditions_of.insert(conditions_of.end(), whens.begin(), whens.end());
  for (const cel::Program& program : rule.unless)
    conditions_of.push_back(condition(program, program.source(), known));
  conditions_of.insert(conditions_of.end(), keys.begin(), keys.end());
  plan.whens = static_cast<std::uint16_t>(whens.size());
  plan.unlesses = static_cast<std::uint16_t>(rule.unless.size());
  plan.keys = static_cast<std::uint16_t>(keys.size());
  for (std::size_t c = plan.begin; c < conditions_of.size(); ++c)
    plan.reads |= conditions[conditions_of[c]].reads;
  plan.reads |= kFirstLook;
  if (!rule.situations.empty()) plan.reads |= kReadsSituations;
  position[i] = static_cast<Position>(order.size());
  facts::FactMask found_by = plan.reads;
  if (wants.empty()) {
    for (const Compare::Once& once : waits_for(plan)) {
      plan.waits = true;
      add_waiting(once, position[i]);
      found_by &= ~(facts::bit(once.fact) | kFirstLook);
    }
  }
  entries.push_back({position[i], found_by, std::move(wants), test_of(plan)});
  order.push_back(plan);
  for (const rules::RuleIndex situation : rule.situations) find_need(plan, position[i], situation);
}

void Plan::find_need(const RulePlan& plan, Position at, rules::RuleIndex situation) {
  const std::uint32_t unless = plan.begin + plan.whens, keys = unless + plan.unlesses;
  std::optional<bool> need;
  for (std::uint32_t c = plan.begin; c < keys + plan.keys; ++c) {
    const SharedCondition& condition = conditions[conditions_of[c]];
    const auto& reads = condition.situations;
    if (std::find(reads.begin(), reads.end(), situation) == reads.end()) continue;
    const bool bars = c >= unless && c < keys;
    const bool wanted = condition.wanted != bars;
    if (condition.situation != situation || need.value_or(wanted) != wanted) return;
    need = wanted;
  }
  if (need) needs.emplace(need_of(at, situation), *need);
}

std::uint32_t Plan::test_of(const RulePlan& plan) const {
  if (plan.active) return Index::kNoTest;  // its hours are looked at first
  std::uint32_t out = Index::kNoTest;
  for (std::uint32_t c = 0; c < plan.whens; ++c) {
    const std::uint32_t number = conditions_of[plan.begin + c];
    const SharedCondition& condition = conditions[number];
    if (!condition.situations.empty()) continue;
    if (!condition.compare.empty()) return number;
    if (out == Index::kNoTest) out = number;
  }
  return out;
}

std::vector<Compare::Once> Plan::waits_for(const RulePlan& plan) const {
  if (plan.active) return {};
  std::vector<Compare::Once> found;
  for (std::uint32_t c = 0; c < std::uint32_t{plan.whens} + plan.unlesses; ++c) {
    const SharedCondition& condition = conditions[conditions_of[plan.begin + c]];
    if (!condition.program.uses_now()) continue;
    if (!found.empty() || c >= plan.whens || condition.compare.empty()) return {};
    found = condition.compare.onces();
    if (found.empty()) return {};
  }
  return found;
}

void Plan::add_waiting(const Compare::Once& once, Position at) {
  auto of_fact = std::find_if(waiting.begin(), waiting.end(),
                              [&](const Waiting& w) { return w.fact == once.fact; });
  if (of_fact == waiting.end()) of_fact = waiting.insert(waiting.end(), {once.fact, {}});
  const auto longer = std::upper_bound(
      of_fact->rules.begin(), of_fact->rules.end(), once.length,
      [](Duration length, const Waiting::Rule& rule) { return length < rule.length; });
  of_fact->rules.insert(longer, {once.length, at});
  waiting_for |= facts::bit(once.fact);
}

facts::Phrases Plan::phrases() const {
  std::vector<std::string> out;
  for (const SharedCondition& condition : conditions) {
    for (const auto& call : condition.program.calls()) {
      const auto function = static_cast<facts::Function>(call.function_id);
      if (function != facts::Function::customer_said && function != facts::Function::agent_said)
        continue;
      if (!call.constant_args) continue;
      for (const auto& phrase : *call.constant_args) out.emplace_back(phrase.value().as_string());
    }
  }
  return facts::Phrases(out);
}

std::uint32_t Plan::condition(const cel::Program& program, std::string_view text, Known& known) {
  const auto [at, made] =
      known.try_emplace(std::string(text), static_cast<std::uint32_t>(conditions.size()));
  if (!made) return at->second;
  SharedCondition condition;
  condition.program = text == program.source() ? program : program.part(text);
  condition.reads = facts::triggers_of(condition.program);
  condition.situations = situations_of(condition.program);
  find_situation(condition);
  condition.compare = Compares::of(condition.program).value_or(Compares());
  condition.kept = condition.compare.empty() || condition.compare.looks_through_incidents();
  conditions.push_back(std::move(condition));
  return at->second;
}

std::vector<RuleKey> keys_of(const rules::RuleSet& set) {
  std::vector<RuleKey> out;
  for (rules::RuleIndex i = 0; i < set.rules.size(); ++i) {
    const rules::Rule& rule = set.rules[i];
    out.push_back({i, wants_of(rule), rule.reads});
  }
  return out;
}

}  // namespace assist::engine
