#include <catch2/catch.hpp>

#include "engine/story.hpp"

using namespace assist;

TEST_CASE("over turns at the first microsecond past its length, at_least at it", "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - id: over
    title: t
    when: {call.hold: {over: 2m}}
    suggest: [{headline: h}]
  - id: at_least
    title: t
    when: {call.hold: {at_least: 2m}}
    suggest: [{headline: h}]
)"};
  CHECK_STORY(setting, R"(
    0s. call.answered c1 {"agent":"ana"}
    20s. call.held c1
    139s+999999us. time passes
    140s: raised at_least c1 ana
    140s+1us: raised over c1 ana
    200s. call.resumed c1
    200s: withdrawn over c1 ana, no_longer_true
    200s: withdrawn at_least c1 ana, no_longer_true
  )");
}

TEST_CASE("decisions carry the moment at which they are due, however late the clock gets there",
          "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - {id: held, title: t, when: {call.hold: {over: 2m}}, suggest: [{headline: h}]}
)"};
  CHECK_STORY(setting, R"(
    0s. call.answered c1 {"agent":"ana"}
    10s. call.held c1
    130s+1us: raised held c1 ana
    9000s. time passes
  )");
}

TEST_CASE("a length that ran elsewhere first counts on from there", "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - {id: total, title: t, when: {call.hold_total: {at_least: 1m}}, suggest: [{headline: h}]}
  - {id: wait, title: t, when: {call.wait: {at_least: 30s}}, suggest: [{headline: h}]}
)"};
  CHECK_STORY(setting, R"(
    0s. call.started c1
    20s. call.answered c1 {"agent":"ana"}
    30s. call.held c1
    70s. call.resumed c1
    80s. call.held c1
    100s: raised total c1 ana
    110s. call.transferred c1 {"queue":"tech"}
    110s: withdrawn total c1 ana, transferred
    120s. time passes
    130s. call.answered c1 {"agent":"ben"}      # it holds since 120s, while the call waited
    130s: raised total c1 ben
    130s: raised wait c1 ben
  )");
}

TEST_CASE("a situation holds once its condition was true for `for` without a break", "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - {id: held, title: t, when: call.on_hold, for: 10s, suggest: [{headline: h}]}
)"};
  CHECK_STORY(setting, R"(
    0s. call.answered c1 {"agent":"ana"}
    5s. call.held c1
    14s. call.resumed c1
    14s. call.held c1               # a break, though no time passed
    23s+999999us. time passes
    24s: raised held c1 ana
    30s. call.resumed c1
    30s: withdrawn held c1 ana, no_longer_true
  )");
}

TEST_CASE("`for` runs from the moment at which the engine saw the condition true", "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - {id: held, title: t, when: call.on_hold, for: 10s, suggest: [{headline: h}]}
)"};
  CHECK_STORY(setting, R"(
    0s. call.answered c1 {"agent":"ana"}
    20s. call.held c1 time=5s
    30s: raised held c1 ana
    31s. time passes
  )");
}

TEST_CASE("a situation stands for keep_for at least, and not longer than it must", "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - {id: held, title: t, when: call.on_hold, keep_for: 10s, suggest: [{headline: h}]}
)"};
  SECTION("its condition turns false before") {
    CHECK_STORY(setting, R"(
      0s. call.answered c1 {"agent":"ana"}
      5s. call.held c1
      5s: raised held c1 ana
      8s. call.resumed c1
      14s+999999us. time passes
      15s: withdrawn held c1 ana, no_longer_true
      16s. time passes
    )");
  }
  SECTION("and true again: it is one episode") {
    CHECK_STORY(setting, R"(
      0s. call.answered c1 {"agent":"ana"}
      5s. call.held c1
      5s: raised held c1 ana
      8s. call.resumed c1
      12s. call.held c1
      30s. call.resumed c1
      30s: withdrawn held c1 ana, no_longer_true
    )");
  }
}

TEST_CASE("the condition is false where an entry of unless holds", "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - id: r
    title: t
    when: {call.queue: billing}
    unless: [{call.topic: survey}, "call.attributes['n'] > 3"]
    suggest: [{headline: h}]
)"};
  CHECK_STORY(setting, R"(
    0s. call.answered c1 {"agent":"ana"}
    1s. call.queued c1 {"queue":"billing"}       # the second entry is an error: it is false
    1s: raised r c1 ana
    2s. call.updated c1 {"topic":"survey"}
    2s: withdrawn r c1 ana, no_longer_true
    3s. call.updated c1 {"topic":"bill"}
    3s: raised r c1 ana
    4s. call.updated c1 {"attributes":{"n":4}}
    4s: withdrawn r c1 ana, no_longer_true
    5s. call.updated c1 {"attributes":{"n":null}}
    5s: raised r c1 ana
  )");
}

