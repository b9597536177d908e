#include <algorithm>

#include "rules/condition.hpp"
#include "rules/leaf_words.hpp"
#include "rules/wording.hpp"

namespace assist::rules {

bool Names::is_rule(std::string_view id) const {
  return std::find(rules.begin(), rules.end(), id) != rules.end();
}

bool Names::is_fact(std::string_view name) const {
  if (name.find('.') == std::string_view::npos) return false;
  const auto is_it = [name](const auto& fact) { return fact.name == name; };
  return std::any_of(std::begin(facts::kFacts), std::end(facts::kFacts), is_it) ||
         std::any_of(options.attributes.begin(), options.attributes.end(),
                     [name](const auto& a) { return a.subject + ".attributes." + a.name == name; });
}

const NamedList* Names::list(std::string_view name) const {
  for (const NamedList& list : lists)
    if (list.name == name) return &list;
  return nullptr;
}

std::string Names::wrong_step(std::string_view step) const {
  const auto& steps = options.steps;
  if (!steps || step.empty() || steps->count(std::string(step)) > 0) return "";
  const std::vector<std::string_view> known(steps->begin(), steps->end());
  const std::string near = did_you_mean(step, known);
  return in_quotes(step) + " is not a step of the script." +
         (near.empty() ? " It has " + one_of(known) + "." : near);
}

std::string Names::wrong_steps(const NamedList& list) const {
  for (const yaml::Scalar& value : list.values) {
    const auto* text = std::get_if<std::string_view>(&value);
    std::string wrong = text != nullptr ? wrong_step(*text) : "";
    if (!wrong.empty()) return "In " + in_quotes("lists." + list.name) + ": " + wrong;
  }
  return "";
}

const AttributeSpec* Names::attribute(std::string_view subject, std::string_view name) const {
  for (const AttributeSpec& spec : options.attributes)
    if (spec.subject == subject && spec.name == name) return &spec;
  return nullptr;
}

std::vector<std::string> Names::facts() const {
  std::vector<std::string> out;
  for (const auto& fact : facts::kFacts)
    if (!fact.name.empty() && fact.type != facts::FactType::attributes) out.emplace_back(fact.name);
  for (const Word& word : leaf_words()) out.emplace_back(word.name);
  for (const std::string& id : rules) out.push_back("situation." + id);
  for (const AttributeSpec& spec : options.attributes)
    out.push_back(spec.subject + ".attributes." + spec.name);
  for (const char* word : {"all", "any", "none", "now"}) out.emplace_back(word);
  return out;
}

}  // namespace assist::rules
