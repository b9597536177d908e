#include "trials/recorded_line.hpp"

#include <catch2/catch.hpp>

using namespace assist;
using namespace std::chrono_literals;

TEST_CASE("a recorded event is written with the time at which it counted", "[trials]") {
  const Time at = *parse_rfc3339("2026-11-22T10:00:00Z");
  const std::string head = R"({"specversion":"1.0","id":"1","source":"/t","type":"call.held",)";
  struct Row {
    std::string recorded, line;
  };
  const Row rows[] = {
      {head + R"("subject":"c1","time":"2026-11-22T09:59:00Z"})",
       head + R"("subject":"c1","time":"2026-11-22T09:59:00Z"})"},
      {head + R"("subject":"c1"})", head + R"("subject":"c1","time":"2026-11-22T10:00:00Z"})"},
      // Of repeated names the last one counts.
      {head + R"("subject":"c1","time":null})",
       head + R"("subject":"c1","time":null,"time":"2026-11-22T10:00:00Z"})"},
      // Too far ahead: it counted as at its receipt.
      {head + R"("subject":"c1","time":"2026-11-22T11:00:00Z"})",
       head + R"("subject":"c1","time":"2026-11-22T11:00:00Z","time":"2026-11-22T10:00:00Z"})"},
      {head + "\n\r\n\"subject\":\"c1\"} \n",
       head + "   \"subject\":\"c1\"" + R"(,"time":"2026-11-22T10:00:00Z"})"},
  };
  trials::RecordedLine line;
  events::Decoder decoder;
  events::Batch batch;
  for (const auto& [recorded, due] : rows) {
    INFO(recorded);
    const auto written = line.write(recorded, at);
    if (!written) FAIL(written.error().text);
    CHECK(*written == due + '\n');
    decoder.decode(*written, events::Shape::event, batch);
    REQUIRE(batch.events.size() == 1);
    CHECK(batch.events.front().has_time);
    CHECK(batch.events.front().time <= at);
  }
  CHECK_FALSE(line.write("{}", at).has_value());
}
