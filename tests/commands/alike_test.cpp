#include "commands/alike.hpp"

#include <catch2/catch.hpp>

namespace assist::commands {
namespace {

Diagnostic at(const std::string& file, std::uint32_t line, const std::string& text) {
  return {Place{file, line, 1, {}}, text, "x"};
}

std::vector<std::string> told(const Diagnostics& errors) {
  std::vector<std::string> out;
  for (const Diagnostic& error : errors)
    out.push_back(error.place.file + ":" + std::to_string(error.place.line) + " " + error.text);
  return out;
}

}  // namespace

TEST_CASE("of many errors of one kind in one file the first are told, and how many follow",
          "[commands]") {
  Diagnostics errors;
  for (std::uint32_t i = 1; i <= 9; ++i)
    errors.push_back(at("a.yaml", i,
                        "\"call.f" + std::to_string(i) + "\" is not known." +
                            (i == 3   ? " Did you mean \"call.f\"?"
                             : i == 4 ? " The same in lines 5 and 6."
                                      : "")));
  errors.push_back(at("a.yaml", 10, "\"title\" is missing."));
  errors.push_back(at("b.yaml", 1, "\"call.g\" is not known."));
  CHECK(told(thin_out(errors, 2)) ==
        std::vector<std::string>{
            "a.yaml:1 \"call.f1\" is not known.", "a.yaml:2 \"call.f2\" is not known.",
            "a.yaml:10 \"title\" is missing.",
            "a.yaml:0 7 more like this in lines 3 to 9 (a terminal shows 2 of a kind, "
            "2>errors.txt has all): \"call.f1\" is not known.",
            "b.yaml:1 \"call.g\" is not known."});
}

TEST_CASE("a few errors are told as they are", "[commands]") {
  const Diagnostics errors = {at("a.yaml", 1, "\"x\" is bad."), at("a.yaml", 2, "\"y\" is bad."),
                              at("b.yaml", 3, "\"z\" is bad.")};
  CHECK(told(thin_out(errors, 2)) == told(errors));
  CHECK(thin_out({}, 2).empty());
  CHECK(told(thin_out(errors, 1))[1] ==
        "a.yaml:0 1 more like this in line 2 (a terminal shows 1 of a kind, 2>errors.txt has all): "
        "\"x\" is bad.");
}

}  // namespace assist::commands
