#include "engine/plan.hpp"

#include <algorithm>

namespace assist::engine {
namespace {

Plan::TextReads reads_of(const rules::Suggestion& suggestion) {
  Plan::TextReads out;
  const auto add = [&](const rules::Text& text) {
    out.facts |= text.reads;
    out.situations.insert(out.situations.end(), text.situations.begin(), text.situations.end());
  };
  add(suggestion.headline);
  if (suggestion.say) add(*suggestion.say);
  if (suggestion.because) add(*suggestion.because);
  std::sort(out.situations.begin(), out.situations.end());
  return out;
}

}  // namespace

Plan::Plan(std::shared_ptr<const rules::RuleSet> from) : set(std::move(from)) {
  const std::size_t count = set->rules.size();
  position.assign(count, kOff);
  for (const rules::RuleIndex index : set->order) {
    if (set->rules[index].mode == rules::Mode::off) continue;
    position[index] = static_cast<std::uint32_t>(order.size());
    order.push_back(index);
  }
  rank.resize(count);
  text_reads.resize(count);
  for (rules::RuleIndex i = 0; i < count; ++i) {
    const auto& rule = set->rules[i];
    by_id.emplace(rule.id, i);
    rank[i].resize(rule.suggestions.size());
    for (const auto& suggestion : rule.suggestions) text_reads[i].push_back(reads_of(suggestion));
  }
  for (std::uint32_t at = 0; at < set->ranking.size(); ++at) {
    const auto& ranked = set->ranking[at];
    rank[ranked.rule][ranked.suggestion] = at;
  }
}

}  // namespace assist::engine
