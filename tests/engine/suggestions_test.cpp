#include <catch2/catch.hpp>

#include "engine/story.hpp"

using namespace assist;

TEST_CASE("what starts while the call waits is raised at the answer", "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - {id: wait, title: t, when: {call.wait: {over: 10s}}, suggest: [{headline: h}]}
)"};
  CHECK_STORY(setting, R"(
    0s. call.started c1
    30s. call.answered c1 {"agent":"ana"}
    30s: raised wait c1 ana
    40s. call.ended c1
    40s: withdrawn wait c1 ana, call_ended
    41s. call.answered c1 {"agent":"ben"}     # after the end: nothing
  )");
}

TEST_CASE("transfers withdraw from the one agent and raise to the next", "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - {id: a, title: t, when: call.answered, suggest: [{headline: h}]}
  - {id: b, title: t, when: call.answered, suggest: [{headline: h, priority: high}]}
)"};
  SECTION("to another agent") {
    CHECK_STORY(setting, R"(
      0s. call.answered c1 {"agent":"ana"}
      0s: raised b c1 ana
      0s: raised a c1 ana
      5s. call.transferred c1 {"agent":"ben"}
      5s: withdrawn b c1 ana, transferred
      5s: withdrawn a c1 ana, transferred
      5s: raised b c1 ben
      5s: raised a c1 ben
    )");
  }
  SECTION("to the agent who has the call: nothing moves") {
    CHECK_STORY(setting, R"(
      0s. call.answered c1 {"agent":"ana"}
      0s: raised b c1 ana
      0s: raised a c1 ana
      5s. call.transferred c1 {"agent":"ana","queue":"tech"}
    )");
  }
  SECTION("to a queue: it waits, and the next answer raises") {
    CHECK_STORY(setting, R"(
      0s. call.answered c1 {"agent":"ana"}
      0s: raised b c1 ana
      0s: raised a c1 ana
      5s. call.transferred c1 {"queue":"tech"}
      5s: withdrawn b c1 ana, transferred
      5s: withdrawn a c1 ana, transferred
      9s. call.answered c1 {"agent":"ana"}
      9s: raised b c1 ana
      9s: raised a c1 ana
    )");
  }
  SECTION("an answer by another agent takes the call over as a transfer does") {
    CHECK_STORY(setting, R"(
      0s. call.answered c1 {"agent":"ana"}
      0s: raised b c1 ana
      0s: raised a c1 ana
      5s. call.answered c1 {"agent":"ben"}
      5s: withdrawn b c1 ana, transferred
      5s: withdrawn a c1 ana, transferred
      5s: raised b c1 ben
      5s: raised a c1 ben
    )");
  }
}

TEST_CASE("the ranking walks priority, then rules, then suggestions", "[engine]") {
  engine::Options two;
  two.max_visible = 2;
  const story::Setting setting{.rules = R"(
rules:
  - id: first
    title: t
    when: call.answered
    suggest:
      - {id: one, headline: h}
      - {id: two, headline: h}
  - {id: low, title: t, when: call.answered, suggest: [{headline: h, priority: low}]}
  - {id: urgent, title: t, when: call.on_hold, suggest: [{headline: h, priority: urgent}]}
)",
                               .options = two};
  CHECK_STORY(setting, R"(
    0s. call.answered c1 {"agent":"ana"}
    0s: raised first.one c1 ana
    0s: raised first.two c1 ana
    5s. call.held c1
    5s: withdrawn first.two c1 ana, outranked by max_visible
    5s: raised urgent c1 ana
    9s. call.resumed c1
    9s: withdrawn urgent c1 ana, no_longer_true
    9s: raised first.two c1 ana
  )");
}

