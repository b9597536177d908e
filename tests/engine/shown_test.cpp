#include "engine/shown.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "engine/story.hpp"

namespace assist::engine {
namespace {

events::Key id_number(std::uint64_t number) { return events::key_of(std::to_string(number)); }

TEST_CASE("an id is 26 characters that give its key back", "[engine]") {
  std::mt19937_64 draw(Catch::rngSeed());
  for (int i = 0; i < 1'000; ++i) {
    const events::Key key{draw(), draw()};
    const std::string id = id_of(key).str();
    REQUIRE(id.size() == 26);
    REQUIRE(key_of_id(id) == key);
  }
  CHECK(id_of({0, 0}) == "00000000000000000000000000");
  CHECK(id_of({~0ull, ~0ull}) == "7zzzzzzzzzzzzzzzzzzzzzzzzz");
  CHECK_FALSE(key_of_id(""));
  CHECK_FALSE(key_of_id("8zzzzzzzzzzzzzzzzzzzzzzzzz"));   // more than 128 bits
  CHECK_FALSE(key_of_id("0000000000000000000000000u"));   // no digit
  CHECK_FALSE(key_of_id("000000000000000000000000000"));  // one too many
}

TEST_CASE("what was shown is known until so much else was", "[engine]") {
  facts::Names names;
  const auto rules = story::rules_of(
      "rules:\n  - {id: a, title: t, when: call.on_hold}\n"
      "  - {id: r, title: t, when: call.on_hold, suggest: [{headline: x, id: one}]}\n");
  Shown shown;
  shown.use(rules);
  const auto add = [&](std::uint64_t number) {
    shown.add({id_number(number), names.of("ana"), number + 1, 0, 1, 0});
  };
  for (std::uint64_t i = 0; i < Shown::kMost; ++i) add(i);
  REQUIRE(shown.find(id_of(id_number(0))) != nullptr);
  add(Shown::kMost);
  CHECK(shown.find(id_of(id_number(0))) == nullptr);
  CHECK(shown.size() == Shown::kMost);
  std::uint64_t next = 1;
  shown.visit([&](const Shown::One& one) { CHECK((one.id == id_number(next++))); });

  // By names, once the rules are others; those after them by their own.
  shown.use(story::rules_of("rules:\n  - {id: z, title: t, when: call.on_hold}\n"));
  const Shown::One* const one = shown.find(id_of(id_number(5)));
  REQUIRE(one != nullptr);
  CHECK(shown.rule(*one).id == "r");
  CHECK(shown.rule(*one).suggestions.at(one->suggestion).name == "r.one");
  shown.add({id_number(1'000'000), names.of("ana"), 1, 0, 0, 0});
  CHECK(shown.rule(*shown.find(id_of(id_number(1'000'000)))).id == "z");
}

TEST_CASE("what was shown last is found at once, also around the end of the ring", "[engine]") {
  facts::Names names;
  Shown shown;
  shown.use(story::rules_of("rules:\n  - {id: a, title: t, when: call.on_hold}\n"));
  for (std::uint64_t i = 0; i < Shown::kMost + 1'000; ++i) {
    shown.add({id_number(i), names.of("ana"), i + 1, 0, 0, 0});
    if (i > 200 && i < Shown::kMost - 200) continue;
    for (std::uint64_t back = 0; back <= std::min<std::uint64_t>(i, 40); ++back) {
      const Shown::One* const one = shown.find(id_of(id_number(i - back)));
      REQUIRE(one != nullptr);
      REQUIRE(one->order == i - back + 1);
    }
    if (i >= Shown::kMost) REQUIRE(shown.find(id_of(id_number(i - Shown::kMost))) == nullptr);
  }
}

}  // namespace
}  // namespace assist::engine
