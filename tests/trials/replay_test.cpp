#include "trials/replay.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <sstream>

#include "engine/random/pair.hpp"
#include "engine/random/random.hpp"
#include "engine/story.hpp"
#include "trials/decision_line.hpp"
#include "trials/facts_lines.hpp"

using namespace assist;

namespace {

/// What a replay printed, and what it refused.
struct Replayed {
  std::string out;
  std::vector<std::string> refused;
  trials::Replay::Stats stats;
};

Replayed replay(std::shared_ptr<const rules::RuleSet> rules, const std::vector<std::string>& lines,
                engine::Options options = {}) {
  Replayed result;
  trials::Replay replay(std::move(rules), options, {});
  std::vector<trials::Replay::Decided> decided;
  for (const std::string& line : lines) {
    const auto taken = replay.line(line, decided);
    if (!taken) result.refused.emplace_back(code_name(taken.error().code));
  }
  replay.finish(decided);
  for (const auto& one : decided) trials::append_decision_line(result.out, one.decision, one.seq);
  result.stats = replay.stats();
  return result;
}

/// `time` is left out where it is "".
std::string event(std::string_view id, std::string_view time, std::string_view type,
                  std::string_view subject, std::string_view data = "{}") {
  std::string out = R"({"specversion":"1.0","source":"/t","id":")" + std::string(id) +
                    R"(","type":")" + std::string(type) + R"(","subject":")" +
                    std::string(subject) + '"';
  if (!time.empty()) out += R"(,"time":"2026-01-05T)" + std::string(time) + '"';
  return out + R"(,"data":)" + std::string(data) + "}";
}

/// Moment, seq, action, suggestion and reason of each decision, a line each.
std::string brief(const std::string& printed) {
  std::string out;
  std::istringstream in(printed);
  for (std::string line; std::getline(in, line);) {
    const auto d = boost::json::parse(line).as_object();
    const auto text = [&](const char* name) { return std::string(d.at(name).as_string()); };
    out += text("at").substr(11) + ' ' + std::to_string(d.at("seq").to_number<int>()) + ' ' +
           text("action") + ' ' + text("call") + ' ' + text("suggestion");
    if (!d.at("reason").is_null()) out += ' ' + text("reason");
    out += '\n';
  }
  return out;
}

constexpr std::string_view kHeld = R"(
rules:
  - {id: held, title: t, when: {call.hold: {over: 10s}}, suggest: [{headline: h}]}
)";

}  // namespace

TEST_CASE("decisions are printed as the contract has it", "[trials]") {
  const auto rules = story::rules_of(R"(
rules:
  - id: held
    title: t
    when: call.on_hold
    suggest:
      - {id: fee, offer: {gesture: waive}, headline: "Say \"sorry\"", because: "Held ${ call.hold_total }"}
      - {id: lead, headline: H, say: S, priority: low}
)");
  const auto result =
      replay(rules, {event("1", "12:00:00Z", "call.answered", "c1", R"({"agent":"ana"})"),
                     event("2", "12:00:10.5Z", "call.held", "c1"),
                     event("3", "12:00:20Z", "call.resumed", "c1")});
  std::string printed = result.out;
  // Ids are any text that is the same in each run.
  std::vector<std::string> ids;
  for (auto at = printed.find("\"id\":\""); at != std::string::npos;
       at = printed.find("\"id\":\"", at + 6)) {
    const auto end = printed.find('"', at + 6);
    ids.push_back(printed.substr(at + 6, end - at - 6));
    printed.replace(at + 6, end - at - 6, "ID");
  }
  REQUIRE(ids.size() == 4);
  CHECK(ids[0] == ids[2]);
  CHECK(ids[1] == ids[3]);
  CHECK(ids[0] != ids[1]);
  CHECK(
      printed ==
      R"({"at":"2026-01-05T12:00:10.500000Z","seq":2,"action":"raised","id":"ID","call":"c1","agent":"ana","suggestion":"held.fee","rule":"held","kind":"offer","mode":"live","reason":null,"headline":"Say \"sorry\"","say":null,"because":"Held 0s"}
{"at":"2026-01-05T12:00:10.500000Z","seq":2,"action":"raised","id":"ID","call":"c1","agent":"ana","suggestion":"held.lead","rule":"held","kind":"say","mode":"live","reason":null,"headline":"H","say":"S","because":null}
{"at":"2026-01-05T12:00:20Z","seq":3,"action":"withdrawn","id":"ID","call":"c1","agent":"ana","suggestion":"held.fee","rule":"held","kind":"offer","mode":"live","reason":"no_longer_true","headline":"Say \"sorry\"","say":null,"because":"Held 0s"}
{"at":"2026-01-05T12:00:20Z","seq":3,"action":"withdrawn","id":"ID","call":"c1","agent":"ana","suggestion":"held.lead","rule":"held","kind":"say","mode":"live","reason":"no_longer_true","headline":"H","say":"S","because":null}
)");
}

