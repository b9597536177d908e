#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "commands/cases.hpp"
#include "paths.hpp"

using assist::commands::run_cases;

namespace {

/// Cases that may go either way: the specification and well-known implementations differ, and
/// docs/expressions.md says which way this one goes. All the others must pass.
void check_file(const std::string& name, std::size_t cases) {
  std::ifstream file(std::string(ASSIST_TESTS_DIR) + "/conformance/cel/" + name + ".jsonl");
  REQUIRE(file);
  const auto results = run_cases(file);
  for (const std::string& failure : results.failures) UNSCOPED_INFO(failure);
  CHECK(results.failed == 0);
  CHECK(results.skipped == 0);
  CHECK(results.passed == cases);
}

}  // namespace

#define CONFORMANCE(name, cases) \
  TEST_CASE("conformance: " name, "[conformance]") { check_file(name, cases); }

CONFORMANCE("basic", 43)
CONFORMANCE("bindings_ext", 8)
CONFORMANCE("block_ext", 25)
CONFORMANCE("comparisons", 334)
CONFORMANCE("conversions", 109)
CONFORMANCE("encoders_ext", 4)
CONFORMANCE("fields", 60)
CONFORMANCE("fp_math", 30)
CONFORMANCE("integer_math", 64)
CONFORMANCE("lists", 39)
CONFORMANCE("logic", 30)
CONFORMANCE("macros", 44)
CONFORMANCE("macros2", 46)
CONFORMANCE("math_ext", 199)
CONFORMANCE("namespace", 14)
CONFORMANCE("network_ext", 69)
CONFORMANCE("optionals", 59)
CONFORMANCE("parse", 193)
CONFORMANCE("plumbing", 5)
CONFORMANCE("string", 51)
CONFORMANCE("string_ext", 213)
CONFORMANCE("timestamps", 78)
CONFORMANCE("type_deduction", 26)

TEST_CASE("a case that does not come out as expected is told, with its id", "[conformance]") {
  std::istringstream in(
      "{\"id\":\"a/b/c\",\"expr\":\"1 + "
      "1\",\"bindings\":{},\"expect\":{\"value\":{\"int\":\"3\"}}}\n"
      "{\"id\":\"a/b/d\",\"expr\":\"1 + 1\",\"bindings\":{},\"expect\":{\"error\":true}}\n"
      "{\"id\":\"a/b/e\",\"expr\":\"1 + "
      "1\",\"bindings\":{},\"expect\":{\"value\":{\"int\":\"2\"}}}\n"
      "nonsense\n");
  const auto results = run_cases(in);
  CHECK(results.passed == 1);
  CHECK(results.failures ==
        std::vector<std::string>{"FAILED a/b/c: got 2, expected 3",
                                 "FAILED a/b/d: got 2, expected an error",
                                 "FAILED line 4: the line is not a JSON object"});
}
