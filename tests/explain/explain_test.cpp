#include "explain/explain.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <set>

#include "golden.hpp"
#include "scene.hpp"

namespace assist::explain {
namespace {

/// The block of one rule; "" for the whole.
std::string block(const std::string& text, std::string_view rule) {
  if (rule.empty()) return text;
  const auto begin = text.find("\n\n" + std::string(rule) + " ");
  REQUIRE(begin != std::string::npos);
  return text.substr(begin + 2, text.find("\n\n", begin + 2) - begin - 1);
}

struct Row {
  const char* name;  // of the golden file
  const char* rule;  // whose block is shown; "": all
  Scene scene;
};

void check(const Row& row) {
  INFO(row.name);
  const engine::Inspection seen = inspect(row.scene);
  const Report told = report(seen);
  check_golden(std::string(row.name) + ".txt", block(to_text(told, false), row.rule));
  CHECK_NOTHROW(boost::json::parse(to_json(told)));
}

constexpr char kOutage[] = R"(
0s incident.opened inc-1 {"kind":"outage","areas":["denver"],"summary":"Hurricane damage"}
)";

}  // namespace

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

TEST_CASE("each rule that ships is explained, when it holds and when not", "[explain]") {
  const std::string outage = std::string(kOutage) + R"(
10s call.started c1 {"customer":"alan","area":"denver","queue":"billing","topic":"cancellation"}
30s call.answered c1 {"agent":"ana"}
100s time
)";
  const std::string elsewhere = std::string(kOutage) + R"(
10s call.started c1 {"customer":"alan","area":"boulder","queue":"billing"}
30s call.answered c1 {"agent":"ana"}
60s time
)";
  const std::string third = R"(
