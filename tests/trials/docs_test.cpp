#include <catch2/catch.hpp>
#include <fstream>
#include <set>
#include <sstream>

#include "paths.hpp"
#include "trials/rule_test.hpp"

namespace assist::trials {
namespace {

/// A part of a page, from one `## ` to the next, with its ```yaml blocks.
struct Section {
  std::string title;
  std::size_t line = 0;
  std::vector<std::string> rules, tests;
};

std::vector<Section> sections(const std::string& page) {
  std::ifstream in(std::string(ASSIST_SOURCE_DIR) + "/docs/" + page);
  std::vector<Section> out;
  std::string block;
  bool inside = false;
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.starts_with("## ")) out.push_back({line.substr(3), number, {}, {}});
    if (line == "```yaml") {
      inside = true;
      block.clear();
    } else if (line == "```" && inside) {
      inside = false;
      if (out.empty()) continue;
      if (block.starts_with("tests:")) {
        out.back().tests.push_back(block);
      } else {
        out.back().rules.push_back(block);
      }
    } else if (inside) {
      block += line + "\n";
    }
  }
  return out;
}

rules::LoadOptions options_with_script() {
  rules::LoadOptions options;
  options.steps = {"greeting", "verify", "discover", "resolve", "cross_sell", "survey", "goodbye"};
  return options;
}

std::string told(const Diagnostics& errors) {
  std::string out;
  for (const auto& error : errors) out += format(error);
  return out;
}

/// Runs the tests over the rules; all must pass.
RuleTests::Coverage run(const std::string& rules, const std::vector<std::string>& tests) {
  const auto loaded = rules::load({{"r.yaml", "r.yaml", rules}}, options_with_script());
  INFO(told(loaded.errors));
  REQUIRE(loaded.rules != nullptr);
  RuleTests trial(loaded.rules, {}, options_with_script(), {});
  for (const std::string& test : tests) {
    for (const auto& result : trial.run({"t.test.yaml", "t.test.yaml", test})) {
      INFO(result.name << "\n" << told(result.problems));
      CHECK(result.passed());
    }
  }
  return trial.coverage();
}

}  // namespace

TEST_CASE("every recipe of the cookbook passes its tests, which make each rule true and false",
          "[trials]") {
  std::set<std::string> titles;
  for (const Section& recipe : sections("cookbook.md")) {
    INFO("docs/cookbook.md:" << recipe.line << " " << recipe.title);
    REQUIRE(recipe.rules.size() == 1);
    REQUIRE(recipe.tests.size() == 1);
    const auto coverage = run(recipe.rules[0], recipe.tests);
    CHECK(coverage.never_true.empty());
    CHECK(coverage.never_false.empty());
    titles.insert(recipe.title);
  }
  CHECK(titles.size() >= 20);
}

TEST_CASE("the tests of the supervisors' guide pass over its first rule", "[trials]") {
  const auto guide = sections("rules.md");
  std::string first;
  std::size_t run_tests = 0;
  for (const Section& section : guide) {
    if (section.title == "A first rule") first = section.rules.at(0);
    if (section.tests.empty()) continue;
    INFO("docs/rules.md:" << section.line);
    run(first, section.tests);
    ++run_tests;
  }
  CHECK(run_tests >= 1);
}

}  // namespace assist::trials
