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
  CHECK(t.facts("c1").hold().at(at(130s)) == 30s);
  t.tell(140s, "call.resumed", "c1");
  t.tell(150s, "call.resumed", "c1");  // not on hold: nothing
  t.tell(200s, "call.held", "c1");
  const auto& f = t.facts("c1");
  CHECK(f.wait.at(at(500s)) == 60s);
  CHECK(f.talk().at(at(210s)) == 150s);
  CHECK(f.hold().at(at(210s)) == 10s);
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
  Told t;
  std::optional<facts::CallFacts> first;
  for (int round = 0; round < 200; ++round) {
    const std::string call = "c" + std::to_string(round);
    for (const Step& s : steps) t.tell(20s, s.type, call, s.data, s.time);
    const auto& f = t.facts(call);
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
  t.world.remove(end.ended_call, at(50s));
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
    t.world.remove(changes.ended_call, at(now));
  };
  end("a", 10s, {}, R"({"resolved":true})");
  end("b", 20s, {}, "{}");
  end("c", 30s, 15s, "{}");  // late
  const auto& contacts =
      t.world.call(static_cast<facts::CallIndex>(t.world.find("live"))).customer->contacts;
  REQUIRE(contacts.size() == 3);
  CHECK(contacts[2].at == at(20s));
  CHECK(contacts[1].at == at(15s));
  CHECK(contacts[0].at == at(10s));
  CHECK(contacts[0].resolved);
  CHECK_FALSE(contacts[2].resolved);
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

TEST_CASE("the id of an ended call is forgotten after a week at the earliest", "[facts]") {
  Told t;
  const auto end = [&](Duration now, std::string_view id) {
    t.tell(now, "call.started", id);
    auto& changes = t.tell(now, "call.ended", id);
    if (changes.ended) t.world.remove(changes.ended_call, at(now));
    return changes.ended;
  };
  CHECK(end(0s, "c1"));
  CHECK_FALSE(end(24h * 6, "c1"));
  CHECK(end(24h * 8, "c2"));         // what stood before is the older half now
  CHECK_FALSE(end(24h * 14, "c1"));  // and known still
  CHECK(end(24h * 16, "c3"));
  CHECK(end(24h * 16, "c1"));
}

TEST_CASE("a customer is forgotten once nothing of them counts", "[facts]") {
  Told t;
  int calls = 0;
  const auto call = [&](Duration now, const std::string& customer) {
    const std::string id = "c" + std::to_string(++calls);
    t.tell(now, "call.started", id, R"({"customer":")" + customer + R"("})");
    t.world.remove(t.tell(now, "call.ended", id).ended_call, at(now));
  };
  call(0s, "once");
  call(0s, "again");
  t.tell(0s, "customer.updated", "known", R"({"tier":"gold"})");
  call(0s, "known");
  t.tell(0s, "call.started", "open", R"({"customer":"there"})");
  CHECK(t.world.customers() == 4);
  call(24h * 50, "again");
  call(24h * 89, "late");
  CHECK(t.world.customers() == 5);
  for (int day = 92; day < 96; ++day) call(24h * day, "late");
  CHECK(t.world.customers() == 4);  // without "once"
  for (int day = 190; day < 196; ++day) call(24h * day, "late");
  CHECK(t.world.customers() == 3);  // nor "again"
}

TEST_CASE("agents, queues and areas that come and go for ever take no memory for ever", "[facts]") {
  Told t;
  const auto call = [&](int number) {
    const std::string n = std::to_string(number), id = "c" + n;
    t.tell(0s, "call.started", id, R"({"queue":"q)" + n + R"(","area":"a)" + n + R"("})");
    t.tell(0s, "call.answered", id, R"({"agent":"x)" + n + R"("})");
    return id;
  };
  const auto end = [&](const std::string& id) {
    t.world.remove(t.tell(0s, "call.ended", id).ended_call, at(0s));
  };
  const std::string open = call(-1);
  t.tell(0s, "agent.updated", "x-2", R"({"name":"Ana"})");
  t.tell(0s, "queue.updated", "q-2", R"({"waiting":7})");
  t.tell(0s, "customer.updated", "p", R"({"area":"a-2"})");
  t.tell(0s, "incident.opened", "i", R"({"kind":"outage","areas":["a-1"]})");
  for (int i = 0; i < 20'000; ++i) {
    end(call(i));
    CHECK(t.world.agents() <= 4097);
    CHECK(t.world.queues() <= 4097);
    CHECK(t.world.areas() <= 4097);
  }
  // Of whom something is known, that is known still.
  REQUIRE(t.world.agent("x-2") != nullptr);
  CHECK(*t.world.agent("x-2")->known().name == "Ana");
  CHECK(t.incidents(open) == std::vector<std::string>{"i"});
  t.tell(0s, "queue.updated", "q-1", R"({"waiting":3})");
  const auto index = static_cast<facts::CallIndex>(t.world.find(open));
  CHECK(*t.world.call(index).queue->waiting == 3);
  t.tell(0s, "call.transferred", open, R"({"queue":"q-2","agent":"x-2"})");
  CHECK(*t.world.call(index).queue->waiting == 7);
  CHECK(t.facts(open).agent == "x-2");
}

