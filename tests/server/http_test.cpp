#include "server/http.hpp"

#include <catch2/catch.hpp>

#include "server/agent_session.hpp"

using namespace assist::server;

TEST_CASE("a query parameter is decoded, and must be the only one of its name", "[server]") {
  struct Row {
    const char* query;
    std::optional<std::string> value;
  };
  const Row rows[] = {
      {"agent=ana", "ana"},
      {"a=1&agent=ana", "ana"},
      {"agent=Jos%C3%A9+M", "José M"},
      {"agent=", ""},
      {"", {}},
      {"agents=ana", {}},
      {"agent=ana&agent=bob", {}},
      {"agent=%zz", {}},
      {"agent", ""},
  };
  for (const auto& [query, value] : rows) {
    INFO(query);
    Request request;
    request.query = query;
    CHECK(request.parameter("agent") == value);
  }
}

TEST_CASE("header names are found in any case", "[server]") {
  Request request;
  request.headers = {{"X-One", "1"}, {"x-one", "2"}};
  CHECK(request.header("X-ONE") == "1");
  CHECK(request.header("X-Two").empty());
}

TEST_CASE("a problem is JSON whatever its detail holds", "[server]") {
  const auto response = problem(400, "a \"quote\"\n", R"("code":"bad_data")");
  CHECK(response.content_type == "application/problem+json");
  CHECK(response.body ==
        R"({"title":"Bad Request","status":400,"detail":"a \"quote\"\n","code":"bad_data"})");
}

TEST_CASE("feedback is read strictly, and says what is wrong", "[server]") {
  const auto good = read_feedback(
      R"({"type":"feedback","suggestion":"s1","verdict":"used","note":"n","confidential":true})");
  REQUIRE(good.has_value());
  CHECK(good->feedback.suggestion == "s1");
  CHECK(good->note == "n");
  CHECK(good->confidential);
  const auto bare =
      read_feedback(R"({"type":"feedback","suggestion":"s1","verdict":"helpful","note":null})");
  REQUIRE(bare.has_value());
  CHECK_FALSE(bare->confidential);
  const auto cut = read_feedback(
      R"({"type":"feedback","suggestion":"s1","verdict":"helpful","note":"1234567ü"})", 8);
  REQUIRE(cut.has_value());
  CHECK(cut->note == "1234567");
  struct Row {
    const char* text;
    const char* code;
  };
  const Row rows[] = {
      {"{", "not_json"},
      {"[]", "bad_data"},
      {R"({"type":"hello"})", "bad_data"},
      {R"({"type":"feedback","verdict":"used"})", "bad_data"},
      {R"({"type":"feedback","suggestion":"","verdict":"used"})", "bad_data"},
      {R"({"type":"feedback","suggestion":1,"verdict":"used"})", "bad_data"},
      {R"({"type":"feedback","suggestion":"s","verdict":"great"})", "bad_data"},
      {R"({"type":"feedback","suggestion":"s","verdict":"used","note":1})", "bad_data"},
      {R"({"type":"feedback","suggestion":"s","verdict":"used","confidential":"no"})", "bad_data"},
  };
  for (const auto& [text, code] : rows) {
    INFO(text);
    const auto read = read_feedback(text);
    REQUIRE_FALSE(read.has_value());
    CHECK(assist::code_name(read.error().code) == code);
  }
}
