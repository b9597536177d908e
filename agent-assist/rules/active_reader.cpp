#include <date/date.h>

#include <array>

#include "rules/fields.hpp"
#include "rules/rule_reader.hpp"
#include "rules/wording.hpp"

namespace assist::rules {
namespace {

using yaml::Node;
using LocalTime = std::chrono::local_time<Duration>;

constexpr std::array<std::string_view, 7> kDays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

std::optional<unsigned> digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  unsigned out = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    out = out * 10 + static_cast<unsigned>(text[i] - '0');
  }
  text.remove_prefix(count);
  return out;
}

bool skip(std::string_view& text, std::string_view any) {
  if (text.empty() || any.find(text[0]) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

struct WallClock {
  LocalTime time;
  bool whole_day = false;
  std::optional<Time> moment = {};  // of a text with an offset or Z: then `time` is nothing
};

/// `2026-12-31`, `2026-12-31T18:00`, `2026-12-31 18:00:00`.
std::optional<WallClock> parse_wall_clock(std::string_view text) {
  using namespace std::chrono;
  const auto y = digits(text, 4);
  if (!y || *y == 0 || !skip(text, "-")) return std::nullopt;
  const auto m = digits(text, 2);
  if (!m || !skip(text, "-")) return std::nullopt;
  const auto d = digits(text, 2);
  if (!d) return std::nullopt;
  const year_month_day date{year{static_cast<int>(*y)}, month{*m}, day{*d}};
  if (!date.ok()) return std::nullopt;
  if (text.empty()) return WallClock{local_days{date}, true};
  if (!skip(text, "Tt ")) return std::nullopt;
  const auto h = digits(text, 2);
  if (!h || *h > 23 || !skip(text, ":")) return std::nullopt;
  const auto min = digits(text, 2);
  if (!min || *min > 59) return std::nullopt;
  unsigned s = 0;
  if (skip(text, ":")) {
    const auto seconds_given = digits(text, 2);
    if (!seconds_given || *seconds_given > 59) return std::nullopt;
    s = *seconds_given;
  }
  if (!text.empty()) return std::nullopt;
  return WallClock{local_days{date} + hours{*h} + minutes{*min} + seconds{s}, false};
}

std::optional<WallClock> wall_clock(Reader& reader, const Node& node, std::string_view name) {
  const auto text = reader.text(node, name);
  if (!text) return std::nullopt;
  if (const auto moment = parse_rfc3339(*text)) return WallClock{{}, false, moment};
  const auto out = parse_wall_clock(*text);
  if (!out)
    reader.error(node, in_quotes(*text) +
                           " is not a date. Write 2026-12-31 or 2026-12-31T18:00 (by "
                           "the clock of the rule's time_zone), or 2026-12-31T18:00:00Z.");
  return out;
}

std::optional<std::chrono::minutes> clock_time(std::string_view& text) {
  const auto h = digits(text, 2);
  if (!h || !skip(text, ":")) return std::nullopt;
  const auto m = digits(text, 2);
  if (!m || *m > 59 || *h > 24 || (*h == 24 && *m > 0)) return std::nullopt;
  return std::chrono::minutes(*h * 60 + *m);
}

void hours(Reader& reader, const Node& node, Active::Spec& spec) {
  if (node.is_list() && !node.broken)
    return reader.error(
        node, "\"hours\" is one stretch of the day, and this is a list. Write a rule for each.");
  const auto text = reader.text(node, "hours");
  if (!text) return;
  std::string_view rest = *text;
  spec.opens = clock_time(rest);
  const bool dash = skip(rest, "-");
  spec.closes = dash ? clock_time(rest) : std::nullopt;
  if (!spec.opens || !spec.closes || !rest.empty())
    reader.error(node,
                 in_quotes(*text) + " are no hours. Write \"08:00-20:00\" or \"22:00-06:00\".");
}

/// The day that `word` is the beginning of the name of (fri, Friday, fr); nullopt: none.
std::optional<std::size_t> day_of(std::string_view word) {
  constexpr std::array<std::string_view, 7> kNames = {"monday", "tuesday",  "wednesday", "thursday",
                                                      "friday", "saturday", "sunday"};
  const auto same = [](char a, char b) { return (a | 0x20) == b; };
  for (std::size_t day = 0; day < kNames.size(); ++day)
    if (word.size() >= 2 && word.size() <= kNames[day].size() &&
        std::equal(word.begin(), word.end(), kNames[day].begin(), same))
      return day;
  return std::nullopt;
}

/// `mon, tue, wed` from the first to the last.
std::string days_between(std::size_t first, std::size_t last) {
  std::string out(kDays[first]);
  for (std::size_t day = first; day != last;) {
    day = (day + 1) % kDays.size();
    out += ", " + std::string(kDays[day]);
  }
  return out;
}

/// `mon, tue, wed` of `mon-wed`, `Mon to Wed`; "": the text is no range of days.
std::string days_of_range(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto first_end = std::find_if_not(text.begin(), text.end(), is_letter);
  const auto last_begin = std::find_if_not(text.rbegin(), text.rend(), is_letter).base();
  if (first_end >= last_begin) return "";
  std::string between(first_end, last_begin);
  std::erase(between, ' ');
  constexpr std::string_view kTo[] = {"-",  "\u2013", "\u2014",  "..",  "...",
                                      "to", "thru",   "through", "bis", "until"};
  const auto first = day_of(std::string(text.begin(), first_end));
  const auto last = day_of(std::string(last_begin, text.end()));
  const bool range = std::find(std::begin(kTo), std::end(kTo), between) != std::end(kTo);
  return first && last && range ? days_between(*first, *last) : "";
}

/// What is meant by one text that names several days, as a list; "": it is something else.
std::string days_meant_by(std::string_view text) {
  if (text == "weekdays" || text == "workdays") return days_between(0, 4);
  if (text == "weekend" || text == "weekends") return days_between(5, 6);
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    const auto day = day_of(part);
    const std::string days = day ? std::string(kDays[*day]) : days_of_range(part);
    if (days.empty()) return "";
    out += (out.empty() ? "" : ", ") + days;
  }
  return out;
}

/// Told: `mon-fri` and the like, where each day is due for itself.
bool are_several_days(Reader& reader, const Node& node) {
  const std::string days = node.is_scalar() ? days_meant_by(node.text) : "";
  if (days.find(',') == std::string::npos) return false;
  reader.error(node,
               "\"days\" cannot be " + in_quotes(node.text) + ". Write days: [" + days + "].");
  return true;
}

void days(Reader& reader, const Node& node, Active::Spec& spec) {
  if (are_several_days(reader, node) || !reader.is_list(node, "days")) return;
  spec.days = 0;
  for (const Node& item : node.items) {
    if (are_several_days(reader, item)) continue;
    if (const auto meant = item.is_scalar() ? day_of(item.text) : std::nullopt;
        meant && kDays[*meant] != item.text) {
      reader.error(item, "\"days\" cannot be " + in_quotes(item.text) + ". Did you mean " +
                             in_quotes(kDays[*meant]) + "?");
      continue;
    }
    const auto day = reader.choice(item, "days", {kDays.begin(), kDays.end()});
    if (day) spec.days = static_cast<std::uint8_t>(spec.days | (1u << *day));
  }
}

constexpr std::string_view kReversed = "\"until\" is before \"from\".";

/// Further apart than clocks are ever set back.
constexpr Duration kLargestJump = std::chrono::hours{48};

/// Of a date by the clock of the zone and a moment with an offset: whether nothing lies between
/// them, also where clocks are set back. `whole_day`: `until` is a date, which ends with its day.
bool is_reversed(const Active::Spec& spec, bool whole_day) {
  Active::Spec bound;
  bound.time_zone = spec.time_zone;
  if (spec.from && spec.until_moment) {
    bound.from = spec.from;
    const auto opening = Active::make(bound);
    const auto before = opening->at(*spec.until_moment - kLargestJump);
    return !before.open && before.until > *spec.until_moment;
  }
  if (!spec.from_moment || !spec.until) return false;
  bound.until = spec.until;
  const auto closing = Active::make(bound);
  const auto from = closing->at(*spec.from_moment);
  const bool closed_for_good = !from.open && from.until == kNever;
  return closed_for_good && (whole_day || !closing->at(*spec.from_moment - Duration{1}).open);
}

}  // namespace

