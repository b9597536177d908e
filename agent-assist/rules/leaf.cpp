#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "events/event.hpp"
#include "facts/words.hpp"
#include "rules/condition.hpp"

/// Plain leaves: `FACT: TEST`, checked against the fact's type and written as expressions.
namespace assist::rules {
namespace {

using yaml::Node;

/// What tests know of a fact: its type in a supervisor's words.
enum class Type : std::uint8_t {
  text,
  boolean,
  whole,
  number,
  length,
  moment,
  texts,
  numbers,
  records,  // contacts, incidents
  open      // an attribute that is not declared
};

constexpr std::string_view kTypeWords[] = {
    "text",     "yes or no",      "a whole number",    "a number", "a length of time",
    "a moment", "a list of text", "a list of numbers", "a list",   "an attribute",
};

enum class Test : std::uint8_t {
  is,
  is_not,
  one_of,
  not_one_of,
  over,
  under,
  at_least,
  at_most,
  between,
  contains,
  starts_with,
  ends_with,
  matches,
  known,
};

constexpr std::uint16_t of(Type type) { return std::uint16_t(1u << static_cast<unsigned>(type)); }
constexpr std::uint16_t kSingle = of(Type::text) | of(Type::boolean) | of(Type::whole) |
                                  of(Type::number) | of(Type::length) | of(Type::moment) |
                                  of(Type::open);
constexpr std::uint16_t kOrdered =
    of(Type::whole) | of(Type::number) | of(Type::length) | of(Type::moment) | of(Type::open);
constexpr std::uint16_t kLists = of(Type::texts) | of(Type::numbers);

struct TestInfo {
  std::string_view name;
  std::uint16_t types;  // that have it
  std::string_view op;  // where it is an operator
};
constexpr TestInfo kTests[] = {
    {"is", kSingle | kLists, "=="},
    {"is_not", kSingle | kLists, "!="},
    {"one_of", kSingle, "in"},
    {"not_one_of", kSingle, ""},
    {"over", kOrdered, ">"},
    {"under", kOrdered, "<"},
    {"at_least", kOrdered, ">="},
    {"at_most", kOrdered, "<="},
    {"between", kOrdered, ""},
    {"contains", of(Type::text) | kLists | of(Type::open), "contains"},
    {"starts_with", of(Type::text) | of(Type::open), "startsWith"},
    {"ends_with", of(Type::text) | of(Type::open), "endsWith"},
    {"matches", of(Type::text) | of(Type::open), "matches"},
    {"known", std::uint16_t(of(Type::text) | kLists | of(Type::records) | of(Type::open)), ""},
};
const TestInfo& info(Test test) { return kTests[static_cast<std::size_t>(test)]; }

std::vector<std::string_view> test_names() {
  std::vector<std::string_view> out;
  for (const TestInfo& test : kTests) out.push_back(test.name);
  return out;
}

/// What a leaf is about.
struct Subject {
  std::string name;  // as written
  std::string cel;   // its value in expressions
  Type type;
  std::string present;                       // of an attribute: whether it is there
  const AttributeSpec* attribute = nullptr;  // of a declared one
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
    reader.error(key, in_quotes(key.text) + undeclared(name, known));
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
  if (reader.report().may_look_at_names()) known.assign(names.rules.begin(), names.rules.end());
  reader.report().looked_at_names(known.size());
  reader.error(key, in_quotes(key.text) + " is not known: no rule has the id " + in_quotes(id) +
                        "." + did_you_mean(id, known));
  return std::nullopt;
}

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
  const std::string_view group = name == "and"   ? "all"
                                 : name == "or"  ? "any"
                                 : name == "not" ? "none"
                                                 : "";
  reader.error(key, in_quotes(name) + " is not a known fact." +
                        (group.empty() ? did_you_mean(name, {all.begin(), all.end()})
                                       : " Did you mean " + in_quotes(group) + "?"));
  return std::nullopt;
}

// Values.

std::string cel_number(double value) {
  std::string out = cel::to_literal(cel::Value::number(value), Time{});
  return out;
}

std::string cel_length(Duration length) { return "duration(\"" + format_seconds(length) + "s\")"; }

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

class Values {
 public:
  Values(Reader& reader, const Subject& subject, const Names& names)
      : reader_(reader), subject_(subject), names_(names) {}

