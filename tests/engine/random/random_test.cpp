#include "engine/random/random.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <random>
#include <set>

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

/// Rule keys, leaf words, facts, types of events, and what may be decided.
std::vector<std::string> all_that_must_be_covered() {
  std::vector<std::string> out = {"unless",
                                  "for",
                                  "keep_for",
                                  "cooldown",
                                  "again",
                                  "share",
                                  "tags",
                                  "owner",
                                  "active",
                                  "limit per_call",
                                  "limit per_customer",
                                  "limit per_agent",
                                  "limit per_call within",
                                  "limit per_customer within",
                                  "limit per_agent within",
                                  "mode live",
                                  "mode shadow",
                                  "mode off",
                                  "hours",
                                  "days",
                                  "from",
                                  "until",
                                  "time_zone",
                                  "a named situation",
                                  "id",
                                  "headline",
                                  "say",
                                  "because",
                                  "suppress",
                                  "offer",
                                  "escalate_to",
                                  "ask",
                                  "follow_up",
                                  "priority",
                                  "expires_after",
                                  "step",
                                  "group",
                                  "all",
                                  "any",
                                  "none",
                                  "several leaves",
                                  "situation in a leaf",
                                  "affected_by",
                                  "contacts",
                                  "customer_said",
                                  "agent_said",
                                  "events",
                                  "late",
                                  "ahead",
                                  "no time",
                                  "moments off the grid",
                                  "decided raised",
                                  "decided changed",
                                  "decided by the clock",
                                  "decided by an event",
                                  "decided for mode shadow"};
  for (const char* test :
       {"value", "is", "is_not", "one_of", "not_one_of", "over", "under", "at_least", "at_most",
        "between", "contains", "starts_with", "ends_with", "matches", "known"})
    out.push_back(std::string("test ") + test);
  for (const auto type : events::kEventTypeNames) out.push_back("event " + std::string(type));
  for (const char* reason : {"call_ended", "transferred", "rule_changed", "no_longer_true", "used",
                             "dismissed", "expired", "outranked"})
    out.push_back(std::string("decided withdrawn ") + reason);
  for (const char* kind : {"say", "suppress", "offer", "escalate_to", "ask", "follow_up"})
    out.push_back(std::string("decided for kind ") + kind);
  for (const auto& fact : facts::kFacts) {
    // Read by expressions and words of the vocabulary, which have counts of their own.
    static const std::set<std::string_view> kNoLeaf = {"", "call.started_at", "call.sentiments",
                                                       "customer.contacts", "incidents"};
    const bool attributes = fact.type == facts::FactType::attributes;
    if (!kNoLeaf.contains(fact.name))
      out.push_back("fact " + std::string(fact.name) + (attributes ? ".x" : ""));
  }
  return out;
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
    const random::Pair smallest = random::shrink(pair);
    FAIL("AGENT_ASSIST_SEED=" << seed + i << " AGENT_ASSIST_PAIRS=1\n"
                              << random::print(smallest) << random::run(smallest).difference);
  }
  CHECK(invalid * 10 < pairs + 10);
  if (pairs >= 1'000)
    for (const std::string& what : all_that_must_be_covered()) {
      INFO(what);
      CHECK(coverage[what] > 0);
    }
  if (std::getenv("AGENT_ASSIST_COVERAGE") != nullptr)
    for (const auto& [what, times] : coverage) std::cout << times << '\t' << what << '\n';
}
