#include "base/time.hpp"

#include <array>
#include <bit>
#include <cstdio>
#include <cstring>
#include <limits>

namespace assist {
namespace {

using namespace std::chrono;

/// Reads exactly `count` digits at the front of `text` and drops them. -1: it has other characters.
int digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return -1;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool skip(std::string_view& text, std::string_view any_of) {
  if (text.empty()) return false;
  bool found = false;
  for (const char c : any_of) found |= text[0] == c;
  if (!found) return false;
  text.remove_prefix(1);
  return true;
}

/// ".123456789" as microseconds, further digits cut off. nullopt: a point without a digit.
std::optional<microseconds> fraction(std::string_view& text) {
  static constexpr std::array<std::int64_t, 7> kUnit = {1'000'000, 100'000, 10'000, 1'000,
                                                        100,       10,      1};
  if (text.empty() || text[0] != '.') return microseconds{0};
  std::int64_t value = 0;
  std::size_t count = 0, end = 1;
  for (; end < text.size() && text[end] >= '0' && text[end] <= '9'; ++end) {
    if (count < 6) value = value * 10 + (text[end] - '0'), ++count;
  }
  text.remove_prefix(end);
  if (count == 0) return std::nullopt;
  return microseconds{value * kUnit[count]};
}

std::optional<minutes> offset(std::string_view& text) {
  if (skip(text, "Zz")) return minutes{0};
  if (text.empty() || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const int sign = text[0] == '-' ? -1 : 1;
  text.remove_prefix(1);
  const int h = digits(text, 2);
  if (h < 0 || h > 23 || !skip(text, ":")) return std::nullopt;
  const int m = digits(text, 2);
  if (m < 0 || m > 59) return std::nullopt;
  return minutes{sign * (h * 60 + m)};
}

/// RFC 3339 in all its forms, character by character.
[[gnu::noinline]] std::optional<Time> parse_any_rfc3339(std::string_view text) {
  const int y = digits(text, 4);
  if (y < 1 || !skip(text, "-")) return std::nullopt;
  const int mo = digits(text, 2);
  if (mo < 0 || !skip(text, "-")) return std::nullopt;
  const int d = digits(text, 2);
  if (d < 0 || !skip(text, "Tt")) return std::nullopt;
  const int h = digits(text, 2);
  if (h < 0 || h > 23 || !skip(text, ":")) return std::nullopt;
  const int mi = digits(text, 2);
  if (mi < 0 || mi > 59 || !skip(text, ":")) return std::nullopt;
  const int s = digits(text, 2);
  if (s < 0 || s > 60) return std::nullopt;
  const auto micros = fraction(text);
  if (!micros) return std::nullopt;
  const auto zone = offset(text);
  if (!zone || !text.empty()) return std::nullopt;
  const year_month_day date{year{y}, month{static_cast<unsigned>(mo)},
                            day{static_cast<unsigned>(d)}};
  if (!date.ok()) return std::nullopt;
  const Time minute = sys_days{date} + hours{h} + minutes{mi} - *zone;
  // Leap seconds are inserted at the end of a UTC day only.
  if (s == 60 && minute + minutes{1} != floor<days>(minute + minutes{1})) return std::nullopt;
  const Time time = minute + seconds{s} + *micros;
  const year_month_day utc{floor<days>(time)};
  if (utc.year() < year{1} || utc.year() > year{9999}) return std::nullopt;
  return time;
}

/// Eight characters of a time: digits, and marks between them.
class Layout {
 public:
  /// 0 for each digit, else the mark itself.
  consteval explicit Layout(const char (&text)[9]) {
    for (int i = 0; i < 8; ++i) {
      text_ |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
      to_high_ |= std::uint64_t{text[i] == '0' ? 0x76u : 0x7Fu} << (8 * i);
    }
  }

  /// Byte i of the result is the number that the digits at i and i + 1 make. All eight are looked
  /// at at once: a time is in every event. False: it is something else.
  bool read(const char* text, std::uint64_t& pairs) const {
    static_assert(std::endian::native == std::endian::little);
    std::uint64_t digits;
    std::memcpy(&digits, text, sizeof digits);
    digits ^= text_;
    pairs = digits * 10 + (digits >> 8);
    return ((digits | (digits + to_high_)) & 0x8080808080808080) == 0;
  }

 private:
  std::uint64_t text_ = 0;
  std::uint64_t to_high_ = 0;  // lifts a byte to 0x80 that is over 9 at a digit, over 0 at a mark
};

/// The fraction and the offset of a time, from its twentieth character on. False: they are wrong.
bool read_rest(std::string_view rest, Time& time) {
  const auto micros = fraction(rest);
  const auto zone = offset(rest);
  if (!micros || !zone || !rest.empty()) return false;
  time += *micros - *zone;
  return true;
}

/// Likewise, where it is "Z" or ".123Z", with six digits at most. False: it is something else.
bool read_usual_rest(std::string_view rest, Time& time) {
  static constexpr std::array<std::uint32_t, 7> kUnit = {0, 100'000, 10'000, 1'000, 100, 10, 1};
  if (rest.back() != 'Z' || rest.size() > kUnit.size() + 1) return false;
  if (rest.size() == 1) return true;
  const std::size_t count = rest.size() - 2;
  if (rest[0] != '.' || count == 0) return false;
  std::uint32_t value = 0;
  for (std::size_t i = 1; i <= count; ++i) {
    const auto digit = static_cast<unsigned>(rest[i] - '0');
    if (digit > 9) return false;
    value = value * 10 + digit;
  }
  time += microseconds{value * kUnit[count]};
  return true;
}

/// The layout that nearly all give, up to its minute: "2026-11-22T10:02:". False: another (of the
/// first and last year too), or no time at all.
bool read_usual_minute(std::string_view text, Time& time) {
  static constexpr Layout kFront("0000-00-"), kBack("00T00:00");
  std::uint64_t front, back;
  if (!kFront.read(&text[0], front) || !kBack.read(&text[8], back)) return false;
  const auto pair = [](std::uint64_t pairs, int i) {
    return static_cast<unsigned>(pairs >> (8 * i)) & 0xFF;
  };
  const unsigned y = pair(front, 0) * 100 + pair(front, 2), mo = pair(front, 5), d = pair(back, 0);
  const unsigned h = pair(back, 3), mi = pair(back, 6);
  if (text[16] != ':' || y < 2 || y > 9998 || h > 23 || mi > 59) return false;
  const year_month_day date{year{static_cast<int>(y)}, month{mo}, day{d}};
  if (!date.ok()) return false;
  time = sys_days{date} + minutes{h * 60 + mi};
  return true;
}

/// What follows the minute: seconds, fraction and offset. False: they are wrong, or a leap second.
bool read_usual_seconds(std::string_view text, Time& time) {
  const auto ten = static_cast<unsigned>(text[0] - '0'), one = static_cast<unsigned>(text[1] - '0');
  if (ten > 5 || one > 9) return false;
  time += seconds{ten * 10 + one};
  const std::string_view rest(&text[2], text.size() - 2);
  return read_usual_rest(rest, time) || read_rest(rest, time);
}

constexpr std::size_t kShortest = 20;  // "2026-11-22T10:02:00Z"

struct Unit {
  char letter;
  std::int64_t seconds;
};
constexpr std::array<Unit, 4> kUnits{{{'d', 86'400}, {'h', 3'600}, {'m', 60}, {'s', 1}}};

}  // namespace

std::optional<Time> parse_rfc3339(std::string_view text) { return TimeReader().read(text); }

std::optional<Time> TimeReader::read(std::string_view text) {
  if (text.size() < kShortest) return std::nullopt;
  if (std::memcmp(text.data(), minute_, kMinuteBytes) != 0) {
    Time start;
    if (!read_usual_minute(text, start)) return parse_any_rfc3339(text);
    std::memcpy(minute_, text.data(), kMinuteBytes);
    start_ = start;
  }
  Time time = start_;
  if (read_usual_seconds({&text[kMinuteBytes], text.size() - kMinuteBytes}, time)) return time;
  return parse_any_rfc3339(text);
}

std::string format_rfc3339(Time time) {
  const auto date = floor<days>(time);
  const year_month_day ymd{date};
  const hh_mm_ss clock{time - date};
  char out[40];
  int n = std::snprintf(out, sizeof out, "%04d-%02u-%02uT%02d:%02d:%02d", int{ymd.year()},
                        unsigned{ymd.month()}, unsigned{ymd.day()}, int(clock.hours().count()),
                        int(clock.minutes().count()), int(clock.seconds().count()));
  std::string text(out, static_cast<std::size_t>(n));
  if (const auto micros = clock.subseconds().count(); micros != 0) {
    n = std::snprintf(out, sizeof out, ".%06d", int(micros));
    text.append(out, static_cast<std::size_t>(n));
  }
  return text + 'Z';
}

std::optional<Duration> parse_duration(std::string_view text) {
  // 300 years in microseconds fit; more than this is a slip, not a length.
  constexpr std::int64_t kMost = std::int64_t{292} * 365 * 86'400;
  std::int64_t total = 0;
  std::size_t unit = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    std::int64_t number = 0;
    std::size_t count = 0;
    while (count < text.size() && text[count] >= '0' && text[count] <= '9') {
      number = number * 10 + (text[count++] - '0');
      if (number > kMost) return std::nullopt;
    }
    if (count == 0 || count == text.size()) return std::nullopt;
    while (unit < kUnits.size() && kUnits[unit].letter != text[count]) ++unit;
    if (unit == kUnits.size() || number > kMost / kUnits[unit].seconds) return std::nullopt;
    total += number * kUnits[unit++].seconds;
    text.remove_prefix(count + 1);
  }
  if (total == 0 || total > kMost) return std::nullopt;
  return seconds{total};
}

std::string format_duration(Duration length) {
  if (length < Duration::zero()) return '-' + format_duration(-length);
  const std::int64_t micros = length.count() % 1'000'000;
  std::int64_t rest = length.count() / 1'000'000;
  std::string out;
  for (const auto& [letter, size] : kUnits) {
    const std::int64_t n = rest / size;
    rest %= size;
    const bool seconds_with_fraction = letter == 's' && micros != 0;
    if (n == 0 && !seconds_with_fraction) continue;
    out += seconds_with_fraction ? format_seconds(Duration{n * 1'000'000 + micros})
                                 : std::to_string(n);
    out += letter;
  }
  return out.empty() ? "0s" : out;
}

std::string format_seconds(Duration length) {
  const bool negative = length < Duration::zero();
  const auto total = negative ? 0 - static_cast<std::uint64_t>(length.count())
                              : static_cast<std::uint64_t>(length.count());
  std::string out = (negative ? "-" : "") + std::to_string(total / 1'000'000);
  if (const auto micros = total % 1'000'000; micros != 0) {
    char fraction_text[12];
    std::snprintf(fraction_text, sizeof fraction_text, ".%06u", static_cast<unsigned>(micros));
    out += fraction_text;
    while (out.back() == '0') out.pop_back();
  }
  return out;
}

}  // namespace assist