TEST_CASE("the replay's clock is the greatest time so far", "[trials]") {
  const auto rules = story::rules_of(kHeld);
  SECTION("a late event does not move it, one without time is at it") {
    const auto result = replay(
        rules, {event("1", "12:00:00Z", "call.answered", "c1", R"({"agent":"ana"})"),
                event("2", "12:00:20Z", "call.step", "c1", R"({"step":"s"})"),
                event("3", "12:00:05Z", "call.held", "c1"), event("4", "", "call.resumed", "c1"),
                event("5", "", "call.held", "c1"), event("6", "12:00:40Z", "call.ended", "c1")});
    CHECK(brief(result.out) ==
          "12:00:20Z 3 raised c1 held\n"
          "12:00:20Z 4 withdrawn c1 held no_longer_true\n"
          "12:00:30.000001Z 5 raised c1 held\n"
          "12:00:40Z 6 withdrawn c1 held call_ended\n");
  }
  SECTION("a decision by the clock has the seq of the last line read before it") {
    const auto result =
        replay(rules, {event("1", "12:00:00Z", "call.answered", "c1", R"({"agent":"ana"})"),
                       event("2", "12:00:00Z", "call.held", "c1"), "", "  \t",
                       event("3", "12:05:00Z", "call.ended", "c1")});
    CHECK(brief(result.out) ==
          "12:00:10.000001Z 2 raised c1 held\n"
          "12:05:00Z 3 withdrawn c1 held call_ended\n");
    CHECK(result.stats.lines == 3);
  }
  SECTION("neither a duplicate nor a refused line moves it; both count as lines") {
    const auto result = replay(
        rules,
        {event("1", "12:00:00Z", "call.answered", "c1", R"({"agent":"ana"})"),
         event("2", "12:00:00Z", "call.held", "c1"), event("2", "13:00:00Z", "call.resumed", "c1"),
         event("9", "13:00:00Z", "call.flown", "c1"), "[]",
         event("3", "12:00:05Z", "call.resumed", "c1"), event("9", "12:00:06Z", "call.held", "c1"),
         event("5", "12:00:20Z", "call.ended", "c1")});
    CHECK(result.refused == std::vector<std::string>{"unknown_type", "not_cloudevent"});
    CHECK(brief(result.out) ==
          "12:00:16.000001Z 7 raised c1 held\n"
          "12:00:20Z 8 withdrawn c1 held call_ended\n");
    CHECK(result.stats.duplicates == 1);
    CHECK(result.stats.events == 5);
  }
}

TEST_CASE("the first event of a replay must have a time", "[trials]") {
  trials::Replay replay(story::rules_of(kHeld), {}, {});
  std::vector<trials::Replay::Decided> decided;
  CHECK_FALSE(replay.line(event("1", "", "call.held", "c1"), decided).has_value());
  CHECK(replay.missed_first_time());
}