TEST_CASE("a suggestion that stands suppresses a step, and those that belong to it", "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - {id: pitch, title: t, when: call.answered, suggest: [{headline: h, step: cross_sell, priority: high}]}
  - {id: late, title: t, when: call.answered, suggest: [{headline: h, step: cross_sell, priority: low}]}
  - {id: outage, title: t, when: {affected_by: outage}, suggest: [{headline: h, suppress: [cross_sell]}]}
)"};
  // What ranks above the suppressing one stands.
  CHECK_STORY(setting, R"(
    0s. call.answered c1 {"agent":"ana"}
    0s: raised pitch c1 ana
    0s: raised late c1 ana
    5s. incident.opened i1 {"kind":"outage"}
    5s: withdrawn late c1 ana, outranked by outage
    5s: raised outage c1 ana
    9s. incident.resolved i1
    9s: withdrawn outage c1 ana, no_longer_true
    9s: raised late c1 ana
  )");
}

TEST_CASE("of one group only the highest ranking stands", "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - {id: mild, title: t, when: call.answered, suggest: [{headline: h, group: hold}]}
  - {id: strong, title: t, when: call.on_hold, suggest: [{headline: h, group: hold, priority: urgent}]}
)"};
  CHECK_STORY(setting, R"(
    0s. call.answered c1 {"agent":"ana"}
    0s: raised mild c1 ana
    5s. call.held c1
    5s: withdrawn mild c1 ana, outranked by strong
    5s: raised strong c1 ana
    9s. call.resumed c1
    9s: withdrawn strong c1 ana, no_longer_true
    9s: raised mild c1 ana
  )");
}

TEST_CASE("what is outranked itself outranks nothing", "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - {id: top, title: t, when: call.on_hold, suggest: [{headline: h, group: g, priority: urgent}]}
  - {id: middle, title: t, when: call.answered, suggest: [{headline: h, group: g, suppress: [pitch], priority: high}]}
  - {id: bottom, title: t, when: call.answered, suggest: [{headline: h, step: pitch}]}
)"};
  CHECK_STORY(setting, R"(
    0s. call.answered c1 {"agent":"ana"}
    0s: raised middle c1 ana
    5s. call.held c1
    5s: withdrawn middle c1 ana, outranked by top
    5s: raised top c1 ana
    5s: raised bottom c1 ana
  )");
}

TEST_CASE("a shadow suggestion is decided beside the live ones, and outranks none", "[engine]") {
  engine::Options one;
  one.max_visible = 1;
  const story::Setting setting{.rules = R"(
rules:
  - {id: shadow, title: t, when: call.answered, mode: shadow, suggest: [{headline: h, priority: urgent, group: g, suppress: [pitch]}]}
  - {id: shadow2, title: t, when: call.answered, mode: shadow, suggest: [{headline: h, group: g, priority: urgent}]}
  - {id: live, title: t, when: call.answered, suggest: [{headline: h, group: g, step: pitch, priority: high}]}
  - {id: low, title: t, when: call.answered, mode: shadow, suggest: [{headline: h}]}
)",
                               .options = one};
  CHECK_STORY(setting, R"(
    0s. call.answered c1 {"agent":"ana"}
    0s: raised shadow c1 ana (shadow)
    0s: raised shadow2 c1 ana (shadow)
    0s: raised live c1 ana
    9s. call.ended c1
    9s: withdrawn shadow c1 ana (shadow), call_ended
    9s: withdrawn shadow2 c1 ana (shadow), call_ended
    9s: withdrawn live c1 ana, call_ended
  )");
}

TEST_CASE("expires_after counts from each raised, what expired stays off for the episode",
          "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - {id: r, title: t, when: call.on_hold, suggest: [{headline: h, expires_after: 10s}]}
)"};
  SECTION("for the next agent too, and a new episode has it again") {
    CHECK_STORY(setting, R"(
      0s. call.answered c1 {"agent":"ana"}
      1s. call.held c1
      1s: raised r c1 ana
      11s: withdrawn r c1 ana, expired
      20s. call.transferred c1 {"agent":"ben"}    # ends the hold
      21s. call.held c1
      21s: raised r c1 ben
      31s: withdrawn r c1 ben, expired
      40s. time passes
    )");
  }
  SECTION("a transfer raises anew, and that counts anew") {
    const story::Setting answered{.rules = R"(
rules:
  - {id: r, title: t, when: call.answered, suggest: [{headline: h, expires_after: 10s}]}
)"};
    CHECK_STORY(answered, R"(
      0s. call.answered c1 {"agent":"ana"}
      0s: raised r c1 ana
      9s. call.transferred c1 {"agent":"ben"}
      9s: withdrawn r c1 ana, transferred
      9s: raised r c1 ben
      19s: withdrawn r c1 ben, expired
      30s. call.transferred c1 {"agent":"ana"}
    )");
  }
}

