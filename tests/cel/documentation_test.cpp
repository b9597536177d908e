// Every example of docs/expressions.md comes out as the page says.

#include <catch2/catch.hpp>
#include <fstream>

#include "cel/world.hpp"
#include "paths.hpp"

using namespace cel_test;

namespace {

std::string trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r");
  const auto end = text.find_last_not_of(" \t\r");
  return begin == std::string_view::npos ? "" : std::string(text.substr(begin, end - begin + 1));
}

/// The call that the page tells of.
void set_the_call(World& world, Time now) {
  world.held_at = now - seconds(90);
  world.started_at = now - std::chrono::minutes(10);
  world.contacts = {{now - std::chrono::hours(24), "billing", "bill", false},
                    {now - std::chrono::hours(24 * 9), "delivery", "parcel", true}};
}

}  // namespace

TEST_CASE("every example of the page on expressions is true", "[cel][docs]") {
  World world;
  const Time now = world.held_at;
  set_the_call(world, now);
  std::ifstream page(std::string(ASSIST_SOURCE_DIR) + "/docs/expressions.md");
  REQUIRE(page);
  std::string line, fence;
  int examples = 0;
  while (std::getline(page, line)) {
    if (line.starts_with("```")) {
      fence = fence.empty() ? line.substr(3) : "";
      continue;
    }
    if ((fence != "cel" && fence != "cel-error") || trimmed(line).empty()) continue;
    const auto remark = line.rfind("// ");
    INFO(line);
    REQUIRE(remark != std::string::npos);
    const std::string source = trimmed(line.substr(0, remark));
    const std::string due = trimmed(line.substr(remark + 3));
    const auto built = compile(source, world.env);
    ++examples;
    if (fence == "cel-error") {
      REQUIRE(built.index() == 1);
      CHECK(std::get<1>(built).front().text == due);
      continue;
    }
    if (built.index() == 1) FAIL(std::get<1>(built).front().text);
    Arena arena;
    CHECK(to_literal(std::get<Program>(built).run(world, now, arena).value, now) == due);
  }
  CHECK(examples > 60);
}
