#include "facts/words.hpp"

#include <utf8proc.h>

#include <array>

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

constexpr char kSpecial = 0;  // an apostrophe, or no ASCII

/// What each character becomes: a letter or digit itself, folded, nearly all others a space.
constexpr auto kFolded = [] {
  std::array<char, 256> table{};
  for (std::size_t c = 0; c < 0x80; ++c) table[c] = c == kApostrophe ? kSpecial : ' ';
  for (int c = '0'; c <= '9'; ++c) table[static_cast<std::size_t>(c)] = static_cast<char>(c);
  for (int c = 'a'; c <= 'z'; ++c) {
    table[static_cast<std::size_t>(c)] = static_cast<char>(c);
    table[static_cast<std::size_t>(c - 'a' + 'A')] = static_cast<char>(c);
  }
  return table;
}();

bool is_folded(char c) { return c != kSpecial && c != ' '; }

/// The same as the general way below, for text that is ASCII. False, and nothing done: it is not.
bool append_ascii_words(std::string& out, std::string_view text) {
  const std::size_t start = out.size();
  out.resize(start + text.size() + 2);
  char* const begin = out.data() + start;
  char* to = begin;
  *to++ = ' ';
  const auto* at = reinterpret_cast<const unsigned char*>(text.data());
  const auto* const end = at + text.size();
  char before = ' ';
  while (at < end) {
    const unsigned char c = *at++;
    char folded = kFolded[c];
    if (folded == kSpecial) [[unlikely]] {
      if (c >= 0x80) {
        out.resize(start);
        return false;
      }
      // Inside of a word.
      folded = before != ' ' && at < end && is_folded(kFolded[*at]) ? '\'' : ' ';
    }
    // Of spaces in a row one stays. Where words end is no pattern, so nothing branches on that
    // alone.
    *to = folded;
    to += folded != ' ' || before != ' ' ? 1 : 0;
    before = folded;
  }
  if (to[-1] != ' ') *to++ = ' ';
  if (to == begin + 1) to = begin;  // there was no word
  out.resize(start + static_cast<std::size_t>(to - begin));
  return true;
}

}  // namespace

void append_words(std::string& out, std::string_view text) {
  if (append_ascii_words(out, text)) return;
  const std::size_t start = out.size();
  bool inside = false;              // a word is open
  bool apostrophe_pending = false;  // seen inside a word: counts if the word goes on
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const auto* const end = at + text.size();
  while (at < end) {
    utf8proc_int32_t c = *at;
    const auto n = is_ascii(c) ? 1 : utf8proc_iterate(at, end - at, &c);
    if (n <= 0) break;  // not UTF-8: the decoder lets none through
    at += n;
    if (c == kRightQuote) c = kApostrophe;
    if (in_word(c)) {
      if (!inside) {
        if (out.size() == start) out += ' ';
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
}

std::string fold_words(std::string_view text) {
  std::string out;
  append_words(out, text);
  return out;
}

}  // namespace assist::facts