TEST_CASE("used and dismissed take it off the screen for the rest of the call", "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - {id: once, title: t, when: call.on_hold, suggest: [{headline: h}]}
  - {id: more, title: t, when: call.on_hold, again: yes, suggest: [{headline: h}]}
)"};
  CHECK_STORY(setting, R"(
    0s. call.answered c1 {"agent":"ana"}
    1s. call.held c1
    1s: raised once c1 ana
    1s: raised more c1 ana
    2s. used once c1
    2s: withdrawn once c1 ana, used
    3s. dismissed more c1
    3s: withdrawn more c1 ana, dismissed
    4s. call.resumed c1
    5s. call.held c1
    5s: raised more c1 ana
    6s. call.started c2
    6s. call.answered c2 {"agent":"ana"}
    7s. call.held c2
    7s: raised once c2 ana
    7s: raised more c2 ana
  )");
}

TEST_CASE("a click that crosses a withdrawal counts for the rest of the call", "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - {id: once, title: t, when: call.on_hold, suggest: [{headline: h}]}
  - {id: more, title: t, when: call.on_hold, again: yes, suggest: [{headline: h}]}
)"};
  CHECK_STORY(setting, R"(
    0s. call.answered c1 {"agent":"ana"}
    1s. call.held c1
    1s: raised once c1 ana
    1s: raised more c1 ana
    2s. call.resumed c1
    2s: withdrawn once c1 ana, no_longer_true
    2s: withdrawn more c1 ana, no_longer_true
    2s. used once c1
    2s. used more c1
    3s. call.held c1
    3s: raised more c1 ana
  )");
}

TEST_CASE("of several reasons for a withdrawal the first of the contract's list is given",
          "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - {id: r, title: t, when: call.on_hold, suggest: [{headline: h, expires_after: 10s}]}
  - {id: short, title: t, when: {call.hold: {under: 10s}}, suggest: [{headline: h, expires_after: 10s}]}
)"};
  CHECK_STORY(setting, R"(
    0s. call.answered c1 {"agent":"ana"}
    0s: raised short c1 ana
    5s. call.held c1
    5s: raised r c1 ana
    9s. call.transferred c1 {"agent":"ben"}       # also no longer true
    9s: withdrawn r c1 ana, transferred
    9s: withdrawn short c1 ana, transferred
    9s: raised short c1 ben
    9s. call.held c1
    9s: raised r c1 ben
    19s: withdrawn r c1 ben, expired
    19s: withdrawn short c1 ben, no_longer_true   # at one moment with its end
    20s. time passes
  )");
}

TEST_CASE("at one moment first the withdrawn, then the raised, then the changed, by ranking",
          "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - {id: a, title: t, when: call.answered, suggest: [{headline: "on ${ call.holds }"}]}
  - {id: b, title: t, when: "!call.on_hold", suggest: [{headline: h, priority: low}]}
  - {id: c, title: t, when: call.on_hold, suggest: [{headline: h}]}
  - {id: d, title: t, when: call.on_hold, suggest: [{headline: h, priority: high}]}
  - {id: e, title: t, when: "!call.on_hold", suggest: [{headline: h, priority: urgent}]}
)"};
  CHECK_STORY(setting, R"(
    0s. call.answered c1 {"agent":"ana"}
    0s: raised e c1 ana
    0s: raised a c1 ana
    0s: raised b c1 ana
    5s. call.held c1
    5s: withdrawn e c1 ana, no_longer_true
    5s: withdrawn b c1 ana, no_longer_true
    5s: raised d c1 ana
    5s: raised c c1 ana
    5s: changed a c1 ana "on 1" null null
  )");
}

