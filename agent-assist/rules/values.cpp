#include "rules/values.hpp"

#include <algorithm>

#include "cel/time_words.hpp"
#include "rules/comparison.hpp"
#include "rules/several.hpp"
#include "rules/wording.hpp"

namespace assist::rules {
namespace {

using yaml::Node;
using Type = Subject::Type;

std::string cel_number(double value) {
  std::string out = cel::to_literal(cel::Value::number(value), Time{});
  return out;
}

/// How many of an attribute's declared unit a length is. nullopt: the unit is no time.
std::optional<double> in_unit(Duration length, std::string_view unit) {
  struct Unit {
    std::string_view name;
    double microseconds;
  };
  static constexpr Unit kUnits[] = {
      {"ms", 1e3},      {"milliseconds", 1e3}, {"s", 1e6},        {"seconds", 1e6},
      {"m", 6e7},       {"min", 6e7},          {"minutes", 6e7},  {"h", 3.6e9},
      {"hours", 3.6e9}, {"d", 8.64e10},        {"days", 8.64e10},
  };
  for (const Unit& known : kUnits)
    if (known.name == unit) return static_cast<double>(length.count()) / known.microseconds;
  return std::nullopt;
}

}  // namespace

std::string cel_length(Duration length) { return "duration(\"" + format_seconds(length) + "s\")"; }

std::optional<std::string> Values::literal(const Node& node, bool ordered, bool item) {
  if (is_fact(node, ordered) || is_comparison(node)) return std::nullopt;
  switch (subject_.type) {
    case Type::text:
      return text(node, item);
    case Type::boolean:
      return boolean(node);
    case Type::whole:
    case Type::number:
      return number(node);
    case Type::length:
      return length(node);
    case Type::moment:
      return moment(node);
    default:
      return open(node, ordered, Compared::whole);
  }
}

std::optional<std::string> Values::element(const Node& node, bool item) {
  if (is_fact(node, false)) return std::nullopt;
  if (subject_.type == Type::texts) return text(node, item);
  if (subject_.type == Type::numbers) return number(node);
  return open(node, false, Compared::part);
}

std::optional<std::string> Values::list(const Node& node, std::string_view test) {
  if (node.is_plain() && std::string_view(node.text).starts_with("lists.")) return named_list(node);
  if (node.is_plain() && std::string_view(node.text).starts_with("list.")) {
    reader_.error(node, "A list of the file is written lists." + node.text.substr(5) + ".");
    return std::nullopt;
  }
  if (node.is_plain() && names_.list(node.text) != nullptr) {
    reader_.error(node, "A list of the file is written lists." + node.text + ".");
    return std::nullopt;
  }
  if (!reader_.is_list(node, test)) return std::nullopt;
  std::string out = "[";
  bool good = true;
  for (const Node& item : node.items) {
    const bool in_list = subject_.type == Type::texts || subject_.type == Type::numbers;
    const auto value = in_list ? element(item, true) : literal(item, false, true);
    good &= value.has_value();
    if (!value) continue;
    out += (out.size() > 1 ? ", " : "") + *value;
    if (subject_.is_free_text())
      warn_of_several(reader_, item, "each as an entry of its own, with a comma between");
  }
  return good ? std::optional(out + "]") : std::nullopt;
}

std::optional<std::string> Values::part(const Node& node) {
  return plain_text(node, Compared::part);
}

std::optional<std::string> Values::plain_text(const Node& node, Compared compared) {
  const auto value = reader_.text(node, subject_.name);
  if (!value || is_named_list(node) || !is_as_seen(reader_, node, compared)) return std::nullopt;
  return cel_text(*value);
}

bool Values::is_fact(const Node& node, bool ordered) {
  if (!node.is_plain() || !names_.is_fact(node.text)) return false;
  const bool list = subject_.type == Type::texts || subject_.type == Type::numbers;
  reader_.error(node, in_quotes(node.text) +
                          " is a fact itself, and a value is due here. To compare two facts write "
                          "an expression, such as " +
                          (list ? node.text + " in " + subject_.name
                                : subject_.name + (ordered ? " > " : " == ") + node.text) +
                          ".");
  return true;
}

bool Values::is_comparison(const Node& node) {
  const bool may_be_text = subject_.type == Type::text || subject_.type == Type::open;
  if (!node.is_scalar() || (may_be_text && !node.is_plain())) return false;
  const bool block = node.style == yaml::Style::folded && node.text.empty();  // `>2` in the file
  const std::string_view file = reader_.source().text().substr(node.begin);
  const std::string_view written = block ? file.substr(0, file.find('\n')) : node.text;
  const std::string words = comparison_in_words(written);
  if (words.empty()) return false;
  reader_.error(node, in_quotes(written) + " is no value: a test is written in words, as in " +
                          subject_.name + ": " + words + ".");
  return true;
}

bool Values::is_negation(const Node& node, bool item) {
  const std::string_view text = node.text;
  const bool name = text.size() > 1 && text[0] == '!' && is_id(text.substr(1));
  if (name)
    reader_.error(node, in_quotes(text) + " would be compared with its sign. " +
                            (item ? "Write not_one_of for none of several."
                                  : "Write {is_not: " + std::string(text.substr(1)) + "}."));
  return name;
}

bool Values::is_named_list(const Node& node) {
  const std::string& text = node.text;
  if (!node.is_plain() || !text.starts_with("lists.") || text.find(' ') != std::string::npos)
    return false;
  if (names_.list(text.substr(6)) == nullptr) {
    unknown_list(node);
  } else {
    reader_.error(node, in_quotes(text) + " is a list: write {one_of: " + text + "}.");
  }
  return true;
}

void Values::unknown_list(const Node& node) {
  std::vector<std::string> all;
  for (const NamedList& list : names_.lists) all.push_back("lists." + list.name);
  reader_.error_once(node,
                     in_quotes(node.text) + " is not a known list" +
                         (all.empty() ? ": none is declared. Write one under \"lists:\"."
                                      : "." + did_you_mean(node.text, {all.begin(), all.end()})),
                     ErrorKind::unknown_name);
}

bool Values::is_empty_text(const Node& node) {
  return node.is_scalar() && !node.is_plain() && node.text.empty();
}

std::optional<std::string> Values::text(const Node& node, bool item) {
  if (is_empty_text(node)) return cel_text("");
  if (node.is_scalar() && !is_as_seen(reader_, node, Compared::whole)) return std::nullopt;
  // A list without brackets is told, where nothing else says that the comma is right.
  const bool listed = subject_.attribute != nullptr && !subject_.attribute->allowed.empty();
  const auto value =
      item || listed ? reader_.text(node, subject_.name) : reader_.one_text(node, subject_.name);
  if (!value || !allowed(node, *value) || is_named_list(node) || is_negation(node, item))
    return std::nullopt;
  if (subject_.name == "call.step") {
    if (std::string wrong = names_.wrong_step(*value); !wrong.empty()) {
      reader_.error(node, std::move(wrong));
      return std::nullopt;
    }
  }
  return cel_text(*value);
}

bool Values::allowed(const Node& node, const std::string& value) {
  const AttributeSpec* spec = subject_.attribute;
  if (spec == nullptr || spec->allowed.empty()) return true;
  if (std::find(spec->allowed.begin(), spec->allowed.end(), value) != spec->allowed.end())
    return true;
  const std::vector<std::string_view> known(spec->allowed.begin(), spec->allowed.end());
  const std::string near = did_you_mean(value, known);
  reader_.error(node, in_quotes(value) + " is not a value of " + in_quotes(subject_.name) + "." +
                          (near.empty() ? " It is " + one_of(known) + "." : near));
  return false;
}

std::optional<std::string> Values::boolean(const Node& node) {
  const auto value = reader_.yes_no(node, subject_.name);
  return value ? std::optional<std::string>(*value ? "true" : "false") : std::nullopt;
}

std::optional<std::string> Values::number(const Node& node) {
  if (subject_.attribute != nullptr && node.is_plain())
    if (const auto converted = length_in_unit(node)) return converted;
  if (subject_.type == Type::whole) {
    const auto value = reader_.whole(node, subject_.name);
    return value ? std::optional(std::to_string(*value)) : std::nullopt;
  }
  const auto value = reader_.number(node, subject_.name);
  return value ? std::optional(cel_number(*value)) : std::nullopt;
}

std::optional<std::string> Values::length_in_unit(const Node& node) {
  const auto length = parse_duration(node.text);
  if (!length) return std::nullopt;
  const auto value = in_unit(*length, subject_.attribute->unit);
  return value ? std::optional(cel_number(*value)) : std::nullopt;
}

std::optional<std::string> Values::length(const Node& node) {
  const auto value = reader_.length(node, subject_.name);
  if (!value) return std::nullopt;
  if (subject_.attribute == nullptr) return cel_length(*value);
  const std::string_view unit = subject_.attribute->unit;
  return cel_number(*in_unit(*value, unit.empty() ? "seconds" : unit));
}

std::optional<std::string> Values::moment(const Node& node) {
  if (!node.is_scalar()) return wrong_shape(node);
  const auto value = parse_rfc3339(node.text);
  if (!value) {
    const std::string moment = cel::moment_as_text(node.text);
    reader_.error(node, in_quotes(node.text) + " is not a moment. Write " +
                            (moment.empty() ? "2026-11-22T10:02:00Z" : moment) + ".");
    return std::nullopt;
  }
  return "timestamp(\"" + format_rfc3339(*value) + "\")";
}

std::optional<std::string> Values::wrong_shape(const Node& node) {
  reader_.error(node, in_quotes(subject_.name) + " wants one value here.");
  return std::nullopt;
}

std::optional<std::string> Values::open(const Node& node, bool ordered, Compared compared) {
  if (!node.is_scalar()) return node.broken ? std::nullopt : wrong_shape(node);
  const yaml::Scalar value = yaml::resolve(node);
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
  if (const auto* number = std::get_if<double>(&value)) return cel_number(*number);
  if (const auto* yes = std::get_if<bool>(&value); yes != nullptr && !ordered)
    return *yes ? "true" : "false";
  if (std::holds_alternative<yaml::Misfit>(value)) {
    reader_.error(node, in_quotes(node.text) + " is not a number that can be used here.");
    return std::nullopt;
  }
  if (!ordered)
    return is_empty_text(node) ? std::optional(cel_text("")) : plain_text(node, compared);
  if (const auto length = parse_duration(node.text))
    return cel_number(static_cast<double>(length->count()) / 1e6);
  reader_.error(node, in_quotes(node.text) +
                          " is neither a number nor a length of time. Write 5, 90s, 2m, 1h30m or "
                          "7d.");
  return std::nullopt;
}

std::optional<std::string> Values::named_list(const Node& node) {
  const std::string_view name = std::string_view(node.text).substr(6);
  const NamedList* list = names_.list(name);
  if (list == nullptr) {
    unknown_list(node);
    return std::nullopt;
  }
  for (const yaml::Scalar& value : list->values) {
    if (fits(value)) continue;
    reader_.error(node, in_quotes(node.text) + " does not hold " +
                            std::string(words_of(subject_.type)) + " alone, as " +
                            in_quotes(subject_.name) + " wants it.");
    return std::nullopt;
  }
  if (subject_.name == "call.step") {
    if (const std::string wrong = names_.wrong_steps(*list); !wrong.empty()) {
      reader_.error_once(node, wrong);
      return std::nullopt;
    }
  }
  return "lists[" + cel_text(name) + "]";
}

bool Values::fits(const yaml::Scalar& value) const {
  if (subject_.type == Type::open) return true;
  if (subject_.type == Type::text) return std::holds_alternative<std::string_view>(value);
  if (subject_.type == Type::boolean) return std::holds_alternative<bool>(value);
  const bool whole = std::holds_alternative<std::int64_t>(value);
  if (subject_.type == Type::whole) return whole;
  return subject_.type == Type::number && (whole || std::holds_alternative<double>(value));
}

}  // namespace assist::rules
