#include "commands/json_place.hpp"

#include <catch2/catch.hpp>

namespace assist::commands {

TEST_CASE("a member is found by its pointer, else what is around it", "[commands]") {
  constexpr std::string_view kJson =
      R"( {"a": {"x/y": [1, {"b": "}"}, -2.5e3], "s": "\"]"}, "c":null , "c": true})";
  struct Row {
    std::string_view pointer, begins;
  };
  static const Row rows[] = {
      {"", "{\"a\""},         {"/a", "{\"x/y"},      {"/a/x~1y", "[1,"},    {"/a/x~1y/1", "{\"b\""},
      {"/a/x~1y/1/b", "\"}"}, {"/a/x~1y/2", "-2.5"}, {"/a/s", "\"\\\"]"},   {"/c", "true"},
      {"/d", "{\"a\""},       {"/a/x~1y/7", "[1,"},  {"/a/x~1y/0/q", "1,"}, {"/a/s/0", "\"\\\"]"},
  };
  for (const auto& [pointer, begins] : rows) {
    INFO(pointer);
    CHECK(kJson.substr(place_of(kJson, pointer)).starts_with(begins));
  }
  CHECK(place_of("[]", "/0") == 0);
  CHECK(place_of("{}", "/a") == 0);
}

}  // namespace assist::commands
