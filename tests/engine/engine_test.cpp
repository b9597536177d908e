#include "engine/engine.hpp"

#include <catch2/catch.hpp>

#include "engine/story.hpp"
#include "events/decode.hpp"

using namespace assist;
using namespace std::chrono_literals;

namespace {

const Time kStart = *parse_rfc3339("2026-01-05T12:00:00Z");

/// An engine that is told events as the service tells them.
class Live {
 public:
  explicit Live(std::string_view rules, engine::Options options = {})
      : engine(story::rules_of(rules), options) {}

  /// `time` is that of the event, `now` the clock; both since noon.
  engine::Effects& tell(Duration now, std::string_view type, std::string_view subject,
                        std::string_view data = "{}", std::optional<Duration> time = {}) {
    const std::string json =
        R"({"specversion":"1.0","source":"/t","id":")" + std::to_string(++ids_) + R"(","type":")" +
        std::string(type) + R"(","subject":")" + std::string(subject) + R"(","time":")" +
        format_rfc3339(kStart + time.value_or(now)) + R"(","data":)" + std::string(data) + "}";
    decoder_.decode(json, events::Shape::event, batch_);
    INFO(json);
    REQUIRE(batch_.rejected.empty());
    events::settle_time(batch_.events[0], kStart + now);
    effects.clear();
    engine.apply(batch_.events[0], effects);
    return effects;
  }
  bool feedback(Duration now, std::string_view agent, const std::string& id,
                engine::Feedback::Verdict verdict) {
    effects.clear();
    return engine.feedback({std::string(agent), id, verdict}, kStart + now, effects);
  }

  engine::Engine engine;
  engine::Effects effects;

 private:
  events::Decoder decoder_;
  events::Batch batch_;
  int ids_ = 0;
};

using Verdict = engine::Feedback::Verdict;
using Names = std::vector<std::string>;

constexpr std::string_view kAnswered = R"(
rules:
  - {id: r, title: t, when: call.answered, suggest: [{headline: h}]}
)";

}  // namespace

TEST_CASE("the next moment at which something falls due is known", "[engine]") {
  Live live(R"(
rules:
  - {id: held, title: t, when: {call.hold: {at_least: 2m}}, suggest: [{headline: h}]}
)");
  CHECK(live.engine.next_due() == kNever);
  live.tell(0s, "call.answered", "c1", R"({"agent":"ana"})", -200s);
  live.tell(10s, "call.held", "c1", "{}", -109s - 500ms);
  CHECK(live.engine.next_due() == kStart + 10s + 500ms);
  live.effects.clear();
  live.engine.advance(kStart + 11s, live.effects);
  REQUIRE(live.effects.decisions.size() == 1);
  CHECK(live.effects.decisions[0].at == kStart + 10s + 500ms);
}

TEST_CASE("a decision says what caused it, and by which rules", "[engine]") {
  Live live(R"(
rules:
  - {id: held, title: t, when: {call.hold: {at_least: 2m}}, suggest: [{headline: h}]}
)");
  live.tell(0s, "call.answered", "c1", R"({"agent":"ana"})");
  live.tell(1s, "call.held", "c1");
  live.effects.clear();
  live.engine.advance(kStart + 200s, live.effects);
  REQUIRE(live.effects.decisions.size() == 1);
  CHECK(live.effects.decisions[0].by == engine::Trigger::clock);
  CHECK(live.effects.decisions[0].rules->version == live.engine.rules().version);
  const auto& out = live.tell(201s, "call.resumed", "c1");
  REQUIRE(out.decisions.size() == 1);
  CHECK(out.decisions[0].by == engine::Trigger::event);
}

