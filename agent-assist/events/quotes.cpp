#include "events/quotes.hpp"

#include <algorithm>

#include "events/quotes_kernels.hpp"

namespace assist::events {

Quotes::Instructions Quotes::best() {
#ifdef ASSIST_X86
  static const Instructions found = [] {
    const auto has = [](auto... features) { return (... && features); };
    if (!has(__builtin_cpu_supports("avx2"), __builtin_cpu_supports("bmi"),
             __builtin_cpu_supports("popcnt")))
      return Instructions::none;
    const bool wider = has(__builtin_cpu_supports("avx512f"), __builtin_cpu_supports("avx512bw"),
                           __builtin_cpu_supports("avx512vl"),
                           __builtin_cpu_supports("avx512vbmi2"), __builtin_cpu_supports("bmi2"));
    return wider ? Instructions::avx512 : Instructions::avx2;
  }();
  return found;
#else
  return Instructions::none;
#endif
}

bool Quotes::find(std::string_view text, Found& found) {
  if (instructions_ == Instructions::none) return false;
  constexpr std::size_t kTooMuch = kQuotesTooMany + kSentinels;  // is written at most
  if (positions_.size() < text.size() + kTooMuch)
    positions_.resize(std::max<std::size_t>(1024, text.size() * 3 / 2 + kTooMuch));
  size_ = instructions_ == Instructions::avx512 ? find_quotes_avx512(text, positions_.data(), found)
                                                : find_quotes_avx2(text, positions_.data(), found);
  if (found.escapes) drop_escaped(text);
  for (std::size_t i = 0; i < kSentinels; ++i)
    positions_[size_ + i] = static_cast<std::uint32_t>(text.size() + kSentinelDistance);
  return true;
}

void Quotes::drop_escaped(std::string_view text) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < size_; ++i) {
    const std::uint32_t quote = positions_[i];
    std::uint32_t begin = quote;
    while (begin > 0 && text[begin - 1] == '\\') --begin;
    if ((quote - begin) % 2 == 0) positions_[kept++] = quote;
  }
  size_ = kept;
}

}  // namespace assist::events
