#pragma once

// Text forms of moments and lengths of time, as the language's conversions and literals have them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assist::cel {

/// A moment or length as seconds and 0 to 999,999,999 nanoseconds.
struct Seconds {
  std::int64_t seconds = 0;
  std::int32_t nanos = 0;
};
/// RFC 3339 with up to nine digits of fraction kept, any offset, years 1 to 9999.
std::optional<Seconds> parse_timestamp(std::string_view text);
std::string timestamp_to_string(Seconds value);
/// As Go's ParseDuration: "1h30m", "-1.5s", "100ms"; within 2^63 ns.
std::optional<Seconds> parse_duration_text(std::string_view text);
/// Seconds with as many digits of a fraction as are needed: "90s", "-0.5s".
std::string duration_to_string(Seconds value);

}  // namespace assist::cel
