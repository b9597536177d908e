#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <string>

#include "program.hpp"

namespace assist::commands {

TEST_CASE("explain: at the last moment, at a given one, for programs", "[commands]") {
  const Folder folder;
  const std::string events = folder.write("e.jsonl", kEvents).string();
  const Ran plain = run("explain --rules rules --call c1 " + events);
  INFO(plain.out << plain.err);
  CHECK(plain.status == 0);
  CHECK(plain.err.empty());
  CHECK(has(plain.out, "Call c1 at 2026-01-05 08:01:50 UTC: with agent ana"));
  CHECK(has(plain.out, "long_hold does not hold: Kept on hold"));
  CHECK(has(plain.out, "time on hold is 1m40s, needs at least 2m (20s to go)"));
  CHECK(last_line(plain.out) ==
        "0 of 9 rules hold for call c1; 0 suggestions stand, 0 are held back.");
  CHECK_FALSE(has(plain.out, "\x1b"));

  const Ran later = run("explain --rules rules --call c1 --at 2026-01-05T10:02:10+02:00 " + events);
  CHECK(later.status == 0);
  CHECK(has(later.out, "Call c1 at 2026-01-05 10:02:10 +02:00"));
  CHECK(has(later.out, "\nlong_hold holds: "));
  CHECK(
      has(run("explain --rules rules --call c1 --at 2m10s " + events).out, "\nlong_hold holds: "));

  const auto at = [&](const std::string& moment) {
    const Ran ran = run("explain --rules rules --call c1 --at '" + moment + "' " + events);
    INFO(moment << ran.err);
    CHECK(ran.status == 0);
    return ran.out.substr(0, ran.out.find(": with"));
  };
  for (const char* const moment : {"2026-01-05 08:02:00", "2026-01-05 08:02:00 UTC", "08:02:00",
                                   "2026-01-05 08:02:00.000", "120.0s", "2m0.000000s"}) {
    INFO(moment);
    CHECK(at(moment) == "Call c1 at 2026-01-05 08:02:00 UTC");
  }
  CHECK(at("2026-01-05 10:02:00 +02:00") == "Call c1 at 2026-01-05 10:02:00 +02:00");
  CHECK(at("69.5s") == "Call c1 at 2026-01-05 08:01:09.5 UTC");
  CHECK(at("0.000001s") == "Call c1 at 2026-01-05 08:00:00.000001 UTC");
  CHECK(at("08:01:09.25") == "Call c1 at 2026-01-05 08:01:09.25 UTC");
  CHECK(at("00:30:00") == "Call c1 at 2026-01-06 00:30:00 UTC");

  const Ran one = run("explain --rules rules --call c1 --rule long_hold " + events);
  CHECK(has(one.out, "\nlong_hold does not hold: "));
  CHECK(last_line(one.out) ==
        "0 of 1 rule holds for call c1; 0 suggestions stand, 0 are held back.");

  const Ran json = run("explain --rules rules --call c1 --json " + events);
  const auto parsed = boost::json::parse(json.out).as_object();
  CHECK(parsed.at("call").as_string() == "c1");
  CHECK(parsed.at("rules").as_array().size() == 9);
}

TEST_CASE("explain: what cannot be answered says what to do", "[commands]") {
  const Folder folder;
  const std::string events = folder.write("e.jsonl", kEvents).string();
  const auto told = [&](const std::string& options) {
    const Ran ran = run("explain --rules rules " + options + " " + events);
    CHECK(ran.status == 2);
    CHECK(ran.out.empty());
    return ran.err;
  };
  CHECK(has(told("--call call2"), "is about call \"call2\". Did you mean \"call-2\"?"));
  CHECK(has(told("--call somebody"), "It has \"c1\", \"call-2\"."));
  CHECK(has(told("--call c1 --at soon"), "\"soon\" is not a moment. Write 2026-11-22T10:02:00Z"));
  for (const char* const bad : {"1.5m", "1.s", "1.0000001s", "1.5", ".5s", "25:00:00"})
    CHECK(has(told(std::string("--call c1 --at ") + bad), "is not a moment"));
  CHECK(has(told("--call c1 --at 2026-01-05T10:00:00"), "2026-01-05T10:00:00Z for UTC"));
  CHECK(has(told("--call c1 --at 2026-01-05T07:00:00Z"),
            "is not known at 2026-01-05T07:00:00Z: its first event comes at 2026-01-05T08:00:00Z"));
  CHECK(has(told("--call c1 --at 2d"), "it ended at 2026-01-06T08:00:10Z"));
  CHECK(has(told("--call c1 --rule long_hlod"), "Did you mean \"long_hold\"?"));
  CHECK(run("explain --rules nowhere --call c1 " + events).status == 2);
  CHECK(run("explain --rules rules --call c1 /nowhere.jsonl").status == 2);
  const std::string bad = folder.write("bad.jsonl", std::string(kEvents) + "{}\n").string();
  const Ran refused = run("explain --rules rules --call c1 " + bad);
  CHECK(refused.status == 1);
  CHECK(has(refused.err, "bad.jsonl:4:1: error: not_cloudevent"));
  CHECK(has(refused.err, "\n{}\n^\n"));
  CHECK(has(refused.out, "long_hold does not hold"));
}

}  // namespace assist::commands
