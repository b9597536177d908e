#include "cel/time_words.hpp"

#include <algorithm>
#include <iterator>

#include "cel/time_text.hpp"

namespace assist::cel {

std::string_view function_of_unit(std::string_view unit) {
  struct Unit {
    std::string_view function;
    std::string_view names[5];
  };
  static constexpr Unit kUnits[] = {{"seconds", {"s", "sec", "secs", "second", "seconds"}},
                                    {"minutes", {"m", "min", "mins", "minute", "minutes"}},
                                    {"hours", {"h", "hr", "hrs", "hour", "hours"}},
                                    {"days", {"d", "day", "days"}}};
  for (const auto& [function, names] : kUnits)
    if (!unit.empty() && std::find(std::begin(names), std::end(names), unit) != std::end(names))
      return function;
  return "";
}

std::string moment_as_text(std::string_view text) {
  constexpr std::size_t kDate = 10;  // characters of 2026-01-01
  std::string moment(text);
  if (moment.size() > kDate && moment[kDate] == ' ') moment[kDate] = 'T';
  for (const std::string_view rest : {"", "Z", ":00Z", "T00:00:00Z"})
    if (parse_timestamp(moment + std::string(rest))) return moment + std::string(rest);
  return "";
}

std::string length_as_expression(std::string_view text) {
  if (parse_duration_text(text)) return "duration(\"" + std::string(text) + "\")";
  const std::size_t end = text.find_first_not_of("0123456789");
  if (end == 0 || end == std::string_view::npos) return "";
  std::string_view unit = text.substr(end);
  if (unit.starts_with(' ')) unit.remove_prefix(1);
  const std::string_view function = function_of_unit(unit);
  return function.empty() ? ""
                          : std::string(function) + "(" + std::string(text.substr(0, end)) + ")";
}

}  // namespace assist::cel