TEST_CASE("what is kept off the screen is told once, with what keeps it", "[engine]") {
  engine::Options options;
  options.max_visible = 1;
  Live live(R"(
rules:
  - {id: top, title: t, when: call.answered, suggest: [{headline: h, priority: high}]}
  - {id: low, title: t, when: call.answered, suggest: [{id: s, headline: h}]}
  - {id: once, title: t, when: call.on_hold, limit: {per_call: 1}, suggest: [{headline: h, priority: urgent}]}
)",
            options);
  live.tell(0s, "call.answered", "c0", R"({"agent":"bob"})");
  CHECK(live.effects.withheld.empty());  // nobody asked
  live.effects.wants_withheld = true;
  const auto& out = live.tell(0s, "call.answered", "c1", R"({"agent":"ana"})");
  REQUIRE(out.withheld.size() == 1);
  CHECK(out.withheld[0].name == "low.s");
  CHECK(out.withheld[0].why == engine::Hold::outranked);
  CHECK(out.withheld[0].outranked_by == "max_visible");
  CHECK(out.withheld[0].agent == "ana");
  // `low` is so still, and not told again; `top` is so now.
  live.tell(1s, "call.held", "c1");
  REQUIRE(out.withheld.size() == 1);
  CHECK(out.withheld[0].name == "top");
  live.tell(2s, "call.resumed", "c1");
  CHECK(out.withheld.empty());
  live.tell(3s, "call.held", "c1");
  REQUIRE(out.withheld.size() == 1);
  CHECK(out.withheld[0].rule == "once");
  CHECK(out.withheld[0].why == engine::Hold::per_call);
}

TEST_CASE("feedback is taken from the agent with whom the suggestion stands", "[engine]") {
  Live live(kAnswered);
  live.tell(0s, "call.answered", "c1", R"({"agent":"ana"})");
  const std::string id = live.effects.decisions.at(0).suggestion.id().str();
  CHECK_FALSE(live.feedback(1s, "ben", id, Verdict::used));
  CHECK_FALSE(live.feedback(1s, "ana", "no such id", Verdict::used));
  CHECK(live.effects.decisions.empty());
  CHECK(live.feedback(2s, "ana", id, Verdict::helpful));
  CHECK(live.effects.decisions.empty());
  CHECK(live.feedback(3s, "ana", id, Verdict::used));
  REQUIRE(live.effects.decisions.size() == 1);
  CHECK(live.effects.decisions[0].reason == engine::Reason::used);
  CHECK(live.effects.decisions[0].at == kStart + 3s);
  CHECK(live.feedback(4s, "ana", id, Verdict::unhelpful));  // it stood before
  CHECK(live.effects.decisions.empty());
}

TEST_CASE("a dismissal that crosses a withdrawal counts: it does not come back", "[engine]") {
  Live live(R"(
rules:
  - {id: low, title: t, when: call.answered, suggest: [{headline: h, group: g, priority: low}]}
  - {id: top, title: t, when: call.on_hold, suggest: [{headline: h, group: g}]}
)");
  live.tell(0s, "call.answered", "c1", R"({"agent":"ana"})");
  const std::string id = live.effects.decisions.at(0).suggestion.id().str();
  live.tell(1s, "call.held", "c1");  // low is outranked
  SECTION("before it is raised again") {
    CHECK(live.feedback(2s, "ana", id, Verdict::dismissed));
    CHECK(live.effects.decisions.empty());
    live.tell(3s, "call.resumed", "c1");
    REQUIRE(live.effects.decisions.size() == 1);
    CHECK(live.effects.decisions[0].action == engine::Action::withdrawn);
  }
  SECTION("after it was raised again, under another id") {
    live.tell(2s, "call.resumed", "c1");
    CHECK(live.feedback(3s, "ana", id, Verdict::dismissed));
    REQUIRE(live.effects.decisions.size() == 1);
    CHECK(live.effects.decisions[0].reason == engine::Reason::dismissed);
  }
  SECTION("not of an agent who has given the call away") {
    live.tell(2s, "call.transferred", "c1", R"({"agent":"ben"})");
    CHECK(live.feedback(3s, "ana", id, Verdict::dismissed));
    live.tell(4s, "call.held", "c1");
    live.tell(5s, "call.resumed", "c1");
    CHECK(live.effects.decisions.size() == 2);  // top goes, low comes
  }
}

