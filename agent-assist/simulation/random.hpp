#pragma once

#include <array>
#include <cstdint>

#include "base/time.hpp"

namespace assist::simulation {

/// Random numbers that are the same on every machine: whole numbers only, no libm, none of the
/// standard library's distributions, whose results each library chooses for itself.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  /// SplitMix64 (Steele, Lea, Flood 2014; public domain code by Vigna).
  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15;
    return mix(state_);
  }

  /// 0 to n - 1, each as likely as another but for one part in 2^32.
  std::uint32_t below(std::uint32_t n) {
    return static_cast<std::uint32_t>(((next() >> 32) * n) >> 32);
  }
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + below(static_cast<std::uint32_t>(high - low + 1));
  }
  bool percent(std::uint32_t chance) { return below(100) < chance; }

  Duration length(Duration low, Duration high) {
    using std::chrono::milliseconds;
    return milliseconds(between(low / milliseconds(1), high / milliseconds(1)));
  }
  /// Exponential, as gaps of a Poisson process are, in whole milliseconds, cut off at six means.
  Duration exponential(Duration mean) {
    const std::uint32_t u = below(64 << 10);
    const std::uint32_t i = u >> 10, part = u & 1023;
    const std::int64_t thousandths =
        (std::int64_t{kQuantiles[i]} * (1024 - part) + std::int64_t{kQuantiles[i + 1]} * part) /
        1024;
    const std::int64_t ms = mean / std::chrono::milliseconds(1) * thousandths / 1000;
    return std::chrono::milliseconds(ms);
  }

  template <class T, std::size_t N>
  const T& pick(const T (&items)[N]) {
    return items[below(N)];
  }

  static std::uint64_t mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }

 private:
  /// 1000 * -ln(1 - i/64), the last one cut off.
  static constexpr std::array<std::uint16_t, 65> kQuantiles = {
      0,    16,   32,   48,   65,   81,   98,   116,  134,  152,  170,  189,  208,
      227,  247,  267,  288,  309,  330,  352,  375,  398,  421,  445,  470,  495,
      521,  548,  575,  604,  633,  662,  693,  725,  758,  792,  827,  863,  901,
      940,  981,  1023, 1068, 1114, 1163, 1214, 1269, 1326, 1386, 1451, 1520, 1594,
      1674, 1761, 1856, 1962, 2079, 2213, 2367, 2549, 2773, 3060, 3466, 4159, 6000};

  std::uint64_t state_;
};

}  // namespace assist::simulation