0s call.started c8 {"customer":"alan","queue":"billing"}
10s call.ended c8
20s call.started c9 {"customer":"alan","queue":"billing"}
30s call.ended c9
60s call.started c1 {"customer":"alan","queue":"billing","topic":"invoice"}
70s call.answered c1 {"agent":"ana"}
80s time
)";
  const Row rows[] = {
      {"outage_holds", "outage", {"", outage}},
      {"outage_does_not_hold", "outage", {"", elsewhere}},
      {"goodwill_holds", "goodwill", {"", outage}},
      {"goodwill_does_not_hold", "goodwill", {"", elsewhere}},
      {"winback_is_barred", "winback", {"", outage}},
      {"winback_does_not_hold", "winback", {"", elsewhere}},
      {"winback_holds", "winback", {"", R"(
0s call.answered c1 {"agent":"ana"}
5s call.said c1 {"speaker":"customer","text":"I really want to CANCEL everything, now"}
)"}},
      {"long_hold_holds",
       "long_hold",
       {"", "0s call.answered c1 {\"agent\":\"ana\"}\n10s call.held c1\n150s time\n"}},
      {"long_hold_does_not_hold",
       "long_hold",
       {"", "0s call.answered c1 {\"agent\":\"ana\"}\n10s call.held c1\n110s time\n"}},
      {"long_wait_holds", "long_wait", {"", R"(
0s queue.updated billing {"waiting":30}
0s call.started c1 {"queue":"billing"}
180s call.answered c1 {"agent":"ana"}
200s time
)"}},
      {"long_wait_does_not_hold", "long_wait", {"", elsewhere}},
      {"repeat_contact_holds", "repeat_contact", {"", third}},
      {"repeat_contact_does_not_hold", "repeat_contact", {"", elsewhere}},
      {"thank_you_holds", "thank_you", {"", R"(
0s call.answered c1 {"agent":"ana"}
10s call.sentiment c1 {"score":0.8}
20s call.updated c1 {"resolved":true}
25s time
)"}},
      {"thank_you_does_not_hold", "thank_you", {"", elsewhere}},
      {"transferred_again_holds", "transferred_again", {"", R"(
0s call.answered c1 {"agent":"ana"}
10s call.transferred c1 {"agent":"ben"}
20s call.transferred c1 {"agent":"cem"}
)"}},
      {"transferred_again_does_not_hold", "transferred_again", {"", elsewhere}},
      {"upset_customer_holds", "upset_customer", {"", R"(
0s call.answered c1 {"agent":"ana"}
10s call.sentiment c1 {"score":-0.4}
20s call.sentiment c1 {"score":-0.7}
)"}},
      {"upset_customer_keeps", "upset_customer", {"", R"(
0s call.answered c1 {"agent":"ana"}
10s call.sentiment c1 {"score":-0.4}
20s call.sentiment c1 {"score":-0.7}
30s call.sentiment c1 {"score":0.7}
)"}},
      {"upset_customer_does_not_hold", "upset_customer", {"", elsewhere}},
      {"all_that_ship", "", {"", outage}},
  };
  for (const Row& row : rows) check(row);
}

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

constexpr char kFits[] = R"(
0s incident.opened inc-1 {"kind":"outage"}
0s queue.updated billing {"waiting":30}
0s customer.updated alan {"products":["fiber","tv"]}
1s call.started c8 {"customer":"alan","topic":"moving"}
2s call.ended c8
3s call.started c9 {"customer":"alan","topic":"moving"}
4s call.ended c9
5s call.started c1 {"customer":"alan","queue":"billing","topic":"invoice","attributes":{"language":"de","vip":true,"delay":200,"tickets":3}}
6s call.answered c1 {"agent":"ana"}
7s call.sentiment c1 {"score":-0.5}
8s call.said c1 {"speaker":"customer","text":"Then I cancel."}
9s call.said c1 {"speaker":"agent","text":"I am sorry."}
10s call.held c1
20s call.resumed c1
30s call.held c1
180s time
)";

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
  for (const Row& row : {Row{"leaves_wanted_and_true", "leaves", {all, kFits}},
                         Row{"leaves_wanted_and_false", "leaves", {all, kFitsNot}},
                         Row{"leaves_unwanted_and_true", "leaves", {none, kFits}},
                         Row{"leaves_unwanted_and_false", "leaves", {none, kFitsNot}}})
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

TEST_CASE("what holds a suggestion back is told", "[explain]") {
  constexpr char kHold[] =
      "0s call.started c1 {\"customer\":\"alan\"}\n"
      "1s call.answered c1 {\"agent\":\"ana\"}\n10s call.held c1\n";
  const std::string hold = kHold;
  const std::string again = hold + "20s call.resumed c1\n30s call.held c1\n45s time\n";
  const auto rule = [](const std::string& keys) {
    return "rules:\n  - id: a\n    title: A\n    when: {call.on_hold: yes}\n    " + keys +
           "\n    suggest: [{headline: A}]\n";
  };
  const std::string per_call = rule("limit: {per_call: 1}"),
                    per_customer = rule("limit: {per_customer: {count: 1, within: 7d}}"),
                    per_agent = rule("limit: {per_agent: {count: 1, within: 1h}}"),
                    cooldown = rule("cooldown: 5m"), plain = rule("mode: live"),
                    free_again = rule("again: yes"), share = rule("share: 0.1%");
  const std::string expires =
      "rules:\n  - {id: a, title: A, when: {call.on_hold: yes}, "
      "suggest: [{headline: A, expires_after: 20s}]}\n";
  const std::string expires_again =
      "rules:\n  - {id: a, title: A, when: {call.on_hold: yes}, again: yes, "
      "suggest: [{headline: A, expires_after: 20s}]}\n";
  const std::string outranked = R"(rules:
  - id: first
    title: First
    when: {call.on_hold: yes}
    suggest:
      - {id: skip, suppress: [survey], headline: S, priority: urgent}
      - {id: gift, group: gesture, headline: G, priority: high}
  - id: a
    title: A
    when: {call.on_hold: yes}
    suggest:
      - {id: survey, step: survey, headline: S}
      - {id: second_gift, group: gesture, headline: G}
      - {id: room, headline: R}
      - {id: no_room, headline: N}
)";
  const std::string used = hold + "15s used a\n30s time\n";
  const std::string waiting = "0s call.started c1\n0s call.held c1\n5s time\n";
  const std::string transferred = hold + "20s call.transferred c1 {}\n20s call.held c1\n";
  engine::Options three;
  three.max_visible = 3;
  const std::string other_agent = hold +
                                  "20s call.transferred c1 {\"agent\":\"ben\"}\n"
                                  "25s call.held c1\n30s call.resumed c1\n40s call.held c1\n";
  const std::string two_calls =
      "0s call.answered c0 {\"agent\":\"ana\"}\n0s call.held c0\n" + hold + "30s time\n";
  const Row rows[] = {
      {"held_back_stands", "a", {plain, hold}},
      {"held_back_no_agent", "a", {plain, transferred}},
      {"held_back_share", "a", {share, hold}},
      {"held_back_per_call", "a", {per_call, again}},
      {"held_back_per_call_raised", "a", {per_call, hold}},
      {"held_back_per_call_next", "a", {per_call, hold + "20s call.resumed c1\n"}},
      {"held_back_per_customer", "a", {per_customer, again}},
      {"held_back_per_agent", "a", {per_agent, two_calls}},
      {"held_back_per_agent_other", "a", {per_agent, other_agent}},
      {"held_back_cooldown", "a", {cooldown, again}},
      {"held_back_cooldown_next", "a", {cooldown, hold + "20s call.resumed c1\n"}},
      {"held_back_used", "a", {plain, used}},
      {"held_back_dismissed_again", "a", {free_again, hold + "15s dismissed a\n30s time\n"}},
      {"held_back_expired", "a", {expires, hold + "30s time\n"}},
      {"held_back_expires", "a", {expires, hold + "20s time\n"}},
      {"held_back_expired_again", "a", {expires_again, hold + "30s time\n"}},
      {"held_back_outranked", "a", {outranked, hold, "c1", three}},
      {"held_back_waiting", "a", {plain, waiting}},
  };
  for (const Row& row : rows) check(row);
}

TEST_CASE("of a text with a ? in it what failed is told", "[explain]") {
  const auto seen = inspect({R"yaml(
rules:
  - id: a
    title: A
    when: call.answered
    suggest:
      - headline: Ask ${ call.attributes.name }, will you?
        say: ${ call.attributes.tags } and ${ call.agent }
)yaml",
                             "0s call.answered c1 {\"agent\":\"ana\"}\n"
                             "1s call.updated c1 {\"attributes\":{\"tags\":[1]}}\n"});
  const std::string text = report(seen).rules.at(0).suggestions.at(0).text;
  CHECK(text ==
        "Suggestion a stands on the screen of ana since 12:00:00 (1s): \"Ask ?, will you?\"; ? "
        "stands in it for `call.attributes.name`, which cannot be computed: there is no key "
        "\"name\"; ? "
        "stands in it for `call.attributes.tags`, which is of a kind that no text shows");
}

TEST_CASE("without an agent, what holds a suggestion back for longer is told first", "[explain]") {
  const auto held_back = [](const std::string& keys, const std::string& tale) {
    const auto seen = inspect({"rules:\n  - id: a\n    title: A\n    when: {call.queue: q}\n    " +
                                   keys + "\n    suggest: [{headline: A, expires_after: 5s}]\n",
                               tale});
    return report(seen).rules.at(0).suggestions.at(0).text;
  };
  const std::string answered =
      "0s call.started c1 {\"customer\":\"alan\"}\n0s call.answered c1 {\"agent\":\"ana\"}\n";
  const std::string raised = answered + "1s call.queued c1 {\"queue\":\"q\"}\n";
  const std::string ended = raised + "4s call.queued c1 {\"queue\":\"z\"}\n";
  const std::string waits = "30s call.transferred c1 {}\n35s time\n";
  const std::string again = "20s call.queued c1 {\"queue\":\"q\"}\n" + waits;
  const std::string later = waits + "40s call.queued c1 {\"queue\":\"q\"}\n";
  const std::string back = "Suggestion a is held back: ";
  const std::string rest = ", and it stays off until the rule has ended and holds anew.";
  const std::string nobody = "no agent has the call";
  struct Row {
    std::string keys, tale, told;
  };
  const Row rows[] = {
      {"share: 0%", raised + waits, "this call is not in its rule's share of 0%."},
      {"limit: {per_call: 1}", ended + again,
       "its limit of 1 per call is used up (last at 12:00:01)" + rest},
      {"cooldown: 1h", ended + again,
       "the cooldown of 1h was not over when it was due; it is over at 13:00:04 (in 59m29s)" +
           rest},
      {"mode: live", raised + waits, "it expired after 5s" + rest},
      {"mode: live", raised + "2s dismissed a\n" + waits,
       "the agent used or dismissed it in this call (again: no)."},
      // What is looked at when an agent takes the call only.
      {"mode: live", ended + later, nobody + "; it is raised when one does."},
      {"limit: {per_call: 1}", ended + later,
       nobody + ", and if one had it now, its limit of 1 per call is used up (last at 12:00:01)."},
      {"limit: {per_customer: 1}", ended + later,
       nobody +
           ", and if one had it now, its limit of 1 per customer within 90 days is used up for "
           "alan (last at 12:00:01)."},
      {"cooldown: 1m", ended + later,
       nobody + ", and its cooldown of 1m is over at 12:01:04 (in 24s): before that it is not "
                "raised."},
      {"limit: {per_agent: 1}", ended + later,
       nobody + "; it is raised when one does for whom its limit of 1 per agent is not used up."},
      // Its own episode uses up no limit for the next agent.
      {"limit: {per_call: 1}", raised + "3s call.transferred c1 {}\n",
       nobody + "; it is raised when one does."},
  };
  for (const Row& row : rows) {
    INFO(row.keys << "\n" << row.tale);
    CHECK(held_back(row.keys, row.tale) == back + row.told);
  }
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
