#include "facts/world.hpp"

#include <catch2/catch.hpp>

#include "events/decode.hpp"

using namespace assist;
using namespace std::chrono_literals;
using facts::Fact;

namespace {

Time at(Duration offset) { return *parse_rfc3339("2026-01-05T12:00:00Z") + offset; }

/// A world that is told events as JSON.
class Told {
 public:
  /// `time` is that of the event, `now` the clock; both since noon.
  facts::Changes& tell(Duration now, std::string_view type, std::string_view subject,
                       std::string_view data = "{}", std::optional<Duration> time = {}) {
    const std::string json =
        R"({"specversion":"1.0","source":"/t","id":")" + std::to_string(++ids_) + R"(","type":")" +
        std::string(type) + R"(","subject":")" + std::string(subject) + R"(","time":")" +
        format_rfc3339(at(time.value_or(now))) + R"(","data":)" + std::string(data) + "}";
    decoder_.decode(json, events::Shape::event, batch_);
    INFO(json);
    REQUIRE(batch_.rejected.empty());
    events::Event& event = batch_.events[0];
    events::settle_time(event, at(now));
    changes_.clear();
    world.apply(event, at(now), changes_);
    return changes_;
  }

  const facts::CallFacts& facts(std::string_view call) {
    const auto index = world.find(call);
    REQUIRE(index >= 0);
    return world.call(static_cast<facts::CallIndex>(index)).facts;
  }

  std::vector<std::string> incidents(std::string_view call) {
    std::vector<std::string> out;
    world.visit_incidents(world.call(static_cast<facts::CallIndex>(world.find(call))),
                          [&](const facts::Incident& i) { out.push_back(i.id); });
    return out;
  }

  facts::World world{24h * 90};

 private:
  events::Decoder decoder_;
  events::Batch batch_;
  facts::Changes changes_;
  int ids_ = 0;
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a call's waits, talk and holds are told apart", "[facts]") {
  Told t;
  t.tell(0s, "call.started", "c1", R"({"queue":"billing"})");
  t.tell(60s, "call.answered", "c1", R"({"agent":"ana"})");
  t.tell(100s, "call.held", "c1");
  t.tell(110s, "call.held", "c1");  // on hold already: nothing
  CHECK(t.facts("c1").hold.at(at(130s)) == 30s);
  t.tell(140s, "call.resumed", "c1");
  t.tell(150s, "call.resumed", "c1");  // not on hold: nothing
  t.tell(200s, "call.held", "c1");
  const auto& f = t.facts("c1");
  CHECK(f.wait.at(at(500s)) == 60s);
  CHECK(f.talk().at(at(210s)) == 150s);
  CHECK(f.hold.at(at(210s)) == 10s);
  CHECK(f.hold_total.at(at(210s)) == 50s);
  CHECK(f.holds == 2);
  CHECK(f.age().at(at(210s)) == 210s);
}

TEST_CASE("transfers take the call over, or put it back to waiting", "[facts]") {
  Told t;
  t.tell(0s, "call.started", "c1");
  t.tell(10s, "call.answered", "c1", R"({"agent":"ana"})");
  t.tell(20s, "call.held", "c1");
  SECTION("to the same agent: the hold stays, the transfer counts, the queue is taken") {
    t.tell(30s, "call.transferred", "c1", R"({"agent":"ana","queue":"tech"})");
    CHECK(t.facts("c1").on_hold());
    CHECK(t.facts("c1").transfers == 1);
    CHECK(t.facts("c1").queue == "tech");
  }
  SECTION("to another agent: the hold ends, it counts as an answer") {
    t.tell(30s, "call.transferred", "c1", R"({"agent":"ben"})");
    CHECK_FALSE(t.facts("c1").on_hold());
    CHECK(t.facts("c1").agent == "ben");
    CHECK(t.facts("c1").wait.at(at(99s)) == 10s);
  }
  SECTION("to a queue: it waits again, and stays answered") {
    t.tell(30s, "call.transferred", "c1", R"({"queue":"tech"})");
    CHECK(t.facts("c1").agent.empty());
    CHECK(t.facts("c1").wait.at(at(45s)) == 25s);
    CHECK(t.facts("c1").answered_at == at(10s));
    t.tell(50s, "call.answered", "c1", R"({"agent":"ben"})");
    CHECK(t.facts("c1").wait.at(at(99s)) == 30s);
    CHECK(t.facts("c1").transfers == 1);
  }
  SECTION("an answer by another agent is a takeover, and no transfer") {
    t.tell(30s, "call.answered", "c1", R"({"agent":"ben"})");
    CHECK(t.facts("c1").agent == "ben");
    CHECK(t.facts("c1").transfers == 0);
    CHECK_FALSE(t.facts("c1").on_hold());
  }
}

