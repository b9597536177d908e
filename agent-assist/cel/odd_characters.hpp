#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace assist::cel {

/// A character that looks like another one, or like nothing. Word processors, chats and keyboards
/// of several languages put them where nobody sees the difference.
struct OddCharacter {
  enum class Like : std::uint8_t {
    nothing,
    joiner,  // seen as nothing too, but languages that are not written in ASCII have a use for it
    space,
    double_quote,
    single_quote,
    letter,
  };

  char32_t code;
  Like like;
  std::string_view name;  // "no-break space"; of a letter its alphabet
  char letter = '\0';     // that it looks like

  /// "U+00A0"
  std::string number() const;
  /// "the Cyrillic а (U+0430)", "a soft hyphen (U+00AD)"
  std::string in_words() const;
  std::size_t size() const;  // in bytes
  bool is_unseen() const { return like == Like::nothing || like == Like::joiner; }
  bool is_quote() const { return like == Like::double_quote || like == Like::single_quote; }
};

/// The one that `text` begins with; nullptr: it begins with another character.
const OddCharacter* odd_character(std::string_view text);

}  // namespace assist::cel
