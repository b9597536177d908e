#pragma once

#include <algorithm>
#include <chrono>

#include "base/time.hpp"

namespace assist::server {

/// The engine's clock: UTC in microseconds, never running back.
///
/// It follows the system's clock. If that is set back, it goes on at half pace until the system's
/// has caught up: timers still run, and event times and the clock come together again.
class Clock {
 public:
  using Steady = std::chrono::steady_clock::time_point;

  /// Never less than `at_least`: the last entry of the journal.
  explicit Clock(Time at_least) : last_(at_least) {}

  Time now() {
    return now(std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()),
               std::chrono::steady_clock::now());
  }

  Time now(Time system, Steady steady) {
    const auto passed = seen_ == Steady{} ? Steady::duration{0} : steady - seen_;
    seen_ = steady;
    rest_ += passed;
    const auto half = std::chrono::duration_cast<Duration>(rest_) / 2;
    rest_ -= half * 2;
    last_ += half;
    if (system >= last_) {
      last_ = system;
      rest_ = {};
    }
    return last_;
  }

 private:
  Time last_;
  Steady seen_{};
  Steady::duration rest_{};  // passed, and not yet counted: less than what half pace can tell
};

}  // namespace assist::server
