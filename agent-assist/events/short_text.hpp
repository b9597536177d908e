#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace assist::events {

// Short texts, eight bytes looked at at once: names, ids and types have a few dozen bytes, for
// which a call of the C library costs more than the work. None reads beyond its text.

template <class Word>
Word load(const char* at) {
  Word word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

[[gnu::always_inline]] inline bool same_bytes(const char* a, const char* b, std::size_t size) {
  if (size >= 8) {
    for (std::size_t i = 0; i + 8 < size; i += 8) {
      if (load<std::uint64_t>(a + i) != load<std::uint64_t>(b + i)) return false;
    }
    return load<std::uint64_t>(a + size - 8) == load<std::uint64_t>(b + size - 8);
  }
  if (size >= 4) {
    return load<std::uint32_t>(a) == load<std::uint32_t>(b) &&
           load<std::uint32_t>(a + size - 4) == load<std::uint32_t>(b + size - 4);
  }
  for (std::size_t i = 0; i < size; ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

[[gnu::always_inline]] inline bool same_text(std::string_view a, std::string_view b) {
  return a.size() == b.size() && same_bytes(a.data(), b.data(), a.size());
}

/// Equal to a text known at compile time: a few instructions.
template <std::size_t N>
bool is(std::string_view text, const char (&literal)[N]) {
  return text.size() == N - 1 && std::memcmp(text.data(), literal, N - 1) == 0;
}

/// The last bytes of a text, up to eight, as a number: to find a place in a table by.
inline std::uint64_t last_word(std::string_view text) {
  const char* const end = text.data() + text.size();
  if (text.size() >= 8) return load<std::uint64_t>(end - 8);
  std::uint64_t word = 0;
  for (const char c : text) word = word << 8 | static_cast<unsigned char>(c);
  return word;
}

/// Some bit of it is set where one of the eight bytes is no printable ASCII (0x20 to 0x7E).
inline std::uint64_t odd_bytes(std::uint64_t eight) {
  constexpr std::uint64_t kOnes = 0x0101010101010101, kHighs = kOnes << 7;
  return (eight | (eight - kOnes * 0x20) | (eight + kOnes)) & kHighs;
}

/// Nothing but printable ASCII.
inline bool is_printable_ascii(std::string_view text) {
  const std::size_t size = text.size();
  const char* const at = text.data();
  if (size >= 8) {
    std::uint64_t odd = odd_bytes(load<std::uint64_t>(at + size - 8));
    for (std::size_t i = 0; i + 8 < size; i += 8) odd |= odd_bytes(load<std::uint64_t>(at + i));
    return odd == 0;
  }
  if (size >= 4) {
    const std::uint64_t front = load<std::uint32_t>(at);
    const std::uint64_t back = load<std::uint32_t>(at + size - 4);
    return odd_bytes(front << 32 | back) == 0;
  }
  for (const char c : text) {
    if (c < 0x20 || c > 0x7E) return false;
  }
  return true;
}

}  // namespace assist::events