TEST_CASE("an error that nothing absorbs makes the whole condition false, and is counted",
          "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - {id: absorbed, title: t, when: "call.attributes.n > 3 || call.answered", suggest: [{headline: h}]}
  - {id: left, title: t, when: "call.attributes.n > 3 || !call.answered", suggest: [{headline: h}]}
)"};
  CHECK_STORY(setting, R"(
    0s. call.answered c1 {"agent":"ana"}
    0s: raised absorbed c1 ana
    1s. call.updated c1 {"attributes":{"n":7}}
    1s: raised left c1 ana
    2s. call.updated c1 {"attributes":{"n":"seven"}}
    2s: withdrawn left c1 ana, no_longer_true
  )");
}

TEST_CASE("contacts age out of a window at the exact microsecond", "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - {id: again, title: t, when: {contacts: {within: 1h, at_least: 1}}, suggest: [{headline: h}]}
)"};
  CHECK_STORY(setting, R"(
    0s. call.started c1 {"customer":"alan"}
    0s. call.started c2 {"customer":"alan"}
    1s. call.answered c2 {"agent":"ana"}
    10s. call.ended c1              # never answered, and yet a contact, at once
    10s: raised again c2 ana
    3609s+999999us. time passes
    3610s: withdrawn again c2 ana, no_longer_true
    3611s. time passes
  )");
}

TEST_CASE("contacts are counted by topic, this call not among them", "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - {id: bills, title: t, when: {contacts: {within: 7d, at_least: 2, topic: bill}}, suggest: [{headline: h}]}
)"};
  CHECK_STORY(setting, R"(
    0s. call.started c1 {"customer":"alan","topic":"bill"}
    1s. call.ended c1
    2s. call.started c2 {"customer":"alan","topic":"move"}
    3s. call.ended c2
    4s. call.started c3 {"customer":"alan","topic":"bill"}
    5s. call.answered c3 {"agent":"ana"}
    6s. call.ended c3
    7s. call.started c4 {"customer":"alan","topic":"bill"}
    8s. call.answered c4 {"agent":"ana"}
    8s: raised bills c4 ana
    9s. call.updated c4 {"customer":"bea"}
    9s: withdrawn bills c4 ana, no_longer_true
  )");
}

TEST_CASE("events age out of a window by their own time", "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - {id: holds, title: t, when: {events: {type: call.held, within: 1m, at_least: 2}}, suggest: [{headline: h}]}
)"};
  CHECK_STORY(setting, R"(
    0s. call.answered c1 {"agent":"ana"}
    10s. call.held c1
    20s. call.resumed c1
    30s. call.held c1
    30s: raised holds c1 ana
    70s: withdrawn holds c1 ana, no_longer_true
    80s. call.resumed c1
    85s. call.held c1 time=82s       # late: counts from 82s
    85s: raised holds c1 ana
    90s: withdrawn holds c1 ana, no_longer_true
    95s. time passes
  )");
}

TEST_CASE("a situation that depends on others is decided after them at one moment", "[engine]") {
  // Written in the wrong order on purpose: what is read stands below what reads it.
  const story::Setting setting{.rules = R"(
rules:
  - id: advice
    title: t
    when: {all: [{situation.repeat: yes}, "!situation.outage"]}
    suggest: [{headline: h}]
  - {id: repeat, title: t, when: {call.holds: {at_least: 1}}}
  - {id: outage, title: t, when: {call.on_hold: yes}}
)"};
  CHECK_STORY(setting, R"(
    0s. call.answered c1 {"agent":"ana"}
    5s. call.held c1                 # both turn: nothing is made and unmade
    9s. call.resumed c1
    9s: raised advice c1 ana
    12s. call.held c1
    12s: withdrawn advice c1 ana, no_longer_true
  )");
}

TEST_CASE("a situation counts once its `for` is over and while its keep_for lasts", "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - {id: s-1, title: t, when: call.on_hold, for: 5s, keep_for: 10s}
  - {id: reader, title: t, when: "situation['s-1']", suggest: [{headline: h}]}
)"};
  CHECK_STORY(setting, R"(
    0s. call.answered c1 {"agent":"ana"}
    1s. call.held c1
    6s: raised reader c1 ana
    8s. call.resumed c1
    16s: withdrawn reader c1 ana, no_longer_true
    20s. time passes
  )");
}

