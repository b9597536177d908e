#include <algorithm>
#include <unordered_set>

#include "rules/fields.hpp"
#include "rules/rule_reader.hpp"
#include "rules/wording.hpp"

namespace assist::rules {
namespace {

using yaml::Node;

constexpr std::size_t kShownBytes = 60;  // of a text in a message

const std::vector<std::string_view> kSuggestionKeys = {
    "id",  "suppress", "offer",    "escalate_to",   "ask",  "follow_up", "headline",
    "say", "because",  "priority", "expires_after", "step", "group"};
constexpr std::string_view kKinds[] = {"suppress", "offer", "escalate_to", "ask", "follow_up"};

class SuggestionReader {
 public:
  SuggestionReader(Reader& reader, const Names& names) : reader_(reader), names_(names) {}

  Suggestion read(const Node& node) {
    Suggestion out;
    Fields fields(reader_, node, "a suggestion", kSuggestionKeys);
    if (const Node* value = fields.find("id")) out.id = reader_.id(*value, "id").value_or("");
    if (const Node* value = fields.require("headline"))
      if (auto text = read_template(reader_, *value, "headline", names_))
        out.headline = std::move(*text);
    if (const Node* value = fields.find("say"))
      out.say = read_template(reader_, *value, "say", names_);
    if (const Node* value = fields.find("because"))
      out.because = read_template(reader_, *value, "because", names_);
    kind(node, fields, out);
    place(fields, out);
    return out;
  }

 private:
  /// A suggestion is of one kind: each further key of a kind is told.
  void kind(const Node& node, Fields& fields, Suggestion& out) {
    const Node* first = nullptr;
    for (const yaml::Entry& entry : node.entries) {
      const Node& key = entry.key;
      if (std::find(std::begin(kKinds), std::end(kKinds), key.text) == std::end(kKinds)) continue;
      if (first != nullptr && first->text != key.text) {
        reader_.error(key, "A suggestion is of one kind: " + in_quotes(key.text) +
                               " cannot stand beside " + in_quotes(first->text) +
                               ". Write two suggestions.");
      } else if (first == nullptr) {
        first = &key;
        if (const Node* value = fields.find(key.text)) read_kind(key.text, *value, out);
      }
    }
  }

  void read_kind(std::string_view key, const Node& value, Suggestion& out) {
    if (key == "suppress") {
      out.kind = Kind::suppress;
      out.suppress = steps(value);
    } else if (key == "offer") {
      out.kind = Kind::offer;
      out.offer = offer(value);
    } else if (key == "escalate_to") {
      out.kind = Kind::escalate_to;
      out.escalate_to = fixed(value, key);
    } else if (key == "ask") {
      out.kind = Kind::ask;
      out.ask = fixed(value, key);
    } else {
      out.kind = Kind::follow_up;
      out.follow_up = fixed(value, key);
    }
  }

  /// A text that is shown as it stands.
  std::string fixed(const Node& value, std::string_view key) {
    const auto text = reader_.text(value, key);
    const std::size_t at = text ? text->find("${") : std::string::npos;
    if (at != std::string::npos) {
      reader_.error(value.in_file(at), in_quotes(key) +
                                           " is shown as it stands: ${ } is filled in in "
                                           "headline, say and because.");
    }
    return text.value_or("");
  }

  std::string step(const Node& node, std::string_view key) {
    const auto text = reader_.text(node, key);
    std::string wrong = text ? names_.wrong_step(*text) : "";
    if (!wrong.empty()) reader_.error(node, std::move(wrong));
    return text.value_or("");
  }

  std::vector<std::string> steps(const Node& node) {
    std::vector<std::string> out;
    if (!reader_.is_list(node, "suppress")) return out;
    for (const Node& item : node.items) out.push_back(step(item, "suppress"));
    return out;
  }

  std::optional<Offer> offer(const Node& node) {
    if (!reader_.is_map(node, "offer")) return std::nullopt;
    Offer out;
    Fields fields(reader_, node, "offer", {"gesture", "amount", "currency"});
    if (const Node* value = fields.require("gesture")) out.gesture = fixed(*value, "gesture");
    if (const Node* value = fields.find("currency")) out.currency = fixed(*value, "currency");
    if (const Node* value = fields.find("amount")) {
      out.amount = reader_.number(*value, "amount");
      if (out.amount && *out.amount < 0)
        reader_.error(*value, "\"amount\" cannot be less than nothing.");
    }
    return out;
  }

  void place(Fields& fields, Suggestion& out) {
    if (const Node* value = fields.find("priority")) {
      const auto found = reader_.choice(*value, "priority", {"urgent", "high", "normal", "low"});
      out.priority =
          static_cast<Priority>(found.value_or(static_cast<std::size_t>(Priority::normal)));
    }
    if (const Node* value = fields.find("expires_after"))
      out.expires_after = reader_.length(*value, "expires_after");
    if (const Node* value = fields.find("step")) out.step = step(*value, "step");
    if (const Node* value = fields.find("group")) out.group = fixed(*value, "group");
  }

  Reader& reader_;
  const Names& names_;
};

/// Where a rule has several, each is named by its id.
void check_ids(Reader& reader, const Node& list) {
  std::unordered_set<std::string> seen;
  for (const Node& item : list.items) {
    if (!item.is_map()) continue;
    const yaml::Entry* id = nullptr;
    for (const yaml::Entry& entry : item.entries)
      if (entry.key.text == "id") id = &entry;
    if (id == nullptr) {
      if (list.items.size() > 1 && !item.incomplete)
        reader.error(item,
                     "\"id\" is missing: where a rule has several suggestions, each needs "
                     "one.");
    } else if (id->value.is_scalar() && !id->value.text.empty() &&
               !seen.insert(id->value.text).second) {
      reader.error(id->value, "The suggestion " + in_quotes(id->value.text) +
                                  " stands twice in this rule. Each needs an id of its own.");
    }
  }
}

/// Whether a map stands for one suggestion, and not for several by their names.
bool is_suggestion(const Node& map) {
  return std::any_of(map.entries.begin(), map.entries.end(), [](const yaml::Entry& entry) {
    return std::find(kSuggestionKeys.begin(), kSuggestionKeys.end(), entry.key.text) !=
           kSuggestionKeys.end();
  });
}

/// Told: `suggest: Say hello`, or such an item of the list.
bool is_headline_alone(Reader& reader, const Node& node) {
  if (!node.is_scalar() || yaml::is_null(node) || node.broken) return false;
  reader.error(node, "A suggestion has keys, \"headline\" at least. Write - headline: " +
                         std::string(reader.source().text().substr(
                             node.begin, std::min(node.end - node.begin, kShownBytes))) +
                         " on a line below \"suggest:\".");
  return true;
}

}  // namespace

bool read_suggestions(Reader& reader, const Node& node, Rule& rule, const Names& names) {
  if (is_headline_alone(reader, node)) return false;
  if (!reader.is_list(node, "suggest")) {
    if (is_suggestion(node)) SuggestionReader(reader, names).read(node);
    return false;
  }
  check_ids(reader, node);
  for (const Node& item : node.items) {
    if (is_headline_alone(reader, item) || !reader.is_map(item, "A suggestion")) continue;
    Suggestion suggestion = SuggestionReader(reader, names).read(item);
    suggestion.name = suggestion.id.empty() ? rule.id : rule.id + "." + suggestion.id;
    rule.suggestions.push_back(std::move(suggestion));
  }
  return true;
}

}  // namespace assist::rules