TEST_CASE("a replay runs on for 24 h, inclusive, or until all calls have ended", "[trials]") {
  SECTION("24 h") {
    const auto rules = story::rules_of(R"(
rules:
  - {id: at, title: t, when: {call.hold: {at_least: 24h}}, suggest: [{headline: h}]}
  - {id: past, title: t, when: {call.hold: {over: 24h}}, suggest: [{headline: h}]}
)");
    engine::Options patient;
    patient.silence = std::chrono::hours{48};
    const auto result =
        replay(rules,
               {event("1", "12:00:00Z", "call.answered", "c1", R"({"agent":"ana"})"),
                event("2", "12:00:00Z", "call.held", "c1")},
               patient);
    CHECK(brief(result.out) == "12:00:00Z 2 raised c1 at\n");
  }
  SECTION("a call that falls silent ends within them") {
    const auto result =
        replay(story::rules_of(kHeld),
               {event("1", "12:00:00Z", "call.answered", "c1", R"({"agent":"ana"})"),
                event("2", "12:00:00Z", "call.held", "c1")});
    CHECK(brief(result.out) ==
          "12:00:10.000001Z 2 raised c1 held\n"
          "12:00:00Z 2 withdrawn c1 held call_ended\n");
  }
}

// The same over random rules and streams.

