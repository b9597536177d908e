#include "facts/words.hpp"

#include <utf8proc.h>

#include <array>
#include <bit>

#include "base/bytes16.hpp"

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

/// Sixteen characters of ASCII as words have them.
struct Folded {
  Bytes16 text;         // letters and digits folded, all others a space
  std::uint32_t words;  // a bit for each letter or digit
  std::uint32_t apostrophes;
};

Folded fold(Bytes16 from) {
  const Bytes16 space = Bytes16::all(' ');  // also what turns a letter into a small one
  const Bytes16 lower = from | (between(from, 'A', 'Z') & space);
  const Bytes16 word = between(lower, 'a', 'z') | between(from, '0', '9');
  // Small letters and digits have all bits of a space: it makes a space of what is no word's, and
  // leaves them as they are.
  return {(lower & word) | space, word.signs(),
          (from == Bytes16::all(static_cast<char>(kApostrophe))).signs()};
}

/// Copies the bytes of `from` that `keep` has a bit for. May write up to 16 bytes behind them.
/// Returns where they end.
char* copy_kept(const Bytes16& from, std::uint32_t keep, char* to) {
  constexpr std::uint32_t kAll = (1u << Bytes16::kSize) - 1;
  from.store(to);
  if (keep == kAll) return to + Bytes16::kSize;
  std::array<char, 2 * Bytes16::kSize> bytes{};
  from.store(bytes.data());
  for (std::size_t at = 0; keep != 0;) {
    const auto gap = static_cast<std::size_t>(std::countr_zero(keep));
    at += gap;
    keep >>= gap;
    const auto size = static_cast<std::size_t>(std::countr_one(keep));
    Bytes16::load(bytes.data() + at).store(to);
    to += size;
    at += size;
    keep >>= size;
  }
  return to;
}

/// The same as the general way below, for text that is ASCII. False, and nothing done: it is not.
bool append_ascii_words(std::string& out, std::string_view text) {
  constexpr std::size_t kAtOnce = Bytes16::kSize;
  const std::size_t start = out.size();
  out.resize(start + text.size() + 2 + 2 * kAtOnce);
  char* const begin = out.data() + start;
  char* to = begin;
  *to++ = ' ';
  std::uint32_t before = 0;  // 1: a word's character stands just before
  for (std::size_t at = 0; at < text.size(); at += kAtOnce) {
    const Bytes16 bytes = load_or(text.substr(at), ' ');
    if (bytes.signs() != 0) {
      out.resize(start);
      return false;
    }
    Folded folded = fold(bytes);
    std::uint32_t inside = folded.words;
    if (folded.apostrophes != 0) [[unlikely]] {
      // Those between two characters of a word are its own.
      const std::size_t next = at + kAtOnce;
      const bool goes_on = next < text.size() && in_word(static_cast<unsigned char>(text[next]));
      const std::uint32_t behind = inside << 1 | before;
      const std::uint32_t ahead = inside >> 1 | (goes_on ? 1u << (kAtOnce - 1) : 0);
      const std::uint32_t inner = folded.apostrophes & behind & ahead;
      std::array<char, kAtOnce> text_of;
      folded.text.store(text_of.data());
      for (std::uint32_t rest = inner; rest != 0; rest &= rest - 1)
        text_of[static_cast<std::size_t>(std::countr_zero(rest))] = static_cast<char>(kApostrophe);
      folded.text = Bytes16::load(text_of.data());
      inside |= inner;
    }
    // Of what is between two words one space stays.
    constexpr std::uint32_t kBits = (1u << kAtOnce) - 1;
    to = copy_kept(folded.text, (inside | inside << 1 | before) & kBits, to);
    before = inside >> (kAtOnce - 1);
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
