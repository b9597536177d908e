#include <catch2/catch.hpp>
#include <string>

#include "golden_row.hpp"

namespace assist::explain {

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
  const GoldenRow rows[] = {
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
  for (const GoldenRow& row : rows) check(row);
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

}  // namespace assist::explain
