#include "cel/odd_characters.hpp"

#include <algorithm>
#include <cstdio>
#include <iterator>

#include "cel/text.hpp"

namespace assist::cel {
namespace {

using Like = OddCharacter::Like;

/// In the order of their codes.
constexpr OddCharacter kOddCharacters[] = {
    {0xA0, Like::space, "no-break space"},
    {0xAB, Like::double_quote, ""},
    {0xAD, Like::nothing, "soft hyphen"},
    {0xBB, Like::double_quote, ""},
    {0x3B1, Like::letter, "Greek", 'a'},
    {0x3B9, Like::letter, "Greek", 'i'},
    {0x3BA, Like::letter, "Greek", 'k'},
    {0x3BD, Like::letter, "Greek", 'v'},
    {0x3BF, Like::letter, "Greek", 'o'},
    {0x3C1, Like::letter, "Greek", 'p'},
    {0x3C5, Like::letter, "Greek", 'u'},
    {0x410, Like::letter, "Cyrillic", 'A'},
    {0x412, Like::letter, "Cyrillic", 'B'},
    {0x415, Like::letter, "Cyrillic", 'E'},
    {0x41A, Like::letter, "Cyrillic", 'K'},
    {0x41C, Like::letter, "Cyrillic", 'M'},
    {0x41D, Like::letter, "Cyrillic", 'H'},
    {0x41E, Like::letter, "Cyrillic", 'O'},
    {0x420, Like::letter, "Cyrillic", 'P'},
    {0x421, Like::letter, "Cyrillic", 'C'},
    {0x422, Like::letter, "Cyrillic", 'T'},
    {0x425, Like::letter, "Cyrillic", 'X'},
    {0x430, Like::letter, "Cyrillic", 'a'},
    {0x435, Like::letter, "Cyrillic", 'e'},
    {0x43A, Like::letter, "Cyrillic", 'k'},
    {0x43E, Like::letter, "Cyrillic", 'o'},
    {0x440, Like::letter, "Cyrillic", 'p'},
    {0x441, Like::letter, "Cyrillic", 'c'},
    {0x443, Like::letter, "Cyrillic", 'y'},
    {0x445, Like::letter, "Cyrillic", 'x'},
    {0x455, Like::letter, "Cyrillic", 's'},
    {0x456, Like::letter, "Cyrillic", 'i'},
    {0x458, Like::letter, "Cyrillic", 'j'},
    {0x4BB, Like::letter, "Cyrillic", 'h'},
    {0x501, Like::letter, "Cyrillic", 'd'},
    {0x61C, Like::joiner, "Arabic letter mark"},
    {0x180E, Like::nothing, "Mongolian vowel separator"},
    {0x2002, Like::space, "wide space"},
    {0x2003, Like::space, "wide space"},
    {0x2007, Like::space, "no-break space"},
    {0x2009, Like::space, "thin space"},
    {0x200A, Like::space, "thin space"},
    {0x200B, Like::nothing, "zero-width space"},
    {0x200C, Like::joiner, "zero-width non-joiner"},
    {0x200D, Like::joiner, "zero-width joiner"},
    {0x200E, Like::joiner, "left-to-right mark"},
    {0x200F, Like::joiner, "right-to-left mark"},
    {0x2018, Like::single_quote, ""},
    {0x2019, Like::single_quote, ""},
    {0x201A, Like::single_quote, ""},
    {0x201C, Like::double_quote, ""},
    {0x201D, Like::double_quote, ""},
    {0x201E, Like::double_quote, ""},
    {0x2028, Like::nothing, "line separator"},
    {0x2029, Like::nothing, "paragraph separator"},
    {0x202A, Like::joiner, "left-to-right embedding"},
    {0x202B, Like::joiner, "right-to-left embedding"},
    {0x202C, Like::joiner, "mark that ends a direction"},
    {0x202D, Like::joiner, "left-to-right override"},
    {0x202E, Like::joiner, "right-to-left override"},
    {0x202F, Like::space, "narrow no-break space"},
    {0x2039, Like::single_quote, ""},
    {0x203A, Like::single_quote, ""},
    {0x2060, Like::nothing, "word joiner"},
    {0x2066, Like::joiner, "left-to-right isolate"},
    {0x2067, Like::joiner, "right-to-left isolate"},
    {0x2068, Like::joiner, "isolate of either direction"},
    {0x2069, Like::joiner, "mark that ends an isolate"},
    {0x3000, Like::space, "wide space"},
    {0xFEFF, Like::nothing, "byte order mark"},
};

}  // namespace

std::string OddCharacter::number() const {
  char out[16];
  std::snprintf(out, sizeof out, "U+%04X", static_cast<unsigned>(code));
  return out;
}

std::string OddCharacter::in_words() const {
  if (like != Like::letter) return "a " + std::string(name) + " (" + number() + ")";
  std::string out = "the " + std::string(name) + " ";
  append_utf8(out, code);
  return out + " (" + number() + ")";
}

std::size_t OddCharacter::size() const { return code < 0x800 ? 2 : 3; }

const OddCharacter* odd_character(std::string_view text) {
  if (text.empty() || static_cast<unsigned char>(text[0]) < 0xC2) return nullptr;
  std::size_t end = 0;
  const char32_t code = decode_utf8(text, end);
  const auto* found =
      std::lower_bound(std::begin(kOddCharacters), std::end(kOddCharacters), code,
                       [](const OddCharacter& odd, char32_t c) { return odd.code < c; });
  return found != std::end(kOddCharacters) && found->code == code ? found : nullptr;
}

}  // namespace assist::cel
