#pragma once

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace assist::commands {

/// Whether what is written to `stream` may have colours: it is a terminal, and neither NO_COLOR
/// (https://no-color.org) nor TERM=dumb says otherwise.
inline bool has_colours(std::FILE* stream) {
  const char* no = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool dumb = term != nullptr && std::string_view(term) == "dumb";
  return ::isatty(::fileno(stream)) != 0 && (no == nullptr || *no == '\0') && !dumb;
}

enum class Colour { good, bad, dim, strong, doubtful };

/// `text` as it is, or in a colour where `colours`.
inline std::string painted(std::string_view text, Colour colour, bool colours) {
  constexpr std::string_view kCodes[] = {"\x1b[32m", "\x1b[31m", "\x1b[2m", "\x1b[1m", "\x1b[33m"};
  if (!colours) return std::string(text);
  return std::string(kCodes[static_cast<std::size_t>(colour)]) + std::string(text) + "\x1b[0m";
}

}  // namespace assist::commands
