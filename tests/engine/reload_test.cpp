#include <catch2/catch.hpp>

#include "engine/story.hpp"
#include "events/decode.hpp"

using namespace assist;

TEST_CASE("a reload that only moves rules ranks anew what stands", "[engine]") {
  engine::Options one;
  one.max_visible = 1;
  const story::Setting setting{.rules = R"(
rules:
  - {id: a, title: t, when: call.answered, suggest: [{headline: h}]}
  - {id: b, title: t, when: call.answered, suggest: [{headline: h}]}
)",
                               .other_rules = {{"turned", R"(
rules:
  - {id: b, title: t, when: call.answered, suggest: [{headline: h}]}
  - {id: a, title: t, when: call.answered, suggest: [{headline: h}]}
)"}},
                               .options = one};
  CHECK_STORY(setting, R"(
    0s. call.answered c1 {"agent":"ana"}
    0s: raised a c1 ana
    5s. reload turned
    5s: withdrawn a c1 ana, outranked by max_visible
    5s: raised b c1 ana
  )");
}

TEST_CASE("a reload keeps timers, limits and standing suggestions of rules that mean the same",
          "[engine]") {
  const story::Setting setting{.rules = R"(
lists:
  queues: [billing, tech]
rules:
  - {id: stands, title: t, when: {call.queue: {one_of: lists.queues}}, suggest: [{headline: "h ${ call.step }"}]}
  - {id: timer, title: t, when: call.on_hold, for: 30s, suggest: [{headline: h}]}
  - {id: kept, title: t, when: {call.topic: bill}, keep_for: 30s, suggest: [{headline: h}]}
  - {id: limited, title: t, when: call.on_hold, limit: {per_call: 1}, suggest: [{headline: h}]}
  - {id: off, title: t, when: call.answered, suggest: [{headline: h}]}
  - {id: reworded, title: t, when: call.answered, suggest: [{headline: old}]}
  - {id: gone, title: t, when: call.answered, suggest: [{headline: h}]}
)",
                               .other_rules = {{"later", R"(
rules:
  - {id: new, title: t, when: call.answered, suggest: [{headline: h, priority: low}]}
  - {id: off, title: Another title, when: call.answered, tags: [x], owner: me, suggest: [{headline: h}]}
  - {id: limited, title: t, when: "call.on_hold", limit: {per_call: 1}, suggest: [{headline: h}]}
  - {id: stands, title: t, when: {call.queue: {one_of: lists.queues}}, suggest: [{headline: "h ${ call.step }"}]}
  - {id: kept, title: t, when: {call.topic: bill}, keep_for: 30s, suggest: [{headline: h}]}
  - {id: timer, title: t, when: call.on_hold, for: 30s, suggest: [{headline: h}]}
  - {id: reworded, title: t, when: call.answered, suggest: [{headline: new}]}
lists:
  queues: [billing, tech]
)"}},
                               .options = [] {
                                 engine::Options many;
                                 many.max_visible = 9;
                                 return many;
                               }()};
  CHECK_STORY(setting, R"(
    0s. call.started c1 {"queue":"billing","topic":"bill"}
    0s. call.answered c1 {"agent":"ana"}
    0s: raised stands c1 ana
    0s: raised kept c1 ana
    0s: raised off c1 ana
    0s: raised reworded c1 ana
    0s: raised gone c1 ana
    1s. dismissed off c1
    1s: withdrawn off c1 ana, dismissed
    2s. call.held c1
    2s: raised limited c1 ana
    3s. call.resumed c1
    3s: withdrawn limited c1 ana, no_longer_true
    4s. call.updated c1 {"topic":"move"}
    5s. call.held c1
    10s. reload later
    10s: withdrawn reworded c1 ana, rule_changed
    10s: withdrawn gone c1 ana, rule_changed
    10s: raised reworded c1 ana
    10s: raised new c1 ana
    11s. call.step c1 {"step":"pitch"}
    11s: changed stands c1 ana "h pitch" null null
    30s: withdrawn kept c1 ana, no_longer_true
    35s: raised timer c1 ana
    40s. time passes
  )");
}

