#include <charconv>
#include <cmath>
#include <limits>

#include "rules/yaml.hpp"

namespace assist::rules::yaml {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool all_digits(std::string_view text) {
  for (const char c : text)
    if (!is_digit(c)) return false;
  return !text.empty();
}

/// `[-+]? [0-9]+`, `0o [0-7]+`, `0x [0-9a-fA-F]+`. nullopt: of another form.
std::optional<Scalar> integer(std::string_view text) {
  int base = 10;
  const bool negative = text.starts_with('-');
  if (text.starts_with("0o") || text.starts_with("0x")) {
    base = text[1] == 'o' ? 8 : 16;
    text.remove_prefix(2);
    if (text.starts_with('-')) return std::nullopt;
  } else {
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    if (!all_digits(text)) return std::nullopt;
  }
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error == std::errc::invalid_argument) return std::nullopt;
  if (end != text.data() + text.size() && error == std::errc()) return std::nullopt;
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (error != std::errc() || value > kMost + (negative ? 1 : 0)) return Scalar(Misfit{});
  return Scalar(static_cast<std::int64_t>(negative ? 0 - value : value));
}

/// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
bool is_decimal(std::string_view text) {
  const auto digits = [&text] {
    std::size_t n = 0;
    while (n < text.size() && is_digit(text[n])) ++n;
    text.remove_prefix(n);
    return n;
  };
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const std::size_t whole = digits();
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (digits() == 0 && whole == 0) return false;
  } else if (whole == 0) {
    return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    if (digits() == 0) return false;
  }
  return text.empty();
}

std::optional<Scalar> decimal(std::string_view text) {
  if (!is_decimal(text)) return std::nullopt;
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) {
    // Too small is 0 as in JSON; too large is no number.
    return text.find("e-") != text.npos || text.find("E-") != text.npos ? Scalar(0.0)
                                                                        : Scalar(Misfit{});
  }
  return Scalar(value);
}

bool is_special_float(std::string_view text) {
  if (text == ".nan" || text == ".NaN" || text == ".NAN") return true;
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return text == ".inf" || text == ".Inf" || text == ".INF";
}

}  // namespace

const Node* scalar_at(const Node& root, std::size_t offset) {
  if (root.is_scalar()) return root.begin == offset ? &root : nullptr;
  for (const Node& item : root.items)
    if (const Node* found = scalar_at(item, offset)) return found;
  for (const Entry& entry : root.entries)
    if (const Node* found = scalar_at(entry.value, offset)) return found;
  return nullptr;
}

bool is_null(const Node& node) {
  if (!node.is_plain()) return false;
  const std::string_view t = node.text;
  return t.empty() || t == "~" || t == "null" || t == "Null" || t == "NULL";
}

Scalar resolve(const Node& node) {
  const std::string_view text = node.text;
  if (!node.is_plain()) return text;
  if (is_null(node)) return nullptr;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  if (const auto number = integer(text)) return *number;
  if (const auto number = decimal(text)) return *number;
  if (is_special_float(text)) return Misfit{};
  return text;
}

}  // namespace assist::rules::yaml
