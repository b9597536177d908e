#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "golden.hpp"
#include "scene.hpp"
#include "tales.hpp"

namespace assist::explain {

TEST_CASE("an incident that does not affect the call is told, with what keeps it away",
          "[explain]") {
  const auto notes = [](const std::string& tale) {
    const auto seen =
        inspect({"rules:\n  - {id: a, title: A, when: {affected_by: outage}}\n", tale});
    return report(seen).rules.at(0).notes;
  };
  using Notes = std::vector<std::string>;
  const std::string call = "5s call.started c1 {\"area\":\"boulder\",\"customer\":\"alan\"}\n";
  CHECK(notes(kOutage + call) ==
        Notes{"Incident inc-1 (outage) is open in denver; the area of the call is boulder, that of "
              "the customer not known."});
  CHECK(notes("0s customer.updated alan {\"products\":[\"tv\"]}\n"
              "1s incident.opened i2 {\"kind\":\"outage\",\"services\":[\"fiber\"]}\n" +
              call) ==
        Notes{"Incident i2 (outage) is open for fiber; the products of the customer are tv."});
  CHECK(
      notes("1s incident.opened i2 {\"kind\":\"storm\",\"areas\":[\"denver\"]}\n" + call).empty());
}

TEST_CASE("asking changes nothing", "[explain]") {
  const Scene scene{"", kFits};
  const auto first = to_json(report(inspect(scene)));
  CHECK(first == to_json(report(inspect(scene))));
}

TEST_CASE("for programs: one JSON object with the same content", "[explain]") {
  constexpr char kRules[] = R"yaml(
rules:
  - id: a
    title: A
    when: {all: [{call.hold: {over: 2m}}, call.attributes.vip == true]}
    unless: [{call.queue: sales}]
    limit: {per_customer: {count: 1, within: 7d}}
    suggest: [{headline: H, expires_after: 1m}]
)yaml";
  const std::string json = to_json(report(inspect({kRules, kFits})));
  check_golden("report.json", json);
  const auto parsed = boost::json::parse(json).as_object();
  const auto& rule = parsed.at("rules").as_array().at(0).as_object();
  CHECK(rule.at("holds").as_bool());
  CHECK(rule.at("suggestions").as_array().at(0).as_object().at("stands").as_bool());
}

TEST_CASE("moments are written by the clock that is asked for", "[explain]") {
  const auto seen = inspect({"", kFits});
  const Report told = report(seen, {std::chrono::minutes{-420}, {}});
  CHECK(told.heading.find("2026-01-05 05:03:00 -07:00") != std::string::npos);
}

TEST_CASE("an end that was told late has both its moments", "[explain]") {
  const auto seen = inspect({"", kFits});
  const Time ended = seen.now - std::chrono::minutes{2};
  const std::string heading = report(seen, {{}, ended, {}, seen.now}).heading;
  CHECK(
      heading.ends_with("; it ended at 12:01:00 (told at 12:03:00), and this was just before it "
                        "was told"));
  CHECK(report(seen, {{}, ended})
            .heading.ends_with("; it ended at 12:01:00, and this was just before"));
}

TEST_CASE("what came in plays no tricks on a terminal", "[explain]") {
  const auto seen = inspect({"rules:\n  - {id: a, title: A, when: {call.queue: x}}\n",
                             "0s call.started c1 {\"queue\":\"\\u001b[2Jx\"}\n"});
  CHECK(to_text(report(seen), false).find('\x1b') == std::string::npos);
  CHECK(to_text(report(seen), true).find("\x1b[2J") == std::string::npos);
}

}  // namespace assist::explain
