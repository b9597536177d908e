#include "events/decode.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "events/write.hpp"
#include "print.hpp"

namespace assist::events {
namespace {

/// A call.held, with members added or put in the place of others.
std::string event(std::string_view members) {
  return R"({"specversion":"1.0","id":"e1","source":"/s","type":"call.held","subject":"c1",)" +
         std::string(members) + "}";
}

std::string with_attributes(std::string_view attributes) {
  return event(R"("type":"call.updated","data":{"attributes":)" + std::string(attributes) + "}");
}

std::string repeat(std::string_view text, std::size_t n) {
  std::string out;
  for (std::size_t i = 0; i < n; ++i) out += text;
  return out;
}

std::string first_rejection(std::string_view message, Limits limits = {}) {
  const Batch batch = decode(message, Shape::event_or_batch, limits);
  if (batch.rejected.empty()) return "accept";
  const auto& error = batch.rejected[0].error;
  return std::string(code_name(error.code)) + ' ' + error.place.pointer;
}

}  // namespace

TEST_CASE("an event is read with its attributes, its data and its raw text", "[events]") {
  const std::string message =
      R"( {"specversion":"1.0","id":"A\u002d1","source":"/phones","type":"call.started",)"
      R"("subject":"c 1","time":"2026-11-22T03:02:00.1234567-07:00","data":{"customer":"alan",)"
      R"("queue":"billing","channel":null,"attributes":{"a":[1,2.0,"x",null,true,{}]}}} )";
  const Batch batch = decode(message);
  CHECK(print(batch) ==
        "0 call.started id=\"A-1\" source=\"/phones\" subject=\"c 1\" "
        "time=2026-11-22T10:02:00.123456Z customer=\"alan\" queue=\"billing\" "
        "attributes={\"a\":[1,2.0,\"x\",null,true,{}]}\n");
  CHECK(batch.events[0].raw == message.substr(1, message.size() - 2));
  CHECK(batch.size == 1);
  CHECK_FALSE(batch.whole_message_refused);
}

TEST_CASE("an event without a time has none until it is received", "[events]") {
  Batch batch = decode(event(R"("data":{})"));
  REQUIRE(batch.events.size() == 1);
  Event& held = batch.events[0];
  CHECK_FALSE(held.has_time);
  const Time now = *parse_rfc3339("2026-11-22T10:00:00Z");
  settle_time(held, now);
  CHECK(held.time == now);
  CHECK(held.received_at == now);
}

TEST_CASE("a time more than 5 s ahead counts as the time of receipt", "[events]") {
  const Time now = *parse_rfc3339("2026-11-22T10:00:00Z");
  const auto settled = [&](Time time) {
    Event given;
    given.has_time = true;
    given.time = time;
    settle_time(given, now);
    return given.time;
  };
  using std::chrono::microseconds;
  using std::chrono::seconds;
  CHECK(settled(now + seconds(5)) == now + seconds(5));
  CHECK(settled(now + seconds(5) + microseconds(1)) == now);
  CHECK(settled(now - seconds(500)) == now - seconds(500));
}

TEST_CASE("of repeated names the last one counts", "[events]") {
  CHECK(print(decode(event(R"("id":"e2","data":{"a":1},"data":null,"type":7,"type":"call.queued",)"
                           R"("data":{"queue":5,"queue":"a","que\u0075e":"b"})"))) ==
        "0 call.queued id=\"e2\" source=\"/s\" subject=\"c1\" queue=\"b\"\n");
  CHECK(print(decode(with_attributes(R"({"a":1,"b":2,"a":{"c":1,"c":2}})"))) ==
        "0 call.updated id=\"e1\" source=\"/s\" subject=\"c1\" "
        "attributes={\"b\":2,\"a\":{\"c\":2}}\n");
  // More names than are compared one by one.
  std::string many = "{";
  for (int i = 0; i < 150; ++i)
    many += "\"n" + std::to_string(i % 50) + "\":" + std::to_string(i) + ",";
  many += "\"last\":0}";
  const Batch batch = decode(with_attributes(many));
  REQUIRE(batch.events.size() == 1);
  const auto attributes = *std::get<CallUpdated>(batch.events[0].data).attributes;
  REQUIRE(attributes.size() == 51);
  CHECK(attributes[0].name == "n0");
  CHECK(attributes[0].value.integer == 100);
  CHECK(attributes[50].name == "last");
}

TEST_CASE("null counts as not given", "[events]") {
  CHECK(first_rejection(event(R"("time":null,"data":null,"dataschema":null,"data_base64":null)")) ==
        "accept");
  CHECK(first_rejection(
            event(R"("type":"call.updated","data":{"attributes":null,"topic":null})")) == "accept");
  CHECK(first_rejection(event(R"("subject":null)")) == "bad_data /subject");
  CHECK(first_rejection(event(R"("id":null)")) == "not_cloudevent /id");
  CHECK(first_rejection(event(R"("type":"call.answered","data":{"agent":null})")) ==
        "bad_data /data/agent");
  CHECK(first_rejection(event(R"("type":"call.answered","data":null)")) == "bad_data /data/agent");
}

TEST_CASE("numbers that fit are ints, others are doubles", "[events]") {
  struct Row {
    std::string_view text, written;
  };
  static const Row rows[] = {
      {"0", "0"},
      {"-0", "0"},
      {"-0.0", "-0.0"},
      {"1.0", "1.0"},
      {"1e2", "100.0"},
      {"9223372036854775807", "9223372036854775807"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"9223372036854775808", "9.223372036854775808e18"},
      {"1e-999", "0.0"},
      {"0e99999999999999999999", "0.0"},
      {"1e-99999999999999999999", "0.0"},
      {"0.1", "0.1"},
  };
  for (const auto& [text, written] : rows) {
    INFO(text);
    const Batch batch = decode(with_attributes("{\"n\":" + std::string(text) + "}"));
    REQUIRE(batch.events.size() == 1);
    const Json& n = (*std::get<CallUpdated>(batch.events[0].data).attributes)[0].value;
    if (written.find_first_of(".e") == std::string_view::npos) {
      REQUIRE(n.kind == Json::Kind::integer);
      CHECK(std::to_string(n.integer) == written);
    } else {
      REQUIRE(n.kind == Json::Kind::number);
      CHECK(n.number == std::stod(std::string(written)));
      CHECK(std::signbit(n.number) == (written[0] == '-'));
    }
  }
  for (const auto* text : {"1e999", "-1e999", "1e99999999999999999999"}) {
    INFO(text);
    const std::string number(text);
    CHECK(first_rejection(with_attributes(R"({"a":[0,{"b/~":)" + number + "}]}")) ==
          "bad_data /data/attributes/a/1/b~1~0");
    CHECK(first_rejection(event("\"data\":{\"unknown\":" + number + "}")) == "accept");
    CHECK(first_rejection(event("\"unknown\":" + number)) == "accept");
    CHECK(first_rejection(event(R"("type":"call.sentiment","data":{"score":)" + number + "}")) ==
          "bad_data /data/score");
  }
  CHECK(first_rejection(with_attributes("{\"n\":" + std::string(400, '9') + "}")) ==
        "bad_data /data/attributes/n");
  CHECK(first_rejection(with_attributes("{\"n\":0." + std::string(400, '0') + "1}")) == "accept");
}

TEST_CASE("half a surrogate pair is replaced in data and refused in attributes", "[events]") {
  const Batch batch = decode(event(
      R"("type":"call.said","data":{"speaker":"agent","text":"a\ud83d b\udead\ud83d\ude00"})"));
  REQUIRE(batch.events.size() == 1);
  CHECK(std::get<CallSaid>(batch.events[0].data).text == "a\uFFFD b\uFFFD\U0001F600");
  CHECK(first_rejection(event(R"("id":"\udead")")) == "not_cloudevent /id");
  CHECK(first_rejection(event(R"("subject":"\ud83d")")) == "not_cloudevent /subject");
  CHECK(first_rejection(event(R"("id":"\ufffd")")) == "accept");
  CHECK(first_rejection(event(R"("unknown":"\udead")")) == "accept");
}

TEST_CASE("attributes hold no control characters and no noncharacters", "[events]") {
  for (const auto* text : {R"(\u0000)", R"(\u001f)", R"(\u007f)", R"(\u009f)", R"(\ufdd0)",
                           R"(\uffff)", R"(\ud83f\udffe)"}) {
    INFO(text);
    CHECK(first_rejection(event("\"id\":\"a" + std::string(text) + "\"")) == "not_cloudevent /id");
    CHECK(first_rejection(event("\"subject\":\"" + std::string(text) + "\"")) ==
          "not_cloudevent /subject");
    CHECK(first_rejection(event(R"("type":"call.step","data":{"step":"a)" + std::string(text) +
                                "\"}")) == "accept");
  }
  CHECK(first_rejection(event(R"("id":"\u00a0\ufdcf\u2028")")) == "accept");
}

