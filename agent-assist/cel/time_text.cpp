#include "cel/time_text.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>

namespace assist::cel {
namespace {

/// A fixed count of digits at `at`, which moves past them.
std::optional<int> digits(std::string_view text, std::size_t& at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i, ++at) {
    if (text[at] < '0' || text[at] > '9') return std::nullopt;
    value = value * 10 + (text[at] - '0');
  }
  return value;
}

bool literal(std::string_view text, std::size_t& at, char c) {
  if (at >= text.size() || text[at] != c) return false;
  ++at;
  return true;
}

/// ".5" at `at` as nanoseconds; 0 where there is none, nullopt where it is no fraction.
std::optional<std::int32_t> fraction(std::string_view text, std::size_t& at) {
  if (!literal(text, at, '.')) return 0;
  std::int32_t nanos = 0;
  std::size_t count = 0;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, ++count) {
    if (count < 9) nanos = nanos * 10 + (text[at] - '0');
  }
  if (count == 0) return std::nullopt;
  for (; count < 9; ++count) nanos *= 10;
  return nanos;
}

std::optional<int> offset_seconds(std::string_view text, std::size_t& at) {
  if (at >= text.size()) return std::nullopt;
  if (text[at] == 'Z' || text[at] == 'z') {
    ++at;
    return 0;
  }
  if (text[at] != '+' && text[at] != '-') return std::nullopt;
  const int sign = text[at++] == '-' ? -1 : 1;
  const auto hour = digits(text, at, 2);
  if (!hour || !literal(text, at, ':')) return std::nullopt;
  const auto minute = digits(text, at, 2);
  if (!minute || *hour > 24 || *minute > 60) return std::nullopt;
  return sign * (*hour * 3600 + *minute * 60);
}

}  // namespace

std::optional<Seconds> parse_timestamp(std::string_view text) {
  std::size_t at = 0;
  const auto year = digits(text, at, 4);
  if (!year || !literal(text, at, '-')) return std::nullopt;
  const auto month = digits(text, at, 2);
  if (!month || !literal(text, at, '-')) return std::nullopt;
  const auto day = digits(text, at, 2);
  if (!day || at >= text.size() || (text[at] != 'T' && text[at] != 't')) return std::nullopt;
  ++at;
  const auto hour = digits(text, at, 2);
  if (!hour || !literal(text, at, ':')) return std::nullopt;
  const auto minute = digits(text, at, 2);
  if (!minute || !literal(text, at, ':')) return std::nullopt;
  const auto second = digits(text, at, 2);
  if (!second) return std::nullopt;
  const auto nanos = fraction(text, at);
  if (!nanos) return std::nullopt;
  const auto offset = offset_seconds(text, at);
  if (!offset || at != text.size()) return std::nullopt;
  if (*hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  const std::int64_t seconds = days * 86400 + *hour * 3600 + *minute * 60 + *second - *offset;
  if (seconds < -62135596800 || seconds > 253402300799) return std::nullopt;
  return Seconds{seconds, *nanos};
}

namespace {

void append_fraction(std::string& out, std::int32_t nanos) {
  if (nanos == 0) return;
  std::string text = std::to_string(nanos);
  text.insert(0, 9 - text.size(), '0');
  while (text.back() == '0') text.pop_back();
  out += "." + text;
}

void append_padded(std::string& out, unsigned value, std::size_t width) {
  const std::string text = std::to_string(value);
  if (text.size() < width) out.append(width - text.size(), '0');
  out += text;
}

}  // namespace

std::string timestamp_to_string(Seconds value) {
  const std::int64_t days =
      value.seconds >= 0 ? value.seconds / 86400 : (value.seconds - 86399) / 86400;
  const auto rest = static_cast<unsigned>(value.seconds - days * 86400);
  const std::chrono::year_month_day date{
      std::chrono::sys_days(std::chrono::days(static_cast<int>(days)))};
  std::string out;
  append_padded(out, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  out += '-';
  append_padded(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  append_padded(out, static_cast<unsigned>(date.day()), 2);
  out += 'T';
  append_padded(out, rest / 3600, 2);
  out += ':';
  append_padded(out, rest / 60 % 60, 2);
  out += ':';
  append_padded(out, rest % 60, 2);
  append_fraction(out, value.nanos);
  return out + "Z";
}

std::optional<Seconds> parse_duration_text(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (text == "0") return Seconds{};
  if (text.empty()) return std::nullopt;
  struct Unit {
    std::string_view name;
    std::int64_t nanos;
  };
  static constexpr Unit kUnits[] = {
      {"ns", 1},         {"us", 1'000},        {"\u00b5s", 1'000},    {"\u03bcs", 1'000},
      {"ms", 1'000'000}, {"s", 1'000'000'000}, {"m", 60'000'000'000}, {"h", 3'600'000'000'000}};
  constexpr __int128 kMax = __int128{1} << 63;
  __int128 total = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    __int128 whole = 0;
    std::size_t count = 0;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, ++count) {
      whole = whole * 10 + (text[at] - '0');
      if (whole > kMax) return std::nullopt;
    }
    __int128 part = 0, scale = 1;
    if (at < text.size() && text[at] == '.') {
      ++at;
      for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, ++count) {
        if (scale < 1'000'000'000'000'000) {
          part = part * 10 + (text[at] - '0');
          scale *= 10;
        }
      }
    }
    if (count == 0) return std::nullopt;
    std::size_t end = at;
    while (end < text.size() && text[end] != '.' && (text[end] < '0' || text[end] > '9')) ++end;
    const auto name = text.substr(at, end - at);
    const auto unit = std::find_if(std::begin(kUnits), std::end(kUnits),
                                   [&](const Unit& u) { return u.name == name; });
    if (unit == std::end(kUnits)) return std::nullopt;
    total += whole * unit->nanos + part * unit->nanos / scale;
    if (total > kMax) return std::nullopt;
    at = end;
  }
  if (negative) total = -total;
  if (total >= kMax) return std::nullopt;
  auto seconds = static_cast<std::int64_t>(total / 1'000'000'000);
  auto nanos = static_cast<std::int32_t>(total % 1'000'000'000);
  if (nanos < 0) {
    nanos += 1'000'000'000;
    --seconds;
  }
  return Seconds{seconds, nanos};
}

std::string duration_to_string(Seconds value) {
  std::string out;
  if (value.seconds < 0) {
    out = "-";
    value.seconds = -value.seconds;
    if (value.nanos > 0) {
      --value.seconds;
      value.nanos = 1'000'000'000 - value.nanos;
    }
  }
  out += std::to_string(value.seconds);
  append_fraction(out, value.nanos);
  return out + "s";
}

}  // namespace assist::cel
