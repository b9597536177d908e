#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "paths.hpp"
#include "rule_files.hpp"

namespace assist::rules {
namespace {

namespace json = boost::json;

const json::object& schema() {
  static const json::value value =
      json::parse(slurp(std::string(ASSIST_SOURCE_DIR) + "/rules/rules.schema.json"));
  return value.as_object();
}

const json::object& properties(std::string_view def) {
  return schema().at("$defs").at(def).at("properties").as_object();
}

/// A key that is known but has no value is told so; another is told to be unknown.
bool is_known(const std::string& file) {
  return told(load_text(file)).find("has no value") != std::string::npos;
}

}  // namespace

TEST_CASE("the JSON Schema knows the keys that the reader knows", "[rules]") {
  for (const auto& entry : properties("rule"))
    CHECK(is_known("rules:\n  - " + std::string(entry.key()) + ":\n"));
  for (const auto& entry : properties("suggestion"))
    CHECK(is_known(rule_with("call.on_hold") + "    suggest:\n      - " + std::string(entry.key()) +
                   ":\n"));
  for (const auto& entry : properties("leaves"))
    CHECK(is_known(rule_with(std::string(entry.key()) + ":")));
  CHECK_FALSE(is_known("rules:\n  - whenn:\n"));
  // What the reader lists where it is told of an unknown key is all that there is.
  CHECK(properties("rule").size() == 15);
  CHECK(properties("suggestion").size() == 13);
  for (const auto& fact : facts::kFacts)
    if (!fact.name.empty() && fact.type != facts::FactType::attributes)
      CHECK(properties("leaves").contains(fact.name));
}

}  // namespace assist::rules
