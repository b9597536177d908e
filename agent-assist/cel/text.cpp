#include "cel/text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>

namespace assist::cel {

char32_t decode_utf8(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0;
  };
  const unsigned b0 = byte(0);
  if (b0 < 0x80) {
    ++at;
    return b0;
  }
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  if (b0 >= 0xC2 && b0 < 0xE0 && tail(1)) {
    const char32_t code = (b0 & 0x1F) << 6 | (byte(1) & 0x3F);
    at += 2;
    return code;
  }
  if (b0 >= 0xE0 && b0 < 0xF0 && tail(1) && tail(2)) {
    const char32_t code = (b0 & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
    if (code >= 0x800 && (code < 0xD800 || code >= 0xE000)) {
      at += 3;
      return code;
    }
  }
  if (b0 >= 0xF0 && b0 < 0xF5 && tail(1) && tail(2) && tail(3)) {
    const char32_t code =
        (b0 & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F);
    if (code >= 0x10000 && code <= 0x10FFFF) {
      at += 4;
      return code;
    }
  }
  ++at;
  return 0xFFFD;
}

void append_utf8(std::string& out, char32_t code) {
  if (code < 0x80) {
    out.push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    out.push_back(static_cast<char>(0xC0 | code >> 6));
    out.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  } else if (code < 0x10000) {
    out.push_back(static_cast<char>(0xE0 | code >> 12));
    out.push_back(static_cast<char>(0x80 | (code >> 6 & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  } else {
    out.push_back(static_cast<char>(0xF0 | code >> 18));
    out.push_back(static_cast<char>(0x80 | (code >> 12 & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (code >> 6 & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  }
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    if (decode_utf8(text, at) == 0xFFFD && at == begin + 1) return false;
  }
  return true;
}

std::string ascii_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

std::string with_article(std::string_view name) {
  constexpr std::string_view kVowels = "aeiouAEIOU";
  const bool vowel = !name.empty() && kVowels.find(name[0]) != std::string_view::npos;
  return (vowel ? "an " : "a ") + std::string(name);
}

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::size_t byte_of(std::string_view text, std::size_t index) {
  std::size_t at = 0;
  for (; index > 0 && at < text.size(); --index) {
    ++at;
    while (at < text.size() && (text[at] & 0xC0) == 0x80) ++at;
  }
  return at;
}

std::size_t find_text(std::string_view text, std::string_view part, std::size_t from) {
  if (from > text.size()) return std::string_view::npos;
  if (part.empty()) return from;
  if (part.size() > text.size() - from) return std::string_view::npos;  // also of what is nowhere
  // glibc's is the two-way algorithm; string_view::find takes as long as both multiplied.
  const void* found = memmem(text.data() + from, text.size() - from, part.data(), part.size());
  if (found == nullptr) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

namespace {

/// The shortest digits that read back as `value` (finite), and where the point is: 0.digits * 10^n.
struct Digits {
  bool negative;
  std::string digits;
  int point;
};
Digits shortest(double value) {
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, std::fabs(value),
                                 std::chars_format::scientific);
  *end.ptr = '\0';  // for atoi; to_chars writes none, and the shortest are 24 characters at most
  const std::string_view text(buffer, static_cast<std::size_t>(end.ptr - buffer));
  const std::size_t e = text.find('e');
  Digits result{std::signbit(value), {}, 0};
  for (const char c : text.substr(0, e)) {
    if (c != '.') result.digits.push_back(c);
  }
  result.point = std::atoi(text.data() + e + 1) + 1;
  return result;
}

std::string plain(const Digits& d) {
  const int count = static_cast<int>(d.digits.size());
  std::string out = d.negative ? "-" : "";
  if (d.point <= 0) {
    out += "0." + std::string(static_cast<std::size_t>(-d.point), '0') + d.digits;
  } else if (d.point >= count) {
    out += d.digits + std::string(static_cast<std::size_t>(d.point - count), '0');
  } else {
    out += d.digits.substr(0, static_cast<std::size_t>(d.point)) + "." +
           d.digits.substr(static_cast<std::size_t>(d.point));
  }
  return out;
}

std::string scientific(const Digits& d, std::size_t min_exponent_digits) {
  std::string out = d.negative ? "-" : "";
  out += d.digits[0];
  if (d.digits.size() > 1) out += "." + d.digits.substr(1);
  const int exponent = d.point - 1;
  std::string power = std::to_string(std::abs(exponent));
  while (power.size() < min_exponent_digits) power.insert(0, 1, '0');
  return out + (exponent < 0 ? "e-" : "e+") + power;
}

}  // namespace

std::string double_to_string(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Inf" : "+Inf";
  if (value == 0) return std::signbit(value) ? "-0" : "0";
  const Digits d = shortest(value);
  // The reference's form (Go's FormatFloat 'g', -1): an exponent below -4 or from 6 on is written.
  const int exponent = d.point - 1;
  return exponent < -4 || exponent >= 6 ? scientific(d, 2) : plain(d);
}

std::string double_to_ecmascript(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  if (value == 0) return "0";
  const Digits d = shortest(value);
  return d.point > 21 || d.point <= -6 ? scientific(d, 1) : plain(d);
}

std::string double_to_plain(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  if (value == 0) return std::signbit(value) ? "-0" : "0";
  return plain(shortest(value));
}

std::string double_to_literal(double value) {
  if (std::isnan(value)) return "double(\"NaN\")";
  if (std::isinf(value)) return value < 0 ? "double(\"-Infinity\")" : "double(\"Infinity\")";
  std::string text = double_to_ecmascript(value);
  if (value == 0 && std::signbit(value)) text = "-0";
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::optional<std::int64_t> parse_int(std::string_view text) {
  std::int64_t value = 0;
  const bool plus = text.starts_with('+') && !text.starts_with("+-");
  const auto digits = text.substr(plus ? 1 : 0);
  const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (end.ec != std::errc() || end.ptr != digits.data() + digits.size()) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> parse_uint(std::string_view text) {
  std::uint64_t value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> parse_double(std::string_view text) {
  std::string_view rest = text;
  bool negative = false;
  if (!rest.empty() && (rest[0] == '+' || rest[0] == '-')) {
    negative = rest[0] == '-';
    rest.remove_prefix(1);
  }
  if (rest.empty() || rest[0] == '+' || rest[0] == '-') return std::nullopt;
  double value = 0;
  const auto end = std::from_chars(rest.data(), rest.data() + rest.size(), value);
  if (end.ptr != rest.data() + rest.size()) return std::nullopt;
  if (end.ec == std::errc::result_out_of_range) {
    // Too small is zero, too large is no value: from_chars does not say which.
    const double read = std::strtod(std::string(rest).c_str(), nullptr);
    if (std::isinf(read)) return std::nullopt;
    value = read;
  } else if (end.ec != std::errc()) {
    return std::nullopt;
  }
  return negative ? -value : value;
}

namespace {
constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
}  // namespace

std::string base64_encode(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      const bool pad = i + k > bytes.size();
      out.push_back(pad ? '=' : kBase64[group >> (18 - 6 * k) & 63]);
    }
  }
  return out;
}

std::optional<std::string> base64_decode(std::string_view text) {
  if (text.find('=') != std::string_view::npos) {
    if (text.size() % 4 != 0) return std::nullopt;
    text = text.substr(0, text.size() - (text.ends_with("==") ? 2 : 1));
  }
  if (text.size() % 4 == 1) return std::nullopt;
  std::string out;
  unsigned bits = 0, group = 0;
  for (const char c : text) {
    const auto value = kBase64.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    group = group << 6 | static_cast<unsigned>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out.push_back(static_cast<char>(group >> bits & 0xFF));
    }
  }
  return out;
}

namespace {
bool append_escape(std::string& out, char c) {
  constexpr std::string_view kValues = "\a\b\f\n\r\t\v\\\"";
  constexpr std::string_view kNames = "abfnrtv\\\"";
  const auto at = kValues.find(c);
  if (at == std::string_view::npos) return false;
  out += '\\';
  out += kNames[at];
  return true;
}
void append_hex(std::string& out, unsigned char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += "\\x";
  out += kHex[c >> 4];
  out += kHex[c & 15];
}
}  // namespace

std::string quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (append_escape(out, c)) continue;
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      append_hex(out, static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string quote_bytes(std::string_view bytes) {
  std::string out = "b\"";
  for (const char c : bytes) {
    if (append_escape(out, c)) continue;
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7F) {
      append_hex(out, static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

}  // namespace assist::cel