  /// The value as a literal. `ordered`: for over, under and the like. `item`: of a list.
  std::optional<std::string> literal(const Node& node, bool ordered, bool item = false) {
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
        return open(node, ordered);
    }
  }

  /// An entry of a list fact.
  std::optional<std::string> element(const Node& node, bool item = false) {
    if (subject_.type == Type::texts) return text(node, item);
    if (subject_.type == Type::numbers) return number(node);
    return open(node, false);
  }

  std::optional<std::string> list(const Node& node, std::string_view test) {
    if (node.is_plain() && std::string_view(node.text).starts_with("lists."))
      return named_list(node);
    if (node.is_plain() && std::string_view(node.text).starts_with("list.")) {
      reader_.error(node, "A list of the file is written lists." + node.text.substr(5) + ".");
      return std::nullopt;
    }
    if (!reader_.is_list(node, test)) return std::nullopt;
    std::string out = "[";
    bool good = true;
    for (const Node& item : node.items) {
      const bool in_list = subject_.type == Type::texts || subject_.type == Type::numbers;
      const auto value = in_list ? element(item, true) : literal(item, false, true);
      good &= value.has_value();
      if (value) out += (out.size() > 1 ? ", " : "") + *value;
    }
    return good ? std::optional(out + "]") : std::nullopt;
  }

  std::optional<std::string> plain_text(const Node& node) {
    const auto value = reader_.text(node, subject_.name);
    if (!value || is_named_list(node)) return std::nullopt;
    return cel_text(*value);
  }

