#include "engine/limits.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <sstream>

#include "engine/story.hpp"

using namespace assist;

TEST_CASE("per_call counts episodes in which something was raised", "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - {id: r, title: t, when: call.on_hold, limit: {per_call: 1}, suggest: [{headline: h}]}
)"};
  CHECK_STORY(setting, R"(
    0s. call.started c1
    1s. call.held c1                        # while it waits: an episode, and nothing raised
    2s. call.answered c1 {"agent":"ana"}
    3s. call.held c1
    3s: raised r c1 ana
    4s. call.resumed c1
    4s: withdrawn r c1 ana, no_longer_true
    5s. call.held c1
    6s. call.transferred c1 {"agent":"ben"}
    7s. call.held c1
  )");
}

TEST_CASE("an episode counts once, however often it is raised in it", "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - {id: r, title: t, when: call.answered, limit: {per_call: 1, per_agent: 1}, suggest: [{headline: h}]}
)"};
  CHECK_STORY(setting, R"(
    0s. call.answered c1 {"agent":"ana"}
    0s: raised r c1 ana
    5s. call.transferred c1 {"agent":"ben"}
    5s: withdrawn r c1 ana, transferred
    5s: raised r c1 ben
    9s. call.transferred c1 {"agent":"ana"}    # hers already in this episode
    9s: withdrawn r c1 ben, transferred
    9s: raised r c1 ana
    10s. call.answered c2 {"agent":"ana"}
    11s. call.transferred c2 {"agent":"ben"}
    12s. call.transferred c2 {"agent":"cy"}
    12s: raised r c2 cy
  )");
}

TEST_CASE("a limit's window leaves out what was raised at its very beginning", "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - {id: r, title: t, when: call.on_hold, limit: {per_call: {count: 1, within: 60s}}, suggest: [{headline: h}]}
)"};
  SECTION("a microsecond before the window has passed") {
    CHECK_STORY(setting, R"(
      0s. call.answered c1 {"agent":"ana"}
      10s. call.held c1
      10s: raised r c1 ana
      20s. call.resumed c1
      20s: withdrawn r c1 ana, no_longer_true
      69s+999999us. call.held c1
      80s. time passes                          # off for the rest of the episode
    )");
  }
  SECTION("at it") {
    CHECK_STORY(setting, R"(
      0s. call.answered c1 {"agent":"ana"}
      10s. call.held c1
      10s: raised r c1 ana
      20s. call.resumed c1
      20s: withdrawn r c1 ana, no_longer_true
      70s. call.held c1
      70s: raised r c1 ana
    )");
  }
}

TEST_CASE("without `within` limits count over ninety days", "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - {id: r, title: t, when: call.answered, limit: {per_customer: 1}, suggest: [{headline: h}]}
)"};
  CHECK_STORY(setting, R"(
    0s. call.started c1 {"customer":"alan"}
    0s. call.answered c1 {"agent":"ana"}
    0s: raised r c1 ana
    1s. call.ended c1
    1s: withdrawn r c1 ana, call_ended
    7775999s. call.started c2 {"customer":"alan"}
    7775999s+999999us. call.answered c2 {"agent":"ana"}
    7776000s. call.started c3 {"customer":"alan"}
    7776000s. call.answered c3 {"agent":"ana"}
    7776000s: raised r c3 ana
  )");
}

TEST_CASE("per_customer is for the customer known at the first raised", "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - {id: r, title: t, when: call.answered, limit: {per_customer: 1}, suggest: [{headline: h}]}
)"};
  CHECK_STORY(setting, R"(
    0s. call.answered c1 {"agent":"ana"}         # of no customer: counts for none
    0s: raised r c1 ana
    1s. call.updated c1 {"customer":"alan"}
    2s. call.answered c2 {"agent":"ben"}
    2s: raised r c2 ben
    3s. call.started c3 {"customer":"alan"}
    3s. call.answered c3 {"agent":"cy"}
    3s: raised r c3 cy
    4s. call.started c4 {"customer":"alan"}
    4s. call.answered c4 {"agent":"dan"}
    5s. call.started c5 {"customer":"bea"}
    5s. call.answered c5 {"agent":"eve"}
    5s: raised r c5 eve
  )");
}

TEST_CASE("several calls of a customer at one moment are counted one after the other", "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - {id: r, title: t, when: {affected_by: outage}, limit: {per_customer: 1}, suggest: [{headline: h}]}
)"};
  CHECK_STORY(setting, R"(
    0s. call.started c2 {"customer":"alan"}
    1s. call.started c1 {"customer":"alan"}
    2s. call.answered c1 {"agent":"ana"}
    3s. call.answered c2 {"agent":"ben"}
    5s. incident.opened i1 {"kind":"outage"}
    5s: raised r c2 ben
  )");
}

