#include <algorithm>

#include "rules/condition.hpp"
#include "rules/pieces.hpp"

/// Attributes inside expressions: for the language they are dyn, but what is declared of them is
/// checked as in plain leaves. Only what is wrong at every run is told: an attribute that is one
/// whole side of a comparison, with a literal for the other.
namespace assist::rules {
namespace {

using facts::FactType;

/// Where an attribute is named: call.attributes.NAME or call.attributes["NAME"].
struct Use {
  std::string_view subject, name;
  std::size_t name_piece = 0;
  std::size_t end = 0;  // the first piece behind it
  const AttributeSpec* spec = nullptr;

  std::string full() const { return std::string(subject) + ".attributes." + std::string(name); }
};

enum class Kind : std::uint8_t { text, yes_no, number, length, moment, list, other };

struct Literal {
  Kind kind = Kind::other;
  std::size_t begin = 0, end = 0;  // pieces
  std::vector<Literal> items;      // of a list
};

class Checker {
 public:
  Checker(Reader& reader, const std::vector<Piece>& pieces, const yaml::Node& node,
          std::size_t base, const Names& names)
      : reader_(reader), pieces_(pieces), node_(node), base_(base), names_(names) {}

  void check() {
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
      if (const auto use = use_at(i)) {
        check_use(*use, i);
      } else {
        check_turned(i);
      }
    }
  }

 private:
  std::string_view word(std::size_t i) const {
    return i < pieces_.size() ? pieces_[i].word : std::string_view();
  }
  char sign(std::size_t i) const { return i < pieces_.size() ? pieces_[i].sign : '\0'; }
  bool is_text(std::size_t i) const { return i < pieces_.size() && pieces_[i].is_text; }

  void error(std::size_t piece, std::string text) {
    reader_.error(node_.in_file(base_ + pieces_[piece].begin), std::move(text));
  }

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
    } else if (sign(i + 3) == '[' && is_text(i + 4) && pieces_[i + 4].is_plain &&
               sign(i + 5) == ']') {
      out.name = pieces_[i + 4].text;
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
    error(use.name_piece, in_quotes(use.full()) + undeclared(use.name, known));
  }

  // Where an operand begins and ends: what stands beside it binds no tighter than a comparison.

  bool opens(std::size_t i) const {
    if (i == 0) return true;
    constexpr std::string_view kBefore = "(&|?:,[{";
    return sign(i - 1) != '\0' && kBefore.find(sign(i - 1)) != std::string_view::npos;
  }
  bool closes(std::size_t i) const {
    if (i >= pieces_.size()) return true;
    constexpr std::string_view kAfter = ")&|?:,]}";
    return sign(i) != '\0' && kAfter.find(sign(i)) != std::string_view::npos;
  }

  /// The comparison at `i`, which moves behind it. "": none.
  std::string operator_at(std::size_t& i) const {
    if (word(i) == "in") {
      ++i;
      return "in";
    }
    const char first = sign(i);
    const bool equal = sign(i + 1) == '=' && pieces_[i + 1].begin == pieces_[i].end;
    if ((first == '=' || first == '!') && equal) {
      i += 2;
      return first == '=' ? "==" : "!=";
    }
    if (first != '<' && first != '>') return "";
    i += equal ? 2 : 1;
    return std::string(1, first) + (equal ? "=" : "");
  }

  std::optional<Literal> literal_at(std::size_t i) const {
    Literal out;
    out.begin = i;
    out.end = i + 1;
    if (is_text(i)) {
      // A literal of bytes, or one with escapes, is for the language to judge.
      if (!pieces_[i].is_plain) return std::nullopt;
      out.kind = Kind::text;
      return out;
    }
    if (word(i) == "true" || word(i) == "false") {
      out.kind = Kind::yes_no;
      return out;
    }
    if (sign(i) == '[') return list_at(i);
    if (const std::size_t end = number_end(i); end != 0) {
      out.kind = Kind::number;
      out.end = end;
      return out;
    }
    return time_at(i);
  }

  /// One past a number's last piece; 0: none.
  std::size_t number_end(std::size_t i) const {
    if (sign(i) == '-') ++i;
    const std::string_view digits = word(i);
    if (digits.empty() || digits[0] < '0' || digits[0] > '9') return 0;
    if (sign(i + 1) != '.') return i + 1;
    const std::string_view fraction = word(i + 2);
    return !fraction.empty() && fraction[0] >= '0' && fraction[0] <= '9' ? i + 3 : 0;
  }

  /// `minutes(2)`, `duration("2m")`, `timestamp("...")`.
  std::optional<Literal> time_at(std::size_t i) const {
    static constexpr std::string_view kLengths[] = {"seconds", "minutes", "hours", "days",
                                                    "duration"};
    const bool length =
        std::find(std::begin(kLengths), std::end(kLengths), word(i)) != std::end(kLengths);
    if ((!length && word(i) != "timestamp") || sign(i + 1) != '(') return std::nullopt;
    int depth = 0;
    for (std::size_t k = i + 1; k < pieces_.size(); ++k) {
      depth += sign(k) == '(' ? 1 : sign(k) == ')' ? -1 : 0;
      if (depth == 0) return Literal{length ? Kind::length : Kind::moment, i, k + 1, {}};
    }
    return std::nullopt;
  }

  /// `[a, b]`, of literals alone.
  std::optional<Literal> list_at(std::size_t i) const {
    Literal out{Kind::list, i, i + 1, {}};
    while (sign(out.end) != ']') {
      auto item = literal_at(out.end);
      if (!item || item->kind == Kind::list) return std::nullopt;
      out.end = item->end;
      out.items.push_back(std::move(*item));
      if (sign(out.end) == ',') {
        ++out.end;
      } else if (sign(out.end) != ']') {
        return std::nullopt;
      }
    }
    ++out.end;
    return out;
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
    const std::size_t begin = pieces_[literal.begin].begin, end = pieces_[literal.end - 1].end;
    return node_.text.substr(base_ + begin, end - begin);
  }

  void check_entry(const Use& use, const Literal& literal) {
    if (literal.kind == Kind::text) return check_allowed(use, literal);
    error(literal.begin, in_quotes(use.full()) +
                             " is a list of text, and holds nothing else. Write text in quotes.");
  }

  void check_allowed(const Use& use, const Literal& literal) {
    const auto& allowed = use.spec->allowed;
    const std::string& value = pieces_[literal.begin].text;
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

  Reader& reader_;
  const std::vector<Piece>& pieces_;
  const yaml::Node& node_;
  std::size_t base_;
  const Names& names_;
};

}  // namespace

void check_attributes(Reader& reader, const std::vector<Piece>& pieces, const yaml::Node& node,
                      std::size_t base, const Names& names) {
  Checker(reader, pieces, node, base, names).check();
}

}  // namespace assist::rules
