#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <string>

#include "golden_row.hpp"
#include "tales.hpp"

namespace assist::explain {

TEST_CASE("timers, windows, modes and shares are told", "[explain]") {
  constexpr char kRules[] = R"yaml(
rules:
  - {id: waits, title: For, when: {call.on_hold: yes}, for: 3m}
  - {id: keeps, title: Keep for, when: {call.holds: 1}, keep_for: 10m, suggest: [{headline: K}]}
  - id: shut
    title: After hours
    when: {call.on_hold: yes}
    active: {days: [mon, tue], hours: "18:00-22:00", time_zone: America/Denver}
  - id: over
    title: Last year's campaign
    when: {call.on_hold: yes}
    active: {from: 2025-12-01, until: 2025-12-31}
  - id: open
    title: Today
    when: {call.on_hold: yes}
    active: {until: 2026-01-05}
  - {id: off, title: Off, when: {call.on_hold: yes}, mode: off}
  - {id: shadow, title: Shadow, when: {call.on_hold: yes}, mode: shadow, suggest: [{headline: S}]}
  - {id: share, title: Share, when: {call.on_hold: yes}, share: 0.1%, suggest: [{headline: S}]}
  - {id: no_share, title: No share, when: {call.holds: 9}, share: 0.1%, suggest: [{headline: S}]}
  - {id: cooldown, title: C, when: {call.holds: 1}, cooldown: 10m, suggest: [{headline: C}]}
)yaml";
  check({"timers", "", {kRules, kFits}});
}

TEST_CASE("a rule that waits says when its condition ends before its for is over", "[explain]") {
  const std::string answered = "0s call.answered c1 {\"agent\":\"ana\"}\n30s time\n";
  const auto look = [&](const std::string& keys) {
    return inspect({"rules:\n  - {id: a, title: A, " + keys + "}\n", answered});
  };
  const auto why = [&](const std::string& keys) { return report(look(keys)).rules.at(0).why; };
  const std::string since = "its condition is true since 12:00:00 (30s), but not yet for ";
  CHECK(why("when: call.answered, for: 30m, active: {hours: '12:00-12:10'}") ==
        since + "30m (for): it closes at 12:10:00 (in 9m30s), before that is over");
  CHECK(why("when: call.answered, for: 30m, active: {hours: '12:00-12:40'}") ==
        since + "30m (for): it will hold at 12:30:00 (in 29m30s)");
  CHECK(why("when: {call.age: {under: 1m}}, for: 2m") ==
        since + "2m (for): it turns false at 12:01:00 (in 30s), before that is over");
  // At the moment itself it must be true.
  CHECK(why("when: {call.age: {under: 1m}}, for: 1m") ==
        since + "1m (for): it turns false at 12:01:00 (in 30s), before that is over");
  CHECK(why("when: {call.age: {at_most: 1m}}, for: 1m") ==
        since + "1m (for): it will hold at 12:01:00 (in 30s)");
  CHECK(why("when: call.answered, unless: [{call.talk: {at_least: 40s}}], for: 1m") ==
        since + "1m (for): it turns false at 12:00:40 (in 10s), before that is over");
  // What turns in one part need not turn the whole.
  CHECK(why("when: {any: [{call.age: {under: 1m}}, {call.age: {over: 50s}}]}, for: 2m") ==
        since + "2m (for): it will hold at 12:02:00 (in 1m30s)");

  const auto early = look("when: {call.age: {under: 1m}}, for: 2m");
  CHECK(to_text(report(early), false).find("\na does not hold yet: A") != std::string::npos);
  const auto json = boost::json::parse(to_json(report(early))).at("rules").at(0);
  CHECK(json.at("state") == "waits");
  CHECK(json.at("for_due").is_null());
  CHECK(json.at("true_until") == "2026-01-05T12:01:00Z");
}

TEST_CASE("a microsecond before it is due a rule says so, and a microsecond after", "[explain]") {
  const auto told = [](const char* time) {
    const auto seen = inspect({"rules:\n  - {id: a, title: A, when: call.on_hold, for: 2m}\n",
                               "0s call.answered c1 {\"agent\":\"ana\"}\n10s call.held c1\n" +
                                   std::string(time) + "s time\n"});
    const Report all = report(seen);
    return all.heading + "\n" + all.rules.at(0).why;
  };
  CHECK(told("129.999999") ==
        "Call c1 at 2026-01-05 12:02:09.999999 UTC: with agent ana, 2m9.999999s old\n"
        "its condition is true since 12:00:10 (1m59.999999s), but not yet for 2m (for): it will "
        "hold at 12:02:10 (in 0.000001s)");
  CHECK(told("130.000001").starts_with("Call c1 at 2026-01-05 12:02:10.000001 UTC: "));
}

}  // namespace assist::explain
