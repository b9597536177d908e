#include "engine/timers.hpp"

#include <algorithm>
#include <bit>

namespace assist::engine {
namespace {

constexpr std::uint64_t kBias = std::uint64_t{1} << 63;
/// In a short list the first moment is looked for; of a long one its slot's beginning will do.
constexpr int kShort = 32;

/// Microseconds, in the order of moments: those before 1970 too.
std::uint64_t ticks(Time at) {
  return static_cast<std::uint64_t>(at.time_since_epoch().count()) + kBias;
}
Time moment(std::uint64_t ticks) {
  return Time(Duration(static_cast<std::int64_t>(ticks - kBias)));
}

}  // namespace

// A timer stands on the level of the highest digit (base 64) in which its moment differs from the
// cursor, in that digit's slot. So all of a lower level are before those of a higher one, and on a
// level they are in the order of slots; on the lowest a slot is one microsecond.

Timers::Timers(CallStates& calls) : calls_(calls) { heads_.fill(kNone); }

void Timers::set(facts::CallIndex call, Time at) {
  if (calls_[call].timer.set()) unlink(call);
  calls_[call].timer.at = at;
  link(call);
}

void Timers::stop(facts::CallIndex call) {
  if (calls_[call].timer.set()) unlink(call);
}

void Timers::link(facts::CallIndex call) {
  Timer& timer = calls_[call].timer;
  const std::uint64_t at = std::max(ticks(timer.at), cursor_);
  const std::uint64_t differs = at ^ cursor_;
  const unsigned level =
      differs == 0 ? 0 : (63u - static_cast<unsigned>(std::countl_zero(differs))) / kBits;
  const auto slot = static_cast<unsigned>(at >> (level * kBits)) & (kSlots - 1);
  timer.list = level * kSlots + slot;
  timer.before = kNone;
  timer.after = heads_[timer.list];
  if (timer.after != kNone) calls_[timer.after].timer.before = call;
  heads_[timer.list] = call;
  used_[level] |= std::uint64_t{1} << slot;
  levels_ |= 1u << level;
}

void Timers::unlink(facts::CallIndex call) {
  Timer& timer = calls_[call].timer;
  if (timer.after != kNone) calls_[timer.after].timer.before = timer.before;
  if (timer.before != kNone) {
    calls_[timer.before].timer.after = timer.after;
  } else {
    heads_[timer.list] = timer.after;
    if (timer.after == kNone) empty({timer.list / kSlots, timer.list % kSlots});
  }
  timer.list = kNone;
}

std::optional<Timers::Place> Timers::first() const {
  if (levels_ == 0) return std::nullopt;
  const auto level = static_cast<unsigned>(std::countr_zero(levels_));
  return Place{level, static_cast<unsigned>(std::countr_zero(used_[level]))};
}

/// The slot holds no timer any more.
void Timers::empty(Place place) {
  std::uint64_t& used = used_[place.level];
  used &= ~(std::uint64_t{1} << place.slot);
  if (used == 0) levels_ &= ~(1u << place.level);
}

std::uint64_t Timers::start_of(Place place) const {
  const unsigned shift = place.level * kBits;
  const std::uint64_t digits = std::uint64_t{place.slot} << shift;
  const unsigned above = shift + kBits;
  return above >= 64 ? digits : (cursor_ >> above << above) | digits;
}

Time Timers::next() const {
  const auto place = first();
  if (!place) return kNever;
  if (place->level == 0) return moment(start_of(*place));
  Time earliest = kNever;
  int looked_at = 0;
  for (auto call = heads_[place->level * kSlots + place->slot]; call != kNone;
       call = calls_[call].timer.after) {
    if (++looked_at > kShort) return moment(start_of(*place));
    earliest = std::min(earliest, calls_[call].timer.at);
  }
  return earliest;
}

std::optional<Time> Timers::take(Time now, std::vector<facts::CallIndex>& calls) {
  while (const auto place = first()) {
    const std::uint64_t start = start_of(*place);
    if (start > ticks(now)) break;
    cursor_ = start;
    std::uint32_t& head = heads_[place->level * kSlots + place->slot];
    std::uint32_t call = std::exchange(head, kNone);
    empty(*place);
    if (place->level == 0) {
      for (; call != kNone; call = calls_[call].timer.after) {
        calls_[call].timer.list = kNone;
        calls.push_back(call);
      }
      return moment(start);
    }
    while (call != kNone) {
      const std::uint32_t after = calls_[call].timer.after;
      link(call);  // on a lower level now
      call = after;
    }
  }
  // Nothing is due by `now`: what is set from here on is looked at from there.
  cursor_ = std::max(cursor_, ticks(now));
  return std::nullopt;
}

}  // namespace assist::engine
