#include "events/quotes_kernels.hpp"

#ifdef ASSIST_X86
#include <immintrin.h>

#define ASSIST_AVX512 [[gnu::target("avx512f,avx512bw,avx512vl,avx512vbmi2,bmi,bmi2,popcnt")]]

namespace assist::events {
namespace {

constexpr std::size_t kBlock = 64, kSixteen = 16;

/// What the blocks hold beside quotes.
struct Others {
  __mmask64 escapes;
  __m512i lowest, bytes;  // at each place: the lowest of the blocks' bytes, all of their bits
};

/// The places in a block, in the order of bytes.
ASSIST_AVX512 inline __m512i places() {
  alignas(kBlock) static constexpr unsigned char kPlaces[kBlock] = {
      0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
      22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
      44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};
  return _mm512_load_si512(kPlaces);
}

ASSIST_AVX512 inline void put_sixteen(__m128i places, __m512i base, std::uint32_t* out) {
  // The masked forms keep g++ 12 from warnings of its own headers.
  const __m512i wide = _mm512_maskz_cvtepu8_epi32(0xFFFF, places);
  _mm512_storeu_si512(out, _mm512_add_epi32(wide, base));
}

/// Writes the positions of a block's quotes, sixteen at once: most blocks have no more. What is
/// written too much is written over. Returns the end.
ASSIST_AVX512 inline std::uint32_t* put(__mmask64 quotes, std::size_t position,
                                        std::uint32_t* out) {
  const auto count = static_cast<std::size_t>(_mm_popcnt_u64(quotes));
  const __m512i packed = _mm512_maskz_compress_epi8(quotes, places());
  const __m512i base = _mm512_set1_epi32(static_cast<int>(position));
  put_sixteen(_mm512_maskz_extracti32x4_epi32(0xF, packed, 0), base, out);
  if (count > kSixteen) [[unlikely]] {
    alignas(kBlock) unsigned char all[kBlock];
    _mm512_store_si512(all, packed);
    for (std::size_t i = kSixteen; i < kBlock; i += kSixteen)
      put_sixteen(_mm_load_si128(reinterpret_cast<const __m128i*>(all + i)), base, out + i);
  }
  return out + count;
}

ASSIST_AVX512 inline std::uint32_t* look_at(__m512i bytes, std::size_t position, Others& others,
                                            std::uint32_t* out) {
  others.escapes |= _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\\'));
  others.lowest = _mm512_min_epu8(others.lowest, bytes);
  others.bytes = _mm512_or_si512(others.bytes, bytes);
  return put(_mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('"')), position, out);
}

}  // namespace

ASSIST_AVX512 std::size_t find_quotes_avx512(std::string_view text, std::uint32_t* out,
                                             Quotes::Found& found) {
  const __m512i space = _mm512_set1_epi8(' ');
  Others others{0, space, space};
  std::uint32_t* end = out;
  std::size_t at = 0;
  for (; at + kBlock <= text.size(); at += kBlock)
    end = look_at(_mm512_loadu_si512(text.data() + at), at, others, end);
  const __mmask64 last = _bzhi_u64(~std::uint64_t{0}, static_cast<unsigned>(text.size() - at));
  end = look_at(_mm512_mask_loadu_epi8(space, last, text.data() + at), at, others, end);
  found.escapes = others.escapes != 0;
  found.controls = _mm512_cmplt_epu8_mask(others.lowest, space) != 0;
  found.beyond_ascii = _mm512_movepi8_mask(others.bytes) != 0;
  return static_cast<std::size_t>(end - out);
}

}  // namespace assist::events

#endif
