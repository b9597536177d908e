#include "engine/timers.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "base/free_lists.hpp"

using namespace assist;
using engine::Timers;

namespace {

/// The plainest timers there are.
struct Plain {
  std::map<facts::CallIndex, Time> at;

  Time first() const {
    Time out = kNever;
    for (const auto& [call, time] : at) out = std::min(out, time);
    return out;
  }
  std::vector<facts::CallIndex> take(Time moment) {
    std::vector<facts::CallIndex> out;
    for (const auto& [call, time] : at)
      if (time == moment) out.push_back(call);
    for (const facts::CallIndex call : out) at.erase(call);
    return out;
  }
};

/// Lengths of every size, from a microsecond to years.
Duration length(std::mt19937_64& random) {
  const unsigned bits = static_cast<unsigned>(random() % 50);
  return Duration{static_cast<std::int64_t>(1 + random() % (std::uint64_t{1} << bits | 1))};
}

}  // namespace

TEST_CASE("timers fall due at their moments, in order, all of a moment at once", "[engine]") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    std::mt19937_64 random(seed);
    FreeLists memory;
    engine::CallStates calls;
    while (calls.size() < 60) calls.emplace_back(&memory);
    Timers timers(calls);
    Plain plain;
    // Before 1970 too.
    Time now{Duration{static_cast<std::int64_t>(random() % 4'000'000'000'000'000) -
                      2'000'000'000'000'000}};
    for (int step = 0; step < 400; ++step) {
      const auto call = static_cast<facts::CallIndex>(random() % calls.size());
      if (random() % 4 == 0) {
        timers.stop(call);
        plain.at.erase(call);
      } else {
        // Some at the moment of others.
        const Time first = plain.first();
        const Time at = random() % 3 == 0 && first != kNever ? first : now + length(random);
        timers.set(call, at);
        plain.at[call] = at;
      }
      REQUIRE(Timers::of(calls[call]) == (plain.at.contains(call) ? plain.at[call] : kNever));
      REQUIRE(timers.next() <= plain.first());
      REQUIRE((timers.next() == kNever) == plain.at.empty());
      if (random() % 3 != 0) continue;
      now += length(random);
      std::vector<facts::CallIndex> taken;
      while (const auto due = timers.take(now, taken)) {
        REQUIRE(*due == plain.first());
        std::sort(taken.begin(), taken.end());
        REQUIRE(taken == plain.take(*due));
        taken.clear();
      }
      REQUIRE(plain.first() > now);
    }
  }
}
