#include "events/json_reader.hpp"

#include <simdjson.h>

#include <catch2/catch.hpp>
#include <random>

#include "events/write.hpp"

namespace assist::events {
namespace {

struct Reading {
  bool read = false;     // value() took the whole text
  bool skipped = false;  // skip() did
  std::string written;   // what value() read, written again
};

Reading read(std::string text, std::size_t nesting_max = 1000) {
  const std::size_t size = text.size();
  text.append(kJsonPadding, '\0');
  const std::string_view view(text.data(), size);
  JsonIndex index;
  Reading out;
  if (index.build(view) != nullptr) return out;
  Arena arena;
  JsonReader reader(nesting_max);
  reader.start(view, index, arena);
  Json value;
  out.read = reader.value(value, 1) && reader.at_end();
  if (out.read) append_json(out.written, value);
  reader.start(view, index, arena);
  out.skipped = reader.skip(1) && reader.at_end();
  return out;
}

std::string random_text(std::mt19937& random) {
  static const std::string_view kPieces[] = {
      "{",      "}",         "[",           "]",   ",",    ":",     "\"a\"", "\"b\"",
      "\"a\":", "1",         "-0.5e3 ",     "0",   "true", "false", "null",  " ",
      "\n",     "\"\\n\"",   "\"\\u00e9\"", "tru", "\"",   "\\",    "01",    "1.",
      "[1,2]",  "{\"a\":1}", "\"x y\"",     "{}",  "[]"};
  std::string text;
  const auto n = 1 + random() % 12;
  for (unsigned i = 0; i < n; ++i) text += kPieces[random() % std::size(kPieces)];
  return text;
}

}  // namespace

TEST_CASE("values are read, and written again", "[events]") {
  for (const auto* text :
       {"null", "true", "[1,2.5,\"x\",[],{}]", R"({"a":{"b":[null]},"c":"\n\u0001\"\\"})",
        R"("é€😀")", "-1", "1e+300"}) {
    INFO(text);
    CHECK(read(text).written == text);
  }
  CHECK(read(R"("\/\b\u00e9\ud83d\ude00")").written == R"("/\bé😀")");
}

TEST_CASE("what lies too deep is read over", "[events]") {
  CHECK(read("[[[1]]]", 3).written == "[[[1]]]");
  CHECK(read("[[[1]],2]", 2).written == "[[null],2]");
}

// simdjson's own parser is the judge of what is JSON (but for
// numbers out of range and lone surrogates, which are not among the pieces).
TEST_CASE("reading and skipping agree with simdjson on random texts", "[events]") {
  std::mt19937 random(20'261'122);
  simdjson::dom::parser judge;
  std::size_t good = 0;
  for (int i = 0; i < 200'000; ++i) {
    const std::string text = random_text(random);
    const bool expected = judge.parse(text).error() == simdjson::SUCCESS;
    const Reading got = read(text);
    good += expected;
    if (got.read == expected && got.skipped == expected) continue;
    FAIL("seed 20261122, text " << text << ": simdjson " << expected << ", value " << got.read
                                << ", skip " << got.skipped);
  }
  CHECK(good > 1000);
}

TEST_CASE("names that repeat are found in time n log n", "[events]") {
  std::string text = "{";
  for (int i = 0; i < 100'000; ++i)
    text += "\"" + std::to_string(i % 60'000) + "\":" + std::to_string(i) + ",";
  text += "\"end\":0}";
  const Reading got = read(text);
  REQUIRE(got.read);
  CHECK(std::ranges::count(got.written, ':') == 60'001);
}

}  // namespace assist::events
