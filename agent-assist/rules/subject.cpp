#include "rules/subject.hpp"

#include <algorithm>

#include "rules/key_slips.hpp"
#include "rules/wording.hpp"

namespace assist::rules {
namespace {

using yaml::Node;
using Type = Subject::Type;

constexpr std::string_view kTypeWords[] = {
    "text",     "yes or no",      "a whole number",    "a number", "a length of time",
    "a moment", "a list of text", "a list of numbers", "a list",   "an attribute",
};

Type type_of(facts::FactType type) {
  using facts::FactType;
  switch (type) {
    case FactType::string:
      return Type::text;
    case FactType::boolean:
      return Type::boolean;
    case FactType::integer:
      return Type::whole;
    case FactType::number:
      return Type::number;
    case FactType::duration:
      return Type::length;
    case FactType::timestamp:
      return Type::moment;
    case FactType::texts:
      return Type::texts;
    case FactType::numbers:
      return Type::numbers;
    case FactType::contacts:
    case FactType::incidents:
    case FactType::attributes:
      return Type::records;
  }
  return Type::open;
}

constexpr std::string_view kAttributeSubjects[] = {"call", "customer", "agent"};

/// "call" and "vip" of "call.attributes.vip". nullopt: no attribute.
std::optional<std::pair<std::string_view, std::string_view>> attribute_name(std::string_view name) {
  for (const std::string_view subject : kAttributeSubjects) {
    constexpr std::string_view kMiddle = ".attributes.";
    if (!name.starts_with(subject) || !name.substr(subject.size()).starts_with(kMiddle)) continue;
    return std::pair(subject, name.substr(subject.size() + kMiddle.size()));
  }
  return std::nullopt;
}

bool is_attribute_name(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && letter(name[0]) && std::all_of(name.begin(), name.end(), [&](char c) {
    return letter(c) || (c >= '0' && c <= '9');
  });
}

std::optional<Subject> attribute(Reader& reader, const Node& key, std::string_view subject,
                                 std::string_view name, const Names& names) {
  if (!is_attribute_name(name)) {
    reader.error(key, in_quotes(name) + " cannot be named so: write an expression with " +
                          std::string(subject) + ".attributes[\"...\"].");
    return std::nullopt;
  }
  const AttributeSpec* spec = names.attribute(subject, name);
  if (spec == nullptr && !names.options.attributes_open) {
    std::vector<std::string_view> known;
    for (const AttributeSpec& other : names.options.attributes)
      if (other.subject == subject) known.push_back(other.name);
    reader.error_once(key, in_quotes(key.text) + undeclared(name, known));
    return std::nullopt;
  }
  const std::string map = std::string(subject) + ".attributes";
  const std::string text = cel_text(name);
  return Subject{key.text, map + "[" + text + "]",
                 spec != nullptr ? type_of(spec->type) : Type::open, text + " in " + map, spec};
}

std::optional<Subject> situation(Reader& reader, const Node& key, std::string_view id,
                                 const Names& names) {
  if (names.is_rule(id))
    return Subject{key.text, "situation[" + cel_text(id) + "]", Type::boolean, "", nullptr};
  std::vector<std::string_view> known;
  if (reader.report().may_look_at_names())
    std::copy_if(names.rules.begin(), names.rules.end(), std::back_inserter(known), is_id);
  reader.report().looked_at_names(known.size());
  reader.error(key,
               in_quotes(key.text) + " is not known: no rule has the id " + in_quotes(id) + "." +
                   did_you_mean(id, known),
               ErrorKind::unknown_name);
  return std::nullopt;
}

}  // namespace

std::string_view words_of(Type type) { return kTypeWords[static_cast<std::size_t>(type)]; }

std::optional<Subject> subject_of(Reader& reader, const Node& key, const Names& names) {
  const std::string_view name = key.text;
  for (const facts::FactInfo& fact : facts::kFacts) {
    if (fact.name.empty() || fact.name != name) continue;
    if (fact.type == facts::FactType::attributes) {
      reader.error(key, in_quotes(name) + " holds attributes: name one, such as \"" +
                            std::string(name) + ".NAME\".");
      return std::nullopt;
    }
    return Subject{key.text, key.text, type_of(fact.type), "", nullptr};
  }
  if (name == "now") return Subject{key.text, key.text, Type::moment, "", nullptr};
  if (const auto parts = attribute_name(name))
    return attribute(reader, key, parts->first, parts->second, names);
  constexpr std::string_view kSituation = "situation.";
  if (name.starts_with(kSituation))
    return situation(reader, key, name.substr(kSituation.size()), names);
  if (std::string advice = missing_space(name); !advice.empty()) {
    reader.error(key, std::move(advice));
    return std::nullopt;
  }
  if (name.find_first_of(" ()<>=!&|?\"'") != std::string_view::npos) {
    reader.error(key, in_quotes(name) +
                          " is not a known fact. If this is an expression, put the whole of it in "
                          "quotes: YAML takes the colon in it for that of a key.");
    return std::nullopt;
  }
  if (std::string advice = where_it_belongs(name, "a condition"); !advice.empty()) {
    reader.error(key, in_quotes(name) + " is not a known fact." + advice);
    return std::nullopt;
  }
  std::vector<std::string> all;
  if (reader.report().may_look_at_names()) all = names.facts();
  reader.report().looked_at_names(all.size());
  if (name.starts_with("attributes.")) {
    reader.error(key, in_quotes(name) + " is not a known fact. Did you mean " +
                          in_quotes("call." + key.text) + "?");
    return std::nullopt;
  }
  const std::string_view group = group_meant_by(name);
  reader.error(key, in_quotes(name) + " is not a known fact." +
                        (group.empty() ? did_you_mean(name, {all.begin(), all.end()})
                                       : " Did you mean " + in_quotes(group) + "?"));
  return std::nullopt;
}

}  // namespace assist::rules
