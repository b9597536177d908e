#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "events/quotes.hpp"

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#define ASSIST_X86
#endif

namespace assist::events {

/// So many positions may be written beyond the last one.
inline constexpr std::size_t kQuotesTooMany = 64;

// What finds the quotes of a text, escaped ones too, with the instructions that their names give:
// it writes their positions to `out` and returns how many there are.
#ifdef ASSIST_X86
std::size_t find_quotes_avx2(std::string_view text, std::uint32_t* out, Quotes::Found& found);
std::size_t find_quotes_avx512(std::string_view text, std::uint32_t* out, Quotes::Found& found);
#else
inline std::size_t find_quotes_avx2(std::string_view, std::uint32_t*, Quotes::Found&) { return 0; }
inline std::size_t find_quotes_avx512(std::string_view, std::uint32_t*, Quotes::Found&) {
  return 0;
}
#endif

}  // namespace assist::events
