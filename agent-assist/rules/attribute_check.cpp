#include <algorithm>

#include "rules/expression_check.hpp"
#include "rules/wording.hpp"

/// Attributes inside expressions: for the language they are dyn, but what is declared of them is
/// checked as in plain leaves. Only what is wrong at every run is told: an attribute that is one
/// whole side of a comparison, with a literal for the other.
namespace assist::rules {
namespace {

using facts::FactType;
using Kind = Literal::Kind;

/// Where an attribute is named: call.attributes.NAME or call.attributes["NAME"].
struct Use {
  std::string_view subject, name;
  std::size_t name_piece = 0;
  std::size_t end = 0;  // the first piece behind it
  const AttributeSpec* spec = nullptr;

  std::string full() const { return std::string(subject) + ".attributes." + std::string(name); }
};

class Checker : ExpressionCheck {
 public:
  using ExpressionCheck::ExpressionCheck;

  void check() {
    for (std::size_t i = 0; i < size(); ++i) {
      if (const auto use = use_at(i)) {
        check_use(*use, i);
      } else {
        check_turned(i);
      }
    }
  }

 private:
  std::optional<Use> use_at(std::size_t i) const {
    const bool subject = word(i) == "call" || word(i) == "customer" || word(i) == "agent";
    if (!subject || (i > 0 && sign(i - 1) == '.')) return std::nullopt;
    if (sign(i + 1) != '.' || word(i + 2) != "attributes") return std::nullopt;
    Use out;
    out.subject = word(i);
    out.name_piece = i + 4;
    if (sign(i + 3) == '.' && !word(i + 4).empty()) {
      out.name = word(i + 4);
      out.end = i + 5;
    } else if (sign(i + 3) == '[' && is_plain_text(i + 4) && sign(i + 5) == ']') {
      out.name = at(i + 4).text;
      out.end = i + 6;
    } else {
      return std::nullopt;
    }
    out.spec = names_.attribute(out.subject, out.name);
    return out;
  }

  void check_use(const Use& use, std::size_t begin) {
    if (use.spec == nullptr) {
      if (!names_.options.attributes_open) tell_undeclared(use);
      return;
    }
    check_function(use);
    if (!opens(begin)) return;
    check_condition(use, begin);
    std::size_t right = use.end;
    const std::string op = operator_at(right);
    if (op.empty()) return;
    const auto literal = literal_at(right);
    if (literal && closes(literal->end)) check_pair(use, op, *literal);
  }

  /// `LITERAL OP ATTRIBUTE`, with the literal at `i`.
  void check_turned(std::size_t i) {
    if (!opens(i)) return;
    const auto literal = literal_at(i);
    if (!literal) return;
    std::size_t right = literal->end;
    const std::string op = operator_at(right);
    if (op.empty()) return;
    const auto use = use_at(right);
    if (!use || use->spec == nullptr || !closes(use->end)) return;
    if (op == "in" && use->spec->type != FactType::texts) {
      error(right, in_quotes(use->full()) + " is " + declared(*use->spec) +
                       ", and nothing is in it. Compare it with ==.");
    } else if (op == "in") {
      check_entry(*use, *literal);
    } else {
      check_pair(*use, op, *literal);
    }
  }

  void tell_undeclared(const Use& use) {
    std::vector<std::string_view> known;
    for (const AttributeSpec& spec : names_.options.attributes)
      if (spec.subject == use.subject) known.push_back(spec.name);
    error_once(use.name_piece, in_quotes(use.full()) + undeclared(use.name, known));
  }

  // What is wrong.

  void check_pair(const Use& use, const std::string& op, const Literal& literal) {
    if (op == "in") {
      for (const Literal& item : literal.items) check_value(use, item, true);
      return;
    }
    const bool equality = op == "==" || op == "!=";
    if (use.spec->type == FactType::texts && literal.kind == Kind::list) {
      for (const Literal& item : literal.items) check_entry(use, item);
    } else {
      check_value(use, literal, equality);
    }
  }

  static bool goes_with(FactType type, Kind kind) {
    switch (type) {
      case FactType::string:
        return kind == Kind::text;
      case FactType::boolean:
        return kind == Kind::yes_no;
      case FactType::integer:
      case FactType::number:
      case FactType::duration:
        return kind == Kind::number;
      default:
        return kind == Kind::list;
    }
  }