TEST_CASE("a late event corrects the facts", "[facts]") {
  Told t;
  t.tell(0s, "call.started", "c1");
  t.tell(60s, "call.answered", "c1", R"({"agent":"ana"})");
  t.tell(200s, "call.resumed", "c1");  // of a hold whose event is late
  auto& changes = t.tell(205s, "call.held", "c1", "{}", 150s);
  CHECK(t.facts("c1").hold_total.at(at(205s)) == 50s);
  CHECK(t.facts("c1").holds == 1);
  REQUIRE(changes.calls.size() == 1);
  const auto delta = changes.calls[0].delta;
  CHECK((delta.changed & bit(Fact::call_hold_total)) != 0);
  CHECK((delta.changed & bit(Fact::call_wait)) == 0);
  t.tell(210s, "call.started", "c1", R"({"customer":"alan","queue":"billing"})", -20s);
  CHECK(t.facts("c1").started_at == at(-20s));
  CHECK(t.facts("c1").wait.at(at(210s)) == 80s);
  CHECK(t.facts("c1").customer == "alan");
}

TEST_CASE("any order of arrival gives the same facts", "[facts]") {
  struct Step {
    Duration time;
    std::string_view type, data;
  };
  std::vector<Step> steps{
      {0s, "call.started", R"({"customer":"alan","queue":"a","attributes":{"x":1,"y":{"z":1}}})"},
      {1s, "call.queued", R"({"queue":"b"})"},
      {2s, "call.answered", R"({"agent":"ana"})"},
      {3s, "call.sentiment", R"({"score":-0.5})"},
      {4s, "call.held", "{}"},
      {5s, "call.updated", R"({"topic":"bill","attributes":{"x":null,"y":{"w":2}}})"},
      {6s, "call.resumed", "{}"},
      {7s, "call.transferred", R"({"queue":"c"})"},
      {8s, "call.sentiment", R"({"score":0.25})"},
      {9s, "call.answered", R"({"agent":"ben"})"}};
  std::uint64_t random = 42;
  std::optional<facts::CallFacts> first;
  for (int round = 0; round < 200; ++round) {
    Told t;
    for (const Step& s : steps) t.tell(20s, s.type, "c1", s.data, s.time);
    const auto& f = t.facts("c1");
    if (!first) {
      first = f;
      CHECK(f.wait.at(at(20s)) == 4s);
      CHECK(f.hold_total.at(at(20s)) == 2s);
      CHECK(f.queue == "c");
    }
    CHECK(facts::difference(*first, f, at(20s)).touched == 0);
    for (std::size_t i = steps.size() - 1; i > 0; --i) {
      random = random * 6364136223846793005u + 1442695040888963407u;
      std::swap(steps[i], steps[(random >> 33) % (i + 1)]);
    }
  }
}

TEST_CASE("what comes after a call's end changes nothing", "[facts]") {
  Told t;
  t.tell(0s, "call.started", "c1", R"({"customer":"alan"})");
  auto& end = t.tell(50s, "call.ended", "c1", R"({"resolved":true})");
  REQUIRE(end.ended);
  t.world.remove(end.ended_call);
  CHECK(t.tell(60s, "call.answered", "c1", R"({"agent":"ana"})").calls.empty());
  CHECK(t.world.live_calls() == 0);
}

TEST_CASE("ended calls are the customer's contacts, newest first", "[facts]") {
  Told t;
  t.tell(0s, "call.started", "live", R"({"customer":"alan"})");
  const auto end = [&](std::string_view id, Duration now, std::optional<Duration> time,
                       std::string_view data) {
    t.tell(now, "call.started", id, R"({"customer":"alan","queue":"q","topic":"t"})", time);
    auto& changes = t.tell(now, "call.ended", id, data, time);
    // The end touches the customer's other call.
    CHECK(changes.calls.size() == 2);
    t.world.remove(changes.ended_call);
  };
  end("a", 10s, {}, R"({"resolved":true})");
  end("b", 20s, {}, "{}");
  end("c", 30s, 15s, "{}");  // late
  const auto& contacts =
      t.world.call(static_cast<facts::CallIndex>(t.world.find("live"))).customer->contacts;
  REQUIRE(contacts.size() == 3);
  CHECK(contacts[0].at == at(20s));
  CHECK(contacts[1].at == at(15s));
  CHECK(contacts[2].at == at(10s));
  CHECK(contacts[2].resolved);
  CHECK_FALSE(contacts[0].resolved);
}

