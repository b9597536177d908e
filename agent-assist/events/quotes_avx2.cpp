#include "events/quotes_kernels.hpp"

#ifdef ASSIST_X86
#include <immintrin.h>

#include <array>
#include <bit>
#include <cstring>

#define ASSIST_AVX2 [[gnu::target("avx2,bmi,popcnt")]]

namespace assist::events {
namespace {

constexpr std::size_t kBlock = 64;

/// 64 bytes of a text.
struct Block {
  __m256i low, high;
};

ASSIST_AVX2 inline Block load_block(const char* at) {
  return {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(at)),
          _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at) + 1)};
}

/// The first `size` bytes of a block, and spaces.
ASSIST_AVX2 inline Block load_last(const char* at, std::size_t size) {
  alignas(32) static constexpr auto kKeepThenDrop = [] {
    std::array<char, 2 * kBlock> out{};
    for (std::size_t i = 0; i < kBlock; ++i) out[i] = -1;
    return out;
  }();
  const Block bytes = load_block(at), keep = load_block(kKeepThenDrop.data() + kBlock - size);
  const __m256i space = _mm256_set1_epi8(' ');
  return {_mm256_blendv_epi8(space, bytes.low, keep.low),
          _mm256_blendv_epi8(space, bytes.high, keep.high)};
}

/// What the blocks hold beside quotes: a byte that is not 0 where one of them has it.
struct Others {
  __m256i escapes, controls, bytes;
};

ASSIST_AVX2 inline void note(__m256i bytes, Others& others) {
  const __m256i escape = _mm256_set1_epi8('\\'), control = _mm256_set1_epi8(0x1F);
  const __m256i is_control = _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, control), bytes);
  others.escapes = _mm256_or_si256(others.escapes, _mm256_cmpeq_epi8(bytes, escape));
  others.controls = _mm256_or_si256(others.controls, is_control);
  others.bytes = _mm256_or_si256(others.bytes, bytes);
}

/// A bit for each quote.
ASSIST_AVX2 inline std::uint64_t look_at(const Block& block, Others& others) {
  const __m256i quote = _mm256_set1_epi8('"');
  note(block.low, others);
  note(block.high, others);
  const int low = _mm256_movemask_epi8(_mm256_cmpeq_epi8(block.low, quote));
  const int high = _mm256_movemask_epi8(_mm256_cmpeq_epi8(block.high, quote));
  return std::uint64_t{static_cast<std::uint32_t>(high)} << 32 | static_cast<std::uint32_t>(low);
}

/// Takes two bits off `quotes` and writes their positions; `base` is that of the block, twice.
ASSIST_AVX2 inline void put_two(std::uint64_t& quotes, std::uint64_t base, std::uint32_t* out) {
  const std::uint64_t first = _tzcnt_u64(quotes);
  quotes = _blsr_u64(quotes);
  const std::uint64_t two = base + (_tzcnt_u64(quotes) << 32 | first);
  quotes = _blsr_u64(quotes);
  std::memcpy(out, &two, sizeof two);
}

constexpr int kAtOnce = 6;  // quotes
static_assert(kAtOnce <= kQuotesTooMany);

/// Writes the positions of `quotes`, some at once, whether there are so many or not: the branch for
/// each would be guessed wrong. What is written too much is written over. Returns the end.
ASSIST_AVX2 inline std::uint32_t* put(std::uint64_t quotes, std::size_t position,
                                      std::uint32_t* out) {
  std::uint32_t* const end = out + _mm_popcnt_u64(quotes);
  const std::uint64_t base = position << 32 | position;
  for (; quotes != 0; out += kAtOnce) {
    put_two(quotes, base, out);
    put_two(quotes, base, out + 2);
    put_two(quotes, base, out + 4);
  }
  return end;
}

}  // namespace

ASSIST_AVX2 std::size_t find_quotes_avx2(std::string_view text, std::uint32_t* out,
                                         Quotes::Found& found) {
  static_assert(std::endian::native == std::endian::little);
  const __m256i none = _mm256_setzero_si256();
  Others others{none, none, none};
  std::uint32_t* end = out;
  std::size_t at = 0;
  for (; at + kBlock <= text.size(); at += kBlock)
    end = put(look_at(load_block(text.data() + at), others), at, end);
  end = put(look_at(load_last(text.data() + at, text.size() - at), others), at, end);
  found.escapes = _mm256_testz_si256(others.escapes, others.escapes) == 0;
  found.controls = _mm256_testz_si256(others.controls, others.controls) == 0;
  found.beyond_ascii = _mm256_movemask_epi8(others.bytes) != 0;
  return static_cast<std::size_t>(end - out);
}

}  // namespace assist::events

#endif