TEST_CASE("limits are looked at when a suggestion is first due, also one that is outranked",
          "[engine]") {
  engine::Options one;
  one.max_visible = 1;
  const story::Setting setting{.rules = R"(
rules:
  - {id: top, title: t, when: {call.topic: bill}, suggest: [{headline: h, priority: urgent}]}
  - {id: r, title: t, when: call.answered, limit: {per_agent: 1}, suggest: [{headline: h}]}
)",
                               .options = one};
  CHECK_STORY(setting, R"(
    0s. call.started c1 {"topic":"bill"}
    0s. call.answered c1 {"agent":"ana"}
    0s: raised top c1 ana
    1s. call.answered c2 {"agent":"ana"}
    1s: raised r c2 ana
    2s. call.updated c1 {"topic":"move"}        # it was let in at 0s, before that of c2 counted
    2s: withdrawn top c1 ana, no_longer_true
    2s: raised r c1 ana
  )");
}

TEST_CASE("cooldown runs from the end of the episode in which the rule was raised", "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - {id: r, title: t, when: call.on_hold, cooldown: 60s, suggest: [{headline: h}]}
)"};
  SECTION("before its end the whole episode stays off") {
    CHECK_STORY(setting, R"(
      0s. call.answered c1 {"agent":"ana"}
      10s. call.held c1
      10s: raised r c1 ana
      20s. call.resumed c1
      20s: withdrawn r c1 ana, no_longer_true
      79s+999999us. call.held c1
      90s. call.resumed c1                      # nothing was raised: the cooldown does not run anew
      91s. call.held c1
      91s: raised r c1 ana
    )");
  }
  SECTION("at its very end it is free") {
    CHECK_STORY(setting, R"(
      0s. call.answered c1 {"agent":"ana"}
      10s. call.held c1
      10s: raised r c1 ana
      20s. call.resumed c1
      20s: withdrawn r c1 ana, no_longer_true
      80s. call.held c1
      80s: raised r c1 ana
    )");
  }
  SECTION("each call has its own") {
    CHECK_STORY(setting, R"(
      0s. call.answered c1 {"agent":"ana"}
      10s. call.held c1
      10s: raised r c1 ana
      20s. call.resumed c1
      20s: withdrawn r c1 ana, no_longer_true
      30s. call.answered c2 {"agent":"ana"}
      31s. call.held c2
      31s: raised r c2 ana
    )");
  }
}

TEST_CASE("shadow rules use their own limits", "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - {id: live, title: t, when: call.on_hold, limit: {per_call: 2}, suggest: [{headline: h}]}
  - {id: shadow, title: t, when: call.on_hold, mode: shadow, limit: {per_call: 1}, suggest: [{headline: h}]}
)"};
  CHECK_STORY(setting, R"(
    0s. call.answered c1 {"agent":"ana"}
    1s. call.held c1
    1s: raised live c1 ana
    1s: raised shadow c1 ana (shadow)
    2s. call.resumed c1
    2s: withdrawn live c1 ana, no_longer_true
    2s: withdrawn shadow c1 ana (shadow), no_longer_true
    3s. call.held c1
    3s: raised live c1 ana
  )");
}

TEST_CASE("share takes the same calls whatever the rules", "[engine]") {
  const auto taken = [](std::string_view share) {
    std::string rules = "rules:\n  - {id: r, title: t, when: call.answered, share: ";
    rules += std::string(share) + ", suggest: [{headline: h}]}\n";
    const story::Setting setting{.rules = rules};
    std::string tale;
    for (int i = 0; i < 200; ++i)
      tale += "1s. call.answered call-" + std::to_string(i) + " {\"agent\":\"ana\"}\n";
    std::set<std::string> out;
    std::istringstream in(story::play(setting, tale));
    for (std::string line; std::getline(in, line);)
      if (line.find(": raised") != std::string::npos) out.insert(line);
    return out;
  };
  const auto fifth = taken("20%");
  const auto half = taken("50%");
  CHECK(taken("0%").empty());
  CHECK(taken("100%").size() == 200);
  CHECK(fifth.size() > 20);
  CHECK(fifth.size() < 60);
  CHECK(std::includes(half.begin(), half.end(), fifth.begin(), fifth.end()));
}

TEST_CASE("of customers whose limit no longer counts nothing is kept", "[engine]") {
  using namespace std::chrono_literals;
  engine::RaiseCounts counts;
  const rules::Limit limit{1, 24h};
  const Time begin = *parse_rfc3339("2026-01-05T12:00:00Z");
  const auto who = [](int i) { return "p" + std::to_string(i); };
  for (int i = 0; i < 100'000; ++i) {
    const Time now = begin + 1min * i;  // 1,440 within the limit's time
    REQUIRE(counts.allows(who(i), limit, now));
    counts.add(who(i), limit, now);
    REQUIRE(counts.size() <= 2 * 1'440 + 1);
    if (i < 1'440) continue;
    REQUIRE_FALSE(counts.allows(who(i - 1'439), limit, now));
    REQUIRE(counts.allows(who(i - 1'440), limit, now));
  }
}
