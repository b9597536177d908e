#include <re2/re2.h>

#include <algorithm>
#include <charconv>

#include "cel/nearest.hpp"
#include "rules/leaf_words.hpp"
#include "rules/several.hpp"
#include "rules/subject.hpp"
#include "rules/values.hpp"
#include "rules/wildcard.hpp"
#include "rules/wording.hpp"

/// Plain leaves: `FACT: TEST`, checked against the fact's type and written as expressions.
namespace assist::rules {
namespace {

using yaml::Node;
using Type = Subject::Type;

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

/// Of a value as it is written and as an expression has it: a number, a length or a moment, to
/// tell the larger one of two.
std::optional<double> size_of(const Node& node, const std::string& literal) {
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
    if (is_list_for_one(test, value)) return std::nullopt;
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
            subject_.type == Type::text ? values_.part(value) : values_.element(value);
        if (!entry) return std::nullopt;
        if (subject_.is_free_text()) warn_of_several(reader_, value, "any: with contains for each");
        return contains(subject_, *entry);
      }
      case Test::starts_with:
      case Test::ends_with:
      case Test::matches: {
        const auto text = values_.part(value);
        if (!text || (test == Test::matches && !check_pattern(reader_, value))) return std::nullopt;
        warn_of_wildcard(reader_, value, info(test).name);
        return call(subject_, info(test).op, *text);
      }
      case Test::known: {
        const auto yes = reader_.yes_no(value, "known");
        return yes ? std::optional(known(subject_, *yes)) : std::nullopt;
      }
    }
    return std::nullopt;
  }

  /// Told: a list, where the test is for one value.
  bool is_list_for_one(Test test, const Node& value) {
    const bool takes_list = test == Test::one_of || test == Test::not_one_of ||
                            test == Test::between || subject_.type == Subject::Type::texts ||
                            subject_.type == Subject::Type::numbers;
    if (takes_list || !value.is_list() || value.broken) return false;
    const std::string advice = test == Test::is ? "For one of several write one_of."
                               : test == Test::is_not
                                   ? "For none of several write not_one_of."
                                   : "For one of several write any: with a test for each.";
    reader_.error(value,
                  in_quotes(info(test).name) + " wants one value, and this is a list. " + advice);
    return true;
  }

  std::optional<std::string> equality(Test test, const Node& value) {
    const bool list = subject_.type == Type::texts || subject_.type == Type::numbers;
    const auto other = list ? values_.list(value, info(test).name) : values_.literal(value, false);
    if (!other) return std::nullopt;
    if (!subject_.is_free_text()) return equals(subject_, *other, test == Test::is);
    warn_of_wildcard(reader_, value, info(test).name);
    warn_of_several(reader_, value, [&](const std::string& several) {
      return subject_.name + ": " +
             (test == Test::is ? "[" + several + "]" : "{not_one_of: [" + several + "]}");
    });
    return equals(subject_, *other, test == Test::is);
  }

  std::optional<std::string> between(const Node& value) {
    if (value.broken) return std::nullopt;
    if (value.items.size() != 2) {
      reader_.error(value, "\"between\" wants two values: between: [a, b].");
      return std::nullopt;
    }
    const auto low = values_.literal(value.items[0], true);
    const auto high = values_.literal(value.items[1], true);
    if (!low || !high) return std::nullopt;
    const auto from = size_of(value.items[0], *low), to = size_of(value.items[1], *high);
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
  reader.error(at, in_quotes(subject.name) + " is " + std::string(words_of(subject.type)) +
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
                                  std::string(words_of(subject.type)) +
                                  " and cannot be compared so. Write one of its tests, such as {" +
                                  (list_fact ? "contains: ...}." : "known: yes}."));
    return std::nullopt;
  }
  const auto source = LeafReader(reader, subject, names).test(test, entry.value);
  if (!source) return std::nullopt;
  return leaf(reader, entry.key, subject.name, info(test).name, entry.value, *source);
}

