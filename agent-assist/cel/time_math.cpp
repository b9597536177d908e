#include "cel/time_math.hpp"

namespace assist::cel {
namespace {

/// After it nothing that can be written happens.
constexpr std::int64_t kEndOfTime = (kMaxTimestamp + 1) * 1'000'000;

template <class Int>
std::int64_t ceil_divide(Int dividend, Int divisor) {  // divisor > 0
  const Int quotient = dividend / divisor;
  return static_cast<std::int64_t>(dividend % divisor > 0 ? quotient + 1 : quotient);
}

}  // namespace

std::int64_t leaves_at(Nanos base, int rate, Nanos low, Nanos high) {
  if (rate == 0) return INT64_MAX;
  const bool rises = rate > 0;
  // The distance that it runs until it is first outside, over the nanoseconds it runs a
  // microsecond.
  const Nanos distance = rises ? high - base : base - low + 1;
  const std::int64_t step = std::int64_t{rises ? rate : -rate} * 1000;
  if (rises ? high >= kFar : low <= -kFar) return INT64_MAX;
  std::int64_t moment;
  if (distance == static_cast<std::int64_t>(distance)) {
    const auto d = static_cast<std::int64_t>(distance);
    moment = step == 1000 ? ceil_divide<std::int64_t>(d, 1000) : ceil_divide(d, step);
  } else {
    const Nanos quotient = distance / step;
    if (quotient > kEndOfTime) return INT64_MAX;
    if (quotient < -kEndOfTime) return INT64_MIN;
    moment = ceil_divide<Nanos>(distance, step);
  }
  return moment >= kEndOfTime ? INT64_MAX : moment;
}

}  // namespace assist::cel
