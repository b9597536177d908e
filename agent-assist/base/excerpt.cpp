#include "base/excerpt.hpp"

#include <algorithm>
#include <cstdio>
#include <vector>

namespace assist {
namespace {

/// A character as it is shown, and how wide that is.
struct Shown {
  std::string text;
  std::size_t width = 1;
};

/// Bytes of the UTF-8 character that the text begins with; 0: it begins with none.
std::size_t character_size(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t size = lead < 0x80   ? 1
                           : lead < 0xC2 ? 0
                           : lead < 0xE0 ? 2
                           : lead < 0xF0 ? 3
                                         : 4;
  if (lead > 0xF4 || size > text.size()) return 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) return 0;
  return size;
}

/// Those of ASCII but the tab, and those of Latin-1, which begin with C2 in UTF-8.
bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (first == 0xC2) return static_cast<unsigned char>(character[1]) < 0xA0;
  return (first < 0x20 && first != '\t') || first == 0x7F;
}

Shown escaped(std::string_view bytes) {
  Shown out{"", 0};
  for (const unsigned char c : bytes) {
    char text[8];
    out.width += static_cast<std::size_t>(std::snprintf(text, sizeof text, "\\x%02x", c));
    out.text += text;
  }
  return out;
}

/// Takes the first character off the text.
Shown take(std::string_view& text) {
  const std::size_t size = character_size(text);
  const std::string_view character = text.substr(0, std::max<std::size_t>(size, 1));
  text.remove_prefix(character.size());
  if (size == 0 || is_control(character)) return escaped(character);
  return {std::string(character)};
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) out += take(text).text;
  return out;
}

std::string excerpt(std::string_view line, std::uint32_t column) {
  constexpr std::size_t kMost = 160, kBefore = 100;
  constexpr std::string_view kLeftOut = "...";
  const std::size_t at = column - std::min<std::uint32_t>(column, 1);
  // What is shown at most, and one more that tells of the rest: a line may be of any length.
  std::vector<Shown> characters;
  while (!line.empty() && characters.size() <= at + kMost) characters.push_back(take(line));
  const std::size_t begin = characters.size() <= kMost || at <= kBefore ? 0 : at - kBefore;
  const std::size_t end = std::min(characters.size(), begin + kMost);
  std::string out, below;
  if (begin > 0) {
    out += kLeftOut;
    below.append(kLeftOut.size(), ' ');
  }
  for (std::size_t i = begin; i < end; ++i) {
    out += characters[i].text;
    // Tabs are kept, so that the caret stands under the character whatever their width.
    if (i < at) below.append(characters[i].width, characters[i].text == "\t" ? '\t' : ' ');
  }
  if (at > end) below.append(at - end, ' ');
  if (end < characters.size()) out += kLeftOut;
  return out + '\n' + below + "^\n";
}

std::uint32_t column_of(std::string_view line, std::size_t byte) {
  std::string_view before = line.substr(0, byte);
  std::uint32_t column = 1;
  for (; !before.empty(); ++column) take(before);
  return column;
}

}  // namespace assist