  void check_value(const Use& use, const Literal& literal, bool equality) {
    if (goes_with(use.spec->type, literal.kind)) {
      if (equality && literal.kind == Kind::text) check_allowed(use, literal);
      return;
    }
    static constexpr std::string_view kKinds[] = {
        "text", "yes or no", "a number", "a length of time", "a moment", "a list", "this"};
    const std::string_view kind = kKinds[static_cast<std::size_t>(literal.kind)];
    error(literal.begin, in_quotes(use.full()) + " is " + declared(*use.spec) +
                             " and cannot be compared with " + std::string(kind) + "." +
                             advice(use, literal));
  }

  std::string advice(const Use& use, const Literal& literal) const {
    const FactType type = use.spec->type;
    const bool is_number =
        type == FactType::integer || type == FactType::number || type == FactType::duration;
    if (is_number && literal.kind == Kind::length)
      return " Write a number, or the plain form " + use.full() +
             ": {over: 2m}, which converts lengths of time.";
    if (type == FactType::string && literal.kind == Kind::number)
      return " Put it in quotes: \"" + source(literal) + "\".";
    if (type == FactType::boolean) return " Write true or false.";
    if (type == FactType::texts)
      return " Write " + (literal.kind == Kind::text ? source(literal) : std::string("\"...\"")) +
             " in " + use.full() + ".";
    if (is_number && literal.kind == Kind::text) return " Write a number, without quotes.";
    return "";
  }

  std::string source(const Literal& literal) const {
    const std::size_t begin = at(literal.begin).begin, end = at(literal.end - 1).end;
    return node_.text.substr(base_ + begin, end - begin);
  }

  void check_entry(const Use& use, const Literal& literal) {
    if (literal.kind == Kind::text) return check_allowed(use, literal);
    error(literal.begin, in_quotes(use.full()) +
                             " is a list of text, and holds nothing else. Write text in quotes.");
  }

  void check_allowed(const Use& use, const Literal& literal) {
    const auto& allowed = use.spec->allowed;
    const std::string& value = at(literal.begin).text;
    if (allowed.empty() || std::find(allowed.begin(), allowed.end(), value) != allowed.end())
      return;
    const std::vector<std::string_view> known(allowed.begin(), allowed.end());
    const std::string near = did_you_mean(value, known);
    error(literal.begin, in_quotes(value) + " is not a value of " + in_quotes(use.full()) + "." +
                             (near.empty() ? " It is " + one_of(known) + "." : near));
  }

  /// `attribute.contains(...)` is for text alone.
  void check_function(const Use& use) {
    static constexpr std::string_view kFunctions[] = {"contains", "startsWith", "endsWith",
                                                      "matches"};
    if (sign(use.end) != '.' || sign(use.end + 2) != '(') return;
    const std::string_view name = word(use.end + 1);
    const bool text =
        std::find(std::begin(kFunctions), std::end(kFunctions), name) != std::end(kFunctions);
    if (!text || use.spec->type == FactType::string) return;
    std::string advice;
    if (use.spec->type == FactType::texts) advice = " Write \"...\" in " + use.full() + ".";
    error(use.end + 1, in_quotes(use.full()) + " is " + declared(*use.spec) + " and has no " +
                           std::string(name) + "()." + advice);
  }

  /// Beside && and ||, and before a `?`, it is a condition of its own.
  void check_condition(const Use& use, std::size_t begin) {
    if (use.spec->type == FactType::boolean || !closes(use.end)) return;
    const char before = begin == 0 ? '\0' : sign(begin - 1), after = sign(use.end);
    const bool condition =
        before == '&' || before == '|' || after == '&' || after == '|' || after == '?';
    if (!condition) return;
    error(use.name_piece, in_quotes(use.full()) + " is " + declared(*use.spec) +
                              ", not yes or no. Compare it with a value.");
  }

  static std::string declared(const AttributeSpec& spec) {
    switch (spec.type) {
      case FactType::string:
        return "text";
      case FactType::boolean:
        return "yes or no";
      case FactType::integer:
        return "a whole number" + (spec.unit.empty() ? "" : " of " + spec.unit);
      case FactType::number:
        return "a number" + (spec.unit.empty() ? "" : " of " + spec.unit);
      case FactType::duration:
        return "a number of " + (spec.unit.empty() ? "seconds" : spec.unit);
      default:
        return "a list of text";
    }
  }
};

}  // namespace

void check_attributes(Reader& reader, const std::vector<Piece>& pieces, const yaml::Node& node,
                      std::size_t base, const Names& names) {
  Checker(reader, pieces, node, base, names).check();
}

}  // namespace assist::rules
