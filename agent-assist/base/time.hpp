#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assist {

/// A length of time in whole microseconds.
using Duration = std::chrono::microseconds;
/// A moment in UTC, in whole microseconds since 1970-01-01T00:00:00Z.
using Time = std::chrono::sys_time<Duration>;

/// Later than every moment that can be written (year 9999 ends before it).
inline constexpr Time kNever = Time::max();

/// Reads RFC 3339 with any offset (years 0001 to 9999, "T" and "Z" in either case, no leap second
/// but :60 at the end of a UTC minute, which counts as the next second). Digits beyond microseconds
/// are cut off. nullopt: it is something else.
std::optional<Time> parse_rfc3339(std::string_view text);

/// Reads what parse_rfc3339() reads, and the same; in a third of the time where one text after the
/// other names the same minute, as those of a stream do.
class TimeReader {
 public:
  std::optional<Time> read(std::string_view text);

 private:
  static constexpr std::size_t kMinuteBytes = 17;  // "2026-11-22T10:02:"
  char minute_[kMinuteBytes + 1] = "1970-01-01T00:00:";
  Time start_{};  // of that minute
};

/// `2026-11-22T10:02:00Z`: UTC, no fraction or six digits.
std::string format_rfc3339(Time time);

/// Reads a length as rule files write it: whole numbers with d, h, m, s, each at most once, largest
/// first, more than 0 ("90s", "1h30m"). nullopt: it is something else.
std::optional<Duration> parse_duration(std::string_view text);

/// The same form back, as short as it goes ("1h30m", "0s", "1.5s"): for messages.
std::string format_duration(Duration length);

/// Seconds as a JSON number: whole, or with as many digits of a fraction as are needed.
std::string format_seconds(Duration length);

}  // namespace assist
