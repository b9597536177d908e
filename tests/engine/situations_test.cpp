#include <catch2/catch.hpp>

#include "engine/story.hpp"

using namespace assist;

TEST_CASE("over turns at the first microsecond past its length, at_least at it", "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - id: over
    title: t
    when: {call.hold: {over: 2m}}
    suggest: [{headline: h}]
  - id: at_least
    title: t
    when: {call.hold: {at_least: 2m}}
    suggest: [{headline: h}]
)"};
  CHECK_STORY(setting, R"(
    0s. call.answered c1 {"agent":"ana"}
    20s. call.held c1
    139s+999999us. time passes
    140s: raised at_least c1 ana
    140s+1us: raised over c1 ana
    200s. call.resumed c1
    200s: withdrawn over c1 ana, no_longer_true
    200s: withdrawn at_least c1 ana, no_longer_true
  )");
}
