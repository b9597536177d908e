// The table of types: every member of every type, given well and given wrong.
#include <catch2/catch.hpp>

#include "print.hpp"

namespace assist::events {
namespace {

enum class Kind { text, id, texts, boolean, time, object, score, speaker, said, waiting, seconds };

struct Member {
  std::string_view name;
  Kind kind;
  bool required = false;
};

struct Type {
  std::string_view name;
  std::vector<Member> members;
};

const std::vector<Type>& types() {
  static const std::vector<Member> kIncident = {{"kind", Kind::text},
                                                {"summary", Kind::text},
                                                {"areas", Kind::texts},
                                                {"services", Kind::texts},
                                                {"eta", Kind::time}};
  static const std::vector<Type> kTypes = {
      {"call.started",
       {{"customer", Kind::text},
        {"queue", Kind::text},
        {"channel", Kind::text},
        {"direction", Kind::text},
        {"area", Kind::text},
        {"topic", Kind::text},
        {"attributes", Kind::object}}},
      {"call.queued", {{"queue", Kind::id, true}}},
      {"call.answered", {{"agent", Kind::id, true}}},
      {"call.held", {}},
      {"call.resumed", {}},
      {"call.transferred", {{"agent", Kind::text}, {"queue", Kind::text}}},
      {"call.step", {{"step", Kind::id, true}}},
      {"call.said", {{"speaker", Kind::speaker, true}, {"text", Kind::said, true}}},
      {"call.sentiment", {{"score", Kind::score, true}}},
      {"call.updated",
       {{"attributes", Kind::object},
        {"topic", Kind::text},
        {"area", Kind::text},
        {"customer", Kind::text},
        {"resolved", Kind::boolean}}},
      {"call.ended", {{"reason", Kind::text}, {"resolved", Kind::boolean}}},
      {"customer.updated",
       {{"area", Kind::text},
        {"tier", Kind::text},
        {"products", Kind::texts},
        {"attributes", Kind::object}}},
      {"agent.updated",
       {{"name", Kind::text},
        {"team", Kind::text},
        {"tier", Kind::text},
        {"attributes", Kind::object}}},
      {"queue.updated", {{"waiting", Kind::waiting}, {"longest_wait_seconds", Kind::seconds}}},
      {"incident.opened",
       {{"kind", Kind::id, true},
        {"summary", Kind::text},
        {"areas", Kind::texts},
        {"services", Kind::texts},
        {"eta", Kind::time}}},
      {"incident.updated", kIncident},
      {"incident.resolved", {}},
  };
  return kTypes;
}

struct Values {
  std::vector<std::string_view> good, bad;
};

Values values_of(Kind kind) {
  switch (kind) {
    case Kind::text:
      return {{R"("x")", R"("")", R"("\u0000")"}, {"1", "1.5", "true", "[]", R"(["x"])", "{}"}};
    case Kind::id:
      return {{R"("x")"}, {R"("")", "1", "false", "[]", "{}", R"(["x"])"}};
    case Kind::texts:
      return {{"[]", R"(["a"])", R"(["a","","a"])"},
              {R"("a")", "1", "true", "{}", "[1]", R"(["a",null])", R"([["a"]])"}};
    case Kind::boolean:
      return {{"true", "false"}, {"0", "1", R"("true")", "[]", "{}", R"("")"}};
    case Kind::time:
      return {{R"("2026-11-22T18:00:00Z")", R"("2026-11-22T18:00:00.5+01:00")"},
              {R"("soon")", R"("")", "1763805720", "true", "[]", "{}", R"("2026-11-22")"}};
    case Kind::object:
      return {{"{}", R"({"a":null,"b":{"c":[1]}})"}, {"[]", R"("{}")", "1", "true", "[{}]"}};
    case Kind::score:
      return {{"1", "-1", "0", "0.5", "-1.0", "1.0", "-0.0", "1e-9"},
              {"2", "-2", "1.0000001", R"("0.5")", "true", "[]", "{}", "1e999"}};
    case Kind::speaker:
      return {{R"("customer")", R"("agent")"},
              {R"("robot")", R"("Customer")", R"("")", "1", "true", "[]", "{}"}};
    case Kind::said:
      return {{R"("x")", R"("")"}, {"1", "true", "[]", "{}"}};
    case Kind::waiting:
      return {{"0", "14", "9223372036854775807"},
              {"-1", "1.5", "1.0", "1e3", R"("1")", "true", "[]", "{}", "9223372036854775808"}};
    case Kind::seconds:
      return {{"0", "905.5", "1e3", "0.000001"},
              {"-1", "-0.5", R"("15m")", "true", "[]", "{}", "1e300", "1e999"}};
  }
  return {};
}

/// An event with all required members of its type but `but`, and with `member` beside them.
std::string event(const Type& type, std::string_view but, std::string_view member) {
  std::string data;
  for (const auto& m : type.members) {
    if (!m.required || m.name == but) continue;
    data += '"' + std::string(m.name) + "\":" + std::string(values_of(m.kind).good[0]) + ',';
  }
  data += member.empty() ? "\"other\":1" : member;
  return R"({"specversion":"1.0","id":"e1","source":"/s","subject":"c1","type":")" +
         std::string(type.name) + R"(","data":{)" + data + "}}";
}

