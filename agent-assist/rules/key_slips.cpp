#include "rules/key_slips.hpp"

#include <algorithm>
#include <iterator>

#include "cel/odd_characters.hpp"

namespace assist::rules {

std::string missing_space(std::string_view key) {
  constexpr std::string_view kName =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
  const std::size_t colon = key.find_first_not_of(kName);
  if (colon == 0 || colon == std::string_view::npos || key[colon] != ':') return "";
  std::string_view value = key.substr(colon + 1);
  while (const cel::OddCharacter* odd = cel::odd_character(value)) value.remove_prefix(odd->size());
  if (value.empty() || value[0] == ' ') return "";
  return "A space is missing behind the colon: write " + std::string(key.substr(0, colon)) + ": " +
         std::string(value.substr(0, value.find('\n'))) + ".";
}

std::string where_it_belongs(std::string_view key, std::string_view what) {
  static constexpr std::string_view kOfRules[] = {
      "title", "when", "unless", "for",    "keep_for", "cooldown", "limit",
      "again", "mode", "share",  "active", "tags",     "owner",    "suggest"};
  static constexpr std::string_view kOfSuggestions[] = {
      "headline", "say",   "because", "priority",    "expires_after", "step",
      "group",    "offer", "ask",     "escalate_to", "suppress",      "follow_up"};
  const auto among = [key](const auto& keys) {
    return std::find(std::begin(keys), std::end(keys), key) != std::end(keys);
  };
  static constexpr std::string_view kOfData[] = {
      "agent",    "customer",  "queue",      "area",    "topic",
      "channel",  "direction", "attributes", "step",    "speaker",
      "text",     "score",     "resolved",   "reason",  "kind",
      "summary",  "areas",     "services",   "eta",     "tier",
      "products", "name",      "team",       "waiting", "longest_wait_seconds"};
  if (what == "an event" && among(kOfData))
    return " It belongs to the data: write data: {" + std::string(key) + ": ...}.";
  const bool of_rules = what == "a rule" || what == "a suggestion" || what == "a rule file" ||
                        what == "a condition" || what == "limit";
  if (!of_rules) return "";
  if (what == "a rule file" && key == "tests") return " A file of tests is named NAME.test.yaml.";
  if (what != "a rule" && among(kOfRules))
    return what == "a rule file"
               ? " It belongs to a rule: write it below \"rules:\", in an item of "
                 "that list."
               : " It belongs to the rule: put it below its other keys, indented as "
                 "these are.";
  if (what != "a suggestion" && among(kOfSuggestions))
    return " It belongs to a suggestion: write it below \"suggest:\", in an item of that list.";
  return "";
}

std::string_view key_called_otherwise(std::string_view what, std::string_view key) {
  struct Other {
    std::string_view what, other, key;
  };
  static constexpr Other kOthers[] = {
      {"a rule", "if", "when"},
      {"a rule", "condition", "when"},
      {"a rule", "conditions", "when"},
      {"a rule", "trigger", "when"},
      {"a rule", "then", "suggest"},
      {"a rule", "do", "suggest"},
      {"a rule", "action", "suggest"},
      {"a rule", "actions", "suggest"},
      {"a rule", "suggestions", "suggest"},
      {"a rule", "except", "unless"},
      {"a rule", "name", "title"},
      {"a rule", "description", "title"},
      {"a rule", "delay", "for"},
      {"a rule", "schedule", "active"},
      {"a suggestion", "text", "say"},
      {"a suggestion", "message", "say"},
      {"a suggestion", "script", "say"},
      {"a suggestion", "reason", "because"},
      {"a suggestion", "why", "because"},
      {"a suggestion", "name", "headline"},
      {"a suggestion", "escalate", "escalate_to"},
      {"a suggestion", "question", "ask"},
      {"a test", "title", "name"},
      {"a test", "description", "name"},
      {"a test", "given", "events"},
      {"a test", "then", "expect"},
      {"a test", "expected", "expect"},
      {"an event", "time", "at"},
      {"an event", "after", "at"},
      {"an event", "event", "type"},
      {"an event", "call", "subject"},
      {"an expectation", "after", "at"},
      {"an expectation", "time", "at"},
      {"an expectation", "subject", "call"},
      {"active", "to", "until"},
      {"active", "end", "until"},
      {"active", "start", "from"},
      {"active", "since", "from"},
      {"active", "zone", "time_zone"},
      {"active", "tz", "time_zone"},
      {"contacts", "count", "at_least"},
      {"contacts", "last", "within"},
      {"events", "count", "at_least"},
      {"events", "last", "within"},
  };
  for (const Other& other : kOthers)
    if (other.what == what && other.other == key) return other.key;
  return "";
}

std::string indent_below(std::string_view key) {
  return "Indent this further than \"" + std::string(key) +
         ":\" above it, which has no value as it stands.";
}

}  // namespace assist::rules