 private:
  /// Told: a list, also one that nobody declared, where one text is due.
  bool is_named_list(const Node& node) {
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

  void unknown_list(const Node& node) {
    std::vector<std::string> all;
    for (const NamedList& list : names_.lists) all.push_back("lists." + list.name);
    reader_.error(node,
                  in_quotes(node.text) + " is not a known list" +
                      (all.empty() ? ": none is declared. Write one under \"lists:\"."
                                   : "." + did_you_mean(node.text, {all.begin(), all.end()})));
  }

  /// "" is a value to compare with: of what is not known.
  static bool is_empty_text(const Node& node) {
    return node.is_scalar() && !node.is_plain() && node.text.empty();
  }

  std::optional<std::string> text(const Node& node, bool item) {
    if (is_empty_text(node)) return cel_text("");
    // A list without brackets is told, where nothing else says that the comma is right.
    const bool listed = subject_.attribute != nullptr && !subject_.attribute->allowed.empty();
    const auto value =
        item || listed ? reader_.text(node, subject_.name) : reader_.one_text(node, subject_.name);
    if (!value || !allowed(node, *value) || is_named_list(node)) return std::nullopt;
    if (subject_.name == "call.step" && names_.options.steps &&
        !names_.options.steps->count(*value)) {
      const std::vector<std::string_view> known(names_.options.steps->begin(),
                                                names_.options.steps->end());
      reader_.error(
          node, in_quotes(*value) + " is not a step of the script." + did_you_mean(*value, known));
      return std::nullopt;
    }
    return cel_text(*value);
  }

  bool allowed(const Node& node, const std::string& value) {
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

  std::optional<std::string> boolean(const Node& node) {
    const auto value = reader_.yes_no(node, subject_.name);
    return value ? std::optional<std::string>(*value ? "true" : "false") : std::nullopt;
  }

  std::optional<std::string> number(const Node& node) {
    if (subject_.attribute != nullptr && node.is_plain())
      if (const auto converted = length_in_unit(node)) return converted;
    if (subject_.type == Type::whole) {
      const auto value = reader_.whole(node, subject_.name);
      return value ? std::optional(std::to_string(*value)) : std::nullopt;
    }
    const auto value = reader_.number(node, subject_.name);
    return value ? std::optional(cel_number(*value)) : std::nullopt;
  }

  /// A length for an attribute that is sent as a number of its declared unit.
  std::optional<std::string> length_in_unit(const Node& node) {
    const auto length = parse_duration(node.text);
    if (!length) return std::nullopt;
    const auto value = in_unit(*length, subject_.attribute->unit);
    return value ? std::optional(cel_number(*value)) : std::nullopt;
  }

  std::optional<std::string> length(const Node& node) {
    const auto value = reader_.length(node, subject_.name);
    if (!value) return std::nullopt;
    if (subject_.attribute == nullptr) return cel_length(*value);
    const std::string_view unit = subject_.attribute->unit;
    return cel_number(*in_unit(*value, unit.empty() ? "seconds" : unit));
  }

  std::optional<std::string> moment(const Node& node) {
    if (!node.is_scalar()) return wrong_shape(node);
    const auto value = parse_rfc3339(node.text);
    if (!value) {
      reader_.error(node, in_quotes(node.text) + " is not a moment. Write 2026-11-22T10:02:00Z.");
      return std::nullopt;
    }
    return "timestamp(\"" + format_rfc3339(*value) + "\")";
  }

  std::optional<std::string> wrong_shape(const Node& node) {
    reader_.error(node, in_quotes(subject_.name) + " wants one value here.");
    return std::nullopt;
  }

  /// Of an attribute that may be anything: the value says what it is compared with.
  std::optional<std::string> open(const Node& node, bool ordered) {
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
    if (!ordered) return is_empty_text(node) ? std::optional(cel_text("")) : plain_text(node);
    if (const auto length = parse_duration(node.text))
      return cel_number(static_cast<double>(length->count()) / 1e6);
    reader_.error(node, in_quotes(node.text) +
                            " is neither a number nor a length of time. Write 5, 90s, 2m, 1h30m or "
                            "7d.");
    return std::nullopt;
  }

  std::optional<std::string> named_list(const Node& node) {
    const std::string_view name = std::string_view(node.text).substr(6);
    const NamedList* list = names_.list(name);
    if (list == nullptr) {
      unknown_list(node);
      return std::nullopt;
    }
    for (const yaml::Scalar& value : list->values) {
      if (fits(value)) continue;
      reader_.error(node, in_quotes(node.text) + " does not hold " +
                              std::string(kTypeWords[static_cast<std::size_t>(subject_.type)]) +
                              " alone, as " + in_quotes(subject_.name) + " wants it.");
      return std::nullopt;
    }
    return "lists[" + cel_text(name) + "]";
  }

  bool fits(const yaml::Scalar& value) const {
    if (subject_.type == Type::open) return true;
    if (subject_.type == Type::text) return std::holds_alternative<std::string_view>(value);
    if (subject_.type == Type::boolean) return std::holds_alternative<bool>(value);
    const bool whole = std::holds_alternative<std::int64_t>(value);
    if (subject_.type == Type::whole) return whole;
    return subject_.type == Type::number && (whole || std::holds_alternative<double>(value));
  }

  Reader& reader_;
  const Subject& subject_;
  const Names& names_;
};

/// A length that is a fact can be compared; a declared attribute of type length is a number.
std::string call(const Subject& s, std::string_view function, const std::string& argument) {
  return s.cel + "." + std::string(function) + "(" + argument + ")";
}

std::string contains(const Subject& s, const std::string& value) {
  if (s.type == Type::text) return call(s, "contains", value);
  if (s.type != Type::open) return value + " in " + s.cel;
  return "(type(" + s.cel + ") == list ? dyn(" + value + ") in " + s.cel + " : " +
         call(s, "contains", "dyn(" + value + ")") + ")";
}

std::string known(const Subject& s, bool yes) {
  std::string out;
  if (!s.present.empty()) {
    out = yes ? s.present : "!(" + s.present + ")";
  } else if (s.type == Type::text) {
    out = s.cel + (yes ? " != \"\"" : " == \"\"");
  } else {
    out = "size(" + s.cel + ")" + (yes ? " > 0" : " == 0");
  }
  return out;
}

std::string equals(const Subject& s, const std::string& value, bool yes) {
  if (s.type == Type::boolean && s.attribute == nullptr)
    return (value == "true") == yes ? s.cel : "!" + s.cel;
  return s.cel + (yes ? " == " : " != ") + value;
}

/// The pattern as RE2 reads it, with its memory bound.
bool check_pattern(Reader& reader, const Node& node) {
  RE2::Options options(RE2::Quiet);
  options.set_max_mem(1 << 20);
  const RE2 pattern(node.text, options);
  if (pattern.ok()) return true;
  reader.error(node, in_quotes(node.text) + " is not a pattern (RE2): " + pattern.error() + ".");
  return false;
}

class LeafReader {
 public:
  LeafReader(Reader& reader, const Subject& subject, const Names& names)
      : reader_(reader), subject_(subject), values_(reader, subject, names) {}

  std::optional<std::string> test(Test test, const Node& value) {
    const auto expression = positive(test, value);
    if (!expression || subject_.present.empty() || test == Test::known) return expression;
    // An attribute that is not there is unequal to everything, and fails all else.
    const bool negated = test == Test::is_not || test == Test::not_one_of;
    return negated ? "(!(" + subject_.present + ") || " + *expression + ")"
                   : "(" + subject_.present + " && " + *expression + ")";
  }

 private:
  std::optional<std::string> positive(Test test, const Node& value) {
    const std::string_view name = info(test).name;
    switch (test) {
      case Test::is:
      case Test::is_not:
        return equality(test, value);
      case Test::one_of:
      case Test::not_one_of: {
        const auto list = values_.list(value, name);
        if (!list) return std::nullopt;
        const std::string in = subject_.cel + " in " + *list;
        return test == Test::one_of ? in : "!(" + in + ")";
      }
      case Test::over:
      case Test::under:
      case Test::at_least:
      case Test::at_most: {
        const auto limit = values_.literal(value, true);
        if (!limit) return std::nullopt;
        return subject_.cel + " " + std::string(info(test).op) + " " + *limit;
      }
      case Test::between:
        return between(value);
      case Test::contains: {
        const auto entry =
            subject_.type == Type::text ? values_.plain_text(value) : values_.element(value);
        return entry ? std::optional(contains(subject_, *entry)) : std::nullopt;
      }
      case Test::starts_with:
      case Test::ends_with:
      case Test::matches: {
        const auto text = values_.plain_text(value);
        if (!text || (test == Test::matches && !check_pattern(reader_, value))) return std::nullopt;
        return call(subject_, info(test).op, *text);
      }
      case Test::known: {
        const auto yes = reader_.yes_no(value, "known");
        return yes ? std::optional(known(subject_, *yes)) : std::nullopt;
      }
    }
    return std::nullopt;
  }

  std::optional<std::string> equality(Test test, const Node& value) {
    const bool list = subject_.type == Type::texts || subject_.type == Type::numbers;
    const auto other = list ? values_.list(value, info(test).name) : values_.literal(value, false);
    if (!other) return std::nullopt;
    return equals(subject_, *other, test == Test::is);
  }

  /// Of a value as it is written and as an expression has it: a number, a length or a moment, to
  /// tell the larger one of two.
  static std::optional<double> size(const Node& node, const std::string& literal) {
    double number = 0;
    const char* const end = literal.data() + literal.size();
    if (const auto [at, error] = std::from_chars(literal.data(), end, number);
        error == std::errc() && at == end)
      return number;
    if (const auto length = parse_duration(node.text)) return static_cast<double>(length->count());
    if (const auto moment = parse_rfc3339(node.text))
      return static_cast<double>(moment->time_since_epoch().count());
    return std::nullopt;
  }

  std::optional<std::string> between(const Node& value) {
    if (!reader_.is_list(value, "between")) return std::nullopt;
    if (value.items.size() != 2) {
      reader_.error(value, "\"between\" wants two values: between: [a, b].");
      return std::nullopt;
    }
    const auto low = values_.literal(value.items[0], true);
    const auto high = values_.literal(value.items[1], true);
    if (!low || !high) return std::nullopt;
    const auto from = size(value.items[0], *low), to = size(value.items[1], *high);
    if (from && to && *from > *to) {
      reader_.error(value, "\"between\" wants the lower value first: [" + value.items[1].text +
                               ", " + value.items[0].text + "].");
      return std::nullopt;
    }
    return "(" + subject_.cel + " >= " + *low + " && " + subject_.cel + " <= " + *high + ")";
  }

  Reader& reader_;
  const Subject& subject_;
  Values values_;
};

Condition leaf(Reader& reader, const Node& at, std::string fact, std::string_view test,
               const Node& value, std::string source) {
  Condition out;
  out.op = Condition::Op::leaf;
  out.source = std::move(source);
  out.fact = std::move(fact);
  out.test = test;
  out.value =
      value.is_scalar()
          ? value.text
          : std::string(reader.source().text().substr(value.begin, value.end - value.begin));
  out.place = reader.source().place(at.begin);
  return out;
}

bool has_test(const Subject& subject, Test test) {
  if (test == Test::known && !subject.present.empty()) return true;
  return (info(test).types & of(subject.type)) != 0;
}

std::string tests_of(const Subject& subject) {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < std::size(kTests); ++i)
    if (has_test(subject, static_cast<Test>(i))) names.push_back(kTests[i].name);
  return one_of(names);
}

void refuse_test(Reader& reader, const Node& at, const Subject& subject, Test test) {
  reader.error(at, in_quotes(subject.name) + " is " +
                       std::string(kTypeWords[static_cast<std::size_t>(subject.type)]) +
                       " and has no test \"" + std::string(info(test).name) + "\". It has " +
                       tests_of(subject) + ".");
}

/// `FACT: VALUE` and `FACT: [VALUE...]`.
std::optional<Condition> short_test(Reader& reader, const yaml::Entry& entry,
                                    const Subject& subject, const Names& names) {
  const Test test = entry.value.is_list() ? Test::one_of : Test::is;
  const bool list_fact = subject.type == Type::texts || subject.type == Type::numbers;
  if (!has_test(subject, test) || list_fact) {
    reader.error(entry.value, in_quotes(subject.name) + " is " +
                                  std::string(kTypeWords[static_cast<std::size_t>(subject.type)]) +
                                  " and cannot be compared so. Write one of its tests, such as {" +
                                  (list_fact ? "contains: ...}." : "known: yes}."));
    return std::nullopt;
  }
  const auto source = LeafReader(reader, subject, names).test(test, entry.value);
  if (!source) return std::nullopt;
  return leaf(reader, entry.key, subject.name, info(test).name, entry.value, *source);
}

/// What other languages call the tests.
constexpr std::pair<std::string_view, Test> kOtherNames[] = {
    {">", Test::over},
    {"gt", Test::over},
    {"above", Test::over},
    {"more_than", Test::over},
    {"longer_than", Test::over},
    {"greater_than", Test::over},
    {"<", Test::under},
    {"lt", Test::under},
    {"below", Test::under},
    {"less_than", Test::under},
    {"shorter_than", Test::under},
    {"fewer_than", Test::under},
    {">=", Test::at_least},
    {"gte", Test::at_least},
    {"ge", Test::at_least},
    {"min", Test::at_least},
    {"<=", Test::at_most},
    {"lte", Test::at_most},
    {"le", Test::at_most},
    {"max", Test::at_most},
    {"=", Test::is},
    {"==", Test::is},
    {"eq", Test::is},
    {"equals", Test::is},
    {"equal", Test::is},
    {"equal_to", Test::is},
    {"!=", Test::is_not},
    {"ne", Test::is_not},
    {"not", Test::is_not},
    {"not_equal", Test::is_not},
    {"in", Test::one_of},
    {"any_of", Test::one_of},
    {"among", Test::one_of},
    {"not_in", Test::not_one_of},
    {"none_of", Test::not_one_of},
    {"regex", Test::matches},
    {"pattern", Test::matches},
    {"like", Test::matches},
    {"exists", Test::known},
    {"present", Test::known},
    {"includes", Test::contains},
    {"has", Test::contains},
    {"begins_with", Test::starts_with},
};

std::string nearest_test(std::string_view name, const std::vector<std::string_view>& tests) {
  for (const auto& [other, test] : kOtherNames)
    if (other == name) return " Did you mean " + in_quotes(info(test).name) + "?";
  return did_you_mean(name, tests);
}

/// `FACT: {over: 2m, ...}`: all of them hold.
std::optional<Condition> long_test(Reader& reader, const yaml::Entry& entry, const Subject& subject,
                                   const Names& names) {
  if (entry.value.entries.empty()) {
    reader.error(entry.value,
                 in_quotes(subject.name) + " wants a test. It has " + tests_of(subject) + ".");
    return std::nullopt;
  }
  Condition all;
  all.op = Condition::Op::all;
  all.place = reader.source().place(entry.key.begin);
  bool good = true;
  for (const yaml::Entry& part : entry.value.entries) {
    const auto known_tests = test_names();
    const auto found = std::find(known_tests.begin(), known_tests.end(), part.key.text);
    if (found == known_tests.end()) {
      const std::string near = nearest_test(part.key.text, known_tests);
      reader.error(part.key, in_quotes(part.key.text) + " is not a test." +
                                 (near.empty() ? " " + in_quotes(subject.name) + " has " +
                                                     tests_of(subject) + "."
                                               : near));
      good = false;
      continue;
    }
    const auto test = static_cast<Test>(found - known_tests.begin());
    if (!has_test(subject, test)) {
      refuse_test(reader, part.key, subject, test);
      good = false;
      continue;
    }
    if (part.value.broken) {
      good = false;
      continue;
    }
    if (yaml::is_null(part.value)) {
      reader.error(part.key,
                   in_quotes(part.key.text) + " has no value. Write one behind the colon.");
      good = false;
      continue;
    }
    const auto source = LeafReader(reader, subject, names).test(test, part.value);
    good &= source.has_value();
    if (source)
      all.parts.push_back(leaf(reader, part.key, subject.name, *found, part.value, *source));
  }
  if (!good) return std::nullopt;
  if (all.parts.size() == 1) return std::move(all.parts[0]);
  return all;
}

// Words of the vocabulary.

std::optional<std::string> affected_by(Reader& reader, const Node& value, const Names&) {
  const auto kind = reader.text(value, "affected_by");
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
  const auto text = topic != nullptr ? reader.text(*topic, "topic") : std::optional<std::string>();
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

struct Word {
  std::string_view name;
  std::optional<std::string> (*read)(Reader&, const Node&, const Names&);
};
constexpr Word kWords[] = {
    {"affected_by", affected_by},     {"contacts", contacts},     {"events", events_of},
    {"customer_said", customer_said}, {"agent_said", agent_said},
};

}  // namespace

bool Names::is_rule(std::string_view id) const {
  return std::find(rules.begin(), rules.end(), id) != rules.end();
}

const NamedList* Names::list(std::string_view name) const {
  for (const NamedList& list : lists)
    if (list.name == name) return &list;
  return nullptr;
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
  for (const Word& word : kWords) out.emplace_back(word.name);
  for (const std::string& id : rules) out.push_back("situation." + id);
  for (const AttributeSpec& spec : options.attributes)
    out.push_back(spec.subject + ".attributes." + spec.name);
  for (const char* word : {"all", "any", "none", "now"}) out.emplace_back(word);
  return out;
}

std::optional<Condition> read_leaf(Reader& reader, const yaml::Entry& entry, const Names& names) {
  if (entry.value.broken) return std::nullopt;
  for (const Word& word : kWords) {
    if (word.name != entry.key.text) continue;
    if (yaml::is_null(entry.value)) {
      reader.error(entry.key, in_quotes(word.name) + " has no value. Write one behind the colon.");
      return std::nullopt;
    }
    const auto source = word.read(reader, entry.value, names);
    if (!source) return std::nullopt;
    return leaf(reader, entry.key, std::string(word.name), "", entry.value, *source);
  }
  const auto subject = subject_of(reader, entry.key, names);
  if (!subject) return std::nullopt;
  if (yaml::is_null(entry.value)) {
    reader.error(entry.key,
                 in_quotes(entry.key.text) + " has no value. Write one behind the colon.");
    return std::nullopt;
  }
  return entry.value.is_map() ? long_test(reader, entry, *subject, names)
                              : short_test(reader, entry, *subject, names);
}

}  // namespace assist::rules
