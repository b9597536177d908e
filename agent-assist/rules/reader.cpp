#include "rules/reader.hpp"

#include <algorithm>
#include <cmath>

#include "cel/nearest.hpp"
#include "cel/odd_characters.hpp"

namespace assist::rules {
namespace {

using yaml::Node;

std::string_view kind_in_words(const Node& node) {
  if (node.is_list()) return "a list";
  if (node.is_map()) return "a map";
  const yaml::Scalar value = yaml::resolve(node);
  if (std::holds_alternative<std::string_view>(value)) return "text";
  if (std::holds_alternative<bool>(value)) return "true or false";
  if (std::holds_alternative<std::nullptr_t>(value)) return "nothing";
  return "a number";
}

/// A character that looks like a space, or like nothing, as an escape: else the name in a message
/// would look right.
std::string escaped(const cel::OddCharacter& odd) {
  char out[16];
  std::snprintf(out, sizeof out, "\\u%04x", static_cast<unsigned>(odd.code));
  return out;
}

std::string ordinal(std::size_t n) {
  const bool teen = n / 10 % 10 == 1;
  const std::size_t digit = n % 10;
  return std::to_string(n) + (teen || digit > 3 || digit == 0 ? "th"
                              : digit == 1                    ? "st"
                              : digit == 2                    ? "nd"
                                                              : "rd");
}

/// ` The 2nd character is the Cyrillic а (U+0430).`: else a name looks as if it were right. "":
/// it holds no such character.
std::string odd_character_in(std::string_view name) {
  std::size_t place = 0;
  for (std::size_t at = 0; at < name.size(); ++at) {
    if ((static_cast<unsigned char>(name[at]) & 0xC0) != 0x80) ++place;
    const cel::OddCharacter* odd = cel::odd_character(name.substr(at));
    if (odd != nullptr && !odd->is_quote())
      return " The " + ordinal(place) + " character is " + odd->in_words() + ".";
  }
  return "";
}

constexpr char kNoItem[] =
    "This item of the list is empty. Write it behind the dash, or delete the dash.";

bool is_number(const Node& node) {
  if (!node.is_plain()) return false;
  const yaml::Scalar value = yaml::resolve(node);
  return std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value) ||
         std::holds_alternative<yaml::Misfit>(value);
}

/// `[a, b]` of `a, b`, where that is a list as it stands.
std::string in_brackets(const Node& node) {
  constexpr std::size_t kMost = 60;
  const bool plain = node.is_plain() && node.text.size() <= kMost &&
                     node.text.find_first_of("[]{}#:\n\"'&*!|>%@`") == std::string::npos;
  return plain ? "[" + node.text + "]" : "[a, b]";
}

/// Of an item of a list that is not there.
bool is_lone_dash(const Node& node, const Source& source) {
  return node.missing && source.text().substr(node.begin).starts_with('-');
}

bool is_one_of(std::string_view name, const std::vector<std::string_view>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// How many seconds a unit has, as people write it; 0: it is none.
double seconds_of(std::string_view unit) {
  struct Unit {
    double seconds;
    std::string_view names[5];
  };
  static constexpr Unit kUnits[] = {{1, {"s", "sec", "secs", "second", "seconds"}},
                                    {60, {"m", "min", "mins", "minute", "minutes"}},
                                    {3600, {"h", "hr", "hrs", "hour", "hours"}},
                                    {86400, {"d", "day", "days"}},
                                    {604800, {"w", "week", "weeks"}}};
  for (const auto& [seconds, names] : kUnits)
    if (!unit.empty() && std::find(std::begin(names), std::end(names), unit) != std::end(names))
      return seconds;
  return 0;
}

/// `2 min`, `1.5h` and `30m 1h` as rule files have it: 2m, 1h30m; "": it is something else.
std::string length_as_written(std::string_view text) {
  constexpr double kMost = 1e9;
  double sum = 0;
  while (!text.empty()) {
    const auto take = [&text](std::string_view characters) {
      const std::size_t end = std::min(text.find_first_not_of(characters), text.size());
      const std::string_view out = text.substr(0, end);
      text.remove_prefix(end);
      return out;
    };
    const std::string number(take("0123456789.,"));
    take(" ");
    const double seconds = seconds_of(take("abcdefghijklmnopqrstuvwxyz"));
    take(" ");
    const std::size_t point = number.find_first_of(".,");
    const bool one_point = point == number.find_last_of(".,");
    if (number.empty() || point == 0 || !one_point || seconds == 0) return "";
    double value = 0;
    const auto whole = std::string_view(number).substr(0, point);
    if (whole.size() > 9) return "";
    for (const char c : whole) value = value * 10 + (c - '0');
    double place = 0.1;
    for (std::size_t i = point; i != std::string::npos && ++i < number.size(); place /= 10)
      value += place * (number[i] - '0');
    sum += value * seconds;
  }
  if (sum > kMost) return "";
  const std::int64_t seconds = std::llround(sum);
  const double rest = sum - static_cast<double>(seconds);
  if (seconds <= 0 || rest > 1e-6 || rest < -1e-6) return "";
  return format_duration(std::chrono::seconds(seconds));
}

/// Of `10,50` and `1,000`, and of a number in quotes.
std::string number_advice(const Node& node) {
  const std::string_view text = node.text;
  Node plain = node;
  plain.style = yaml::Style::plain;
  if (!node.is_plain() && is_number(plain)) return " Write it without quotes.";
  const bool number = text.find_first_not_of("+-.,0123456789") == std::string_view::npos;
  return number && text.find(',') != std::string_view::npos
             ? " Write 1000 for 1,000, and 0.5 for 0,5."
             : "";
}

std::string no_value(std::string_view name) {
  return in_quotes(name) + " has no value. Write one behind the colon, or delete the key.";
}

}  // namespace

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

/// What people call a key of `what` otherwise; "": nothing known.
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

bool is_id(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

/// `long_hold` of `Long Hold`; "": letters beyond ASCII are in it.
std::string id_like(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return "";
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    if (is_id(std::string_view(&lower, 1))) {
      out += lower;
    } else if (!out.empty() && out.back() != '_') {
      out += '_';
    }
  }
  while (out.ends_with('_')) out.pop_back();
  return out;
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t kMost = 60;
  std::string out = "\"";
  const bool cut = text.size() > kMost;
  std::size_t end = cut ? kMost : text.size();
  while (cut && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text = text.substr(0, end);
  for (std::size_t at = 0; at < text.size(); ++at) {
    const cel::OddCharacter* odd = cel::odd_character(text.substr(at));
    if (odd != nullptr && (odd->is_unseen() || odd->like == cel::OddCharacter::Like::space)) {
      out += escaped(*odd);
      at += odd->size() - 1;
    } else {
      out += text[at] == '\n' || text[at] == '\t' ? ' ' : text[at];
    }
  }
  return out + (cut ? "...\"" : "\"");
}

std::string did_you_mean(std::string_view name, const std::vector<std::string_view>& known) {
  const auto near = cel::nearest(name, known);
  if (near.empty()) return "";
  // Of a name that is in that alphabet anyway nothing is odd.
  return " Did you mean " + in_quotes(near) + "?" +
         (odd_character_in(near).empty() ? odd_character_in(name) : "");
}

std::string indent_below(std::string_view key) {
  return "Indent this further than \"" + std::string(key) +
         ":\" above it, which has no value as it stands.";
}

std::string length_advice(std::string_view text) {
  const std::string length = length_as_written(text);
  return " Write " + (length.empty() ? "90s, 2m, 1h30m or 7d" : length) + ".";
}

std::string no_time_zone(std::string_view name) {
  return in_quotes(name) +
         " is not a time zone. Write a name such as Europe/Berlin, America/Denver or UTC.";
}

std::string one_of(const std::vector<std::string_view>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += i + 1 == names.size() ? " or " : ", ";
    out += names[i];
  }
  return out;
}

void Reader::error(const Node& at, std::string text) {
  if (!at.broken && !is_told(at)) report_.add(at.begin, std::move(text));
}

void Reader::error_once(const Node& at, const std::string& text) {
  if (!at.broken && !is_told(at)) report_.add_once(at.begin, text);
}

bool Reader::is_value(const Node& node, std::string_view name, std::string_view due) {
  if (node.broken) return false;
  if (node.is_scalar() && yaml::is_null(node)) {
    error(node, is_lone_dash(node, source()) ? kNoItem : no_value(name));
  } else if (!node.is_scalar()) {
    error(node, in_quotes(name) + " wants " + std::string(due) + ", and this is " +
                    std::string(kind_in_words(node)) + ".");
  } else {
    return true;
  }
  return false;
}

std::optional<std::string> Reader::text(const Node& node, std::string_view name) {
  if (!is_value(node, name, "text")) return std::nullopt;
  if (is_number(node)) {
    error(node, in_quotes(name) + " wants text, and this is a number. Put it in quotes: \"" +
                    node.text + "\".");
    return std::nullopt;
  }
  if (node.cut != 0) {
    error(node, "YAML ends this text at \" #\" and takes the rest as a comment: only " +
                    in_quotes(node.text) +
                    " is left. Put the text in quotes, or a space behind the # of a comment.");
    return std::nullopt;
  }
  if (node.text.find_first_not_of(" \t\n") == std::string::npos) {
    error(node, in_quotes(name) + " is empty.");
    return std::nullopt;
  }
  return node.text;
}

std::optional<std::string> Reader::one_text(const Node& node, std::string_view name) {
  auto out = text(node, name);
  if (out && node.is_plain() && out->find(", ") != std::string::npos) {
    error(node, in_quotes(*out) +
                    " is one text as it stands. If it is a list, put it in brackets: [" + *out +
                    "]; if it is one, in quotes.");
    return std::nullopt;
  }
  return out;
}

std::optional<std::string> Reader::id(const Node& node, std::string_view name) {
  auto out = text(node, name);
  if (out && !is_id(*out)) {
    const std::string near = id_like(*out);
    error(node, in_quotes(*out) + " cannot be an id: use the letters a to z, digits, _ and -" +
                    (near.empty() ? "." : ", as in " + near + "."));
    return std::nullopt;
  }
  return out;
}

std::optional<Duration> Reader::length(const Node& node, std::string_view name) {
  if (!is_value(node, name, "a length of time such as 90s")) return std::nullopt;
  const auto out = parse_duration(node.text);
  if (!out)
    error(node, in_quotes(node.text) + " is not a length of time." + length_advice(node.text));
  return out;
}

std::optional<bool> Reader::yes_no(const Node& node, std::string_view name) {
  if (!is_value(node, name, "yes or no")) return std::nullopt;
  static constexpr std::string_view kYes[] = {"true", "True", "TRUE", "yes", "Yes",
                                              "YES",  "on",   "On",   "ON"};
  static constexpr std::string_view kNo[] = {"false", "False", "FALSE", "no", "No",
                                             "NO",    "off",   "Off",   "OFF"};
  const bool plain = node.is_plain();
  if (plain && std::find(std::begin(kYes), std::end(kYes), node.text) != std::end(kYes))
    return true;
  if (plain && std::find(std::begin(kNo), std::end(kNo), node.text) != std::end(kNo)) return false;
  error(node, in_quotes(name) + " wants yes or no" +
                  (plain ? ", and this is " + in_quotes(node.text) + "." : " without quotes."));
  return std::nullopt;
}

std::optional<std::int64_t> Reader::whole(const Node& node, std::string_view name) {
  if (!is_value(node, name, "a whole number")) return std::nullopt;
  const yaml::Scalar value = yaml::resolve(node);
  if (const auto* out = std::get_if<std::int64_t>(&value)) return *out;
  error(node, std::holds_alternative<yaml::Misfit>(value)
                  ? in_quotes(node.text) + " is too large a number."
                  : in_quotes(name) + " wants a whole number, and this is " + in_quotes(node.text) +
                        "." + number_advice(node));
  return std::nullopt;
}

std::optional<std::uint32_t> Reader::count(const Node& node, std::string_view name,
                                           std::uint32_t least) {
  const auto out = whole(node, name);
  if (!out) return std::nullopt;
  if (*out < least || *out > 1'000'000'000) {
    error(node, in_quotes(name) + " wants a number of at least " + std::to_string(least) +
                    (*out < least ? "." : " and at most a billion."));
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(*out);
}

std::optional<double> Reader::number(const Node& node, std::string_view name) {
  if (!is_value(node, name, "a number")) return std::nullopt;
  const yaml::Scalar value = yaml::resolve(node);
  if (const auto* out = std::get_if<std::int64_t>(&value)) return static_cast<double>(*out);
  if (const auto* out = std::get_if<double>(&value)) return *out;
  error(node, std::holds_alternative<yaml::Misfit>(value)
                  ? in_quotes(node.text) + " is not a number that can be used here."
                  : in_quotes(name) + " wants a number, and this is " + in_quotes(node.text) + "." +
                        number_advice(node));
  return std::nullopt;
}

std::optional<std::size_t> Reader::choice(const Node& node, std::string_view name,
                                          const std::vector<std::string_view>& names) {
  if (!is_value(node, name, one_of(names))) return std::nullopt;
  const auto found = std::find(names.begin(), names.end(), node.text);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  const std::string near = did_you_mean(node.text, names);
  error(node, in_quotes(name) + " cannot be " + in_quotes(node.text) + "." +
                  (near.empty() ? " Write " + one_of(names) + "." : near));
  return std::nullopt;
}

std::optional<std::vector<std::string>> Reader::texts(const Node& node, std::string_view name) {
  if (!is_list(node, name)) return std::nullopt;
  std::vector<std::string> out;
  for (const Node& item : node.items)
    if (auto value = text(item, name)) out.push_back(std::move(*value));
  return out.size() == node.items.size() ? std::optional(std::move(out)) : std::nullopt;
}

bool Reader::is_list(const Node& node, std::string_view name) {
  if (node.broken) return false;
  if (node.is_list() && !node.items.empty()) return true;
  if (node.is_list()) {
    error(node, in_quotes(name) + " is an empty list. Name something in it, or delete the key.");
  } else if (yaml::is_null(node)) {
    error(node, is_lone_dash(node, source()) ? kNoItem : no_value(name));
  } else if (name == "rules" && node.is_map() && !node.entries.empty() &&
             node.entries[0].value.is_map()) {
    const std::string& id = node.entries[0].key.text;
    error(node, "\"rules\" is a list: write \"- id: " + id + "\" in place of \"" + id +
                    ":\", and the other keys below \"id\".");
  } else if (node.is_plain() && node.text == "none") {
    error(node, in_quotes(name) + " wants a list. Write [] for none.");
  } else {
    error(node, in_quotes(name) + " wants a list, and this is " + std::string(kind_in_words(node)) +
                    (node.is_map() ? ". Put a dash and a space before each item."
                                   : ". Put it in brackets: " + in_brackets(node) + "."));
  }
  return false;
}

bool Reader::is_map(const Node& node, std::string_view name) {
  if (node.broken || node.is_map()) return !node.broken;
  if (yaml::is_null(node)) {
    error(node, is_lone_dash(node, source()) ? kNoItem : no_value(name));
  } else {
    const bool in_words = name.find(' ') != std::string_view::npos;
    error(node, (in_words ? std::string(name) : in_quotes(name)) +
                    " wants keys with values (key: value), and this is " +
                    std::string(kind_in_words(node)) + ".");
  }
  return false;
}

Fields::Fields(Reader& reader, const Node& map, std::string_view what,
               const std::vector<std::string_view>& keys)
    : reader_(reader), map_(map), what_(what) {
  for (const yaml::Entry& entry : map.entries) {
    if (entry.key.text == "<<" && entry.value.broken) continue;  // a merge key: told
    if (is_one_of(entry.key.text, keys)) continue;
    if (!is_left_behind(static_cast<std::size_t>(&entry - map.entries.data()), keys))
      tell_unknown(entry.key, keys);
  }
}

void Fields::tell_unknown(const Node& key, const std::vector<std::string_view>& keys) {
  if (std::string advice = missing_space(key.text); !advice.empty()) {
    told_.push_back(key.text.substr(0, key.text.find(':')));
    reader_.error(key, std::move(advice));
    return;
  }
  std::string advice = where_it_belongs(key.text, what_);
  const std::string_view meant = key_called_otherwise(what_, key.text);
  if (advice.empty() && !meant.empty() && this->key(meant) == nullptr) {
    told_.emplace_back(meant);
    advice = " Did you mean " + in_quotes(meant) + "?";
  }
  if (advice.empty()) {
    const auto near = cel::nearest(key.text, keys);
    if (!near.empty()) told_.emplace_back(near);
    advice = did_you_mean(key.text, keys);
  }
  reader_.error(key, in_quotes(key.text) + " is not a key of " + what_ + "." +
                         (advice.empty() ? " It has " + one_of(keys) + "." : advice));
}

/// Whether an unknown key belongs to the value of the key above it, which has none: `when:` and
/// below it, not indented, `call.on_hold: yes`. The first such key is told, for all of them.
bool Fields::is_left_behind(std::size_t entry, const std::vector<std::string_view>& keys) {
  static const std::vector<std::string_view> kHolders = {
      "rules", "when", "unless", "suggest", "limit", "active", "offer", "events", "expect", "data"};
  std::size_t first = entry;
  while (first > 0 && !is_one_of(map_.entries[first - 1].key.text, keys)) --first;
  if (first == 0) return false;
  const auto& [key, value] = map_.entries[first - 1];
  if (!value.missing || value.broken || !is_one_of(key.text, kHolders)) return false;
  const Node& below = map_.entries[first].key;
  if (!cel::nearest(below.text, keys).empty()) return false;
  if (first == entry) {
    told_.push_back(key.text);
    reader_.error(below, indent_below(key.text));
  }
  return true;
}

bool Fields::is_told(std::string_view key) const {
  return std::find(told_.begin(), told_.end(), key) != told_.end();
}

const Node* Fields::key(std::string_view key) const {
  for (const yaml::Entry& entry : map_.entries)
    if (entry.key.text == key) return &entry.key;
  return nullptr;
}

const Node* Fields::find(std::string_view key) {
  for (const yaml::Entry& entry : map_.entries) {
    if (entry.key.text != key) continue;
    if (entry.value.broken) return nullptr;
    if (!yaml::is_null(entry.value)) return &entry.value;
    if (is_told(key)) return nullptr;
    reader_.error(entry.key, no_value(key));
    return nullptr;
  }
  return nullptr;
}

const Node* Fields::require(std::string_view key) {
  if (this->key(key) != nullptr) return find(key);
  if (map_.incomplete || is_told(key)) return nullptr;
  reader_.error(map_, "\"" + std::string(key) + "\" is missing: " + what_ + " needs one.");
  return nullptr;
}

}  // namespace assist::rules
