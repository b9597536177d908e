#include "rules/length_words.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "base/time.hpp"
#include "cel/time_words.hpp"

namespace assist::rules {
namespace {

/// How many seconds a unit has, as people write it; 0: it is none.
double seconds_of(std::string_view unit) {
  static constexpr std::pair<std::string_view, double> kUnits[] = {
      {"seconds", 1}, {"minutes", 60}, {"hours", 3600}, {"days", 86400}};
  if (unit == "w" || unit == "week" || unit == "weeks") return 604800;
  const std::string_view name = cel::function_of_unit(unit);
  for (const auto& [known, seconds] : kUnits)
    if (known == name) return seconds;
  return 0;
}

/// `2 min`, `1.5h` and `30m 1h` as rule files have it: 2m, 1h30m; "": it is something else.
std::string length_as_written(std::string_view text) {
  constexpr double kMost = 1e9;
  double sum = 0;
  while (!text.empty()) {
    const auto take = [&text](std::string_view characters) {
      const std::size_t end = std::min(text.find_first_not_of(characters), text.size());
      const std::string_view out = text.substr(0, end);
      text.remove_prefix(end);
      return out;
    };
    const std::string number(take("0123456789.,"));
    take(" ");
    const double seconds = seconds_of(take("abcdefghijklmnopqrstuvwxyz"));
    take(" ");
    const std::size_t point = number.find_first_of(".,");
    const bool one_point = point == number.find_last_of(".,");
    if (number.empty() || point == 0 || !one_point || seconds == 0) return "";
    double value = 0;
    const auto whole = std::string_view(number).substr(0, point);
    if (whole.size() > 9) return "";
    for (const char c : whole) value = value * 10 + (c - '0');
    double place = 0.1;
    for (std::size_t i = point; i != std::string::npos && ++i < number.size(); place /= 10)
      value += place * (number[i] - '0');
    sum += value * seconds;
  }
  if (sum > kMost) return "";
  const std::int64_t seconds = std::llround(sum);
  const double rest = sum - static_cast<double>(seconds);
  if (seconds <= 0 || rest > 1e-6 || rest < -1e-6) return "";
  return format_duration(std::chrono::seconds(seconds));
}

}  // namespace

std::string length_advice(std::string_view text) {
  const std::string length = length_as_written(text);
  return " Write " + (length.empty() ? "90s, 2m, 1h30m or 7d" : length) + ".";
}

}  // namespace assist::rules
