#include "server/clock.hpp"

#include <catch2/catch.hpp>

using namespace assist;
using namespace std::chrono_literals;
using assist::server::Clock;

namespace {
const Time kStart{1'000'000s};
const Clock::Steady kSteady{100s};
}  // namespace

TEST_CASE("the clock follows the system's", "[server]") {
  Clock clock(Time{});
  CHECK(clock.now(kStart, kSteady) == kStart);
  CHECK(clock.now(kStart + 5s, kSteady + 5s) == kStart + 5s);
  CHECK(clock.now(kStart + 3600s, kSteady + 6s) == kStart + 3600s);
}

TEST_CASE("set back, the clock goes on at half pace until the system has caught up", "[server]") {
  Clock clock(Time{});
  CHECK(clock.now(kStart, kSteady) == kStart);
  CHECK(clock.now(kStart - 60s, kSteady) == kStart);
  CHECK(clock.now(kStart - 50s, kSteady + 10s) == kStart + 5s);
  CHECK(clock.now(kStart + 40s, kSteady + 100s) == kStart + 50s);
  CHECK(clock.now(kStart + 60s, kSteady + 120s) == kStart + 60s);
  CHECK(clock.now(kStart + 61s, kSteady + 121s) == kStart + 61s);
}

TEST_CASE("half pace is kept however often the clock is read", "[server]") {
  Clock clock(kStart + 10s);
  for (int i = 0; i <= 1'000'000; i += 7) clock.now(kStart, kSteady + std::chrono::nanoseconds(i));
  const auto now = clock.now(kStart, kSteady + 1ms);
  CHECK(now - (kStart + 10s) == 500us);
}

TEST_CASE("the clock never starts before the last entry of the journal", "[server]") {
  Clock clock(kStart + 1h);
  CHECK(clock.now(kStart, kSteady) == kStart + 1h);
}
