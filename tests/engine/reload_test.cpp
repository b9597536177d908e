#include <catch2/catch.hpp>

#include "engine/story.hpp"

using namespace assist;

TEST_CASE("a reload that only moves rules ranks anew what stands", "[engine]") {
  engine::Options one;
  one.max_visible = 1;
  const story::Setting setting{.rules = R"(
rules:
  - {id: a, title: t, when: call.answered, suggest: [{headline: h}]}
  - {id: b, title: t, when: call.answered, suggest: [{headline: h}]}
)",
                               .other_rules = {{"turned", R"(
rules:
  - {id: b, title: t, when: call.answered, suggest: [{headline: h}]}
  - {id: a, title: t, when: call.answered, suggest: [{headline: h}]}
)"}},
                               .options = one};
  CHECK_STORY(setting, R"(
    0s. call.answered c1 {"agent":"ana"}
    0s: raised a c1 ana
    5s. reload turned
    5s: withdrawn a c1 ana, outranked by max_visible
    5s: raised b c1 ana
  )");
}