TEST_CASE("an event alone in a message is refused with its place", "[events]") {
  struct Row {
    std::string_view members, rejection;
  };
  static const Row rows[] = {
      {R"("specversion":"1.1")", "not_cloudevent /specversion"},
      {R"("source":"a b")", "not_cloudevent /source"},
      {R"("source":"/münchen")", "not_cloudevent /source"},
      {R"("time":"2026-11-22")", "not_cloudevent /time"},
      {R"("time":{})", "not_cloudevent /time"},
      {R"("subject":"")", "not_cloudevent /subject"},
      {R"("subject":[[]])", "not_cloudevent /subject"},
      {R"("dataschema":"/x")", "not_cloudevent /dataschema"},
      {R"("datacontenttype":"json")", "not_cloudevent /datacontenttype"},
      {R"("datacontenttype":"text/plain")", "accept"},  // there is no data
      {R"("datacontenttype":"text/plain","data":{})", "bad_data /datacontenttype"},
      {R"("data":{},"data_base64":"e30=")", "not_cloudevent /data_base64"},
      {R"("data_base64":"e30")", "not_cloudevent /data_base64"},
      {R"("data_base64":"e30=")", "bad_data /datacontenttype"},
      {R"("datacontenttype":"a/json","data_base64":"e30=")", "accept"},
      {R"("datacontenttype":"a/json","data_base64":"e30gMQ==")", "bad_data /data_base64"},
      {R"("datacontenttype":"a/json","data_base64":"W10=")", "bad_data /data"},
      {R"("data":[])", "bad_data /data"},
      {R"("type":"call.Held")", "unknown_type /type"},
      {R"("type":"call.held ")", "unknown_type /type"},
  };
  for (const auto& [members, rejection] : rows) {
    INFO(members);
    CHECK(first_rejection(event(members)) == rejection);
  }
}

