#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assist::events {

/// Bytes of the well-formed UTF-8 sequence at the front of `text`, 1 to 4; 0: there is none.
std::size_t utf8_size(std::string_view text);
bool is_utf8(std::string_view text);

/// `text` without the code point that `bytes` would cut, if it is longer than that.
std::string_view cut_utf8(std::string_view text, std::size_t bytes);

/// No control character and no noncharacter (CloudEvents 1.0.3, type system, String). `text` is
/// UTF-8.
bool is_attribute_text(std::string_view text);

/// A URI with a scheme, or a relative reference (RFC 3986).
bool is_uri_reference(std::string_view text);
/// A URI with a scheme.
bool is_uri(std::string_view text);

/// A media type (RFC 9110, 8.3.1), cut into its parts; they point into the text.
struct MediaType {
  std::string_view type, subtype;
  std::string_view charset;  // without quotes; "" where there is none
};
std::optional<MediaType> parse_media_type(std::string_view text);
/// `*/json` and `*/*+json`, in any case (CloudEvents JSON format, 3.1).
bool is_json(const MediaType& media);

bool equal_no_case(std::string_view a, std::string_view b);
bool ends_with_no_case(std::string_view text, std::string_view end);

/// Bytes that base64 of `size` characters decodes to at most.
constexpr std::size_t base64_bytes_max(std::size_t size) { return size / 4 * 3 + 3; }
/// Decodes RFC 4648, section 4 (padding required, nothing else between) to `out`, which has room
/// for base64_bytes_max(). nullopt: it is no base64.
std::optional<std::size_t> decode_base64(std::string_view text, char* out);

/// A header's value as the HTTP binding writes it (3.1.3.2): white space around it dropped,
/// unquoted where it is quoted, then one round of percent-decoding. A `%` without two hexadecimal
/// digits stays as it is.
std::string decode_header_value(std::string_view value);

/// Appends "/name", with ~ and / escaped (RFC 6901).
void append_pointer(std::string& pointer, std::string_view name);

}  // namespace assist::events
