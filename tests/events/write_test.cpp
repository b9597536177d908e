#include "events/write.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "print.hpp"

namespace assist::events {
namespace {

std::string string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string number(double value) {
  std::string out;
  append_json_number(out, value);
  return out;
}

}  // namespace

TEST_CASE("strings are escaped as JSON wants it", "[events]") {
  CHECK(string("plain") == "\"plain\"");
  CHECK(string("a\"b\\c\n\r\t\b\f") == R"("a\"b\\c\n\r\t\b\f")");
  CHECK(string(std::string_view("\0\x1b\x1f\x7f", 4)) == "\"\\u0000\\u001b\\u001f\x7f\"");
  CHECK(string("é€😀") == "\"é€😀\"");
  CHECK(string("a\xFFz\xE2\x82") == "\"a\uFFFDz\uFFFD\uFFFD\"");
  CHECK(string("\xED\xA0\x80") == "\"\uFFFD\uFFFD\uFFFD\"");
}

TEST_CASE("doubles stay doubles", "[events]") {
  CHECK(number(1) == "1.0");
  CHECK(number(-0.0) == "-0.0");
  CHECK(number(0.1) == "0.1");
  CHECK(number(1e300) == "1e+300");
  CHECK(number(std::numeric_limits<double>::infinity()) == "null");
  CHECK(number(std::nan("")) == "null");
}

TEST_CASE("times are written as format_rfc3339 writes them", "[events]") {
  for (const auto* text :
       {"2026-11-22T10:02:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z",
        "1969-12-31T23:59:59.000001Z", "2024-02-29T12:34:56.100000Z"}) {
    std::string out;
    append_rfc3339(out, *parse_rfc3339(text));
    CHECK(out == text);
  }
}

TEST_CASE("a written line is the event again", "[events]") {
  std::string out;
  const Time time = *parse_rfc3339("2026-11-22T10:02:00.5Z");
  EventLine line(
      out, {.id = "e\"1", .source = "/s", .type = "call.ended", .subject = "c1", .time = time});
  line.text("reason", "a\nb").boolean("resolved", true).integer("x", 1).number("y", 0.5);
  line.json("z", "[1]").end();
  CHECK(out ==
        R"({"specversion":"1.0","id":"e\"1","source":"/s","type":"call.ended","subject":"c1",)"
        R"("time":"2026-11-22T10:02:00.500000Z",)"
        R"("data":{"reason":"a\nb","resolved":true,"x":1,"y":0.5,"z":[1]}})");
  CHECK(print(decode(out)) ==
        "0 call.ended id=\"e\\\"1\" source=\"/s\" subject=\"c1\" time=2026-11-22T10:02:00.500000Z "
        "reason=\"a\\nb\" resolved=true\n");
}

}  // namespace assist::events
