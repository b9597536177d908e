#include "rules/leaf_words.hpp"

#include <vector>

#include "events/event.hpp"
#include "facts/words.hpp"
#include "rules/fields.hpp"
#include "rules/several.hpp"
#include "rules/values.hpp"
#include "rules/wording.hpp"

namespace assist::rules {
namespace {

using yaml::Node;

/// A text that is compared with another as it stands.
std::optional<std::string> whole_text(Reader& reader, const Node& value, std::string_view name) {
  auto text = reader.text(value, name);
  if (!text || !is_as_seen(reader, value, Compared::whole)) return std::nullopt;
  warn_of_several(reader, value,
                  "any: with " + std::string(name == "topic" ? "contacts" : name) + " for each");
  return text;
}

std::optional<std::string> affected_by(Reader& reader, const Node& value, const Names&) {
  if (value.is_list() && !value.broken) {
    reader.error(
        value,
        "\"affected_by\" wants one kind, and this is a list. For one of several write any: "
        "with affected_by for each.");
    return std::nullopt;
  }
  const auto kind = whole_text(reader, value, "affected_by");
  return kind ? std::optional("affected_by(" + cel_text(*kind) + ")") : std::nullopt;
}

std::optional<std::string> contacts(Reader& reader, const Node& value, const Names&) {
  if (!reader.is_map(value, "contacts")) return std::nullopt;
  Fields fields(reader, value, "contacts", {"within", "at_least", "topic"});
  const Node* within = fields.require("within");
  const Node* least = fields.find("at_least");
  const Node* topic = fields.find("topic");
  const auto length = within != nullptr ? reader.length(*within, "within") : std::nullopt;
  const auto count = least != nullptr ? reader.count(*least, "at_least") : std::optional(1u);
  const auto text =
      topic != nullptr ? whole_text(reader, *topic, "topic") : std::optional<std::string>();
  if (!length || !count || (topic != nullptr && !text)) return std::nullopt;
  return "contacts_within(" + cel_length(*length) + (text ? ", " + cel_text(*text) : "") +
         ") >= " + std::to_string(*count);
}

std::vector<std::string_view> call_event_names() {
  std::vector<std::string_view> out;
  for (const auto name : events::kEventTypeNames)
    if (name.starts_with("call.")) out.push_back(name);
  return out;
}

std::optional<std::string> events_of(Reader& reader, const Node& value, const Names&) {
  if (!reader.is_map(value, "events")) return std::nullopt;
  Fields fields(reader, value, "events", {"type", "within", "at_least"});
  const Node* type = fields.require("type");
  const Node* within = fields.require("within");
  const Node* least = fields.find("at_least");
  const auto known_types = call_event_names();
  const auto which = type != nullptr ? reader.choice(*type, "type", known_types) : std::nullopt;
  const auto length = within != nullptr ? reader.length(*within, "within") : std::nullopt;
  const auto count = least != nullptr ? reader.count(*least, "at_least") : std::optional(1u);
  if (!which || !length || !count) return std::nullopt;
  return "events_within(" + cel_text(known_types[*which]) + ", " + cel_length(*length) +
         ") >= " + std::to_string(*count);
}

std::optional<std::string> said(Reader& reader, const Node& value, std::string_view function) {
  if (!reader.is_list(value, function)) return std::nullopt;
  std::string out;
  bool good = true;
  for (const Node& item : value.items) {
    const auto phrase = reader.text(item, function);
    good &= phrase.has_value();
    if (!phrase) continue;
    good &= is_as_seen(reader, item, Compared::words);
    if (facts::fold_words(*phrase).empty()) {
      reader.error(item, in_quotes(*phrase) + " has no word in it that could be said.");
      good = false;
    }
    out += (out.empty() ? "" : ", ") + cel_text(*phrase);
  }
  return good ? std::optional(std::string(function) + "(" + out + ")") : std::nullopt;
}

std::optional<std::string> customer_said(Reader& reader, const Node& value, const Names&) {
  return said(reader, value, "customer_said");
}
std::optional<std::string> agent_said(Reader& reader, const Node& value, const Names&) {
  return said(reader, value, "agent_said");
}

constexpr Word kWords[] = {
    {"affected_by", affected_by},     {"contacts", contacts},     {"events", events_of},
    {"customer_said", customer_said}, {"agent_said", agent_said},
};

}  // namespace

std::span<const Word> leaf_words() { return kWords; }

}  // namespace assist::rules
