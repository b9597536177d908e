#include "rules/operands.hpp"

#include <algorithm>

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

}  // namespace assist::rules
