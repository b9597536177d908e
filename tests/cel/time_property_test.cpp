// The promise that timers stand on: until the moment that a run reports, the value is the same at
// every microsecond. CEL_PROPERTY_RUNS and CEL_PROPERTY_SEED choose how many and which.

#include <catch2/catch.hpp>
#include <cstdlib>
#include <set>

#include "cel/random_expression.hpp"
#include "cel/world.hpp"

using namespace cel_test;

namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

void shuffle_facts(World& world, std::mt19937_64& random, Time now) {
  const auto near = [&](std::int64_t spread_seconds) {
    return now - Duration(static_cast<std::int64_t>(random() % 2'000'001) * spread_seconds -
                          1'000'000 * spread_seconds);
  };
  world.on_hold = random() % 4 != 0;
  world.held_at = now - Duration(random() % 8'000'000);
  world.held_before = Duration(random() % 10'000'000);
  world.started_at = near(5);
  world.answered = random() % 2 != 0;
  world.outage = random() % 2 != 0;
  world.holds = static_cast<std::int64_t>(random() % 4);
  world.contacts.clear();
  for (std::uint64_t i = random() % 4; i > 0; --i) {
    world.contacts.push_back({near(i == 1 ? 100'000 : 4), "billing", "bill", random() % 2 == 0});
  }
}

/// Moments in [now, until) at which something might turn unseen: next to the ends, round ones,
/// those of facts and of every length that the expressions use, and some at random.
std::set<std::int64_t> moments(const World& world, std::mt19937_64& random, std::int64_t now,
                               std::int64_t until) {
  std::set<std::int64_t> result;
  const auto add = [&](std::int64_t at) {
    for (const std::int64_t t : {at - 1, at, at + 1}) {
      if (t >= now && t < until) result.insert(t);
    }
  };
  add(now);
  if (until != INT64_MAX) add(until - 1);
  std::vector<std::int64_t> anchors{now,
                                    world.held_at.time_since_epoch().count(),
                                    (world.held_at - world.held_before).time_since_epoch().count(),
                                    world.started_at.time_since_epoch().count(),
                                    1'800'000'060'000'000,
                                    1'800'000'062'500'000,
                                    1'800'003'600'000'001};
  for (const Contact& c : world.contacts) anchors.push_back(c.at.time_since_epoch().count());
  for (const std::int64_t anchor : anchors) {
    for (const std::int64_t length :
         {0LL, 1'000'000LL, 1'500'000LL, 2'000'001LL, 3'000'000LL, 4'000'000LL, 5'000'000LL,
          60'000'000LL, 3'600'000'000LL, 86'400'000'000LL}) {
      add(anchor + length);
    }
  }
  const std::int64_t end = until == INT64_MAX ? now + 100'000'000'000 : until;
  for (int i = 0; i < 24 && end > now; ++i) {
    const int bits = static_cast<int>(random() % 40);
    const auto step = static_cast<std::int64_t>(random() % (std::uint64_t{1} << bits));
    if (step < end - now) add(now + step);
  }
  return result;
}

struct Tally {
  std::uint64_t runs = 0, looks = 0, turned = 0, reported = 0;
};

void check_one(World& world, const std::string& source, Time now, std::mt19937_64& random,
               Tally& tally) {
  const Program program = compiled(world.env, source, [](const std::string& text) { FAIL(text); });
  Arena arena, other;
  const Outcome outcome = program.run(world, now, arena);
  const std::int64_t start = now.time_since_epoch().count();
  const std::int64_t until = outcome.valid_until.time_since_epoch().count();
  INFO(source);
  INFO("now " << start << " us, valid for " << (until == INT64_MAX ? -1 : until - start)
              << " us, value " << to_literal(outcome.value, now));
  REQUIRE(until > start);
  const auto same_at = [&](std::int64_t at) {
    other.reset();
    const Time moment{Duration(at)};
    const Outcome later = program.run(world, moment, other);
    if (outcome.value.is_error() || later.value.is_error()) {
      return outcome.value.is_error() == later.value.is_error();
    }
    return equal(outcome.value, later.value, moment);
  };
  for (const std::int64_t at : moments(world, random, start, until)) {
    ++tally.looks;
    if (same_at(at)) continue;
    INFO("changed already after " << at - start << " us");
    FAIL();
  }
  ++tally.runs;
  if (until != INT64_MAX) {
    ++tally.reported;
    tally.turned += same_at(until) ? 0 : 1;
  }
}

}  // namespace

TEST_CASE("until the moment reported no value changes", "[cel][property]") {
  const std::uint64_t runs = from_environment("CEL_PROPERTY_RUNS", 4000);
  const std::uint64_t seed = from_environment("CEL_PROPERTY_SEED", std::random_device()());
  INFO("CEL_PROPERTY_SEED=" << seed);
  std::mt19937_64 random(seed);
  World world;
  RandomExpression expression(random);
  Tally tally;
  for (std::uint64_t i = 0; i < runs; ++i) {
    const Time now = Time(seconds(1'800'000'060)) +
                     Duration(static_cast<std::int64_t>(random() % 8'000'000)) - seconds(4);
    shuffle_facts(world, random, now);
    const int depth = static_cast<int>(random() % 4);
    const std::string source = random() % 5 == 0   ? expression.number(depth)
                               : random() % 8 == 0 ? expression.duration(depth)
                                                   : expression.boolean(depth);
    check_one(world, source, now, random, tally);
  }
  WARN("seed " << seed << ": " << tally.runs << " expressions, " << tally.looks
               << " moments looked at; of " << tally.reported
               << " moments reported the value turned at " << tally.turned);
  CHECK(tally.runs == runs);
}

TEST_CASE("of a comparison the moment reported is the one at which it turns", "[cel][property]") {
  const std::uint64_t seed = from_environment("CEL_PROPERTY_SEED", std::random_device()());
  INFO("CEL_PROPERTY_SEED=" << seed);
  std::mt19937_64 random(seed);
  World world;
  RandomExpression expression(random);
  for (int i = 0; i < 4000; ++i) {
    const Time now =
        Time(seconds(1'800'000'060)) + Duration(static_cast<std::int64_t>(random() % 8'000'000));
    shuffle_facts(world, random, now);
    const char* const ops[] = {" < ", " <= ", " > ", " >= ", " == ", " != "};
    const std::string source =
        random() % 2 == 0 ? expression.duration(0) + ops[random() % 6] + expression.duration(0)
                          : expression.timestamp(0) + ops[random() % 6] + expression.timestamp(0);
    INFO(source);
    const Program program =
        compiled(world.env, source, [](const std::string& text) { FAIL(text); });
    Arena arena;
    const Outcome before = program.run(world, now, arena);
    if (before.valid_until == kNever) continue;
    const Outcome after = program.run(world, before.valid_until, arena);
    CHECK(before.value.as_bool() != after.value.as_bool());
  }
}
