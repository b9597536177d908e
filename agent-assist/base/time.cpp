#include "base/time.hpp"

#include <array>
#include <cstdio>
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
  if (text.empty() || any_of.find(text[0]) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

/// ".123456789" as microseconds, further digits cut off. nullopt: a point without a digit.
std::optional<microseconds> fraction(std::string_view& text) {
  if (!skip(text, ".")) return microseconds{0};
  std::int64_t value = 0;
  std::size_t count = 0;
  while (!text.empty() && text[0] >= '0' && text[0] <= '9') {
    if (count < 6) value = value * 10 + (text[0] - '0');
    ++count;
    text.remove_prefix(1);
  }
  if (count == 0) return std::nullopt;
  for (std::size_t i = count; i < 6; ++i) value *= 10;
  return microseconds{value};
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

struct Unit {
  char letter;
  std::int64_t seconds;
};
constexpr std::array<Unit, 4> kUnits{{{'d', 86'400}, {'h', 3'600}, {'m', 60}, {'s', 1}}};

}  // namespace

std::optional<Time> parse_rfc3339(std::string_view text) {
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
