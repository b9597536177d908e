#pragma once

// Values that run are base + rate * now. These find what one is at a moment, and the first
// microsecond at which it leaves a range.

#include <cstdint>

#include "cel/cel.hpp"
#include "cel/time_text.hpp"

namespace assist::cel {

using Nanos = __int128;  // nanoseconds of any value of the language, and more
inline constexpr Nanos kFar = Nanos{1} << 100;
inline constexpr std::int64_t kSecond = 1'000'000'000;

/// Moments that can be written, in seconds since 1970: years 1 to 9999.
inline constexpr std::int64_t kMinTimestamp = -62135596800;
inline constexpr std::int64_t kMaxTimestamp = 253402300799;

inline Seconds split_us(std::int64_t us) {
  std::int64_t seconds = us / 1'000'000;
  auto rest = static_cast<std::int32_t>(us % 1'000'000);
  if (rest < 0) {
    rest += 1'000'000;
    --seconds;
  }
  return {seconds, rest * 1000};
}

inline Seconds split_ns(Nanos ns) {
  auto seconds = static_cast<std::int64_t>(ns / kSecond);
  auto nanos = static_cast<std::int32_t>(ns % kSecond);
  if (nanos < 0) {
    nanos += kSecond;
    --seconds;
  }
  return {seconds, nanos};
}

/// Whether getHours() and the like know the clocks of `zone`: "Europe/Berlin", "+02:00".
bool is_time_zone(std::string_view zone);

/// Base of `value` (a timestamp or duration) in nanoseconds.
inline Nanos base_ns(const Value& value) {
  return Nanos{value.seconds()} * kSecond + value.nanos();
}

/// `value` at moment `now_us`, in nanoseconds.
inline Nanos ns_at(const Value& value, std::int64_t now_us) {
  return base_ns(value) + Nanos{value.rate()} * now_us * 1000;
}

inline Seconds value_at(const Value& value, std::int64_t now_us) {
  if (value.rate() == 0) return {value.seconds(), value.nanos()};
  return split_ns(ns_at(value, now_us));
}

/// The first microsecond after `now_us` at which base + rate * now is outside [low, high), given
/// that it is inside at `now_us`; INT64_MAX: never, or after the year 9999.
std::int64_t leaves_at(Nanos base, int rate, Nanos low, Nanos high);

/// Narrows the run's validity to as long as `value` stays in [low, high) nanoseconds.
inline void stays_within(Run& run, const Value& value, Nanos low, Nanos high) {
  if (value.rate() != 0) run.narrow(leaves_at(base_ns(value), value.rate(), low, high));
}

}  // namespace assist::cel