TEST_CASE("of a type that is not known the nearest one is told", "[events]") {
  const auto detail = [](const std::string& type) {
    return decode(event("\"type\":\"" + type + "\"")).rejected.at(0).error.text;
  };
  const std::string unknown = " is no type of event that is known here";
  CHECK(detail("call.anwered") ==
        "\"call.anwered\"" + unknown + ". Did you mean \"call.answered\"?");
  CHECK(detail("call.Held") == "\"call.Held\"" + unknown + ". Did you mean \"call.held\"?");
  CHECK(detail("com.vendor.tick") == "\"com.vendor.tick\"" + unknown);
}

TEST_CASE("a rejection says who it was, what was wrong, and keeps what came", "[events]") {
  const std::string bad = event(R"("type":"call.answered","data":{})");
  const std::string message = "[" + bad + ", 7, " + event(R"("data":{})") + "]";
  const Batch batch = decode(message);
  CHECK(print(batch) ==
        "0 bad_data /data/agent id=e1\n1 not_cloudevent \n"
        "2 call.held id=\"e1\" source=\"/s\" subject=\"c1\"\n");
  CHECK(batch.rejected[0].error.text ==
        "\"agent\" is required in call.answered and must be a text that is not empty");
  CHECK(batch.rejected[0].raw == bad);
  CHECK(batch.rejected[1].raw == "7");
  CHECK(batch.size == 3);
}

