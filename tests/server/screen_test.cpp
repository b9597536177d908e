#include "server/screen.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <functional>
#include <map>

using namespace assist;
using namespace assist::server;
using engine::Action;
using engine::Reason;
namespace json = boost::json;
using namespace std::chrono_literals;

namespace {

const Time kAt{1'767'614'400s};
const std::vector<config::Step> kScript{{"greeting", "Greet"}, {"cross_sell", "Offer the bundle"}};

/// What a rule says, as a text without expressions.
rules::Text text(const std::string& words) {
  rules::Text out;
  out.parts.push_back({words, std::nullopt});
  return out;
}

/// Of a rule of its own, of the same name. `change` has the last word on what that says.
engine::Standing standing(
    const std::string& id, const std::string& call = "c1",
    const std::function<void(rules::Suggestion&)>& change = [](rules::Suggestion&) {}) {
  auto set = std::make_shared<rules::RuleSet>();
  rules::Rule& rule = set->rules.emplace_back();
  rule.id = id;
  rules::Suggestion& suggestion = rule.suggestions.emplace_back();
  suggestion.name = id;
  suggestion.headline = text("Headline of " + id);
  change(suggestion);
  engine::Standing s;
  s.key = events::key_of(id);
  s.call = call;
  s.agent = "ana";
  s.by = &rule;
  s.of = &suggestion;
  s.rules = set;
  s.raised_at = kAt;
  return s;
}

void suppress(rules::Suggestion& suggestion) {
  suggestion.kind = rules::Kind::suppress;
  suggestion.suppress = {"cross_sell"};
}

engine::Standing suppressing(const std::string& id) { return standing(id, "c1", suppress); }

engine::Decision decision(Action action, engine::Standing s, Reason reason = Reason::none) {
  engine::Decision d;
  d.at = kAt;
  d.action = action;
  d.reason = reason;
  d.suggestion = std::move(s);
  return d;
}

engine::CallView call(const std::string& id, Suggestions suggestions = {}) {
  engine::CallView view;
  view.id = id;
  view.agent = "ana";
  view.channel = "voice";
  view.started_at = kAt;
  view.answered_at = kAt + 3s;
  view.wait = 3s;
  view.suggestions = std::move(suggestions);
  return view;
}

/// The simplest client there could be: applies each message in order.
struct Client {
  std::map<std::string, json::object> calls;
  std::uint64_t seq = 0;

  json::array& suggestions(const std::string& id) { return calls.at(id)["suggestions"].as_array(); }
  void drop(const std::string& id, const std::string& suggestion) {
    auto& list = suggestions(id);
    for (auto at = list.begin(); at != list.end(); ++at) {
      if (at->as_object()["id"].as_string() == suggestion) {
        list.erase(at);
        return;
      }
    }
    FAIL("withdrawn, but never on screen: " << suggestion);
  }
  void take(const Frame& frame) {
    auto m = json::parse(*frame).as_object();
    const auto next = static_cast<std::uint64_t>(m["seq"].to_number<std::int64_t>());
    CHECK(next > seq);
    seq = next;
    const std::string type(m["type"].as_string());
    if (type == "welcome") {
      calls.clear();
      for (auto& one : m["calls"].as_array())
        calls[std::string(one.as_object()["id"].as_string())] = one.as_object();
    } else if (type == "call") {
      calls[std::string(m["call"].as_object()["id"].as_string())] = m["call"].as_object();
    } else if (type == "call_gone") {
      CHECK(calls.erase(std::string(m["call"].as_string())) == 1);
    } else if (type == "withdrawn") {
      drop(std::string(m["call"].as_string()), std::string(m["id"].as_string()));
    } else {
      auto& s = m["suggestion"].as_object();
      const std::string on(s["call"].as_string());
      if (type == "changed") drop(on, std::string(s["id"].as_string()));
      suggestions(on).push_back(s);
    }
  }
};

std::vector<std::string> types(const std::vector<Frame>& frames) {
  std::vector<std::string> out;
  for (const auto& frame : frames)
    out.emplace_back(json::parse(*frame).as_object()["type"].as_string());
  return out;
}

}  // namespace

TEST_CASE("the welcome holds the whole state, with every member of the contract", "[server]") {
  Screen screen("ana", kScript, 100);
  auto s = standing("s1", "c1", [](rules::Suggestion& suggestion) {
    suppress(suggestion);
    suggestion.say = text("Say \"this\"");
    suggestion.offer = rules::Offer{"fee_waiver", 12.5, "USD"};
    suggestion.expires_after = 90s;
  });
  auto view = call("c1", {s});
  view.customer = "alan";
  view.on_hold = true;
  view.held_at = kAt + 10s;
  view.hold_total = 1500ms;
  const auto m = json::parse(*screen.welcome({view}, kAt)).as_object();
  CHECK(m.at("type") == "welcome");
  CHECK(m.at("agent") == "ana");
  CHECK(m.at("seq") == 101);
  const auto& c = m.at("calls").as_array().at(0).as_object();
  const std::string id = s.id().str();
  CHECK(c.at("id") == "c1");
  CHECK(c.at("customer") == "alan");
  CHECK(c.at("queue").is_null());
  CHECK(c.at("channel") == "voice");
  CHECK(c.at("started_at") == "2026-01-05T12:00:00Z");
  CHECK(c.at("answered_at") == "2026-01-05T12:00:03Z");
  CHECK(c.at("on_hold") == true);
  CHECK(c.at("waiting") == false);
  CHECK(c.at("step").is_null());
  CHECK(c.at("held_at") == "2026-01-05T12:00:10Z");
  CHECK(c.at("wait_seconds") == 3);
  CHECK(c.at("hold_total_seconds") == 1.5);
  CHECK(json::serialize(c.at("script")) ==
        R"([{"step":"greeting","title":"Greet","suppressed":false,"by":[]},)"
        R"({"step":"cross_sell","title":"Offer the bundle","suppressed":true,"by":[")" +
            id + R"("]}])");
  CHECK(
      json::serialize(c.at("suggestions").as_array().at(0)) ==
      R"({"id":")" + id +
          R"(","call":"c1","agent":"ana","rule":"s1","name":"s1","kind":"suppress",)"
          R"("headline":"Headline of s1","say":"Say \"this\"","because":null,"priority":"normal",)"
          R"("steps":["cross_sell"],"offer":{"gesture":"fee_waiver","amount":1.25E1,)"
          R"("currency":"USD"},"escalate_to":null,"ask":null,"follow_up":null,)"
          R"("raised_at":"2026-01-05T12:00:00Z","expires_at":"2026-01-05T12:01:30Z"})");
}

