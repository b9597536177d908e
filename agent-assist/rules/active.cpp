#include "rules/active.hpp"

#include <date/tz.h>

#include <algorithm>

namespace assist::rules {

using std::chrono::minutes;
using LocalTime = std::chrono::local_time<Duration>;

/// A zone of the tz database; none is UTC, which needs no database.
struct Active::Zone {
  const date::time_zone* zone = nullptr;
};

namespace {

constexpr Duration kDay = std::chrono::hours{24};

/// The stretch around a moment in which the zone's clock goes evenly.
struct Stretch {
  Duration offset{0};
  Time end = kNever;
};

Stretch stretch_at(const date::time_zone* zone, Time now) {
  if (zone == nullptr) return {};
  const auto info = zone->get_info(std::chrono::floor<std::chrono::seconds>(now));
  Stretch out;
  out.offset = info.offset;
  // The database's last stretch ends later than microseconds can count.
  const auto end = info.end.time_since_epoch();
  const auto last = std::chrono::floor<std::chrono::seconds>(kNever.time_since_epoch());
  if (end < last) out.end = Time(std::chrono::duration_cast<Duration>(end));
  return out;
}

LocalTime local(Time now, Duration offset) { return LocalTime(now.time_since_epoch() + offset); }
LocalTime midnight(LocalTime time) { return std::chrono::floor<std::chrono::days>(time); }

/// 0: Monday. 1970-01-01 was a Thursday.
int day_of_week(LocalTime time) {
  const auto days = midnight(time).time_since_epoch() / kDay;
  return static_cast<int>(((days + 3) % 7 + 7) % 7);
}

bool has_day(std::uint8_t days, LocalTime time) { return ((days >> day_of_week(time)) & 1) != 0; }

bool all_day(const Active::Spec& spec) {
  if (!spec.opens || !spec.closes) return true;
  return *spec.opens % minutes{1440} == *spec.closes % minutes{1440};
}

bool open_at(const Active::Spec& spec, LocalTime now) {
  if (spec.from && now < *spec.from) return false;
  if (spec.until && now >= *spec.until) return false;
  if (all_day(spec)) return has_day(spec.days, now);
  const Duration time_of_day = now - midnight(now);
  const Duration opens = *spec.opens, closes = *spec.closes;
  if (opens < closes)
    return time_of_day >= opens && time_of_day < closes && has_day(spec.days, now);
  // Over midnight: the part after it belongs to the day before.
  return (time_of_day >= opens && has_day(spec.days, now)) ||
         (time_of_day < closes && has_day(spec.days, now - kDay));
}

/// The next reading of the clock, after `now`, at which open_at() may differ. LocalTime::max():
/// none.
LocalTime next_boundary(const Active::Spec& spec, LocalTime now) {
  LocalTime next = LocalTime::max();
  const auto offer = [&](LocalTime time) {
    if (time > now) next = std::min(next, time);
  };
  if (spec.from) offer(*spec.from);
  if (spec.until) offer(*spec.until);
  if (spec.from && now < *spec.from) return next;     // shut until then
  if (spec.until && now >= *spec.until) return next;  // shut for good
  if (all_day(spec) && spec.days == 0x7F) return next;
  const LocalTime today = midnight(now);
  offer(today + kDay);
  if (all_day(spec)) return next;
  for (const LocalTime day : {today, today + kDay}) {
    offer(day + *spec.opens);
    offer(day + *spec.closes);
  }
  return next;
}

/// Only a change of the zone's clock can bring back what lies behind.
bool is_settled(const Active::Spec& spec, LocalTime now) {
  constexpr Duration kLargestJump = std::chrono::hours{48};
  const bool past_until = spec.until && now - *spec.until > kLargestJump;
  const bool always = all_day(spec) && spec.days == 0x7F && !spec.until &&
                      (!spec.from || now - *spec.from > kLargestJump);
  return past_until || always;
}

}  // namespace

std::optional<Active> Active::make(const Spec& spec) {
  Active out;
  out.spec_ = spec;
  Zone zone;
  if (spec.time_zone != "UTC" && spec.time_zone != "Etc/UTC") {
    // The library throws for a name that it does not know, and where there is no database.
    try {
      zone.zone = date::locate_zone(spec.time_zone);
    } catch (const std::exception&) {
      return std::nullopt;
    }
  }
  out.zone_ = std::make_shared<const Zone>(zone);
  return out;
}

Active::Phase Active::at(Time now) const {
  const auto& from = spec_.from_moment;
  const auto& until = spec_.until_moment;
  if (until && now >= *until) return {false, kNever};
  if (from && now < *from) {
    const Phase first = at(*from);
    return {false, first.open ? *from : first.until};
  }
  const Phase phase = by_clock(now);
  if (!until || phase.until < *until) return phase;
  return {phase.open, phase.open ? *until : kNever};
}

Active::Phase Active::by_clock(Time now) const {
  // Windows repeat weekly: what does not change in a year of boundaries need not be found exactly.
  constexpr int kBoundaries = 1'500;
  Stretch stretch = stretch_at(zone_->zone, now);
  const bool open = open_at(spec_, local(now, stretch.offset));
  Time at = now;
  for (int i = 0; i < kBoundaries; ++i) {
    const LocalTime clock = local(at, stretch.offset);
    if (is_settled(spec_, clock)) return {open, kNever};
    const LocalTime boundary = next_boundary(spec_, clock);
    const bool in_stretch =
        boundary != LocalTime::max() &&
        boundary.time_since_epoch() - stretch.offset < stretch.end.time_since_epoch();
    if (!in_stretch && stretch.end == kNever) return {open, kNever};
    at = in_stretch ? Time(boundary.time_since_epoch() - stretch.offset) : stretch.end;
    if (!in_stretch) stretch = stretch_at(zone_->zone, at);
    if (open_at(spec_, local(at, stretch.offset)) != open) return {open, at};
  }
  return {open, at};
}

}  // namespace assist::rules
