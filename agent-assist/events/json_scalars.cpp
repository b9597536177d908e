#include <charconv>
#include <cstring>
#include <limits>
#include <optional>

#include "events/json_reader.hpp"

namespace assist::events {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

const char* skip_digits(const char* at, const char* end) {
  while (at != end && is_digit(*at)) ++at;
  return at;
}

/// A number of so many digits is less than 2^53, and ten to this power is exact as a double too.
constexpr std::ptrdiff_t kFewDigits = 15;
constexpr double kPowersOfTen[kFewDigits + 1] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

/// A number as it is written, without the value of its exponent.
struct Digits {
  std::uint64_t number = 0;  // all digits as one; means something where they are few
  std::ptrdiff_t count = 0, fraction = 0;
  bool exponent = false;
};

const char* take_digits(const char* at, const char* end, Digits& digits) {
  const char* const begin = at;
  for (; at != end && is_digit(*at); ++at)
    digits.number = digits.number * 10 + static_cast<unsigned>(*at - '0');
  digits.count += at - begin;
  return at;
}

/// The grammar of RFC 8259, 6. False: it is no number.
bool scan_number(const char*& at, const char* end, Digits& digits) {
  const char* p = at;
  if (p != end && *p == '-') ++p;
  const char* const whole = p;
  p = take_digits(p, end, digits);
  if (p == whole || (*whole == '0' && p - whole > 1)) return false;
  if (p != end && *p == '.') {
    const char* const fraction = ++p;
    p = take_digits(p, end, digits);
    digits.fraction = p - fraction;
    if (digits.fraction == 0) return false;
  }
  if (p != end && (*p == 'e' || *p == 'E')) {
    ++p;
    if (p != end && (*p == '+' || *p == '-')) ++p;
    const char* const exponent = p;
    p = skip_digits(p, end);
    if (p == exponent) return false;
    digits.exponent = true;
  }
  at = p;
  return true;
}

/// What from_chars calls out of range: is it too large (or too small)? By the place of the first
/// digit that is not 0, which the exponent moves.
bool is_too_large(std::string_view digits) {
  const auto e = digits.find_first_of("eE");
  const std::string_view mantissa = digits.substr(0, e);
  const auto first = mantissa.find_first_of("123456789");
  if (first == std::string_view::npos) return false;
  const auto point = std::min(mantissa.find('.'), mantissa.size());
  std::int64_t place = static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first);
  if (e != std::string_view::npos) {
    auto exponent_text = digits.substr(e + 1);
    const bool minus = exponent_text.starts_with('-');
    if (minus || exponent_text.starts_with('+')) exponent_text.remove_prefix(1);
    std::int64_t exponent = 0;
    const char* const end = exponent_text.data() + exponent_text.size();
    if (std::from_chars(exponent_text.data(), end, exponent).ec != std::errc{}) return !minus;
    // Far beyond any text's length, so that the sum cannot overflow.
    exponent = std::min(exponent, std::int64_t{1} << 40);
    place += minus ? -exponent : exponent;
  }
  return place > 0;
}

double read_double(const char* begin, const char* end) {
  double value = 0.0;
  if (std::from_chars(begin, end, value).ec == std::errc{}) return value;
  const bool minus = *begin == '-';
  const std::string_view digits(begin + (minus ? 1 : 0),
                                static_cast<std::size_t>(end - begin) - (minus ? 1 : 0));
  value = is_too_large(digits) ? std::numeric_limits<double>::infinity() : 0.0;
  return minus ? -value : value;
}

/// Four hexadecimal digits; -1: they are not there.
int read_hex4(std::string_view text) {
  if (text.size() < 4) return -1;
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + 4, value, 16);
  return error == std::errc{} && end == text.data() + 4 ? static_cast<int>(value) : -1;
}

std::size_t put_utf8(std::uint32_t c, char* out) {
  const auto put = [&](std::size_t i, std::uint32_t byte) { out[i] = static_cast<char>(byte); };
  if (c < 0x80) return put(0, c), 1;
  if (c < 0x800) return put(0, 0xC0 | c >> 6), put(1, 0x80 | (c & 0x3F)), 2;
  if (c < 0x10000) {
    put(0, 0xE0 | c >> 12), put(1, 0x80 | (c >> 6 & 0x3F)), put(2, 0x80 | (c & 0x3F));
    return 3;
  }
  put(0, 0xF0 | c >> 18), put(1, 0x80 | (c >> 12 & 0x3F));
  put(2, 0x80 | (c >> 6 & 0x3F)), put(3, 0x80 | (c & 0x3F));
  return 4;
}

/// The code point of the \u escape at the front, whose "\u" is cut off already; drops it. nullopt:
/// it is wrong. A lone surrogate gives U+FFFD.
std::optional<std::uint32_t> read_code_point(std::string_view& rest, bool& lone) {
  const int first = read_hex4(rest);
  if (first < 0) return std::nullopt;
  rest.remove_prefix(4);
  if (first < 0xD800 || first > 0xDFFF) return static_cast<std::uint32_t>(first);
  const int second = first < 0xDC00 && rest.starts_with("\\u") ? read_hex4(rest.substr(2)) : -1;
  if (second < 0xDC00 || second > 0xDFFF) {
    lone = true;
    return 0xFFFD;
  }
  rest.remove_prefix(6);
  return 0x10000 + ((static_cast<std::uint32_t>(first) - 0xD800) << 10) +
         (static_cast<std::uint32_t>(second) - 0xDC00);
}

/// What the letter after a backslash means; 0: nothing.
char simple_escape(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/':
      return c;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return 0;
  }
}

}  // namespace

bool read_number(const char*& at, const char* end, Json& out) {
  const char* const begin = at;
  Digits digits;
  if (!scan_number(at, end, digits)) return false;
  const bool minus = *begin == '-', few = digits.count <= kFewDigits;
  if (digits.fraction == 0 && !digits.exponent) {
    out.kind = Json::Kind::integer;
    if (few) {
      const auto value = static_cast<std::int64_t>(digits.number);
      out.integer = minus ? -value : value;
      return true;
    }
    if (std::from_chars(begin, at, out.integer).ec == std::errc{}) return true;
  }
  out.kind = Json::Kind::number;
  if (few && !digits.exponent) {
    // Both are exact, so that the quotient is the double nearest to what is written.
    const double value = static_cast<double>(digits.number) / kPowersOfTen[digits.fraction];
    out.number = minus ? -value : value;
  } else {
    out.number = read_double(begin, at);
  }
  return true;
}

std::optional<std::size_t> unescape(std::string_view text, char* out, bool& lone) {
  std::size_t size = 0;
  while (!text.empty()) {
    const auto plain = std::min(text.find('\\'), text.size());
    if (out != nullptr) std::memcpy(out + size, text.data(), plain);
    size += plain;
    text.remove_prefix(plain);
    if (text.empty()) break;
    if (text.size() < 2) return std::nullopt;
    const char letter = text[1];
    text.remove_prefix(2);
    char bytes[4];
    std::size_t count = 1;
    if (letter == 'u') {
      const auto point = read_code_point(text, lone);
      if (!point) return std::nullopt;
      count = put_utf8(*point, bytes);
    } else if ((bytes[0] = simple_escape(letter)) == 0) {
      return std::nullopt;
    }
    if (out != nullptr) std::memcpy(out + size, bytes, count);
    size += count;
  }
  return size;
}

}  // namespace assist::events
