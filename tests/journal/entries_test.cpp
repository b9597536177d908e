#include "journal/entries.hpp"

#include <catch2/catch.hpp>

using namespace assist::journal;

TEST_CASE("an act reads as it was written", "[journal]") {
  const auto act = read_act(write_body(Act{"c\"1", "s\n1", "used"}));
  REQUIRE(act.has_value());
  CHECK(act->call == "c\"1");
  CHECK(act->suggestion == "s\n1");
  CHECK(act->verdict == "used");
}

TEST_CASE("a rule set reads as it was written, with what its meaning hangs on", "[journal]") {
  RuleSetRecord record;
  record.version = "00ff";
  record.files = {{"outage.yaml", "rules:\n  - id: outage # é\n"}, {"a/b.yaml", ""}};
  record.options = DecidingOptions{3, 1'000'000, 2'000'000};
  record.any_step = false;
  record.steps = {"greeting", "cross_sell"};
  record.attributes_open = false;
  record.attributes = {{"call", "vip", "boolean", {}, "", "VIP"},
                       {"customer", "plan", "string", {"gold", "basic"}, "s", ""}};
  const auto body = write_body(record);
  const auto read = read_rule_set(body);
  REQUIRE(read.has_value());
  CHECK(read->files.size() == 2);
  CHECK(read->files[0].text == record.files[0].text);
  CHECK(read->attributes[1].allowed == record.attributes[1].allowed);
  REQUIRE(read->options);
  CHECK(read->options->silence_micros == 1'000'000);
  CHECK(write_body(*read) == body);
  record.options.reset();
  const auto older = read_rule_set(write_body(record));
  REQUIRE(older.has_value());
  CHECK_FALSE(older->options);
}

TEST_CASE("a body that is something else is an error", "[journal]") {
  for (const auto* body : {"", "{", "[]", "{}", R"({"call":"c1","suggestion":1,"verdict":"used"})",
                           R"({"call":"c1","verdict":"used"})"}) {
    INFO(body);
    CHECK_FALSE(read_act(body).has_value());
    CHECK_FALSE(read_rule_set(body).has_value());
  }
}
