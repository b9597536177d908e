#include <catch2/catch.hpp>

#include "events/http.hpp"
#include "print.hpp"

namespace assist::events {
namespace {

using Headers = std::vector<Decoder::Header>;

Headers held(Headers more = {}) {
  Headers all = {{"ce-specversion", "1.0"},
                 {"ce-id", "e1"},
                 {"ce-source", "/s"},
                 {"ce-type", "call.held"},
                 {"ce-subject", "c1"}};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

std::string decoded(const Headers& headers, std::string_view body, Limits limits = {}) {
  Decoder decoder(limits);
  Batch batch;
  decoder.decode_binary(headers, body, batch);
  return print(batch);
}

const std::string kHeld = "0 call.held id=\"e1\" source=\"/s\" subject=\"c1\"";

}  // namespace

TEST_CASE("a binary event becomes one structured JSON text", "[events]") {
  Decoder decoder;
  Batch batch;
  decoder.decode_binary(held({{"CE-Time", "2026-11-22T10:00:00Z"},
                              {"ce-traceparent", "00-1"},
                              {"content-type", "application/json"},
                              {"user-agent", "x"}}),
                        R"({"a":1})", batch);
  REQUIRE(batch.events.size() == 1);
  CHECK(batch.events[0].raw ==
        R"({"specversion":"1.0","id":"e1","source":"/s","type":"call.held","subject":"c1",)"
        R"("time":"2026-11-22T10:00:00Z","traceparent":"00-1",)"
        R"("datacontenttype":"application/json","data":{"a":1}})");
}

TEST_CASE("a body is data and nothing else", "[events]") {
  const Headers headers = held({{"content-type", "application/json"}});
  CHECK(decoded(headers, R"({"a":1},"id":"evil")") == "0 not_json  id=e1\n");
  CHECK(decoded(headers, "{}{}") == "0 not_json  id=e1\n");
  CHECK(decoded(headers, "[]") == "0 bad_data /data id=e1\n");
  CHECK(decoded(headers, "") == kHeld + "\n");
  CHECK(decoded(headers, " \r\n") == kHeld + "\n");
  CHECK(decoded(headers, "null") == kHeld + "\n");
}

TEST_CASE("headers cannot set what comes from the body", "[events]") {
  CHECK(decoded(held({{"ce-data", "{}"},
                      {"ce-data_base64", "e30="},
                      {"ce-datacontenttype", "text/xml"},
                      {"ce-", "x"},
                      {"ce-a\"b", "x"}}),
                "") == kHeld + "\n");
}

TEST_CASE("the body's type must be JSON", "[events]") {
  CHECK(decoded(held(), "{}") == "0 bad_data /datacontenttype id=e1\n");
  CHECK(decoded(held({{"content-type", "text/plain"}}), "{}") ==
        "0 bad_data /datacontenttype id=e1\n");
  CHECK(decoded(held({{"content-type", "text/json; charset=\"utf-8\""}}), "{}") == kHeld + "\n");
}

TEST_CASE("a header given twice is refused", "[events]") {
  CHECK(decoded(held({{"CE-ID", "e2"}}), "") == "0 not_cloudevent /id\n");
  CHECK(decoded(held({{"ce-x", "1"}, {"ce-x", "2"}}), "") == kHeld + "\n");
}

TEST_CASE("header values are unquoted, then percent-decoded, once", "[events]") {
  struct Row {
    std::string_view value, subject;
  };
  static const Row rows[] = {
      {"Euro%20%E2%82%AC", "\"Euro €\""},
      {"\"a \\\"b\\\" %63\"", "\"a \\\"b\\\" c\""},
      {"100%2525", "\"100%25\""},
      {"100%", "\"100%\""},
      {"%4", "\"%4\""},
      {"%zz", "\"%zz\""},
      {" padded ", "\"padded\""},
      {"\"", "\"\\\"\""},
  };
  for (const auto& [value, subject] : rows) {
    Headers headers = held();
    headers.back().value = value;
    INFO(value);
    CHECK(decoded(headers, "") ==
          "0 call.held id=\"e1\" source=\"/s\" subject=" + std::string(subject) + "\n");
  }
  for (const auto* value : {"%FF", "%C0%A0", "%ED%A0%80", "\xFF"}) {
    Headers headers = held();
    headers.back().value = value;
    INFO(value);
    CHECK(decoded(headers, "") == "0 not_cloudevent /subject id=e1\n");
  }
  Headers headers = held();
  headers.back().value = "%00";
  CHECK(decoded(headers, "") == "0 not_cloudevent /subject id=e1\n");
}

TEST_CASE("a binary body over the limit is too large", "[events]") {
  Limits limits;
  limits.message_bytes_max = 10;
  const Headers headers = held({{"content-type", "application/json"}});
  CHECK(decoded(headers, R"({"a":1234})", limits) == kHeld + "\n");
  CHECK(decoded(headers, R"({"a":12345})", limits) == "0 too_large  id=e1\n");
}

}  // namespace assist::events
