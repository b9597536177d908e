#include "trials/look_back.hpp"

#include <catch2/catch.hpp>

#include "engine/story.hpp"

namespace assist::trials {
namespace {

using namespace std::chrono_literals;

constexpr char kRules[] = R"(
rules:
  - {id: held, title: H, when: {call.hold: {over: 2m}}}
)";

Time at(std::string_view clock) { return *parse_rfc3339("2026-01-05T" + std::string(clock) + "Z"); }

LookBack over(std::vector<std::string_view> happenings, std::string call,
              engine::Options options = {}) {
  LookBack out(story::rules_of(kRules), options, {}, std::move(call));
  int ids = 0;
  for (const std::string_view happening : happenings) {
    const auto first = happening.find(' '), second = happening.find(' ', first + 1);
    const auto third = std::min(happening.find(' ', second + 1), happening.size());
    const std::string line =
        R"({"specversion":"1.0","source":"/t","id":")" + std::to_string(++ids) + R"(","type":")" +
        std::string(happening.substr(first + 1, second - first - 1)) + R"(","subject":")" +
        std::string(happening.substr(second + 1, third - second - 1)) + R"(","time":"2026-01-05T)" +
        std::string(happening.substr(0, first)) + R"(Z","data":)" +
        (third == happening.size() ? "{}" : std::string(happening.substr(third + 1))) + "}";
    REQUIRE(out.line(line).has_value());
  }
  return out;
}

bool holds(const LookBack::View& view) {
  REQUIRE(view.inspection);
  return view.inspection->by_rule.at(0).holds;
}

}  // namespace

TEST_CASE("a call is seen at the moment that is asked for, all up to and at it taken in",
          "[trials]") {
  const auto look = over({"10:00:00 call.answered c1 {\"agent\":\"ana\"}", "10:00:10 call.held c1",
                          "10:05:00 call.resumed c1",
                          "10:06:00 call.said c2 "
                          "{\"speaker\":\"agent\",\"text\":\"x\"}"},
                         "c1");
  CHECK(look.first() == at("10:00:00"));
  CHECK(look.calls() == std::set<std::string>{"c1", "c2"});
  CHECK_FALSE(holds(look.at(at("10:02:10"))));
  CHECK(holds(look.at(at("10:02:10") + Duration{1})));
  CHECK(holds(look.at(at("10:05:00") - Duration{1})));
  CHECK_FALSE(holds(look.at(at("10:05:00"))));
  CHECK(look.at(at("10:03:00")).inspection->now == at("10:03:00"));
  CHECK_FALSE(look.at(at("09:59:59")).inspection);
  // After the last line, which is about another call.
  CHECK(look.latest().inspection->now == at("10:06:00"));
  CHECK_FALSE(look.latest().ended);
}

TEST_CASE("after the last line time passes on", "[trials]") {
  const auto look =
      over({"10:00:00 call.answered c1 {\"agent\":\"ana\"}", "10:00:10 call.held c1"}, "c1");
  CHECK_FALSE(holds(look.latest()));
  CHECK(holds(look.at(at("10:30:00"))));
}

TEST_CASE("a call that ended is seen just before its end", "[trials]") {
  const auto look =
      over({"10:00:00 call.answered c1 {\"agent\":\"ana\"}", "10:00:10 call.held c1",
            "10:04:00 call.ended c1", "10:06:00 call.answered c2 {\"agent\":\"ana\"}"},
           "c1");
  const auto latest = look.latest();
  CHECK(holds(latest));
  CHECK(latest.inspection->now == at("10:04:00"));
  CHECK(latest.ended == at("10:04:00"));
  CHECK_FALSE(latest.told);
  const auto later = look.at(at("10:05:00"));
  CHECK_FALSE(later.inspection);
  CHECK(later.ended == at("10:04:00"));
  CHECK_FALSE(look.at(at("10:04:00")).inspection);
}

TEST_CASE("an end that is told late was at its own time", "[trials]") {
  const auto look = over({"12:00:00 call.answered c1 {\"agent\":\"ana\"}", "12:00:10 call.held c1",
                          "12:05:00 call.started c2", "12:00:50 call.ended c1"},
                         "c1");
  const auto latest = look.latest();
  CHECK(holds(latest));
  CHECK(latest.inspection->now == at("12:05:00"));
  CHECK(latest.ended == at("12:00:50"));
  CHECK(latest.told == at("12:05:00"));
  const auto later = look.at(at("12:06:00"));
  CHECK(later.ended == at("12:00:50"));
  CHECK(later.told == at("12:05:00"));
  // Until it was told the rules saw a call in progress.
  CHECK(look.at(at("12:03:00")).inspection);
}

TEST_CASE("silence ends a call at its own moment", "[trials]") {
  engine::Options options;
  options.silence = 10min;
  const auto look = over({"10:00:00 call.answered c1 {\"agent\":\"ana\"}", "10:00:10 call.held c1",
                          "11:00:00 call.answered c2 {\"agent\":\"ana\"}"},
                         "c1", options);
  const auto latest = look.latest();
  CHECK(holds(latest));
  CHECK(latest.ended == at("10:10:10"));
  CHECK(latest.inspection->now == at("10:10:10") - Duration{1});
  const auto later = look.at(at("10:20:00"));
  CHECK_FALSE(later.inspection);
  CHECK(later.ended == at("10:10:10"));
}

TEST_CASE("a call that an event ended did not end by silence, however much later one looks",
          "[trials]") {
  engine::Options options;
  options.silence = 10min;
  const auto look = over({"10:00:00 call.answered c1 {\"agent\":\"ana\"}", "10:00:10 call.held c1",
                          "10:00:40 call.started c2", "10:00:30 call.ended c1"},
                         "c1", options);
  for (const char* const moment : {"10:00:40", "10:10:09", "10:10:10", "11:00:00"}) {
    INFO(moment);
    const auto later = look.at(at(moment));
    CHECK_FALSE(later.inspection);
    CHECK(later.ended == at("10:00:30"));
    CHECK(later.told == at("10:00:40"));
  }
}

TEST_CASE("a call that no event is about, or that ended with its first event", "[trials]") {
  const auto nobody = over({"10:00:00 call.answered c1 {\"agent\":\"ana\"}"}, "c9");
  CHECK_FALSE(nobody.first());
  const auto at_once = over({"10:00:00 call.ended c1"}, "c1");
  CHECK(at_once.first() == at("10:00:00"));
  CHECK_FALSE(at_once.latest().inspection);
  CHECK(at_once.latest().ended == at("10:00:00"));
}

}  // namespace assist::trials