std::string member(const Member& m, std::string_view value) {
  return '"' + std::string(m.name) + "\":" + std::string(value);
}

}  // namespace

TEST_CASE("the types tested are those that there are", "[events]") {
  REQUIRE(types().size() == kEventTypeCount);
  for (std::size_t i = 0; i < kEventTypeCount; ++i) CHECK(types()[i].name == kEventTypeNames[i]);
}

TEST_CASE("every member of every type is taken when right, refused with its place when wrong",
          "[events]") {
  for (const auto& type : types()) {
    for (const auto& m : type.members) {
      const auto values = values_of(m.kind);
      for (const auto value : values.good) {
        const Batch batch = decode(event(type, m.name, member(m, value)));
        INFO(type.name << ": " << member(m, value) << '\n' << print(batch));
        CHECK(verdict(batch) == "accept");
      }
      for (const auto value : values.bad) {
        const Batch batch = decode(event(type, m.name, member(m, value)));
        INFO(type.name << ": " << member(m, value) << '\n' << print(batch));
        REQUIRE(batch.rejected.size() == 1);
        const Error& error = batch.rejected[0].error;
        CHECK(error.code == ErrorCode::bad_data);
        CHECK(error.place.pointer.starts_with("/data/" + std::string(m.name)));
        CHECK(error.text.find(m.name) != std::string::npos);
        CHECK(error.text.find(type.name) != std::string::npos);
      }
    }
  }
}

TEST_CASE("what is required is required, what is not may be left out or null", "[events]") {
  for (const auto& type : types()) {
    CHECK(verdict(decode(event(type, "", ""))) == "accept");
    for (const auto& m : type.members) {
      INFO(type.name << ": " << m.name);
      const std::string expected = m.required ? "bad_data" : "accept";
      CHECK(verdict(decode(event(type, m.name, ""))) == expected);
      CHECK(verdict(decode(event(type, m.name, member(m, "null")))) == expected);
    }
  }
}

TEST_CASE("data may be left out where nothing in it is required", "[events]") {
  for (const auto& type : types()) {
    bool required = false;
    for (const auto& m : type.members) required = required || m.required;
    const std::string message =
        R"({"specversion":"1.0","id":"e1","source":"/s","subject":"c1","type":")" +
        std::string(type.name) + "\"}";
    INFO(message);
    CHECK(verdict(decode(message)) == (required ? "bad_data" : "accept"));
  }
}

TEST_CASE("the words of a refusal can be acted on", "[events]") {
  struct Row {
    std::string_view type, data, text, pointer;
  };
  static const Row rows[] = {
      {"call.started", R"({"customer":{"id":"x"}})",
       "\"customer\" in call.started must be a text, not an object", "/data/customer"},
      {"call.answered", R"({"agent":""})",
       "\"agent\" in call.answered must be a text that is not empty, not an empty text",
       "/data/agent"},
      {"call.said", R"({"speaker":"robot","text":"x"})",
       "\"speaker\" in call.said must be \"customer\" or \"agent\"", "/data/speaker"},
      {"call.sentiment", R"({"score":2})",
       "\"score\" in call.sentiment must lie between -1.0 and 1.0", "/data/score"},
      {"queue.updated", R"({"waiting":1.5})",
       "\"waiting\" in queue.updated must be a whole number, without a fraction", "/data/waiting"},
      {"customer.updated", R"({"products":["a",1]})",
       "\"products\" in customer.updated must be a list of texts, but entry 2 is a number",
       "/data/products/1"},
      {"call.ended", R"([1])", "\"data\" must be an object, not a list", "/data"},
  };
  for (const auto& [type, data, text, pointer] : rows) {
    const Batch batch =
        decode(R"({"specversion":"1.0","id":"e1","source":"/s","subject":"c1","type":")" +
               std::string(type) + R"(","data":)" + std::string(data) + "}");
    REQUIRE(batch.rejected.size() == 1);
    CHECK(batch.rejected[0].error.text == text);
    CHECK(batch.rejected[0].error.place.pointer == pointer);
  }
}

TEST_CASE("values come through as they are", "[events]") {
  const auto data_of = [](std::string_view type, std::string_view data) {
    const Batch batch =
        decode(R"({"specversion":"1.0","id":"e1","source":"/s","subject":"c1","type":")" +
               std::string(type) + R"(","data":)" + std::string(data) + "}");
    const std::string all = print(batch);
    return all.substr(all.find("\"c1\"") + 4);
  };
  CHECK(data_of("call.transferred", R"({"agent":"","queue":"q"})") == " queue=\"q\"\n");
  CHECK(data_of("queue.updated", R"({"waiting":3,"longest_wait_seconds":4.35})") ==
        " waiting=3 longest_wait=4.35\n");
  CHECK(data_of("incident.updated", R"({"areas":[],"eta":"2026-11-22T19:00:00+01:00"})") ==
        " areas=[] eta=2026-11-22T18:00:00Z\n");
  CHECK(data_of("customer.updated", R"({"products":["dsl","tv"],"attributes":{"a":null}})") ==
        " products=[\"dsl\" \"tv\" ] attributes={\"a\":null}\n");
  CHECK(data_of("call.ended", R"({"resolved":false,"reason":"hangup"})") ==
        " reason=\"hangup\" resolved=false\n");
}

}  // namespace assist::events