TEST_CASE("feedback on a shadow suggestion is not taken: nobody saw it", "[engine]") {
  Live live(R"(
rules:
  - {id: r, title: t, when: call.answered, mode: shadow, suggest: [{headline: h}]}
)");
  live.tell(0s, "call.answered", "c1", R"({"agent":"ana"})");
  const std::string id = live.effects.decisions.at(0).suggestion.id().str();
  CHECK_FALSE(live.feedback(1s, "ana", id, Verdict::dismissed));
  CHECK(live.engine.call("c1")->suggestions.empty());
}

TEST_CASE("ids are derived: the same events and rules give the same, each raised its own",
          "[engine]") {
  const auto ids = [] {
    Live live(kAnswered);
    Names out;
    const auto note = [&](engine::Effects& effects) {
      for (const auto& d : effects.decisions)
        if (d.action == engine::Action::raised) out.push_back(d.suggestion.id().str());
    };
    note(live.tell(0s, "call.answered", "c1", R"({"agent":"ana"})"));
    note(live.tell(1s, "call.transferred", "c1", R"({"agent":"ben"})"));
    note(live.tell(2s, "call.answered", "c2", R"({"agent":"ana"})"));
    return out;
  };
  const Names first = ids();
  REQUIRE(first.size() == 3);
  CHECK(first == ids());
  CHECK(first[0] != first[1]);
  CHECK(first[0] != first[2]);
}

TEST_CASE("screens are told which calls came, changed and went", "[engine]") {
  Live live(kAnswered);
  live.effects.wants_calls = true;
  CHECK(live.tell(0s, "call.started", "c1").calls_changed.empty());  // nobody's yet
  CHECK(live.tell(1s, "call.answered", "c1", R"({"agent":"ana"})").calls_changed == Names{"c1"});
  CHECK(live.tell(2s, "call.held", "c1").calls_changed == Names{"c1"});
  CHECK(live.tell(3s, "call.sentiment", "c1", R"({"score":0.5})").calls_changed.empty());
  const auto& moved = live.tell(4s, "call.transferred", "c1", R"({"agent":"ben"})");
  CHECK(moved.calls_changed == Names{"c1"});
  REQUIRE(moved.calls_gone.size() == 1);
  CHECK(moved.calls_gone[0].agent == "ana");
  CHECK_FALSE(moved.calls_gone[0].ended);
  const auto& ended = live.tell(5s, "call.ended", "c1");
  REQUIRE(ended.calls_gone.size() == 1);
  CHECK(ended.calls_gone[0].agent == "ben");
  CHECK(ended.calls_gone[0].ended);
  CHECK(ended.calls_changed.empty());
}

TEST_CASE("a call's view is as a screen shows it: by priority, then age", "[engine]") {
  Live live(R"(
rules:
  - {id: first, title: t, when: call.on_hold, suggest: [{headline: h}]}
  - {id: second, title: t, when: call.answered, suggest: [{headline: h}]}
  - {id: low, title: t, when: call.answered, suggest: [{headline: h, priority: low}]}
  - {id: high, title: t, when: call.on_hold, suggest: [{headline: h, priority: high}]}
)");
  live.tell(0s, "call.started", "c1", R"({"customer":"alan","queue":"billing"})");
  live.tell(10s, "call.answered", "c1", R"({"agent":"ana"})");
  live.tell(20s, "call.held", "c1");
  live.tell(30s, "call.step", "c1", R"({"step":"pitch"})");
  const auto view = live.engine.call("c1");
  REQUIRE(view);
  Names names;
  for (const auto& s : view->suggestions) names.emplace_back(s.name());
  CHECK(names == Names{"high", "second", "first", "low"});
  CHECK(view->customer == "alan");
  CHECK(view->queue == "billing");
  CHECK(view->agent == "ana");
  CHECK(view->step == "pitch");
  CHECK(view->started_at == kStart);
  CHECK(view->answered_at == kStart + 10s);
  CHECK(view->on_hold);
  CHECK(view->held_at == kStart + 20s);
  CHECK(view->wait == 10s);
  CHECK(live.engine.calls_of("ana").size() == 1);
  CHECK(live.engine.calls_of("ben").empty());
  CHECK_FALSE(live.engine.call("c2"));
}

