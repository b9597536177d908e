#pragma once

#include <chrono>
#include <ctime>

namespace assist::testing {

/// How long a test waits, or lets something take, that a plain build does in `time`: as many times
/// that as sanitizers slow the program down. For upper limits alone.
template <class Rep, class Period>
constexpr auto patience(std::chrono::duration<Rep, Period> time) {
  return time * ASSIST_SLOW;
}

/// The time for which this thread had a processor since this was made: what else the machine does
/// is not in it.
class Stopwatch {
 public:
  std::chrono::nanoseconds took() const { return now() - began_; }

 private:
  static std::chrono::nanoseconds now() {
    timespec at{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
    return std::chrono::seconds(at.tv_sec) + std::chrono::nanoseconds(at.tv_nsec);
  }

  const std::chrono::nanoseconds began_ = now();
};

}  // namespace assist::testing
