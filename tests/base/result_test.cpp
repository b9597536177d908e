#include "base/result.hpp"

#include <catch2/catch.hpp>

using namespace assist;

TEST_CASE("an error is printed with its line and a caret", "[base]") {
  const Diagnostic d{{"rules/hold.yaml", 3, 9, ""}, "no such fact", "  when: x"};
  CHECK(format(d) == "rules/hold.yaml:3:9: error: no such fact\n  when: x\n        ^\n");
}

TEST_CASE("the caret counts code points and keeps tabs", "[base]") {
  const Diagnostic d{{"f", 1, 4, ""}, "e", "\té\"x"};
  CHECK(format(d) == "f:1:4: error: e\n\té\"x\n\t  ^\n");
}

TEST_CASE("of what a file holds nothing is printed that a terminal would obey", "[base]") {
  const Diagnostic d{{"f", 1, 5, ""}, "no \x1b[2Jkey", "\x1b[2Jab"};
  CHECK(format(d) == "f:1:5: error: no \\x1b[2Jkey\n\\x1b[2Jab\n       ^\n");
}

TEST_CASE("the nearest name is found, a far one is not", "[base]") {
  const std::vector<std::string_view> known{"call.hold", "call.hold_total", "call.wait"};
  CHECK(nearest("call.hold_totl", known) == "call.hold_total");
  CHECK(nearest("call.wiat", known) == "call.wait");
  CHECK(nearest("weather", known).empty());
}

TEST_CASE("a code is written as the contract writes it", "[base]") {
  CHECK(code_name(ErrorCode::not_cloudevent) == "not_cloudevent");
  CHECK(code_name(ErrorCode::journal) == "journal");
}