namespace {

std::vector<std::string> lines_of(const random::Pair& pair) {
  std::vector<std::string> out;
  for (const random::Op& op : pair.ops) out.push_back(op.json);
  return out;
}

std::string without_seq(const std::string& printed) {
  std::string out;
  std::istringstream in(printed);
  for (std::string line; std::getline(in, line);) {
    auto d = boost::json::parse(line).as_object();
    d.erase("seq");
    out += boost::json::serialize(d) + '\n';
  }
  return out;
}

/// Runs `check` over pairs whose clock is that of their events.
template <class Check>
void over_random_pairs(int count, Check check) {
  for (int i = 0; i < count; ++i) {
    random::Random r(7'000 + static_cast<std::uint64_t>(i));
    const random::Pair pair = random::generate(r, {.replay = true});
    std::string errors;
    const auto rules = random::load(pair.rules, errors);
    INFO(random::print(pair) << errors);
    REQUIRE(rules != nullptr);
    check(pair, rules, r);
  }
}

}  // namespace

TEST_CASE("equal input gives byte-equal output", "[trials]") {
  std::uint64_t decisions = 0;
  over_random_pairs(300, [&](const auto& pair, const auto& rules, auto&) {
    const auto once = replay(rules, lines_of(pair), pair.options);
    std::string errors;
    const auto again = replay(random::load(pair.rules, errors), lines_of(pair), pair.options);
    CHECK(once.out == again.out);
    CHECK(once.refused.empty());
    decisions += once.stats.decisions;
  });
  CHECK(decisions > 500);
}

TEST_CASE("every event doubled gives equal decisions", "[trials]") {
  over_random_pairs(300, [&](const auto& pair, const auto& rules, auto& r) {
    std::vector<std::string> doubled;
    for (const std::string& line : lines_of(pair)) {
      doubled.push_back(line);
      // Once more at once, or some event from before.
      doubled.push_back(r.percent(70) ? line : r.one_of(doubled));
    }
    const auto once = replay(rules, lines_of(pair), pair.options);
    const auto twice = replay(rules, doubled, pair.options);
    CHECK(without_seq(once.out) == without_seq(twice.out));
    CHECK(twice.stats.duplicates == lines_of(pair).size());
  });
}

TEST_CASE("a replay decides as an engine that is told the same", "[trials]") {
  over_random_pairs(200, [&](const auto& pair, const auto& rules, auto&) {
    model::Both both(rules, pair.options, {}, false);
    std::vector<model::Decision> told;
    Time now = pair.start;
    for (const random::Op& op : pair.ops) {
      const auto e = boost::json::parse(op.json).as_object();
      if (const auto* time = e.if_contains("time"))
        now = std::max(now, *parse_rfc3339(std::string(time->as_string())));
      for (auto& d : both.event(op.json, now)) told.push_back(std::move(d));
    }
    const auto rest = both.live_calls() > 0 ? both.advance(now + std::chrono::hours{24})
                                            : std::vector<model::Decision>{};
    told.insert(told.end(), rest.begin(), rest.end());
    const auto replayed = replay(rules, lines_of(pair), pair.options);
    CHECK(replayed.stats.decisions == told.size());
    std::istringstream in(replayed.out);
    for (const auto& d : told) {
      std::string line;
      std::getline(in, line);
      const auto printed = boost::json::parse(line).as_object();
      CHECK(std::string(printed.at("at").as_string()) == format_rfc3339(d.at));
      CHECK(std::string(printed.at("action").as_string()) == d.action);
      CHECK(std::string(printed.at("suggestion").as_string()) == d.name);
    }
  });
}

namespace {

/// An event of a stream as it is shuffled.
struct Arrival {
  std::string json, subject;
  Time time;
  Time arrives;
  bool about_call, end;
};

std::vector<Arrival> arrivals_of(const random::Pair& pair) {
  std::vector<Arrival> out;
  for (const random::Op& op : pair.ops) {
    auto e = boost::json::parse(op.json).as_object();
    // One without time would move with its place.
    const Time time = e.contains("time") ? *parse_rfc3339(std::string(e.at("time").as_string()))
                                         : pair.start + op.at;
    e["time"] = format_rfc3339(time);
    const std::string type(e.at("type").as_string());
    out.push_back({boost::json::serialize(e), std::string(e.at("subject").as_string()), time, time,
                   type.starts_with("call."), type == "call.ended"});
  }
  return out;
}

/// Call by call the facts of the line that ended it.
std::map<std::string, std::string> final_facts(const std::vector<Arrival>& arrivals) {
  trials::FactsLines facts(std::chrono::hours{24 * 90}, std::chrono::hours{24}, {});
  std::map<std::string, std::string> out;
  for (const Arrival& a : arrivals) {
    std::string printed;
    REQUIRE(facts.line(a.json, std::nullopt, printed).has_value());
    if (!a.end || out.contains(a.subject)) continue;
    std::istringstream in(printed);
    for (std::string line; std::getline(in, line);) {
      const auto told = boost::json::parse(line).as_object();
      if (std::string(told.at("call").as_string()) != a.subject) continue;
      auto own = told.at("facts").at("call").as_object();
      own.erase("agent_name");  // the agent's: told by events that are not shuffled
      out[a.subject] = boost::json::serialize(own);
    }
  }
  return out;
}

}  // namespace

TEST_CASE("each call's events shuffled within 5 s give equal final facts", "[trials]") {
  std::size_t ended = 0;
  over_random_pairs(300, [&](const auto& pair, const auto&, auto& r) {
    // In order of time at first, the end of a call last, each time of a call once.
    std::vector<Arrival> sorted = arrivals_of(pair);
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto& a, const auto& b) { return a.time < b.time; });
    std::map<std::string, Time> end;
    for (const auto& a : sorted)
      if (a.end) end.try_emplace(a.subject, a.time);
    std::set<std::pair<std::string, Time>> seen;
    std::erase_if(sorted, [&](const Arrival& a) {
      const auto at = end.find(a.subject);
      const bool after =
          at != end.end() && (a.time > at->second || (a.time == at->second && !a.end));
      return a.about_call && (after || !seen.emplace(a.subject, a.time).second);
    });
    std::vector<Arrival> shuffled = sorted;
    std::map<std::string, Time> last;
    for (Arrival& a : shuffled) {
      if (a.about_call) a.arrives = a.time + Duration{r.between(0, 5'000'000)};
      Time& latest = last[a.subject];
      if (a.end) a.arrives = std::max(a.arrives, latest + Duration{1});
      latest = std::max(latest, a.arrives);
    }
    std::stable_sort(shuffled.begin(), shuffled.end(),
                     [](const auto& a, const auto& b) { return a.arrives < b.arrives; });
    const auto facts = final_facts(sorted);
    CHECK(facts == final_facts(shuffled));
    ended += facts.size();
  });
  CHECK(ended > 100);
}