TEST_CASE("texts change on events that change a fact they read, not by the clock", "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - id: r
    title: t
    when: call.answered
    suggest:
      - headline: "Held ${ call.hold_total } in all"
        say: "${ call.queue } and ${ call.attributes.n }"
        because: "$${ kept } at ${ call.sentiment }"
)",
                               .texts = true};
  CHECK_STORY(setting, R"(
    0s. call.answered c1 {"agent":"ana"}
    0s: raised r c1 ana "Held 0s in all" " and ?" "${ kept } at 0"
    10s. call.held c1                 # its value is the same at this moment
    20s. call.step c1 {"step":"pitch"}
    30s. call.resumed c1              # the same still: it ran by the clock
    31s. call.queued c1 {"queue":"billing"}
    31s: changed r c1 ana "Held 20s in all" "billing and ?" "${ kept } at 0"
    32s. call.queued c1 {"queue":"billing"}
    33s. call.sentiment c1 {"score":-0.25}
    33s: changed r c1 ana "Held 20s in all" "billing and ?" "${ kept } at -0.25"
    34s. call.updated c1 {"attributes":{"n":[1]}}
    35s. call.updated c1 {"attributes":{"n":1.50}}
    35s: changed r c1 ana "Held 20s in all" "billing and 1.5" "${ kept } at -0.25"
    40s. call.resumed c1 time=25s     # late, and another value of hold_total
    40s: changed r c1 ana "Held 15s in all" "billing and 1.5" "${ kept } at -0.25"
    50s. call.ended c1
    50s: withdrawn r c1 ana, call_ended "Held 15s in all" "billing and 1.5" "${ kept } at -0.25"
  )");
}

TEST_CASE("texts that name other subjects change with them", "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - id: outage
    title: t
    when: {affected_by: outage}
    suggest: [{headline: "${ incident('outage').summary }, ${ call.agent_name }"}]
)",
                               .texts = true};
  CHECK_STORY(setting, R"(
    0s. agent.updated ana {"name":"Ana"}
    0s. call.answered c1 {"agent":"ana"}
    1s. incident.opened i1 {"kind":"outage","summary":"fire"}
    1s: raised outage c1 ana "fire, Ana" null null
    2s. incident.updated i1 {"summary":"flood"}
    2s: changed outage c1 ana "flood, Ana" null null
    3s. agent.updated ana {"name":"Anita"}
    3s: changed outage c1 ana "flood, Anita" null null
    4s. agent.updated ben {"name":"Ben"}
    5s. incident.opened i2 time=0s {"kind":"outage","summary":"older"}
    5s: changed outage c1 ana "older, Anita" null null
  )");
}

TEST_CASE("texts of incidents are each call's own, also where one moment fills many", "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - id: outage
    title: t
    when: {affected_by: outage}
    suggest:
      - {id: what, headline: "${ incident('outage').summary }"}
      - {id: all, headline: "${ incidents.size() } of ${ incident('frost').summary }"}
)",
                               .texts = true};
  CHECK_STORY(setting, R"(
    0s. incident.opened f1 {"kind":"frost","summary":"ice","areas":["north"]}
    1s. call.started c1 {"area":"south"}
    1s. call.answered c1 {"agent":"ana"}
    1s. call.started c2 {"area":"north"}
    1s. call.answered c2 {"agent":"ben"}
    1s. call.started c3 {"area":"south"}
    1s. call.answered c3 {"agent":"cy"}
    2s. incident.opened i1 {"kind":"outage","summary":"fire"}
    2s: raised outage.what c1 ana "fire" null null
    2s: raised outage.all c1 ana "1 of ?" null null
    2s: raised outage.what c2 ben "fire" null null
    2s: raised outage.all c2 ben "2 of ice" null null
    2s: raised outage.what c3 cy "fire" null null
    2s: raised outage.all c3 cy "1 of ?" null null
    2s. incident.updated i1 {"summary":"flood"}        # at the same moment
    2s: changed outage.what c1 ana "flood" null null
    2s: changed outage.what c2 ben "flood" null null
    2s: changed outage.what c3 cy "flood" null null
    4s. incident.opened i2 time=0s {"kind":"outage","summary":"older","areas":["south"]}
    4s: changed outage.what c1 ana "older" null null
    4s: changed outage.all c1 ana "2 of ?" null null
    4s: changed outage.what c3 cy "older" null null
    4s: changed outage.all c3 cy "2 of ?" null null
  )");
}

