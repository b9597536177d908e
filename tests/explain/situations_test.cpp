#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <string>

#include "scene.hpp"

namespace assist::explain {

TEST_CASE("of a situation that is needed and does not hold the reason is told", "[explain]") {
  const auto seen =
      inspect({R"(
rules:
  - {id: held, title: H, when: {call.hold: {over: 5m}}}
  - {id: soon, title: S, when: call.on_hold, for: 5m}
  - {id: gone, title: G, when: call.on_hold, mode: off}
  - {id: a, title: A, when: situation.held}
  - {id: b, title: B, when: {any: [situation.soon, 'situation["gone"] && call.on_hold']}}
  - {id: c, title: C, when: situation.a}
  - {id: d, title: D, when: situation.c}
  - {id: e, title: E, when: "!situation.soon && situation.a"}
)",
               "0s call.answered c1 {\"agent\":\"ana\"}\n0s call.held c1\n60s time\n"});
  const Report told = report(seen);
  const auto why = [&](std::string_view id) {
    for (const Rule& rule : told.rules)
      if (rule.rule->id == id) return rule.why;
    return std::string();
  };
  const std::string held = " (time on hold is 1m, needs over 5m (4m to go))";
  CHECK(why("a") == "situation held does not hold, and needs to" + held);
  CHECK(why("b") ==
        "situation soon does not hold, and needs to (its condition is true since 12:00:00 (1m), "
        "but not yet for 5m (for): it will hold at 12:05:00 (in 4m)); and situation gone does not "
        "hold, and needs to (it is off (mode: off))");
  // Not all the way down: what is further away has a rule of its own in the report.
  CHECK(why("d") ==
        "situation c does not hold, and needs to (situation a does not hold, and needs "
        "to (situation held does not hold, and needs to))");
  CHECK(why("e") == why("c"));
}

TEST_CASE("a part that reads a situation turns with it, when time alone turns that", "[explain]") {
  const auto until = [](const std::string& rules, const char* tale) {
    const auto seen = inspect({"rules:\n" + rules, tale});
    const auto json = boost::json::parse(to_json(report(seen)));
    std::string out;
    for (const auto& rule : json.at("rules").as_array()) {
      if (rule.at("rule") != "r") continue;
      const auto& at = rule.at("when").at("until");
      out = at.is_null() ? "null" : std::string(at.as_string()).substr(11);
      const auto* parts = rule.at("when").as_object().if_contains("parts");
      for (std::size_t i = 0; parts != nullptr && i < parts->as_array().size(); ++i) {
        const auto& part = parts->as_array().at(i).at("until");
        out += part.is_null() ? " null" : " " + std::string(part.as_string()).substr(11);
      }
    }
    return out;
  };
  const std::string reader =
      "  - {id: r, title: R, when: {none: [call.on_hold, {situation.s: no}]}}\n";
  const auto of = [&](const std::string& s, const char* tale) {
    return until("  - {id: s, title: S, " + s + "}\n" + reader, tale);
  };
  const char* const answered = "0s call.answered c1 {\"agent\":\"ana\"}\n5s time\n";
  // It waits for its `for`, has yet to become true, keeps, is to end.
  CHECK(of("when: call.answered, for: 8s", answered) == "12:00:08Z null 12:00:08Z");
  CHECK(of("when: {call.talk: {at_least: 8s}}, for: 2s", answered) == "12:00:10Z null 12:00:10Z");
  CHECK(of("when: {call.talk: {under: 3s}}, keep_for: 9s", answered) == "12:00:09Z null 12:00:09Z");
  CHECK(of("when: {call.talk: {under: 7s}}", answered) == "12:00:07Z null 12:00:07Z");
  CHECK(of("when: {call.talk: {under: 7s}}, keep_for: 9s", answered) == "12:00:09Z null 12:00:09Z");
  CHECK(of("when: call.answered", answered) == "null null null");
  CHECK(of("when: {call.talk: {at_least: 8s}}, mode: off", answered) == "null null null");
  // Through another one; in an expression, where what decides is enough.
  CHECK(of("when: situation.t}\n  - {id: t, title: T, when: call.answered, for: 8s", answered) ==
        "12:00:08Z null 12:00:08Z");
  const std::string waits = "  - {id: s, title: S, when: call.answered, for: 8s}\n";
  CHECK(until(waits + "  - {id: r, title: R, when: 'situation.s && call.answered'}\n", answered) ==
        "12:00:08Z 12:00:08Z null");
  CHECK(until(waits + "  - {id: r, title: R, when: 'situation.s && call.on_hold'}\n", answered) ==
        "null 12:00:08Z null");
  // No length is ever so long that it ends.
  CHECK(until("  - {id: r, title: R, when: {call.talk: {over: 3s}}}\n", answered) == "null");
}

}  // namespace assist::explain