TEST_CASE("a rule that a situation bars is looked at once the situation is over", "[engine]") {
  // Each way to say so, and one that bars and wants it in turn.
  const story::Setting setting{.rules = R"(
rules:
  - {id: s, title: t, when: 'call.step == "s"'}
  - {id: not, title: t, when: "call.answered && !situation.s", suggest: [{headline: h}]}
  - {id: no, title: t, when: {situation.s: no}, suggest: [{headline: h}]}
  - {id: unless, title: t, when: call.answered, unless: [situation.s], suggest: [{headline: h}]}
  - {id: only, title: t, when: call.answered, unless: [{situation.s: no}], suggest: [{headline: h}]}
  - id: both
    title: t
    when: situation.s || call.step == "x"
    unless: ["!situation.s"]
    suggest: [{headline: h}]
)"};
  CHECK_STORY(setting, R"(
    0s. call.step c1 {"step":"s"}
    1s. call.answered c1 {"agent":"ana"}
    1s: raised only c1 ana
    1s: raised both c1 ana
    5s. call.step c1 {"step":"y"}
    5s: withdrawn only c1 ana, no_longer_true
    5s: withdrawn both c1 ana, no_longer_true
    5s: raised not c1 ana
    5s: raised no c1 ana
    5s: raised unless c1 ana
    9s. call.step c1 {"step":"s"}
    9s: withdrawn not c1 ana, no_longer_true
    9s: withdrawn no c1 ana, no_longer_true
    9s: withdrawn unless c1 ana, no_longer_true
    9s: raised only c1 ana
    9s: raised both c1 ana
  )");
}

TEST_CASE("what holds back suggestions does not hold back the situation", "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - {id: limited, title: t, when: call.on_hold, limit: {per_call: 1}, suggest: [{headline: h}]}
  - {id: cooled, title: t, when: call.on_hold, cooldown: 1h, suggest: [{headline: h}]}
  - {id: shared, title: t, when: call.on_hold, share: 0%, suggest: [{headline: h}]}
  - {id: shadow, title: t, when: call.on_hold, mode: shadow}
  - {id: off, title: t, when: call.on_hold, mode: off, suggest: [{headline: h}]}
  - id: reader
    title: t
    when: "situation.limited && situation.cooled && situation.shared && situation.shadow && !situation.off"
    suggest: [{headline: h}]
)"};
  CHECK_STORY(setting, R"(
    0s. call.answered c1 {"agent":"ana"}
    1s. call.held c1
    1s: raised limited c1 ana
    1s: raised cooled c1 ana
    1s: raised reader c1 ana
    2s. call.resumed c1
    2s: withdrawn limited c1 ana, no_longer_true
    2s: withdrawn cooled c1 ana, no_longer_true
    2s: withdrawn reader c1 ana, no_longer_true
    3s. call.held c1
    3s: raised reader c1 ana
  )");
}

TEST_CASE("a late event corrects the facts from now on, what was decided stays", "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - {id: long, title: t, when: {call.hold_total: {over: 1m}}, suggest: [{headline: h}]}
)"};
  SECTION("a hold that ended earlier than was known") {
    CHECK_STORY(setting, R"(
      0s. call.answered c1 {"agent":"ana"}
      10s. call.held c1
      70s+1us: raised long c1 ana
      80s. call.resumed c1 time=40s
      80s: withdrawn long c1 ana, no_longer_true
      90s. call.held c1 time=85s
      115s+1us: raised long c1 ana
      120s. time passes
    )");
  }
  SECTION("a hold that began earlier than was known") {
    CHECK_STORY(setting, R"(
      0s. call.answered c1 {"agent":"ana"}
      200s. call.held c1 time=80s
      200s: raised long c1 ana
    )");
  }
}

TEST_CASE("each event is decided by itself, also those of one microsecond", "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - {id: held, title: t, when: call.on_hold, suggest: [{headline: h}]}
)"};
  CHECK_STORY(setting, R"(
    5s. call.answered c1 {"agent":"ana"}
    5s. call.held c1
    5s: raised held c1 ana
    5s. call.resumed c1
    5s: withdrawn held c1 ana, no_longer_true
    5s. call.held c1
    5s: raised held c1 ana
  )");
}

TEST_CASE("what is due at the moment of an event happens before it", "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - {id: held, title: t, when: {call.hold: {at_least: 10s}}, suggest: [{headline: h}]}
)"};
  CHECK_STORY(setting, R"(
    0s. call.answered c1 {"agent":"ana"}
    5s. call.held c1
    15s: raised held c1 ana
    15s. call.resumed c1
    15s: withdrawn held c1 ana, no_longer_true
  )");
}