TEST_CASE("texts of incidents that tell how long one lasts are those of their moment", "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - id: outage
    title: t
    when: {affected_by: outage}
    suggest: [{headline: "for ${ now - incident('outage').opened_at }"}]
)",
                               .other_rules = {{"later", R"(
rules:
  - id: outage
    title: t
    when: {affected_by: outage}
    suggest: [{headline: "${ incident('outage').summary }"}]
)"}},
                               .texts = true};
  CHECK_STORY(setting, R"(
    0s. incident.opened i1 {"kind":"outage","summary":"fire"}
    2s. call.answered c1 {"agent":"ana"}
    2s: raised outage c1 ana "for 2s" null null
    5s. call.answered c2 {"agent":"ben"}
    5s: raised outage c2 ben "for 5s" null null
    5s. reload later
    5s: withdrawn outage c1 ana, rule_changed "for 2s" null null
    5s: raised outage c1 ana "fire" null null
    5s: withdrawn outage c2 ben, rule_changed "for 5s" null null
    5s: raised outage c2 ben "fire" null null
  )");
}

TEST_CASE("contacts that do not count are no change of a fact", "[engine]") {
  engine::Options forgetful;
  forgetful.contacts_kept = std::chrono::seconds{30};
  const story::Setting setting{.rules = R"(
rules:
  - id: r
    title: t
    when: call.answered
    suggest: [{headline: "${ contacts_within(days(1)) } before, ${ call.age } old"}]
)",
                               .options = forgetful};
  CHECK_STORY(setting, R"(
    0s. call.started c1 {"customer":"alan"}
    10s. call.ended c1
    20s. call.answered c2 {"agent":"ana"}
    20s: raised r c2 ana
    50s. call.updated c2 {"customer":"alan"}            # c1 is not kept any more
    60s. call.started c3 time=1s {"customer":"alan"}
    61s. call.ended c3 time=2s                          # nor is this one, which came late
    62s. call.started c4 {"customer":"alan"}
    63s. call.ended c4
    63s: changed r c2 ana "1 before, 43s old" null null
  )");
}

TEST_CASE("a call ends by itself, and is a contact then", "[engine]") {
  engine::Options quick;
  quick.silence = std::chrono::minutes{10};
  const story::Setting setting{.rules = R"(
rules:
  - {id: r, title: t, when: call.answered, suggest: [{headline: h}]}
  - {id: again, title: t, when: {contacts: {within: 1d}}, suggest: [{headline: h}]}
)",
                               .options = quick};
  CHECK_STORY(setting, R"(
    0s. call.started c1 {"customer":"alan"}
    0s. call.answered c1 {"agent":"ana"}
    0s: raised r c1 ana
    300s. call.started c2 {"customer":"alan"}
    310s. call.answered c2 {"agent":"ben"}
    310s: raised r c2 ben
    400s. call.held c1 time=100s                 # counts from the clock at which it was applied
    910s: raised again c1 ana                    # the facts first, then call by call
    910s: withdrawn r c2 ben, call_ended
    1000s: withdrawn r c1 ana, call_ended
    1000s: withdrawn again c1 ana, call_ended
    1001s. call.resumed c1                       # too late: nothing
  )");
}
