#include "rules/claims.hpp"

#include <algorithm>
#include <utility>

/// Reads an expression as claims: `call.hold > minutes(2) && call.queue in ["a"]` is two of them.
namespace assist::rules {
namespace {

using Is = Claim::Is;
using Kind = Literal::Kind;

constexpr Is kContraries[] = {Is::at_least, Is::less,   Is::at_most, Is::over,       Is::not_among,
                              Is::among,    Is::not_so, Is::so,      Is::not_itself, Is::itself};

struct Operator {
  std::string_view sign;
  Is is, turned;  // with its sides the other way round
};
constexpr Operator kOperators[] = {
    {"<", Is::less, Is::over},    {"<=", Is::at_most, Is::at_least},
    {">", Is::over, Is::less},    {">=", Is::at_least, Is::at_most},
    {"==", Is::among, Is::among}, {"!=", Is::not_among, Is::not_among},
};

/// What all or any of `parts` say; those that say the same by themselves are laid open.
Said joined(Said::Kind kind, std::vector<Said> parts) {
  if (parts.size() == 1) return std::move(parts[0]);
  Said out;
  out.kind = kind;
  for (Said& part : parts) {
    if (part.kind != kind) {
      out.parts.push_back(std::move(part));
      continue;
    }
    for (Said& inner : part.parts) out.parts.push_back(std::move(inner));
  }
  return out;
}

/// Pieces, from the first to past the last.
struct Range {
  std::size_t begin, end;
  bool empty() const { return begin >= end; }
};

class ClaimReader : Operands {
 public:
  ClaimReader(std::string_view source, const std::vector<Piece>& pieces, const Names& names)
      : Operands(pieces), source_(source), names_(names) {}

  Said read() const { return read({0, size()}); }

 private:
  Said read(Range range) const {
    if (range.empty()) return {};
    if (!outside(range, "?").empty()) return {};
    if (const auto parts = split(range, '|'); parts.size() > 1) return read_all(parts, true);
    if (const auto parts = split(range, '&'); parts.size() > 1) return read_all(parts, false);
    if (is_bracketed(range)) return read({range.begin + 1, range.end - 1});
    const Range rest{range.begin + 1, range.end};
    const bool negation = sign(range.begin) == '!' && (is_bracketed(rest) || signs(rest).empty());
    return negation ? read_negation(range, rest) : read_claim(range);
  }

  Said read_all(const std::vector<Range>& ranges, bool any) const {
    std::vector<Said> parts;
    for (const Range& range : ranges) parts.push_back(read(range));
    return joined(any ? Said::Kind::any : Said::Kind::all, std::move(parts));
  }

  Said read_negation(Range whole, Range rest) const {
    Said out = negated(read(rest));
    if (out.kind == Said::Kind::claim) {
      out.claim.denied = false;
      out.claim.text = text_of(whole);
      out.claim.offset = at(whole.begin).begin;
    }
    return out;
  }

  Said read_claim(Range range) const {
    const auto found = signs(range);
    if (found.size() > 1) return {};
    Claim claim;
    claim.text = text_of(range);
    claim.offset = at(range.begin).begin;
    bool good = true;
    if (found.empty()) {
      claim.subject = name_of(range);
      good = literal_at(range.begin) == std::nullopt;
    } else {
      std::size_t right = found[0];
      const std::string sign = operator_at(right);
      good = compare({range.begin, found[0]}, sign, {right, range.end}, claim);
    }
    Said out;
    if (good) {
      out.kind = Said::Kind::claim;
      out.claim = std::move(claim);
    }
    return out;
  }

  bool compare(Range left, std::string_view sign, Range right, Claim& claim) const {
    if (left.empty() || right.empty()) return false;
    if (sign == "in") return compare_in(left, right, claim);
    for (const Operator& op : kOperators) {
      if (op.sign != sign) continue;
      const auto value = value_of(right), turned = value_of(left);
      if (value && turned) return false;
      claim.subject = name_of(turned ? right : left);
      claim.is = turned ? op.turned : op.is;
      if (!value && !turned) return compare_with_itself(sign, name_of(right), claim);
      return take(value ? *value : *turned, claim);
    }
    return false;
  }

  /// `call.queue == call.queue`; else it is known as a whole alone.
  bool compare_with_itself(std::string_view sign, const std::string& other, Claim& claim) const {
    if (other == claim.subject) {
      claim.is = sign == "==" || sign == "<=" || sign == ">=" ? Is::itself : Is::not_itself;
    } else {
      claim.subject += std::string(sign) + other;
      claim.is = Is::so;
    }
    return true;
  }

  static bool take(LiteralValue value, Claim& claim) {
    const bool equality = claim.is == Is::among || claim.is == Is::not_among;
    if (value.kind == Kind::yes_no) {
      claim.is = (claim.is == Is::among) == (value.number == 1) ? Is::so : Is::not_so;
      return equality;
    }
    if (value.kind == Kind::text && !equality) return false;
    claim.values.push_back(std::move(value));
    return true;
  }

  bool compare_in(Range left, Range right, Claim& claim) const {
    const auto values = value_of(left) ? std::nullopt : values_of(right);
    if (!values) {
      claim.subject = name_of(left) + " in " + name_of(right);
      return true;
    }
    claim.subject = name_of(left);
    claim.is = Is::among;
    claim.values = *values;
    for (const LiteralValue& value : claim.values)
      if (value.kind != claim.values[0].kind || value.kind == Kind::yes_no) return false;
    return !claim.values.empty();
  }

