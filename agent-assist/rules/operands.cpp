#include "rules/operands.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "cel/time_text.hpp"

namespace assist::rules {

using Kind = Literal::Kind;

std::string_view Operands::word(std::size_t i) const {
  return i < size() ? at(i).word : std::string_view();
}

char Operands::sign(std::size_t i) const { return i < size() ? at(i).sign : '\0'; }

bool Operands::opens(std::size_t i) const {
  if (i == 0) return true;
  constexpr std::string_view kBefore = "(&|?:,[{";
  return sign(i - 1) != '\0' && kBefore.find(sign(i - 1)) != std::string_view::npos;
}

bool Operands::closes(std::size_t i) const {
  if (i >= pieces_.size()) return true;
  constexpr std::string_view kAfter = ")&|?:,]}";
  return sign(i) != '\0' && kAfter.find(sign(i)) != std::string_view::npos;
}

std::string Operands::operator_at(std::size_t& i) const {
  if (word(i) == "in") {
    ++i;
    return "in";
  }
  const char first = sign(i);
  const bool equal = sign(i + 1) == '=' && at(i + 1).begin == at(i).end;
  if ((first == '=' || first == '!') && equal) {
    i += 2;
    return first == '=' ? "==" : "!=";
  }
  if (first != '<' && first != '>') return "";
  i += equal ? 2 : 1;
  return std::string(1, first) + (equal ? "=" : "");
}

std::optional<Literal> Operands::literal_at(std::size_t i) const {
  Literal out;
  out.begin = i;
  out.end = i + 1;
  if (is_text(i)) {
    // A literal of bytes, or one with escapes, is for the language to judge.
    if (!at(i).is_plain) return std::nullopt;
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
std::size_t Operands::number_end(std::size_t i) const {
  if (sign(i) == '-') ++i;
  const std::string_view digits = word(i);
  if (digits.empty() || digits[0] < '0' || digits[0] > '9') return 0;
  if (sign(i + 1) != '.') return i + 1;
  const std::string_view fraction = word(i + 2);
  return !fraction.empty() && fraction[0] >= '0' && fraction[0] <= '9' ? i + 3 : 0;
}

/// `minutes(2)`, `duration("2m")`, `timestamp("...")`.
std::optional<Literal> Operands::time_at(std::size_t i) const {
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
std::optional<Literal> Operands::list_at(std::size_t i) const {
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

std::optional<LiteralValue> Operands::value_of(const Literal& literal) const {
  const std::size_t i = literal.begin;
  switch (literal.kind) {
    case Kind::text:
      return LiteralValue{Kind::text, 0, at(i).text};
    case Kind::yes_no:
      return LiteralValue{Kind::yes_no, word(i) == "true" ? 1.0 : 0.0, ""};
    case Kind::number:
      return number_in(i, literal.end, Kind::number, 1);
    case Kind::length:
    case Kind::moment:
      return time_of(literal);
    default:
      return std::nullopt;
  }
}

/// The number that the pieces from `begin` to `end` are, so many `times`.
std::optional<LiteralValue> Operands::number_in(std::size_t begin, std::size_t end, Kind kind,
                                                double times) const {
  std::string text;
  for (std::size_t i = begin; i < end; ++i) {
    text += word(i);
    if (sign(i) != '\0') text += sign(i);
  }
  double value = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || rest != text.data() + text.size()) return std::nullopt;
  return LiteralValue{kind, value * times, ""};
}

std::optional<LiteralValue> Operands::time_of(const Literal& literal) const {
  static constexpr std::pair<std::string_view, double> kUnits[] = {
      {"seconds", 1}, {"minutes", 60}, {"hours", 3600}, {"days", 86400}};
  const std::size_t begin = literal.begin + 2, end = literal.end - 1;  // of the argument
  for (const auto& [unit, seconds] : kUnits)
    if (word(literal.begin) == unit) return number_in(begin, end, Kind::length, seconds);
  if (!is_plain_text(begin) || end != begin + 1) return std::nullopt;
  const std::string& text = at(begin).text;
  const auto value =
      literal.kind == Kind::length ? cel::parse_duration_text(text) : cel::parse_timestamp(text);
  if (!value) return std::nullopt;
  const double seconds = static_cast<double>(value->seconds) + value->nanos * 1e-9;
  return LiteralValue{literal.kind, seconds, ""};
}

}  // namespace assist::rules
