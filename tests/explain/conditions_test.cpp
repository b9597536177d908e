#include <chrono>
#include <string>

#include "golden_row.hpp"
#include "tales.hpp"

namespace assist::explain {

namespace {

/// A rule for each test word of plain leaves, on facts of each type.
constexpr char kLeaves[] = R"(
lists:
  fragile: [billing, retention]
rules:
  - {id: peak, title: P, when: {queue.waiting: {over: 20}}}
  - id: leaves
    title: Every test
    when:
      GROUP:
        - call.queue: billing
        - call.queue: {is_not: sales}
        - call.queue: [billing, retention]
        - call.queue: {one_of: lists.fragile}
        - call.queue: {not_one_of: [sales, survey]}
        - call.hold: {over: 2m}
        - call.hold: {at_least: 2m}
        - call.age: {under: 10m}
        - call.age: {at_most: 10m}
        - call.hold: {between: [1m, 5m]}
        - call.holds: {over: 0}
        - call.sentiment: {under: 0}
        - call.topic: {contains: voice}
        - call.topic: {starts_with: in}
        - call.topic: {ends_with: ice}
        - call.topic: {matches: "inv.*"}
        - call.topic: {known: yes}
        - call.topic: {known: no}
        - customer.products: {contains: fiber}
        - customer.products: {known: yes}
        - call.started_at: {over: "2026-01-05T12:00:00Z"}
        - now: {under: "2026-02-01T00:00:00Z"}
        - call.on_hold: yes
        - call.answered: no
        - call.resolved: {is_not: yes}
        - situation.peak: yes
        - call.attributes.language: [de, en]
        - call.attributes.language: {is_not: fr}
        - call.attributes.vip: true
        - call.attributes.vip: {known: yes}
        - call.attributes.delay: {over: 2m}
        - call.attributes.tickets: {at_least: 2}
        - affected_by: outage
        - contacts: {within: 7d, at_least: 2}
        - contacts: {within: 24h, topic: moving}
        - events: {type: call.held, within: 10m, at_least: 2}
        - customer_said: [cancel, "I'm leaving"]
        - agent_said: [sorry]
)";

std::string leaves(std::string_view group) {
  std::string out = kLeaves;
  const auto at = out.find("GROUP");
  return out.replace(at, 5, group);
}

constexpr char kFitsNot[] = R"(
0s call.started c1 {"queue":"sales"}
6s call.answered c1 {"agent":"ana"}
7s call.sentiment c1 {"score":0.5}
10s call.held c1
40s time
)";

}  // namespace

TEST_CASE("each test word is told, as it is wanted and as it is not", "[explain]") {
  const std::string all = leaves("all"), none = leaves("none");
  for (const GoldenRow& row : {GoldenRow{"leaves_wanted_and_true", "leaves", {all, kFits}},
                               GoldenRow{"leaves_wanted_and_false", "leaves", {all, kFitsNot}},
                               GoldenRow{"leaves_unwanted_and_true", "leaves", {none, kFits}},
                               GoldenRow{"leaves_unwanted_and_false", "leaves", {none, kFitsNot}}})
    check(row);
}

TEST_CASE("expressions are told down to their single tests", "[explain]") {
  constexpr char kRules[] = R"yaml(
rules:
  - id: expressions
    title: Expressions
    when:
      any:
        - "!(call.topic in ['survey', 'invoice']) && call.hold > minutes(2)"
        - call.answered && !call.on_hold && !(call.queue == "billing" || call.holds > 3)
        - minutes(2) < call.hold_total
        - call.sentiments.exists(s, s < -0.9)
        - call.attributes.vip == true
        - has(call.attributes.vip) && call.attributes.vip
        - '"fiber" in customer.products'
        - '"vip" in call.attributes'
        - contacts_within(days(7)) >= 2 && contacts_within(days(1), "moving") == 0
        - events_within("call.held", minutes(10)) > 1
        - customer_said("cancel", "leave") && agent_said("sorry")
        - affected_by("outage") && incident("outage").summary.contains("Hurricane")
        - 'call.topic.startsWith("x") || call.topic.matches("^y")'
        - size(customer.contacts) > 0
        - 'call.queue == "billing" ? call.hold > hours(1) : call.answered && false'
        - call.age < call.hold_total
        - now > timestamp("2027-01-01T00:00:00Z")
)yaml";
  check({"expressions", "expressions", {kRules, kFits}});
}

