#include <date/tz.h>

#include <array>
#include <chrono>

#include "cel/functions.hpp"
#include "cel/ops.hpp"
#include "cel/time_math.hpp"

namespace assist::cel {
namespace {

using Args = std::span<const Value>;

enum class Part : std::uint8_t {
  full_year,
  month,
  day_of_year,
  day_of_month,
  date,
  day_of_week,
  hours,
  minutes,
  seconds,
  milliseconds
};

/// What the clocks of a zone show at a moment, and between which moments they show that offset.
struct Offset {
  std::int64_t seconds = 0;
  std::int64_t from = INT64_MIN, until = INT64_MAX;  // seconds since 1970
};

/// "+11:00", "-02:30", "02:00".
std::optional<std::int64_t> fixed_offset(std::string_view zone) {
  bool negative = false;
  if (zone.starts_with('+') || zone.starts_with('-')) {
    negative = zone[0] == '-';
    zone.remove_prefix(1);
  }
  const auto digit = [&](std::size_t i) { return zone[i] >= '0' && zone[i] <= '9'; };
  if (zone.size() != 5 || zone[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4)) {
    return std::nullopt;
  }
  const int hours = (zone[0] - '0') * 10 + zone[1] - '0';
  const int minutes = (zone[3] - '0') * 10 + zone[4] - '0';
  if (hours > 23 || minutes > 59) return std::nullopt;
  return (negative ? -1 : 1) * (hours * 3600 + minutes * 60);
}

std::optional<Offset> offset_of(std::string_view zone, std::int64_t moment) {
  if (zone == "UTC" || zone == "Z" || zone == "") return Offset{};
  if (const auto fixed = fixed_offset(zone)) return Offset{*fixed};
  // The database is read once, by the library; where there is none no zone is known.
  try {
    const auto* found = date::locate_zone(std::string(zone));
    const auto info = found->get_info(date::sys_seconds(std::chrono::seconds(moment)));
    return Offset{info.offset.count(), info.begin.time_since_epoch().count(),
                  info.end.time_since_epoch().count()};
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

std::int64_t floor_to(std::int64_t value, std::int64_t unit) {
  const std::int64_t rest = value % unit;
  return value - (rest < 0 ? rest + unit : rest);
}

/// A part of a local moment, and the stretch of local seconds in which it is that.
struct Read {
  std::int64_t value, from, until;
};

Read read_part(Part part, std::int64_t local) {
  using namespace std::chrono;
  const std::int64_t day_start = floor_to(local, 86400);
  const auto day_number = static_cast<int>(day_start / 86400);
  const std::int64_t in_day = local - day_start;
  const year_month_day ymd{sys_days(days(day_number))};
  const Read of_day{0, day_start, day_start + 86400};
  const auto with = [&](std::int64_t value) { return Read{value, of_day.from, of_day.until}; };
  switch (part) {
    case Part::full_year:
      return with(static_cast<int>(ymd.year()));
    case Part::month:
      return with(static_cast<unsigned>(ymd.month()) - 1);
    case Part::day_of_year:
      return with(day_number -
                  sys_days(year_month_day(ymd.year(), January, day(1))).time_since_epoch().count());
    case Part::day_of_month:
      return with(static_cast<unsigned>(ymd.day()) - 1);
    case Part::date:
      return with(static_cast<unsigned>(ymd.day()));
    case Part::day_of_week:
      return with(weekday(sys_days(days(day_number))).c_encoding());
    case Part::hours:
      return {in_day / 3600, floor_to(local, 3600), floor_to(local, 3600) + 3600};
    case Part::minutes:
      return {in_day / 60 % 60, floor_to(local, 60), floor_to(local, 60) + 60};
    default:
      return {in_day % 60, local, local + 1};
  }
}

Value of_timestamp(Run& run, Part part, Args a) {
  const Value& v = a[0];
  const Seconds s = value_at(v, run.now_us());
  std::string_view zone = "UTC";
  if (a.size() > 1) {
    if (!a[1].is(Kind::string_)) return no_overload(run, "time zone", a);
    zone = a[1].as_string();
  }
  const auto offset = offset_of(zone, s.seconds);
  if (!offset) {
    if (!run.arena().has_room(256)) return Value::error("no such time zone");
    return run.error("there is no time zone \"" + std::string(zone.substr(0, 60)) + "\"");
  }
  if (part == Part::milliseconds) {
    const std::int32_t ms = s.nanos / 1'000'000;
    const Nanos low = Nanos{s.seconds} * kSecond + Nanos{ms} * 1'000'000;
    stays_within(run, v, low, low + 1'000'000);
    return Value::integer(ms);
  }
  const Read read = read_part(part, s.seconds + offset->seconds);
  // Until the part turns, or the zone's clocks are put forward or back.
  const std::int64_t from = std::max(read.from - offset->seconds, offset->from);
  const std::int64_t until = std::min(read.until - offset->seconds, offset->until);
  stays_within(run, v, Nanos{from} * kSecond, Nanos{until} * kSecond);
  return Value::integer(read.value);
}

/// Whole units of a length, towards 0; milliseconds are the part below the second.
Value of_duration(Run& run, Part part, const Value& v) {
  const Nanos unit = part == Part::hours     ? Nanos{3600} * kSecond
                     : part == Part::minutes ? Nanos{60} * kSecond
                     : part == Part::seconds ? Nanos{kSecond}
                                             : Nanos{1'000'000};
  const Nanos now = ns_at(v, run.now_us());
  const Nanos whole = now / unit;
  Nanos low = whole * unit, high = low + unit;
  if (whole == 0) {
    low = 1 - unit;
  } else if (whole < 0) {
    low = whole * unit - unit + 1;
    high = whole * unit + 1;
  }
  stays_within(run, v, low, high);
  return Value::integer(
      static_cast<std::int64_t>(part == Part::milliseconds ? whole % 1000 : whole));
}

template <Part kPart>
Value get(Run& run, Args a) {
  if (a[0].is(Kind::timestamp_)) return of_timestamp(run, kPart, a);
  if (a[0].is(Kind::duration_) && a.size() == 1 && kPart >= Part::hours) {
    return of_duration(run, kPart, a[0]);
  }
  return no_overload(run, "part of time", a);
}

constexpr FunctionRow kRows[] = {
    {"getFullYear", "timestamp.() int", get<Part::full_year>},
    {"getFullYear", "timestamp.(string) int", get<Part::full_year>},
    {"getMonth", "timestamp.() int", get<Part::month>},
    {"getMonth", "timestamp.(string) int", get<Part::month>},
    {"getDayOfYear", "timestamp.() int", get<Part::day_of_year>},
    {"getDayOfYear", "timestamp.(string) int", get<Part::day_of_year>},
    {"getDayOfMonth", "timestamp.() int", get<Part::day_of_month>},
    {"getDayOfMonth", "timestamp.(string) int", get<Part::day_of_month>},
    {"getDate", "timestamp.() int", get<Part::date>},
    {"getDate", "timestamp.(string) int", get<Part::date>},
    {"getDayOfWeek", "timestamp.() int", get<Part::day_of_week>},
    {"getDayOfWeek", "timestamp.(string) int", get<Part::day_of_week>},
    {"getHours", "timestamp.() int", get<Part::hours>},
    {"getHours", "timestamp.(string) int", get<Part::hours>},
    {"getHours", "duration.() int", get<Part::hours>},
    {"getMinutes", "timestamp.() int", get<Part::minutes>},
    {"getMinutes", "timestamp.(string) int", get<Part::minutes>},
    {"getMinutes", "duration.() int", get<Part::minutes>},
    {"getSeconds", "timestamp.() int", get<Part::seconds>},
    {"getSeconds", "timestamp.(string) int", get<Part::seconds>},
    {"getSeconds", "duration.() int", get<Part::seconds>},
    {"getMilliseconds", "timestamp.() int", get<Part::milliseconds>},
    {"getMilliseconds", "timestamp.(string) int", get<Part::milliseconds>},
    {"getMilliseconds", "duration.() int", get<Part::milliseconds>},
};

}  // namespace

bool is_time_zone(std::string_view zone) { return offset_of(zone, 0).has_value(); }

std::span<const FunctionRow> time_functions() { return kRows; }

}  // namespace assist::cel