TEST_CASE("a new call comes before what is raised in it, each suggestion once", "[server]") {
  Screen screen("ana", kScript, 0);
  Client client;
  client.take(screen.welcome({}, kAt));
  const auto s = standing("s1");
  std::vector<Frame> out;
  screen.change({kAt, {decision(Action::raised, s)}, {call("c1", {s})}, {}}, out);
  CHECK(types(out) == std::vector<std::string>{"call", "raised"});
  for (const auto& frame : out) client.take(frame);
  CHECK(client.suggestions("c1").size() == 1);
}

TEST_CASE("a suppressed step is told behind what suppresses it", "[server]") {
  Screen screen("ana", kScript, 0);
  Client client;
  client.take(screen.welcome({call("c1")}, kAt));
  const auto s = suppressing("s1");
  std::vector<Frame> out;
  screen.change({kAt, {decision(Action::raised, s)}, {call("c1", {s})}, {}}, out);
  CHECK(types(out) == std::vector<std::string>{"raised", "call"});
  for (const auto& frame : out) client.take(frame);
  CHECK(client.suggestions("c1").size() == 1);
  const std::string by = R"("by":[")" + s.id().str() + R"("])";
  CHECK(json::serialize(client.calls["c1"]["script"]).find(by) != std::string::npos);
}

TEST_CASE("what stands still is not told again", "[server]") {
  Screen screen("ana", kScript, 0);
  auto view = call("c1");
  screen.welcome({view}, kAt);
  std::vector<Frame> out;
  screen.change({kAt + 5s, {}, {view}, {}}, out);
  CHECK(out.empty());
  view.on_hold = true;
  view.held_at = kAt + 6s;
  screen.change({kAt + 6s, {}, {view}, {}}, out);
  CHECK(types(out) == std::vector<std::string>{"call"});
  out.clear();
  view.hold_total = 4s;  // it runs
  screen.change({kAt + 10s, {}, {view}, {}}, out);
  CHECK(out.empty());
}

TEST_CASE("a call that goes takes its suggestions along, withdrawn first", "[server]") {
  Screen screen("ana", kScript, 0);
  Client client;
  const auto s = standing("s1");
  client.take(screen.welcome({call("c1", {s}), call("c2")}, kAt));
  std::vector<Frame> out;
  screen.change(
      {kAt, {decision(Action::withdrawn, s, Reason::transferred)}, {}, {{"c1", "ana", false}}},
      out);
  CHECK(types(out) == std::vector<std::string>{"withdrawn", "call_gone"});
  CHECK(out[1]->find(R"("reason":"transferred")") != std::string::npos);
  for (const auto& frame : out) client.take(frame);
  CHECK(client.calls.size() == 1);
}

TEST_CASE("withdrawn, raised and changed keep their order and reasons", "[server]") {
  Screen screen("ana", kScript, 0);
  Client client;
  const auto a = standing("a");
  const auto b = standing("b");
  auto c = standing("c");
  client.take(screen.welcome({call("c1", {a, c})}, kAt));
  c = standing("c", "c1", [](rules::Suggestion& says) { says.headline = text("New words"); });
  std::vector<Frame> out;
  screen.change({kAt,
                 {decision(Action::withdrawn, a, Reason::outranked), decision(Action::raised, b),
                  decision(Action::changed, c)},
                 {call("c1", {b, c})},
                 {}},
                out);
  CHECK(types(out) == std::vector<std::string>{"withdrawn", "raised", "changed"});
  CHECK(out[0]->find(R"("id":")" + a.id().str() + R"(","call":"c1","reason":"outranked")") !=
        std::string::npos);
  CHECK(out[2]->find("New words") != std::string::npos);
  for (const auto& frame : out) client.take(frame);
  CHECK(client.suggestions("c1").size() == 2);
}

TEST_CASE("what stood before is what stands now with the step undone", "[server]") {
  const auto a = standing("a");
  const auto b = standing("b");
  const auto before =
      standing_before(call("c1", {b}), {decision(Action::withdrawn, a), decision(Action::raised, b),
                                        decision(Action::raised, standing("x", "c2"))});
  REQUIRE(before.size() == 1);
  CHECK(before[0].name() == "a");
}

TEST_CASE("a screen without a welcome is told nothing", "[server]") {
  Screen screen("ana", kScript, 0);
  std::vector<Frame> out;
  screen.change({kAt, {}, {call("c1")}, {}}, out);
  CHECK(out.empty());
}
