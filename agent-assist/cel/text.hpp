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
/// Letters A to Z as a to z, all else as it is.
std::string ascii_lower(std::string_view text);
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

std::string base64_encode(std::string_view bytes);
/// Padding may be left out.
std::optional<std::string> base64_decode(std::string_view text);

/// In double quotes, with the escapes of the language.
std::string quote(std::string_view text);
std::string quote_bytes(std::string_view bytes);

}  // namespace assist::cel
