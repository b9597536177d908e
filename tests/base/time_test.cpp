#include "base/time.hpp"

#include <catch2/catch.hpp>

using namespace assist;
using namespace std::chrono_literals;

TEST_CASE("durations read as rule files write them", "[base]") {
  struct Row {
    std::string_view text;
    std::optional<Duration> value;
  };
  static const Row rows[] = {
      {"90s", 90s},
      {"2m", 2min},
      {"1h30m", 90min},
      {"7d", 168h},
      {"1d2h3m4s", 26h + 3min + 4s},
      {"90", {}},     // a unit is never guessed
      {"30m1h", {}},  // large units first, so that a slip is not a value
      {"1m1m", {}},
      {"0s", {}},  // more than nothing
      {"0m0s", {}},
      {"1.5m", {}},
      {"-1s", {}},
      {" 1s", {}},
      {"1s ", {}},
      {"1M", {}},
      {"s", {}},
      {"", {}},
      {"99999999999999999999d", {}},
      {"soon", {}},
  };
  for (const auto& [text, value] : rows) {
    INFO("text: \"" << text << '"');
    CHECK(parse_duration(text) == value);
  }
}

TEST_CASE("times read as RFC 3339 and are written in UTC", "[base]") {
  struct Row {
    std::string_view text;
    std::string_view written;  // "" where it is refused
  };
  static const Row rows[] = {
      {"2026-11-22T10:02:00Z", "2026-11-22T10:02:00Z"},
      {"2026-11-22t10:02:00z", "2026-11-22T10:02:00Z"},
      {"2026-11-22T10:02:00.5Z", "2026-11-22T10:02:00.500000Z"},
      {"2026-11-22T10:02:00.1234569Z", "2026-11-22T10:02:00.123456Z"},  // cut, not rounded
      {"2026-03-02T09:00:00-07:00", "2026-03-02T16:00:00Z"},
      {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"},
      {"2016-12-31T23:58:60Z", ""},
      {"1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"},
      {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
      {"9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"},
      {"9999-12-31T23:59:59-01:00", ""},
      {"0001-01-01T00:00:00+01:00", ""},
      {"2026-02-30T00:00:00Z", ""},
      {"2026-13-01T00:00:00Z", ""},
      {"2026-11-22T24:00:00Z", ""},
      {"2026-11-22T10:02:00", ""},
      {"2026-11-22T10:02:00.Z", ""},
      {"2026-11-22 10:02:00Z", ""},
      {"2026-11-22T10:02:00+24:00", ""},
      {"2026-11-22T10:02:00Z ", ""},
      {"", ""},
  };
  for (const auto& [text, written] : rows) {
    INFO("text: \"" << text << '"');
    const auto time = parse_rfc3339(text);
    CHECK((time ? format_rfc3339(*time) : "") == written);
  }
}

TEST_CASE("lengths are written as short as they go", "[base]") {
  CHECK(format_duration(90s) == "1m30s");
  CHECK(format_duration(90min) == "1h30m");
  CHECK(format_duration(168h) == "7d");
  CHECK(format_duration(0s) == "0s");
  CHECK(format_duration(1500ms) == "1.5s");
  CHECK(format_duration(60s + 500ms) == "1m0.5s");
  CHECK(format_duration(-2min) == "-2m");
  CHECK(format_seconds(119500ms) == "119.5");
  CHECK(format_seconds(-1us) == "-0.000001");
  CHECK(format_seconds(120s) == "120");
}
TEST_CASE("a reader of times reads each as if it were the first", "[base]") {
  const std::string nothing(17, '\0');
  const std::string texts[] = {"2026-11-22T10:02:00Z",
                               "2026-11-22T10:02:59.5Z",
                               "2026-11-22T10:02:60Z",
                               "2026-11-22T23:59:60Z",
                               "2026-11-22T10:02:00+01:00",
                               "2026-11-22T10:02:00.1234567-00:30",
                               "2026-11-22T10:02:0",
                               "2026-11-22T10:02:00",
                               "2026-11-22T10:02:00.Z",
                               "2026-11-22T10:02:00.12x4Z",
                               "2026-11-22t10:02:00z",
                               "2026-02-29T10:02:00Z",
                               "2024-02-29T10:02:00.123456Z",
                               "0001-01-01T00:00:00+00:01",
                               "9999-12-31T23:59:59.999999Z",
                               "1970-01-01T00:00:00Z",
                               "2026-11-22T10:02:00.12345678Z",
                               nothing + "00Z"};
  for (const auto& first : texts) {
    for (const auto& second : texts) {
      INFO(first << ", then " << second);
      TimeReader reader;
      CHECK(reader.read(first) == parse_rfc3339(first));
      CHECK(reader.read(second) == parse_rfc3339(second));
      CHECK(reader.read(first) == parse_rfc3339(first));
    }
  }
  CHECK_FALSE(parse_rfc3339(nothing + "00Z"));
}