std::optional<Active> read_active(Reader& reader, const Node& node) {
  if (!reader.is_map(node, "active")) return std::nullopt;
  const std::size_t before = reader.report().count();
  Active::Spec spec;
  Fields fields(reader, node, "active", {"from", "until", "days", "hours", "time_zone"});
  if (node.entries.empty()) reader.error(node, "\"active\" says nothing of when.");
  if (const Node* value = fields.find("from"))
    if (const auto from = wall_clock(reader, *value, "from")) {
      if (from->moment) {
        spec.from_moment = from->moment;
      } else {
        spec.from = from->time;
      }
    }
  const Node* until_node = fields.find("until");
  bool whole_day = false;
  if (until_node != nullptr) {
    const auto until = wall_clock(reader, *until_node, "until");
    whole_day = until && until->whole_day;
    if (until && until->moment) {
      spec.until_moment = until->moment;
      if (spec.from_moment && *spec.from_moment > *until->moment)
        reader.error(*until_node, std::string(kReversed));
    } else if (until) {
      // A date means the whole day: out at the start of the next.
      spec.until = until->time + (until->whole_day ? std::chrono::days{1} : std::chrono::days{0});
      const bool ends_first = until->whole_day ? spec.from >= spec.until : spec.from > spec.until;
      if (spec.from && ends_first) reader.error(*until_node, std::string(kReversed));
    }
  }
  if (const Node* value = fields.find("days")) days(reader, *value, spec);
  if (const Node* value = fields.find("hours")) hours(reader, *value, spec);
  const Node* zone = fields.find("time_zone");
  if (zone != nullptr) spec.time_zone = reader.text(*zone, "time_zone").value_or("UTC");
  Active::Spec zone_alone;
  zone_alone.time_zone = spec.time_zone;
  if (zone != nullptr && !Active::make(zone_alone))
    reader.error(*zone, no_time_zone(spec.time_zone));
  if (reader.report().count() != before) return std::nullopt;
  auto active = Active::make(spec);
  if (active && until_node != nullptr && is_reversed(spec, whole_day)) {
    reader.error(*until_node, std::string(kReversed));
    return std::nullopt;
  }
  return active;
}

std::string describe(const Active::Spec& spec) {
  const auto number = [](auto value) { return std::to_string(value.count()); };
  std::string out = std::to_string(spec.days) + " " + spec.time_zone;
  out += spec.from ? " from " + number(spec.from->time_since_epoch()) : "";
  out += spec.until ? " until " + number(spec.until->time_since_epoch()) : "";
  out += spec.from_moment ? " from " + format_rfc3339(*spec.from_moment) : "";
  out += spec.until_moment ? " until " + format_rfc3339(*spec.until_moment) : "";
  if (spec.opens && spec.closes)
    out += " hours " + number(*spec.opens) + "-" + number(*spec.closes);
  return out;
}

}  // namespace assist::rules
