#include "facts/words.hpp"

#include <utf8proc.h>

#include <vector>

namespace assist::facts {
namespace {

constexpr utf8proc_int32_t kApostrophe = '\'';
constexpr utf8proc_int32_t kRightQuote = 0x2019;  // what phones and word processors write for '

// Most of what is said is ASCII, for which the tables of Unicode are not needed.
bool is_ascii(utf8proc_int32_t c) { return c < 0x80; }

bool in_word(utf8proc_int32_t c) {
  if (is_ascii(c))
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ND:
      return true;
    default:
      return false;
  }
}

/// Simple case folding (CaseFolding.txt, C and S). utf8proc folds fully; where that gives several
/// characters, the simple folding is the lower case one, but for U+0130, which has none.
utf8proc_int32_t fold(utf8proc_int32_t c) {
  if (is_ascii(c)) return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
  if (c == 0x130) return c;
  utf8proc_int32_t folded[4];
  int boundary = 0;
  const auto n = utf8proc_decompose_char(c, folded, 4, UTF8PROC_CASEFOLD, &boundary);
  return n == 1 ? folded[0] : utf8proc_tolower(c);
}

void append(std::string& out, utf8proc_int32_t c) {
  if (is_ascii(c)) {
    out += static_cast<char>(c);
    return;
  }
  utf8proc_uint8_t bytes[4];
  const auto n = utf8proc_encode_char(c, bytes);
  out.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(n));
}

}  // namespace

std::string fold_words(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  bool inside = false;              // a word is open
  bool apostrophe_pending = false;  // seen inside a word: counts if the word goes on
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  while (left > 0) {
    utf8proc_int32_t c = *at;
    const auto n = is_ascii(c) ? 1 : utf8proc_iterate(at, left, &c);
    if (n <= 0) break;  // not UTF-8: the decoder lets none through
    at += n;
    left -= n;
    if (c == kRightQuote) c = kApostrophe;
    if (in_word(c)) {
      if (!inside) {
        if (out.empty()) out += ' ';
        inside = true;
      } else if (apostrophe_pending) {
        out += '\'';
      }
      apostrophe_pending = false;
      append(out, fold(c));
    } else if (c == kApostrophe && inside && !apostrophe_pending) {
      apostrophe_pending = true;
    } else if (inside) {
      out += ' ';
      inside = apostrophe_pending = false;
    }
  }
  if (inside) out += ' ';
  return out;
}

}  // namespace assist::facts