TEST_CASE("windows of activity open and close at the exact moment", "[engine]") {
  SECTION("hours, for counted within them, keep_for beyond") {
    const story::Setting setting{.rules = R"(
rules:
  - {id: early, title: t, when: call.answered, active: {hours: "08:00-12:01"}, suggest: [{headline: h}]}
  - {id: late, title: t, when: call.answered, active: {hours: "12:01-20:00", days: [mon]}, for: 5s, suggest: [{headline: h}]}
  - {id: kept, title: t, when: call.answered, active: {hours: "11:00-12:01"}, keep_for: 90s, suggest: [{headline: h}]}
  - {id: tuesday, title: t, when: call.answered, active: {days: [tue]}, suggest: [{headline: h}]}
)"};
    CHECK_STORY(setting, R"(
      0s. call.answered c1 {"agent":"ana"}
      0s: raised early c1 ana
      0s: raised kept c1 ana
      60s: withdrawn early c1 ana, no_longer_true
      65s: raised late c1 ana
      90s: withdrawn kept c1 ana, no_longer_true
      100s. time passes
    )");
  }
  SECTION("a date means the whole day; over midnight the day of opening counts") {
    const story::Setting setting{.rules = R"(
rules:
  - {id: until, title: t, when: call.answered, active: {until: 2026-01-05}, suggest: [{headline: h}]}
  - {id: from, title: t, when: call.answered, active: {from: 2026-01-06}, suggest: [{headline: h}]}
  - {id: night, title: t, when: call.answered, active: {hours: "22:00-00:01", days: [mon]}, suggest: [{headline: h}]}
)",
                                 .start = "2026-01-05T23:59:00Z"};
    CHECK_STORY(setting, R"(
      0s. call.answered c1 {"agent":"ana"}
      0s: raised until c1 ana
      0s: raised night c1 ana
      60s: withdrawn until c1 ana, no_longer_true
      60s: raised from c1 ana
      120s: withdrawn night c1 ana, no_longer_true
      200s. time passes
    )");
  }
  SECTION("another zone's wall clock") {
    const story::Setting setting{.rules = R"(
rules:
  - {id: denver, title: t, when: call.answered, active: {hours: "05:01-05:02", time_zone: America/Denver}, suggest: [{headline: h}]}
)",
                                 .model = false};
    CHECK_STORY(setting, R"(
      0s. call.answered c1 {"agent":"ana"}
      60s: raised denver c1 ana
      120s: withdrawn denver c1 ana, no_longer_true
      200s. time passes
    )");
  }
}

TEST_CASE("whether an incident affects a call, asked in all ways", "[engine]") {
  const story::Setting setting{.rules = R"yaml(
rules:
  - {id: not, title: t, when: "!affected_by('outage')", suggest: [{headline: h}]}
  - {id: either, title: t, when: "affected_by('outage') || call.holds > 0", suggest: [{headline: h}]}
  - {id: number, title: t, when: "affected_by(dyn(1))", suggest: [{headline: h}]}
)yaml"};
  CHECK_STORY(setting, R"(
    0s. call.started c1 {"area":"denver"}
    1s. call.answered c1 {"agent":"ana"}
    1s: raised not c1 ana
    2s. incident.opened i1 {"kind":"outage","areas":["denver"]}
    2s: withdrawn not c1 ana, no_longer_true
    2s: raised either c1 ana
    3s. incident.resolved i1
    3s: withdrawn either c1 ana, no_longer_true
    3s: raised not c1 ana
    4s. call.held c1
    4s: raised either c1 ana
  )");
}

TEST_CASE("incidents act at once on every call in progress, calls by their first event",
          "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - {id: outage, title: t, when: {affected_by: outage}, suggest: [{headline: h}]}
)"};
  CHECK_STORY(setting, R"(
    0s. call.started c2 {"area":"denver"}
    1s. call.started c1 {"area":"denver"}
    2s. call.started c3 {"area":"boulder"}
    3s. call.answered c1 {"agent":"ana"}
    4s. call.answered c2 {"agent":"ben"}
    5s. call.answered c3 {"agent":"cy"}
    9s. incident.opened i1 {"kind":"outage","areas":["denver"]}
    9s: raised outage c2 ben
    9s: raised outage c1 ana
    12s. incident.updated i1 {"areas":["boulder"]}
    12s: withdrawn outage c2 ben, no_longer_true
    12s: withdrawn outage c1 ana, no_longer_true
    12s: raised outage c3 cy
    15s. incident.resolved i1
    15s: withdrawn outage c3 cy, no_longer_true
  )");
}
