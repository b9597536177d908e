#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace assist {

/// Sixteen bytes of a text at once. Comparisons take bytes as signed, as ASCII is; what is true of
/// a byte is eight ones.
class Bytes16 {
 public:
  static constexpr unsigned kSize = 16;

#if defined(__SSE2__)
  static Bytes16 load(const char* at) {
    return Bytes16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at)));
  }
  static Bytes16 all(char c) { return Bytes16(_mm_set1_epi8(c)); }
  void store(char* to) const { _mm_storeu_si128(reinterpret_cast<__m128i*>(to), bytes_); }

  /// A bit for each byte, the first one's lowest: its sign.
  std::uint32_t signs() const { return static_cast<std::uint32_t>(_mm_movemask_epi8(bytes_)); }
  Bytes16 operator==(Bytes16 other) const { return Bytes16(_mm_cmpeq_epi8(bytes_, other.bytes_)); }
  Bytes16 operator>(Bytes16 other) const { return Bytes16(_mm_cmpgt_epi8(bytes_, other.bytes_)); }
  Bytes16 operator&(Bytes16 other) const { return Bytes16(_mm_and_si128(bytes_, other.bytes_)); }
  Bytes16 operator|(Bytes16 other) const { return Bytes16(_mm_or_si128(bytes_, other.bytes_)); }

 private:
  explicit Bytes16(__m128i bytes) : bytes_(bytes) {}
  __m128i bytes_;
#else
  static Bytes16 load(const char* at) {
    Bytes16 out;
    std::memcpy(out.bytes_.data(), at, kSize);
    return out;
  }
  static Bytes16 all(char c) {
    Bytes16 out;
    out.bytes_.fill(static_cast<signed char>(c));
    return out;
  }
  void store(char* to) const { std::memcpy(to, bytes_.data(), kSize); }

  std::uint32_t signs() const {
    std::uint32_t out = 0;
    for (unsigned i = 0; i < kSize; ++i) out |= std::uint32_t{bytes_[i] < 0} << i;
    return out;
  }
  Bytes16 operator==(Bytes16 other) const {
    return with(other, [](int a, int b) { return a == b ? -1 : 0; });
  }
  Bytes16 operator>(Bytes16 other) const {
    return with(other, [](int a, int b) { return a > b ? -1 : 0; });
  }
  Bytes16 operator&(Bytes16 other) const {
    return with(other, [](int a, int b) { return a & b; });
  }
  Bytes16 operator|(Bytes16 other) const {
    return with(other, [](int a, int b) { return a | b; });
  }

 private:
  template <class F>
  Bytes16 with(Bytes16 other, F f) const {
    Bytes16 out;
    for (unsigned i = 0; i < kSize; ++i)
      out.bytes_[i] = static_cast<signed char>(f(bytes_[i], other.bytes_[i]));
    return out;
  }
  std::array<signed char, kSize> bytes_;
#endif
};

/// The first ones of a text; `fill` for what it is short of.
inline Bytes16 load_or(std::string_view text, char fill) {
  if (text.size() >= Bytes16::kSize) return Bytes16::load(text.data());
  std::array<char, Bytes16::kSize> bytes;
  bytes.fill(fill);
  std::copy(text.begin(), text.end(), bytes.begin());
  return Bytes16::load(bytes.data());
}

/// Of ASCII: true of what is from `first` to `last`.
inline Bytes16 between(Bytes16 bytes, char first, char last) {
  return (bytes > Bytes16::all(static_cast<char>(first - 1))) &
         (Bytes16::all(static_cast<char>(last + 1)) > bytes);
}

}  // namespace assist