/// What `over`, `under` and the like of one fact leave: {over: 5m, under: 2m} leaves nothing.
class Bounds {
 public:
  /// False, and told: no value passes this test and those before it.
  bool take(Reader& reader, Test test, const yaml::Entry& part) {
    const auto value = size_of(part.value, part.value.is_plain() ? part.value.text : "");
    if (!value) return true;
    const bool lower = test == Test::over || test == Test::at_least;
    if (!lower && test != Test::under && test != Test::at_most) return true;
    std::optional<Bound>& mine = lower ? least_ : most_;
    const bool tighter = !mine || (lower ? *value > mine->value : *value < mine->value);
    if (tighter) mine = Bound{*value, test == Test::at_least || test == Test::at_most, &part};
    if (!least_ || !most_ || least_->value < most_->value ||
        (least_->value == most_->value && least_->reached && most_->reached))
      return true;
    const auto words = [](const yaml::Entry& e) { return e.key.text + ": " + e.value.text; };
    const yaml::Entry& other = *(lower ? most_ : least_)->part;
    reader.error(part.key, "Nothing is both {" + words(other) + "} and {" + words(part) +
                               "}. For one of the two write any: with a test for each.");
    return false;
  }

 private:
  struct Bound {
    double value;
    bool reached;  // the bound itself passes
    const yaml::Entry* part;
  };
  std::optional<Bound> least_, most_;
};

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
  const auto meant = [](std::string_view other_name) {
    const auto at = std::find_if(std::begin(kOtherNames), std::end(kOtherNames),
                                 [&](const auto& other) { return other.first == other_name; });
    return at == std::end(kOtherNames) ? std::string()
                                       : " Did you mean " + in_quotes(info(at->second).name) + "?";
  };
  if (std::string exact = meant(name); !exact.empty()) return exact;
  if (std::string near = did_you_mean(name, tests); !near.empty()) return near;
  std::vector<std::string_view> others;
  for (const auto& other : kOtherNames) others.push_back(other.first);
  return meant(cel::nearest_slip(name, others));
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
  Bounds bounds;
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
    good &= source.has_value() && bounds.take(reader, test, part);
    if (source)
      all.parts.push_back(leaf(reader, part.key, subject.name, *found, part.value, *source));
  }
  if (!good) return std::nullopt;
  if (all.parts.size() == 1) return std::move(all.parts[0]);
  return all;
}

/// Of a key that is but the beginning of names (call: {queue: x}, situation: outage): what to
/// write.
/// "": it is something else.
std::string name_in_group(const yaml::Entry& entry, const Names& names) {
  const std::string& group = entry.key.text;
  if (group == "situation") {
    const bool rule = entry.value.is_scalar() && names.is_rule(entry.value.text);
    return "Write situation." + (rule ? entry.value.text : "ID") + ": yes" +
           (rule ? "." : ", with the id of a rule.");
  }
  const auto in_group = [&](const std::string& name) { return names.is_fact(group + "." + name); };
  if (entry.value.is_map() && !entry.value.entries.empty())
    if (const std::string& name = entry.value.entries[0].key.text; in_group(name))
      return "Write the whole name: " + group + "." + name + ".";
  if (!in_group("id")) return "";
  return "Write one of them, such as " + group + ".id.";
}

}  // namespace

bool is_test(std::string_view name) {
  return std::any_of(std::begin(kTests), std::end(kTests),
                     [name](const TestInfo& test) { return test.name == name; });
}

std::optional<Condition> read_leaf(Reader& reader, const yaml::Entry& entry, const Names& names) {
  if (entry.value.broken) return std::nullopt;
  for (const Word& word : leaf_words()) {
    if (word.name != entry.key.text) continue;
    if (yaml::is_null(entry.value)) {
      reader.error(entry.key, in_quotes(word.name) + " has no value. Write one behind the colon.");
      return std::nullopt;
    }
    const auto source = word.read(reader, entry.value, names);
    if (!source) return std::nullopt;
    return leaf(reader, entry.key, std::string(word.name), "", entry.value, *source);
  }
  if (const std::string advice = name_in_group(entry, names); !advice.empty()) {
    reader.error(entry.key, in_quotes(entry.key.text) + " is a group of facts, not one. " + advice);
    return std::nullopt;
  }
  const auto subject = subject_of(reader, entry.key, names);
  if (!subject) {
    if (!group_meant_by(entry.key.text).empty()) look_inside(reader, entry.value, names);
    return std::nullopt;
  }
  if (yaml::is_null(entry.value)) {
    reader.error(entry.key,
                 in_quotes(entry.key.text) + " has no value. Write one behind the colon.");
    return std::nullopt;
  }
  return entry.value.is_map() ? long_test(reader, entry, *subject, names)
                              : short_test(reader, entry, *subject, names);
}

}  // namespace assist::rules
