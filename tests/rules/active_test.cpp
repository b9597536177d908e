#include "rules/active.hpp"

#include <catch2/catch.hpp>

#include "rule_files.hpp"

namespace assist::rules {
namespace {

using namespace std::chrono_literals;

Active active(const std::string& keys) {
  const Loaded loaded =
      load_text("rules:\n  - {id: a, title: A, when: call.on_hold, active: {" + keys + "}}\n");
  INFO(told(loaded));
  REQUIRE(loaded.rules != nullptr);
  return *loaded.rules->rules[0].active;
}

Time at(std::string_view text) { return *parse_rfc3339(text); }

/// The moments at which it opens and shuts from `from` on, up to `count`.
std::vector<std::string> turns(const Active& active, std::string_view from, std::size_t count) {
  std::vector<std::string> out;
  Time now = at(from);
  while (out.size() < count) {
    const auto phase = active.at(now);
    if (phase.until == kNever) {
      out.emplace_back(phase.open ? "open" : "shut");
      break;
    }
    now = phase.until;
    const bool open = active.at(now).open;
    CHECK(open != phase.open);
    out.push_back((open ? "+" : "-") + format_rfc3339(now));
  }
  return out;
}

using Turns = std::vector<std::string>;

}  // namespace

TEST_CASE("dates: from is in, until is out, a date is the whole day", "[rules]") {
  const Active a = active("from: 2026-12-01, until: 2026-12-31");
  CHECK(turns(a, "2026-11-01T00:00:00Z", 5) ==
        Turns{"+2026-12-01T00:00:00Z", "-2027-01-01T00:00:00Z", "shut"});
  const Active b = active("from: 2026-12-01T09:30, until: 2026-12-01 10:00:30");
  CHECK(turns(b, "2026-11-01T00:00:00Z", 5) ==
        Turns{"+2026-12-01T09:30:00Z", "-2026-12-01T10:00:30Z", "shut"});
  const Active c = active("from: 2026-12-31T12:00, until: 2026-12-31");
  CHECK(turns(c, "2026-11-01T00:00:00Z", 5) ==
        Turns{"+2026-12-31T12:00:00Z", "-2027-01-01T00:00:00Z", "shut"});
  CHECK(turns(active("from: 2026-12-01"), "2027-01-01T00:00:00Z", 5) == Turns{"open"});
}

TEST_CASE("from and until may be moments with an offset or Z", "[rules]") {
  const Active a = active("from: 2026-12-01T09:30:00-07:00, until: \"2026-12-02T00:00:00Z\"");
  CHECK(turns(a, "2026-11-01T00:00:00Z", 5) ==
        Turns{"+2026-12-01T16:30:00Z", "-2026-12-02T00:00:00Z", "shut"});
  // The hours are by the zone's clock as ever.
  const Active b = active(
      "from: 2026-12-01T09:00:00Z, until: 2026-12-02T22:00:00Z, hours: \"08:00-20:00\", "
      "time_zone: America/Denver");
  CHECK(turns(b, "2026-11-01T00:00:00Z", 9) ==
        Turns{"+2026-12-01T15:00:00Z", "-2026-12-02T03:00:00Z", "+2026-12-02T15:00:00Z",
              "-2026-12-02T22:00:00Z", "shut"});
  const Active c = active("from: 2026-12-01, until: 2026-12-01T06:00:00Z");
  CHECK(turns(c, "2026-11-01T00:00:00Z", 5) ==
        Turns{"+2026-12-01T00:00:00Z", "-2026-12-01T06:00:00Z", "shut"});
  const Loaded loaded = load_text(
      "rules:\n  - {id: a, title: A, when: call.on_hold, active: {from: 2026-12-01T09:00:00Z, "
      "until: 2026-12-01T09:00:00+01:00}}\n");
  REQUIRE(loaded.errors.size() == 1);
  CHECK(loaded.errors[0].text.find("before") != std::string::npos);
}

TEST_CASE("hours are in from the first, out at the last minute named", "[rules]") {
  CHECK(turns(active("hours: \"08:00-20:00\""), "2026-01-05T00:00:00Z", 3) ==
        Turns{"+2026-01-05T08:00:00Z", "-2026-01-05T20:00:00Z", "+2026-01-06T08:00:00Z"});
  CHECK(turns(active("hours: 08:00-24:00"), "2026-01-05T00:00:00Z", 3) ==
        Turns{"+2026-01-05T08:00:00Z", "-2026-01-06T00:00:00Z", "+2026-01-06T08:00:00Z"});
  CHECK(turns(active("hours: 09:00-09:00"), "2026-01-05T00:00:00Z", 3) == Turns{"open"});
  CHECK(turns(active("hours: 00:00-24:00"), "2026-01-05T00:00:00Z", 3) == Turns{"open"});
}

TEST_CASE("a window over midnight belongs to the day on which it opens", "[rules]") {
  // 2026-01-05 is a Monday.
  CHECK(turns(active("hours: 22:00-06:00, days: [mon, wed]"), "2026-01-05T00:00:00Z", 5) ==
        Turns{"+2026-01-05T22:00:00Z", "-2026-01-06T06:00:00Z", "+2026-01-07T22:00:00Z",
              "-2026-01-08T06:00:00Z", "+2026-01-12T22:00:00Z"});
  CHECK(turns(active("days: [sat, sun]"), "2026-01-05T00:00:00Z", 3) ==
        Turns{"+2026-01-10T00:00:00Z", "-2026-01-12T00:00:00Z", "+2026-01-17T00:00:00Z"});
}

TEST_CASE("the wall clock of the zone decides", "[rules]") {
  CHECK(turns(active("hours: 08:00-20:00, time_zone: America/Denver"), "2026-01-05T00:00:00Z", 3) ==
        Turns{"-2026-01-05T03:00:00Z", "+2026-01-05T15:00:00Z", "-2026-01-06T03:00:00Z"});
}

TEST_CASE("an hour that is skipped opens at the jump, a window skipped whole does not", "[rules]") {
  // In Denver 02:00 is followed by 03:00 on 2026-03-08, at 09:00Z.
  CHECK(turns(active("hours: 02:30-04:00, time_zone: America/Denver"), "2026-03-08T00:00:00Z", 2) ==
        Turns{"+2026-03-08T09:00:00Z", "-2026-03-08T10:00:00Z"});
  CHECK(turns(active("hours: 02:10-02:50, time_zone: America/Denver"), "2026-03-08T00:00:00Z", 1) ==
        Turns{"+2026-03-09T08:10:00Z"});
}

TEST_CASE("an hour that comes twice counts twice", "[rules]") {
  // In Denver 01:00 to 02:00 comes twice on 2026-11-01: from 07:00Z and from 08:00Z.
  CHECK(turns(active("hours: 01:15-01:45, time_zone: America/Denver"), "2026-11-01T06:00:00Z", 4) ==
        Turns{"+2026-11-01T07:15:00Z", "-2026-11-01T07:45:00Z", "+2026-11-01T08:15:00Z",
              "-2026-11-01T08:45:00Z"});
  // By the wall clock the day's first hour is back before `from`.
  CHECK(turns(active("from: 2026-11-01T01:30, time_zone: America/Denver"), "2026-11-01T06:00:00Z",
              4) ==
        Turns{"+2026-11-01T07:30:00Z", "-2026-11-01T08:00:00Z", "+2026-11-01T08:30:00Z", "open"});
}

TEST_CASE("between two turns a window stays as it is", "[rules]") {
  for (const char* keys :
       {"hours: 22:30-05:15, days: [fri, sun], time_zone: Europe/Berlin",
        "hours: 01:00-03:00, time_zone: America/New_York", "days: [sun], time_zone: Europe/London",
        "from: 2026-03-29, until: 2026-10-25, hours: 02:15-02:45, time_zone: Europe/Berlin",
        "hours: 00:00-00:30, time_zone: Australia/Lord_Howe"}) {
    INFO(keys);
    const Active window = active(keys);
    Time until = Time::min();
    bool open = false;
    for (Time now = at("2026-03-01T00:00:00Z"); now < at("2026-11-30T00:00:00Z"); now += 15min) {
      const auto phase = window.at(now);
      REQUIRE(phase.until > now);
      if (now < until) REQUIRE(phase.open == open);
      if (now == until) REQUIRE(phase.open != open);
      open = phase.open;
      until = phase.until;
    }
  }
}

TEST_CASE("a time zone that is none is refused", "[rules]") {
  Active::Spec spec;
  spec.time_zone = "Mars/Olympus";
  CHECK_FALSE(Active::make(spec));
  spec.time_zone = "Asia/Kathmandu";
  CHECK(Active::make(spec));
}

TEST_CASE("a date and a moment are compared by the clock of the zone", "[rules]") {
  struct Row {
    const char* keys;
    bool reversed;
  };
  static const Row rows[] = {
      {"from: 2026-12-02, until: \"2026-12-01T09:00:00Z\"", true},
      {"from: 2026-12-01, until: \"2026-12-01T09:00:00Z\"", false},
      // Midnight of the 1st in Denver is 07:00Z.
      {"from: 2026-12-01, until: \"2026-12-01T06:59:59Z\", time_zone: America/Denver", true},
      {"from: 2026-12-01, until: \"2026-12-01T07:00:00Z\", time_zone: America/Denver", false},
      {"from: 2026-12-01, until: \"2026-12-01T07:00:01Z\", time_zone: America/Denver", false},
      {"from: \"2026-12-01T09:00:00Z\", until: 2026-11-30", true},
      {"from: \"2026-12-01T00:00:00Z\", until: 2026-11-30", true},
      {"from: \"2026-11-30T23:59:59Z\", until: 2026-11-30", false},
      {"from: \"2026-12-01T09:00:00Z\", until: 2026-12-01T09:00", false},
      {"from: \"2026-12-01T09:00:01Z\", until: 2026-12-01T09:00", true},
      {"from: \"2026-12-01T06:59:59Z\", until: 2026-11-30, time_zone: America/Denver", false},
      {"from: \"2026-12-01T07:00:00Z\", until: 2026-11-30, time_zone: America/Denver", true},
      // 01:30 comes twice on that night: at 07:30Z and at 08:30Z.
      {"from: \"2026-11-01T07:40:00Z\", until: 2026-11-01T01:30, time_zone: America/Denver", false},
      {"from: \"2026-11-01T08:40:00Z\", until: 2026-11-01T01:30, time_zone: America/Denver", true},
      {"from: 2026-11-01T01:30, until: \"2026-11-01T08:10:00Z\", time_zone: America/Denver", false},
      {"from: 2031-12-01, until: \"2026-12-01T09:00:00Z\"", true},
      {"from: 2021-12-01, until: \"2026-12-01T09:00:00Z\"", false},
  };
  for (const auto& [keys, reversed] : rows) {
    const Loaded loaded = load_text(
        "rules:\n  - id: a\n    title: A\n    when: call.on_hold\n"
        "    active: {" +
        std::string(keys) + "}\n");
    INFO(keys << "\n" << told(loaded));
    CHECK(loaded.errors.size() == (reversed ? 1 : 0));
    if (reversed && !loaded.errors.empty()) {
      CHECK(loaded.errors[0].text == "\"until\" is before \"from\".");
      const std::string line = "    active: {" + std::string(keys);
      CHECK(loaded.errors[0].place.column == line.find("until: ") + 8);
    }
  }
}

}  // namespace assist::rules