TEST_CASE("what is no JSON refuses the whole message", "[events]") {
  const std::string good = event(R"("data":{})");
  for (const auto& message : {"[" + good + "," + good,
                              "[" + good + ",]",
                              "[" + good + "]]",
                              good + good,
                              good + "x",
                              "[" + good + " " + good + "]",
                              std::string(),
                              std::string("  "),
                              "\xEF\xBB\xBF" + good,
                              std::string("{\"a\":1,}"),
                              event("\"x\":tru"),
                              event("\"x\":truefalse"),
                              event(R"("x":1"a")"),
                              event(R"("x":"a""b")"),
                              event(R"("x":"\x")"),
                              event(R"("x":"\u12")"),
                              event("\"x\":[1,]"),
                              event("\"x\":{,}"),
                              event("\"x\":{\"a\"}"),
                              event("\"x\":[}"),
                              event("\"x\":01"),
                              event("\"x\":+1"),
                              event("\"x\":1."),
                              event("\"x\":.5"),
                              event("\"x\":1e"),
                              event("\"x\":-"),
                              event("\"x\":\"\x80\""),
                              event("\"x\":\"" + std::string(1, '\0') + "\"")}) {
    INFO(message);
    const Batch batch = decode(message);
    CHECK(print(batch) == "0 not_json \n");
    CHECK(batch.whole_message_refused);
    CHECK(batch.size == 1);
    CHECK(batch.rejected[0].raw == message);
    CHECK_FALSE(batch.rejected[0].has_id);
  }
}

TEST_CASE("what is wrong with a text is told so that it can be found", "[events]") {
  struct Row {
    std::string_view message, text;
  };
  static const Row rows[] = {
      {"", "this is no JSON: there is nothing in it"},
      {"\xEF\xBB\xBF{}", "this is no JSON: it begins with a byte order mark"},
      {"{\"a\":\"\xFF\"}", "this is no JSON: it is not UTF-8"},
      {"{\"a\":1", "this is no JSON: it breaks off at byte 6"},
      {"{\"a\":1,}", "this is no JSON: a name in quotes is missing at byte 7"},
      {"{\"a\":1 \"b\":2}", "this is no JSON: a comma or } is missing at byte 7"},
      {"{} {}", "this is no JSON: something follows its end at byte 3"},
  };
  for (const auto& [message, text] : rows) {
    const Batch batch = decode(message);
    REQUIRE(batch.rejected.size() == 1);
    CHECK(batch.rejected[0].error.text == text);
  }
}

TEST_CASE("a message has the shape that is asked for", "[events]") {
  const std::string one = event(R"("data":{})"), array = "[" + one + "]";
  CHECK(verdict(decode(one, Shape::event)) == "accept");
  CHECK(verdict(decode(array, Shape::event)) == "not_cloudevent");
  CHECK(verdict(decode(one, Shape::batch)) == "not_cloudevent");
  CHECK(verdict(decode(array, Shape::batch)) == "accept");
  CHECK(verdict(decode("[" + one, Shape::event)) == "not_json");
  CHECK(verdict(decode("[1" + one, Shape::event)) == "not_json");
  CHECK(decode("[]", Shape::batch).size == 0);
}

