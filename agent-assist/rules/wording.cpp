#include "rules/wording.hpp"

#include <cstdio>

#include "cel/nearest.hpp"
#include "cel/odd_characters.hpp"

namespace assist::rules {
namespace {

/// A character that looks like a space, or like nothing, as an escape: else the name in a message
/// would look right.
std::string escaped(const cel::OddCharacter& odd) {
  char out[16];
  std::snprintf(out, sizeof out, "\\u%04x", static_cast<unsigned>(odd.code));
  return out;
}

std::string ordinal(std::size_t n) {
  const bool teen = n / 10 % 10 == 1;
  const std::size_t digit = n % 10;
  return std::to_string(n) + (teen || digit > 3 || digit == 0 ? "th"
                              : digit == 1                    ? "st"
                              : digit == 2                    ? "nd"
                                                              : "rd");
}

/// ` The 2nd character is the Cyrillic а (U+0430).`: else a name looks as if it were right. "":
/// it holds no such character.
std::string odd_character_in(std::string_view name) {
  std::size_t place = 0;
  for (std::size_t at = 0; at < name.size(); ++at) {
    if ((static_cast<unsigned char>(name[at]) & 0xC0) != 0x80) ++place;
    const cel::OddCharacter* odd = cel::odd_character(name.substr(at));
    if (odd != nullptr && !odd->is_quote())
      return " The " + ordinal(place) + " character is " + odd->in_words() + ".";
  }
  return "";
}

}  // namespace

std::string in_quotes(std::string_view text) {
  constexpr std::size_t kMost = 60;
  std::string out = "\"";
  const bool cut = text.size() > kMost;
  std::size_t end = cut ? kMost : text.size();
  while (cut && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text = text.substr(0, end);
  for (std::size_t at = 0; at < text.size(); ++at) {
    const cel::OddCharacter* odd = cel::odd_character(text.substr(at));
    if (odd != nullptr && (odd->is_unseen() || odd->like == cel::OddCharacter::Like::space)) {
      out += escaped(*odd);
      at += odd->size() - 1;
    } else {
      out += text[at] == '\n' || text[at] == '\t' ? ' ' : text[at];
    }
  }
  return out + (cut ? "...\"" : "\"");
}

std::string did_you_mean(std::string_view name, const std::vector<std::string_view>& known) {
  const auto near = cel::nearest(name, known);
  if (near.empty()) return "";
  // Of a name that is in that alphabet anyway nothing is odd.
  return " Did you mean " + in_quotes(near) + "?" +
         (odd_character_in(near).empty() ? odd_character_in(name) : "");
}

std::string no_value(std::string_view name) {
  return in_quotes(name) + " has no value. Write one behind the colon, or delete the key.";
}

std::string no_time_zone(std::string_view name) {
  return in_quotes(name) +
         " is not a time zone. Write a name such as Europe/Berlin, America/Denver or UTC.";
}

std::string one_of(const std::vector<std::string_view>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += i + 1 == names.size() ? " or " : ", ";
    out += names[i];
  }
  return out;
}

}  // namespace assist::rules