TEST_CASE("a rule that changed starts anew", "[engine]") {
  const story::Setting setting{.rules = R"(
rules:
  - {id: timer, title: t, when: call.on_hold, for: 30s, suggest: [{headline: h}]}
  - {id: reader, title: t, when: situation.base, suggest: [{headline: h}]}
  - {id: base, title: t, when: call.on_hold}
)",
                               .other_rules = {{"later", R"(
rules:
  - {id: timer, title: t, when: call.on_hold, for: 40s, suggest: [{headline: h}]}
  - {id: reader, title: t, when: situation.base, suggest: [{headline: h}]}
  - {id: base, title: t, when: {call.hold: {over: 10s}}}
)"}}};
  CHECK_STORY(setting, R"(
    0s. call.answered c1 {"agent":"ana"}
    5s. call.held c1
    5s: raised reader c1 ana
    12s. reload later
    12s: withdrawn reader c1 ana, no_longer_true    # what it reads is not so any more
    15s+1us: raised reader c1 ana
    52s: raised timer c1 ana
    60s. time passes
  )");
}

TEST_CASE("a reload tells what was added, changed, removed, and which timers start anew",
          "[engine]") {
  engine::Engine engine(story::rules_of(R"(
rules:
  - {id: same, title: t, when: call.on_hold, for: 30s}
  - {id: changed, title: t, when: call.answered, for: 30s}
  - {id: changed-idle, title: t, when: call.on_hold, for: 30s}
  - {id: removed, title: t, when: call.answered, suggest: [{headline: h}]}
)"),
                        {});
  engine::Effects effects;
  events::Decoder decoder;
  events::Batch batch;
  decoder.decode(R"({"specversion":"1.0","id":"1","source":"/t","type":"call.answered",)"
                 R"("subject":"c1","data":{"agent":"ana"}})",
                 events::Shape::event, batch);
  const Time now = *parse_rfc3339("2026-01-05T12:00:00Z");
  events::settle_time(batch.events[0], now);
  engine.apply(batch.events[0], effects);
  const auto summary = engine.reload(story::rules_of(R"(
rules:
  - {id: changed, title: t, when: call.answered, for: 31s}
  - {id: changed-idle, title: t, when: call.on_hold, for: 31s}
  - {id: same, title: Another title, when: call.on_hold, for: 30s}
  - {id: added, title: t, when: call.on_hold, for: 30s}
)"),
                                     now, effects);
  using Ids = std::vector<std::string>;
  CHECK(summary.added == Ids{"added"});
  CHECK(summary.changed == Ids{"changed", "changed-idle"});
  CHECK(summary.removed == Ids{"removed"});
  CHECK(summary.timers_started_anew == Ids{"changed", "removed"});
}

TEST_CASE("rules that no longer run are let go of, feedback on what they showed is taken still",
          "[engine]") {
  auto rules = story::rules_of(R"(
rules:
  - {id: r, title: t, when: call.answered, suggest: [{headline: h}]}
)");
  const std::weak_ptr<const rules::RuleSet> before = rules;
  engine::Engine engine(std::move(rules), {});
  engine::Effects effects;
  events::Decoder decoder;
  events::Batch batch;
  const Time now = *parse_rfc3339("2026-01-05T12:00:00Z");
  const auto tell = [&](const std::string& id, const std::string& type, const std::string& data) {
    const std::string json = R"({"specversion":"1.0","source":"/t","id":")" + id + R"(","type":")" +
                             type + R"(","subject":"c1","data":)" + data + "}";
    decoder.decode(json, events::Shape::event, batch);
    events::settle_time(batch.events[0], now);
    engine.apply(batch.events[0], effects);
  };
  tell("1", "call.answered", R"({"agent":"ana"})");
  REQUIRE(effects.decisions.size() == 1);
  const std::string shown = effects.decisions[0].suggestion.id().str();
  tell("2", "call.ended", "{}");
  effects.clear();
  const std::string other = R"(
rules:
  - {id: other, title: t, when: call.on_hold}
)";
  engine.reload(story::rules_of(other), now, effects);
  effects.clear();
  CHECK(before.expired());
  for (int i = 0; i < 2; ++i) {
    CHECK(engine.feedback({"ana", shown, engine::Feedback::Verdict::helpful}, now, effects));
    CHECK_FALSE(engine.feedback({"ben", shown, engine::Feedback::Verdict::helpful}, now, effects));
    engine.reload(story::rules_of(other), now, effects);
  }
}