  // What stands where.

  /// The places in `range` outside of brackets of what begins with one of `first`.
  std::vector<std::size_t> outside(Range range, std::string_view first) const {
    std::vector<std::size_t> out;
    visit_outside(range, [&](std::size_t i) {
      if (sign(i) != '\0' && first.find(sign(i)) != first.npos) out.push_back(i);
      return i;
    });
    return out;
  }

  /// Calls `visit` with the pieces of `range` that stand outside of brackets; it returns the last
  /// one that it took in.
  template <class Visit>
  void visit_outside(Range range, Visit visit) const {
    int depth = 0;
    for (std::size_t i = range.begin; i < range.end; ++i) {
      const char c = sign(i);
      if (c == '(' || c == '[' || c == '{') ++depth;
      if (c == ')' || c == ']' || c == '}') --depth;
      if (depth == 0) i = visit(i);
    }
  }

  std::vector<Range> split(Range range, char sign) const {
    std::vector<Range> out{range};
    const auto signs = outside(range, std::string_view(&sign, 1));
    for (std::size_t i = 0; i + 1 < signs.size(); i += 2) {
      out.back().end = signs[i];
      out.push_back({signs[i] + 2, range.end});
    }
    return out;
  }

  /// Where comparisons stand.
  std::vector<std::size_t> signs(Range range) const {
    std::vector<std::size_t> out;
    visit_outside(range, [&](std::size_t i) {
      std::size_t behind = i;
      if (operator_at(behind).empty()) return i;
      out.push_back(i);
      return behind - 1;
    });
    return out;
  }

  bool is_bracketed(Range range) const {
    if (range.empty() || sign(range.begin) != '(' || sign(range.end - 1) != ')') return false;
    int depth = 0;
    for (std::size_t i = range.begin; i < range.end; ++i) {
      depth += sign(i) == '(' ? 1 : sign(i) == ')' ? -1 : 0;
      if (depth == 0) return i + 1 == range.end;
    }
    return false;
  }

  std::string text_of(Range range) const {
    const std::size_t begin = at(range.begin).begin;
    return std::string(source_.substr(begin, at(range.end - 1).end - begin));
  }

  /// Whether `["name"]` begins at `i`, and may be written `.name`.
  bool is_member(std::size_t i) const {
    return sign(i) == '[' && is_plain_text(i + 1) && sign(i + 2) == ']' && i > 0 &&
           !word(i - 1).empty();
  }

  std::string name_of(Range range) const {
    std::string out;
    for (std::size_t i = range.begin; i < range.end; ++i) {
      if (is_member(i)) {
        out += "." + at(i + 1).text;
        i += 2;
      } else if (is_plain_text(i)) {
        out += cel_text(at(i).text);
      } else {
        if (!out.empty() && is_word(out.back()) && !word(i).empty()) out += ' ';
        out += source_.substr(at(i).begin, at(i).end - at(i).begin);
      }
    }
    return out;
  }

  // Values.

  std::optional<LiteralValue> value_of(Range range) const {
    const auto literal = range.empty() ? std::nullopt : literal_at(range.begin);
    return literal && literal->end == range.end ? Operands::value_of(*literal) : std::nullopt;
  }

  std::optional<std::vector<LiteralValue>> values_of(Range range) const {
    const bool named = word(range.begin) == "lists";
    if (named) return values_of_list(name_of(range));
    const auto literal = literal_at(range.begin);
    if (!literal || literal->kind != Kind::list || literal->end != range.end) return std::nullopt;
    std::vector<LiteralValue> out;
    for (const Literal& item : literal->items) {
      auto value = Operands::value_of(item);
      if (!value) return std::nullopt;
      out.push_back(std::move(*value));
    }
    return out;
  }

  std::optional<std::vector<LiteralValue>> values_of_list(std::string_view name) const {
    name.remove_prefix(std::min(name.size(), std::string_view("lists.").size()));
    const NamedList* list = names_.list(name);
    if (list == nullptr) return std::nullopt;
    std::vector<LiteralValue> out;
    for (const yaml::Scalar& scalar : list->values) {
      if (const auto* text = std::get_if<std::string_view>(&scalar)) {
        out.push_back({Kind::text, 0, std::string(*text)});
      } else if (const auto* whole = std::get_if<std::int64_t>(&scalar)) {
        out.push_back({Kind::number, static_cast<double>(*whole), ""});
      } else if (const auto* number = std::get_if<double>(&scalar)) {
        out.push_back({Kind::number, *number, ""});
      } else {
        return std::nullopt;
      }
    }
    return out;
  }

  std::string_view source_;
  const Names& names_;
};

}  // namespace

Said said_by(std::string_view source, const Names& names) {
  const std::vector<Piece> pieces = pieces_of(source);
  return ClaimReader(source, pieces, names).read();
}

Said negated(const Said& said) {
  Said out = said;
  switch (said.kind) {
    case Said::Kind::all:
    case Said::Kind::any:
      out.kind = said.kind == Said::Kind::all ? Said::Kind::any : Said::Kind::all;
      for (Said& part : out.parts) part = negated(part);
      break;
    case Said::Kind::claim:
      out.claim.is = kContraries[static_cast<std::size_t>(said.claim.is)];
      out.claim.denied = !said.claim.denied;
      break;
    case Said::Kind::nothing:
      break;
  }
  return out;
}

}  // namespace assist::rules