TEST_CASE("limits are exact, and what is beyond is too_large", "[events]") {
  const std::string one = event(R"("data":{})");
  Limits limits;
  limits.message_bytes_max = one.size();
  CHECK(first_rejection(one, limits) == "accept");
  CHECK(first_rejection(one + " ", limits) == "too_large ");
  CHECK(first_rejection(std::string(20 << 20, '['), {}) == "too_large ");

  limits = {};
  limits.events_per_message_max = 3;
  CHECK(verdict(decode("[" + one + "," + one + "," + one + "]", Shape::batch, limits)) == "accept");
  const Batch four = decode("[" + one + "," + one + ",7," + one + "]", Shape::batch, limits);
  CHECK(print(four) == "0 too_large \n");
  CHECK(four.whole_message_refused);
  CHECK(verdict(decode("[" + one + "," + one + ",7,7 7]", Shape::batch, limits)) == "not_json");

  const auto attributes = [](int n) {
    std::string out = "{";
    for (int i = 0; i < n; ++i) out += (i ? ",\"" : "\"") + std::to_string(i) + "\":0";
    return with_attributes(out + "}");
  };
  CHECK(first_rejection(attributes(200)) == "accept");
  CHECK(first_rejection(attributes(201)) == "too_large /data/attributes");
}

TEST_CASE("nesting is limited event by event", "[events]") {
  // The event, data and attributes are three levels.
  const auto nested = [](std::size_t levels) {
    return with_attributes("{\"a\":" + repeat("[", levels) + repeat("]", levels) + "}");
  };
  CHECK(first_rejection(nested(61)) == "accept");
  CHECK(first_rejection(nested(62)) == "too_large /data");
  CHECK(first_rejection(event("\"deep\":" + repeat("{\"a\":", 63) + "0" + repeat("}", 63))) ==
        "accept");
  CHECK(first_rejection(event("\"deep\":" + repeat("{\"a\":", 64) + "0" + repeat("}", 64))) ==
        "too_large /deep");
  const Batch batch = decode("[" + nested(61) + "," + nested(100'000) + "," + nested(61) + "]");
  CHECK(batch.events.size() == 2);
  CHECK(verdict(batch) == "too_large");
  CHECK(first_rejection(with_attributes(repeat("[", 100'000))) == "not_json ");
}

TEST_CASE("a long text is cut at a code point, and counted", "[events]") {
  const auto said = [](std::string_view text) {
    return event(R"("type":"call.said","data":{"speaker":"agent","text":")" + std::string(text) +
                 "\"}");
  };
  const auto text_of = [](const Batch& batch) {
    return std::get<CallSaid>(batch.events.at(0).data).text;
  };
  Batch batch = decode(said(std::string(8192, 'a')));
  CHECK(text_of(batch).size() == 8192);
  CHECK(batch.texts_cut == 0);
  batch = decode(said(std::string(8191, 'a') + "€"));
  CHECK(text_of(batch) == std::string(8191, 'a'));
  CHECK(batch.texts_cut == 1);
  batch = decode(said(repeat("😀", 2049)));
  CHECK(text_of(batch).size() == 8192);
}

TEST_CASE("a batch and a decoder are used again and again", "[events]") {
  Decoder decoder;
  Batch batch;
  for (const std::string& message :
       {event(R"("data":{})"), "[" + event(R"("type":"no")") + "]", std::string("{"),
        event("\"data\":{\"x\":\"" + std::string(100'000, 'x') + "\"}"), std::string("[]"),
        event(R"("id":"\u0041")")}) {
    decoder.decode(message, Shape::event_or_batch, batch);
    CHECK(print(batch) == print(decode(message)));
  }
  Batch moved = std::move(batch);
  decoder.decode(event(R"("data":{})"), true, batch);  // what was moved from can be used again
  CHECK(verdict(batch) == "accept");
  CHECK(print(moved) == "0 call.held id=\"A\" source=\"/s\" subject=\"c1\"\n");
}

TEST_CASE("every type of the contract has a name and is found by it", "[events]") {
  for (std::size_t i = 0; i < kEventTypeCount; ++i)
    CHECK(event_type(kEventTypeNames[i]) == static_cast<EventType>(i));
  CHECK_FALSE(event_type("call").has_value());
  CHECK_FALSE(event_type("").has_value());
}

}  // namespace assist::events