TEST_CASE("lengths that begin ahead of the clock are 0 until then", "[engine]") {
  Live live(R"(
rules:
  - {id: held, title: t, when: {call.hold: {at_least: 10s}}, suggest: [{headline: h}]}
)");
  live.tell(0s, "call.answered", "c1", R"({"agent":"ana"})");
  live.tell(1s, "call.held", "c1", "{}", 4s);
  live.effects.clear();
  live.engine.advance(kStart + 20s, live.effects);
  REQUIRE(live.effects.decisions.size() == 1);
  CHECK(live.effects.decisions[0].at == kStart + 14s);
}

TEST_CASE("a time further ahead than five seconds counts as that of receipt", "[engine]") {
  Live live(R"(
rules:
  - {id: held, title: t, when: {call.hold: {at_least: 10s}}, suggest: [{headline: h}]}
)");
  live.tell(0s, "call.answered", "c1", R"({"agent":"ana"})");
  live.tell(1s, "call.held", "c1", "{}", 7s);
  live.effects.clear();
  live.engine.advance(kStart + 20s, live.effects);
  REQUIRE(live.effects.decisions.size() == 1);
  CHECK(live.effects.decisions[0].at == kStart + 11s);
}

TEST_CASE("errors of conditions and texts are counted by rule", "[engine]") {
  Live live(R"(
rules:
  - {id: bad, title: t, when: "call.attributes.n > 3", suggest: [{headline: h}]}
  - {id: text, title: t, when: call.answered, suggest: [{headline: "${ call.attributes.n }"}]}
  - {id: good, title: t, when: "call.attributes.n > 3 || call.answered"}
)");
  live.tell(0s, "call.answered", "c1", R"({"agent":"ana"})");
  const auto errors = live.engine.errors();
  REQUIRE(errors.size() == 2);
  CHECK(errors[0] == std::pair(std::string("bad"), std::uint64_t{1}));
  CHECK(errors[1] == std::pair(std::string("text"), std::uint64_t{1}));
}

TEST_CASE("an incident decides thousands of calls by the arrival of their first events",
          "[engine]") {
  Live live(R"(
rules:
  - id: outage
    title: t
    when: {affected_by: outage}
    suggest: [{headline: "${ incident('outage').summary }, ${ incident('frost').summary }"}]
)");
  // Those that end leave their places to later ones.
  Names calls;
  const auto start = [&](int number, Duration at) {
    calls.push_back("c" + std::to_string(number));
    live.tell(at, "call.answered", calls.back(), R"({"agent":"ana"})");
  };
  for (int i = 0; i < 2'000; ++i) start(i, 0s);
  for (int i = 0; i < 2'000; i += 3) live.tell(1s, "call.ended", "c" + std::to_string(i));
  std::erase_if(calls, [](const std::string& call) { return std::stoi(call.substr(1)) % 3 == 0; });
  for (int i = 2'000; i < 2'500; ++i) start(i, 1s);
  const auto& effects =
      live.tell(2s, "incident.opened", "i1", R"({"kind":"outage","summary":"fire"})");
  Names raised;
  for (const engine::Decision& decision : effects.decisions) {
    raised.push_back(decision.suggestion.call);
    CHECK(decision.suggestion.headline() == "fire, ?");
  }
  CHECK(raised == calls);
  // Of a text that was filled once for all, each call has its error.
  CHECK(live.engine.errors() ==
        std::vector<std::pair<std::string, std::uint64_t>>{{"outage", calls.size()}});
}
