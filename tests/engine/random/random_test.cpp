#include "engine/random/random.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <random>

#include "engine/random/pair.hpp"

using namespace assist;

namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

/// Counts what the streams led to, beside what was drawn.
void count(std::map<std::string, std::uint64_t>& coverage,
           const std::vector<model::Decision>& decisions) {
  for (const auto& d : decisions) {
    ++coverage["decided " + d.action + (d.reason.empty() ? "" : " " + d.reason)];
    ++coverage["decided for kind " + d.kind];
    ++coverage["decided for mode " + d.mode];
    ++coverage[std::string("decided by ") + (d.by_clock ? "the clock" : "an event")];
  }
}

}  // namespace

// AGENT_ASSIST_SEED and AGENT_ASSIST_PAIRS choose other pairs, and how many.
TEST_CASE("the engine decides as the naive model does", "[engine][random]") {
  const std::uint64_t seed = from_environment("AGENT_ASSIST_SEED", std::random_device{}());
  const std::uint64_t pairs = from_environment("AGENT_ASSIST_PAIRS", 2'000);
  std::cout << "seed " << seed << ", " << pairs << " pairs" << std::endl;
  std::map<std::string, std::uint64_t> coverage;
  std::uint64_t invalid = 0;
  for (std::uint64_t i = 0; i < pairs; ++i) {
    // Each pair has a seed of its own, so that one alone can be run again.
    random::Random r(seed + i);
    const random::Pair pair = random::generate(r, {});
    const random::Outcome outcome = random::run(pair);
    if (!outcome.valid) {
      ++invalid;
      // A reload may leave out a rule that others read. The first set is always right.
      if (pair.later_rules.empty()) FAIL("seed " << seed + i << ": " << outcome.difference);
      continue;
    }
    for (const auto& [what, times] : r.drawn) coverage[what] += times;
    count(coverage, outcome.decisions);
    if (outcome.difference.empty()) continue;
    FAIL("AGENT_ASSIST_SEED=" << seed + i << " AGENT_ASSIST_PAIRS=1\n"
                              << random::print(random::shrink(pair)));
  }
  CHECK(invalid * 10 < pairs + 10);
  if (std::getenv("AGENT_ASSIST_COVERAGE") != nullptr)
    for (const auto& [what, times] : coverage) std::cout << times << '\t' << what << '\n';
}
