#include <algorithm>

#include "config/files.hpp"
#include "rules/fields.hpp"
#include "rules/wording.hpp"

namespace assist::config {
namespace {

using facts::FactType;
using rules::in_quotes;
using rules::yaml::Node;

struct TypeName {
  std::string_view name;
  FactType type;
};
constexpr TypeName kTypes[] = {
    {"text", FactType::string},   {"bool", FactType::boolean},      {"int", FactType::integer},
    {"double", FactType::number}, {"duration", FactType::duration}, {"list", FactType::texts},
};
const std::vector<std::string_view> kUnits = {
    "milliseconds", "ms", "seconds", "s", "minutes", "min", "m", "hours", "h", "days", "d"};

void read_one(rules::Reader& reader, std::string_view subject, const rules::yaml::Entry& entry,
              std::vector<rules::AttributeSpec>& out) {
  // Any name that a platform may send: what is no word is written ["..."] in expressions.
  if (entry.key.text.empty()) reader.error(entry.key, "The name of this attribute is empty.");
  if (!reader.is_map(entry.value, entry.key.text)) return;
  rules::AttributeSpec spec;
  spec.subject = subject;
  spec.name = entry.key.text;
  rules::Fields fields(reader, entry.value, "an attribute", {"type", "allowed", "unit", "label"});
  if (const Node* node = fields.require("type")) {
    std::vector<std::string_view> names;
    for (const TypeName& type : kTypes) names.push_back(type.name);
    if (const auto found = reader.choice(*node, "type", names)) spec.type = kTypes[*found].type;
  }
  if (const Node* node = fields.find("allowed")) {
    if (spec.type != FactType::string && spec.type != FactType::texts)
      reader.error(*node, "\"allowed\" goes with the types text and list.");
    spec.allowed = reader.texts(*node, "allowed").value_or(std::vector<std::string>());
  }
  if (const Node* node = fields.find("unit")) {
    spec.unit = reader.text(*node, "unit").value_or("");
    const bool time = std::find(kUnits.begin(), kUnits.end(), spec.unit) != kUnits.end();
    if (spec.type == FactType::duration && !spec.unit.empty() && !time)
      reader.error(*node, in_quotes(spec.unit) +
                              " is not a unit of time. Write seconds, minutes, "
                              "hours, days or milliseconds.");
  }
  if (const Node* node = fields.find("label"))
    spec.label = reader.text(*node, "label").value_or("");
  out.push_back(std::move(spec));
}

}  // namespace

bool read_attributes(const rules::Source& source, std::vector<rules::AttributeSpec>& out,
                     Diagnostics& errors) {
  const std::size_t before = errors.size();
  rules::Reader reader(source, errors);
  const auto root = rules::yaml::read(source, reader.report());
  if (!root) return false;
  if (rules::yaml::is_null(*root)) return errors.size() == before;
  if (!root->is_map()) {
    reader.error(*root, "This file holds call:, customer: and agent:, with attributes below them.");
    return false;
  }
  const std::vector<std::string_view> subjects = {"call", "customer", "agent"};
  rules::Fields fields(reader, *root, "a file of attributes", subjects);
  for (const std::string_view subject : subjects) {
    const Node* node = fields.find(subject);
    if (node == nullptr || !reader.is_map(*node, subject)) continue;
    for (const auto& entry : node->entries) read_one(reader, subject, entry, out);
  }
  return errors.size() == before;
}

}  // namespace assist::config