TEST_CASE("groups within groups, unless, and what a part denies", "[explain]") {
  constexpr char kRules[] = R"yaml(
rules:
  - id: nested
    title: Nested
    when:
      all:
        - any:
            - call.queue: retention
            - all: [{call.on_hold: yes}, {call.holds: {over: 5}}]
        - none:
            - call.topic: survey
            - all: [{call.topic: invoice}, {call.answered: yes}]
        - none: [{none: [{call.topic: invoice}]}]
    unless:
      - situation.other: yes
      - {any: [{call.queue: billing}, "!call.answered"]}
      - "!(call.holds > 7)"
  - {id: other, title: O, when: {call.queue: nowhere}}
)yaml";
  check({"groups", "nested", {kRules, kFits}});
}

TEST_CASE("errors are told in words, also those that are absorbed", "[explain]") {
  constexpr char kRules[] = R"yaml(
rules:
  - {id: left, title: Left, when: call.attributes.vpi == true}
  - id: absorbed
    title: Absorbed
    when: {any: [call.attributes.vpi == true, {call.on_hold: yes}]}
  - id: not_absorbed
    title: Not absorbed
    when: {all: [{call.on_hold: yes}, 'incident("fire").summary != ""']}
  - id: in_unless
    title: In unless
    when: {call.on_hold: yes}
    unless: [call.attributes.vpi == true]
  - id: in_leaf
    title: In a leaf
    when: {call.attributes.language: {over: 2}}
)yaml";
  check({"errors", "", {kRules, kFits}});
}

TEST_CASE("where one of several would be enough, what is nearest in time is told first",
          "[explain]") {
  const Scene scene{
      "rules:\n"
      "  - id: r\n"
      "    title: T\n"
      "    when:\n"
      "      any:\n"
      "        - call.topic: billing\n"
      "        - call.hold: {over: 10m}\n"
      "        - call.age: {over: 3m}\n",
      "0s call.answered c1 {\"agent\":\"ana\"}\n"
      "10s call.held c1 {}\n"
      "40s time\n"};
  const Report told = report(inspect(scene));
  CHECK(told.rules.at(0).why ==
        "the age of the call is 40s, needs over 3m (2m20s to go); time on hold is 30s, needs over "
        "10m (9m30s to go); and the topic is not known, needs billing");
  CHECK(told.rules.at(0).when.parts.at(0).fails_first);
}

TEST_CASE("the first part that fails is marked, and how far a length is from holding",
          "[explain]") {
  const auto seen = inspect({R"(
rules:
  - id: a
    title: A
    when: {call.hold: {over: 2m}, call.queue: billing, contacts: {within: 7d, at_least: 2}}
)",
                             R"(
0s call.started c1 {"queue":"sales","customer":"alan"}
0s call.answered c1 {"agent":"ana"}
10s call.held c1
110s time
)"});
  const Report told = report(seen);
  const Rule& rule = told.rules.at(0);
  CHECK(rule.why == "time on hold is 1m40s, needs over 2m (20s to go)");
  REQUIRE(rule.when.parts.size() == 3);
  CHECK(rule.when.parts[0].fails_first);
  CHECK_FALSE(rule.when.parts[1].fails_first);
  CHECK(rule.when.parts[0].until == seen.now + std::chrono::seconds{20} + Duration{1});
  CHECK(rule.when.parts[1].text == "the queue is sales, needs billing");
  CHECK(rule.when.parts[2].text == "0 contacts in the last 7 days, needs at least 2");
}

TEST_CASE("how far a length is from holding is told where it must not be less, too", "[explain]") {
  const auto why = [](const std::string& when) {
    const auto seen =
        inspect({"rules:\n  - id: a\n    title: A\n    when: " + when + "\n",
                 "0s call.answered c1 {\"agent\":\"ana\"}\n0s call.held c1\n60s time\n"});
    return report(seen).rules.at(0).why;
  };
  const std::string held = "time on hold is 1m, must not be ";
  CHECK(why("{none: [{call.hold: {under: 5m}}]}") == held + "under 5m (4m to go)");
  CHECK(why("{none: [{call.hold: {at_most: 5m}}]}") ==
        "time on hold is 1m, must be more than 5m (4m to go)");
  CHECK(why("'!(call.hold < minutes(5))'") == held + "under 5m (4m to go)");
  CHECK(why("{none: [{call.hold: {over: 30s}}]}") == held + "over 30s");
}

}  // namespace assist::explain
