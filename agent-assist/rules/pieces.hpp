#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace assist::rules {

/// A piece of an expression: a name or number, a string literal, or a single character. For checks
/// of what names and literals mean, which types do not show; what the pieces make together is the
/// compiler's to know.
struct Piece {
  std::size_t begin = 0, end = 0;      // bytes of the source
  std::string_view word;               // of a name or a number
  std::string text;                    // of a string literal, without the marks of escapes
  std::size_t body = 0, body_end = 0;  // of a string literal: what stands between its quotes
  bool is_text = false;
  bool is_plain = false;  // a string literal without escapes, and no bytes: `text` is its value
  char sign = '\0';
};

/// All pieces of an expression, without white space and comments.
std::vector<Piece> pieces_of(std::string_view source);

/// A character of names and numbers.
constexpr bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace assist::rules