TEST_CASE("incidents join calls by area and by service", "[facts]") {
  Told t;
  t.tell(0s, "customer.updated", "alan", R"({"area":"denver","products":["fiber"]})");
  t.tell(0s, "call.started", "c1", R"({"customer":"alan"})");
  t.tell(0s, "call.started", "c2", R"({"area":"boulder"})");
  SECTION("areas match the call's or its customer's") {
    auto& changes = t.tell(1s, "incident.opened", "i1", R"({"kind":"outage","areas":["denver"]})");
    CHECK(changes.calls.size() == 1);
    CHECK(t.incidents("c1") == Names{"i1"});
    CHECK(t.incidents("c2").empty());
    t.tell(2s, "call.updated", "c2", R"({"area":"denver"})");
    CHECK(t.incidents("c2") == Names{"i1"});
    t.tell(3s, "incident.resolved", "i1");
    CHECK(t.incidents("c1").empty());
  }
  SECTION("no areas: everywhere; services: the customer's products") {
    t.tell(1s, "incident.opened", "i1", R"({"kind":"outage","services":["fiber","tv"]})");
    CHECK(t.incidents("c1") == Names{"i1"});
    CHECK(t.incidents("c2").empty());
    t.tell(2s, "incident.opened", "i2", R"({"kind":"fraud"})");
    CHECK(t.incidents("c1") == Names{"i1", "i2"});
    CHECK(t.incidents("c2") == Names{"i2"});
  }
  SECTION("oldest first, by the time of opening; an update of a closed one opens it afresh") {
    t.tell(5s, "incident.opened", "i1", R"({"kind":"outage","summary":"old"})");
    t.tell(6s, "incident.opened", "i2", R"({"kind":"outage"})", 3s);
    CHECK(t.incidents("c1") == Names{"i2", "i1"});
    t.tell(7s, "incident.resolved", "i2");
    t.tell(8s, "incident.updated", "i2", R"({"kind":"outage"})");
    CHECK(t.incidents("c1") == Names{"i1", "i2"});
  }
  SECTION("of those opened at one time the event that came first makes the older") {
    t.tell(1s, "incident.opened", "i1", R"({"kind":"outage"})");
    t.tell(2s, "incident.resolved", "i1");
    t.tell(5s, "incident.opened", "i2", R"({"kind":"outage"})");
    t.tell(5s, "incident.opened", "i1", R"({"kind":"outage"})");
    CHECK(t.incidents("c1") == Names{"i2", "i1"});
  }
  SECTION("a late event is folded where it belongs") {
    t.tell(5s, "incident.opened", "i1", R"({"kind":"outage","areas":["denver"]})");
    t.tell(9s, "incident.resolved", "i1");
    t.tell(10s, "incident.updated", "i1", R"({"kind":"outage","summary":"x"})", 7s);
    CHECK(t.incidents("c1").empty());
  }
}

TEST_CASE("agents, queues and customers touch their calls when they change", "[facts]") {
  Told t;
  t.tell(0s, "call.started", "c1", R"({"customer":"alan","queue":"billing"})");
  t.tell(1s, "call.answered", "c1", R"({"agent":"ana"})");
  const auto changed = [&](facts::Changes& changes) {
    return changes.calls.empty() ? facts::FactMask{0} : changes.calls[0].delta.changed;
  };
  CHECK(changed(t.tell(2s, "agent.updated", "ana", R"({"name":"Ana"})")) ==
        (bit(Fact::agent_name) | bit(Fact::call_agent_name)));
  CHECK(changed(t.tell(3s, "agent.updated", "ana", R"({"name":"Ana"})")) == 0);
  CHECK(changed(t.tell(4s, "queue.updated", "billing", R"({"waiting":7})")) ==
        bit(Fact::queue_waiting));
  CHECK(changed(t.tell(5s, "customer.updated", "alan", R"({"tier":"gold"})")) ==
        bit(Fact::customer_tier));
  // An older update than the last one loses, member by member.
  CHECK(changed(t.tell(6s, "customer.updated", "alan", R"({"tier":"tin","area":"denver"})", 1s)) ==
        bit(Fact::customer_area));
}
