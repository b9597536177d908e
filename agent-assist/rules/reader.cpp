#include "rules/reader.hpp"

#include <algorithm>

#include "rules/length_words.hpp"
#include "rules/wording.hpp"

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

}  // namespace

bool is_id(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

void Reader::error(const Node& at, std::string text, ErrorKind kind) {
  if (!at.broken && !is_told(at)) report_.add(at.begin, std::move(text), kind);
}

void Reader::error_once(const Node& at, const std::string& text, ErrorKind kind) {
  if (!at.broken && !is_told(at)) report_.add_once(at.begin, text, kind);
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

}  // namespace assist::rules