TEST_CASE("areas that none but past incidents named are forgotten without a call's end",
          "[facts]") {
  Told t;
  t.tell(0s, "call.started", "c1", R"({"area":"here"})");
  t.tell(0s, "incident.opened", "open", R"({"kind":"outage","areas":["here","there"]})");
  for (int i = 0; i < 20'000; ++i) {
    const std::string id = std::to_string(i);
    t.tell(0s, "incident.opened", "i", R"({"kind":"flood","areas":["a)" + id + R"("]})");
    t.tell(0s, "incident.resolved", "i");
    CHECK(t.world.areas() <= 4'100);
  }
  CHECK(t.incidents("c1") == std::vector<std::string>{"open"});
  t.tell(0s, "call.started", "c2", R"({"area":"there"})");
  CHECK(t.incidents("c2") == std::vector<std::string>{"open"});
}

TEST_CASE("an incident that is over is forgotten after a week at the earliest", "[facts]") {
  Told t;
  t.tell(0s, "incident.opened", "long", R"({"kind":"outage"})");
  const auto over = [&](Duration now, const std::string& id) {
    t.tell(now, "incident.opened", id, R"({"kind":"outage"})");
    t.tell(now, "incident.resolved", id);
  };
  for (int i = 0; i < 5'000; ++i) over(0s, "a" + std::to_string(i));
  CHECK(t.world.incidents() == 5'001);  // too young
  for (int i = 0; i < 6'000; ++i) over(24h * 6, "b" + std::to_string(i));
  CHECK(t.world.incidents() == 11'001);
  // Late, and changes nothing: it was resolved after that.
  t.tell(24h * 6, "incident.updated", "a7", R"({"summary":"late"})", -1s);
  t.tell(24h * 8, "call.started", "c1");
  CHECK(t.incidents("c1") == std::vector<std::string>{"long"});
  for (int i = 0; i < 13'000; ++i) over(24h * 8, "c" + std::to_string(i));
  CHECK(t.world.incidents() < 6'001 + 13'001);
  CHECK(t.incidents("c1") == std::vector<std::string>{"long"});
  t.tell(24h * 8, "incident.resolved", "long");
  CHECK(t.incidents("c1").empty());
}

TEST_CASE("of an incident's many changes the latest are kept, and what the others led to",
          "[facts]") {
  Told t;
  t.tell(0s, "call.started", "c1");
  t.tell(0s, "incident.opened", "i", R"({"kind":"outage","summary":"first"})");
  for (int i = 1; i <= 1'000; ++i)
    t.tell(1s * i, "incident.updated", "i", R"({"summary":"s)" + std::to_string(i) + R"("})");
  const auto summary = [&] {
    std::string out;
    t.world.visit_open_incidents([&](const facts::Incident& i) { out = i.kind + " " + i.summary; });
    return out;
  };
  CHECK(summary() == "outage s1000");
  t.tell(1'001s, "incident.updated", "i", R"({"summary":"late"})", 900s);
  CHECK(summary() == "outage s1000");
  t.tell(1'001s, "incident.updated", "i", R"({"kind":"storm"})",
         500s);  // later than all others of kind
  CHECK(summary() == "storm s1000");
  t.tell(1'001s, "incident.updated", "i", R"({"summary":"later"})", 1'000s);
  CHECK(summary() == "storm later");
  t.tell(1'002s, "incident.resolved", "i");
  CHECK(summary().empty());
  t.tell(1'003s, "incident.opened", "i", R"({"kind":"flood"})");
  CHECK(summary() == "flood ");
}
