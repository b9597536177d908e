#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "paths.hpp"
#include "scene.hpp"

namespace assist::explain {
namespace {

std::string slurp(const std::string& path) {
  std::stringstream out;
  out << std::ifstream(path).rdbuf();
  return out.str();
}

/// The block of a page that begins behind `from` with ```KIND.
struct Block {
  std::size_t begin, end;
};
Block block(const std::string& page, std::string_view kind, std::size_t from) {
  const std::string opening = "```" + std::string(kind) + "\n";
  const auto at = page.find(opening, from);
  REQUIRE(at != std::string::npos);
  const auto begin = at + opening.size();
  return {begin, page.find("```\n", begin)};
}

}  // namespace

TEST_CASE("the guide's explanation is what is printed", "[explain]") {
  const std::string path = std::string(ASSIST_SOURCE_DIR) + "/docs/rules.md";
  std::string page = slurp(path);
  const auto section = page.find("## Why did it (not) fire?");
  REQUIRE(section != std::string::npos);
  const Block rules = block(page, "yaml", section);
  const std::string got =
      to_text(report(inspect({page.substr(rules.begin, rules.end - rules.begin), R"(
0s call.started c0 {"customer":"alan","queue":"sales"}
0s call.ended c0
10s call.started c1 {"customer":"alan","queue":"billing"}
15s call.answered c1 {"agent":"ana"}
20s call.held c1
120s time
)"})),
              false);
  // UPDATE_GOLDEN=1 rewrites the page: read the difference.
  const Block told = block(page, "text", section);
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path) << page.substr(0, told.begin) + got + page.substr(told.end);
    page = slurp(path);
  }
  const Block now = block(page, "text", section);
  CHECK(page.substr(now.begin, now.end - now.begin) == got);
}

}  // namespace assist::explain
