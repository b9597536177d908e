#pragma once

// Text forms that the language's conversions, literals and functions share.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assist::cel {

/// The code point at `at`, which moves past it; U+FFFD and one byte where it is no UTF-8.
char32_t decode_utf8(std::string_view text, std::size_t& at);
void append_utf8(std::string& out, char32_t code);
bool is_utf8(std::string_view text);
/// "a contact", "an incident".
std::string with_article(std::string_view name);
/// Code points in `text`, which is UTF-8.
std::size_t code_points(std::string_view text);
/// The byte at which code point `index` begins; text.size() for the one past the end.
std::size_t byte_of(std::string_view text, std::size_t index);

/// Where `part` begins in `text` from `from` on, or npos: in linear time, whatever they hold.
std::size_t find_text(std::string_view text, std::string_view part, std::size_t from = 0);

/// As Go's FormatFloat(x, 'g', -1) writes it: what string() gives ("NaN", "+Inf", "1e+100").
std::string double_to_string(double value);
/// As ECMAScript's Number.prototype.toString writes it.
std::string double_to_ecmascript(double value);
/// Without an exponent: what format's %s and %d give.
std::string double_to_plain(double value);
/// A literal that reads back as this double: "1.0", "1e+100", "double(\"NaN\")".
std::string double_to_literal(double value);

std::optional<std::int64_t> parse_int(std::string_view text);
std::optional<std::uint64_t> parse_uint(std::string_view text);
std::optional<double> parse_double(std::string_view text);

/// A moment or length as seconds and 0 to 999,999,999 nanoseconds.
struct Seconds {
  std::int64_t seconds = 0;
  std::int32_t nanos = 0;
};
/// RFC 3339 with up to nine digits of fraction kept, any offset, years 1 to 9999.
std::optional<Seconds> parse_timestamp(std::string_view text);
std::string timestamp_to_string(Seconds value);
/// A date, or a moment without its zone or seconds, as parse_timestamp() reads it (in UTC):
/// "2026-01-01" as "2026-01-01T00:00:00Z". "": it is something else.
std::string moment_as_text(std::string_view text);
/// As Go's ParseDuration: "1h30m", "-1.5s", "100ms"; within 2^63 ns.
std::optional<Seconds> parse_duration_text(std::string_view text);
/// How an expression has a length of time that people write as text: `days(7)` for "7d" and
/// "7 days", `duration("2m")` for "2m". "": the text is no length of time.
std::string length_as_expression(std::string_view text);
/// Seconds with as many digits of a fraction as are needed: "90s", "-0.5s".
std::string duration_to_string(Seconds value);

std::string base64_encode(std::string_view bytes);
/// Padding may be left out.
std::optional<std::string> base64_decode(std::string_view text);

/// In double quotes, with the escapes of the language.
std::string quote(std::string_view text);
std::string quote_bytes(std::string_view bytes);

}  // namespace assist::cel
