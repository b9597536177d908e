#include "events/quick_reader.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "events/event.hpp"
#include "events/json_reader.hpp"
#include "events/known_texts.hpp"
#include "events/write.hpp"

namespace assist::events {
namespace {

std::string padded(std::string text) {
  text.append(kJsonPadding, '\0');
  return text;
}

/// What `reader` makes of a text, written again; nullopt: it is not read.
template <class Reader>
std::optional<std::string> written(Reader& reader) {
  Json value;
  std::string out;
  if (!reader.value(value, 1) || !reader.at_end()) return std::nullopt;
  append_json(out, value);
  return out;
}

std::optional<std::string> read_quickly(const std::string& text, std::size_t nesting_max = 8) {
  const std::string kept = padded(text);
  Arena arena;
  QuickReader reader(nesting_max);
  if (!reader.start({kept.data(), text.size()}, arena)) return std::nullopt;
  return written(reader);
}

std::optional<std::string> read_strictly(const std::string& text) {
  const std::string kept = padded(text);
  const std::string_view view(kept.data(), text.size());
  Arena arena;
  JsonIndex index;
  JsonReader reader(8);
  if (index.build(view) != nullptr) return std::nullopt;
  reader.start(view, index, arena);
  return written(reader);
}

/// Without AVX2 nothing is read quickly.
bool can_read_quickly() { return read_quickly("1").has_value(); }

std::string random_json(std::mt19937& random, int depth) {
  static const std::string_view kScalars[] = {
      "1",     "-0.53",       "1e5",         "12345678901234567890", "true",     "false",
      "null",  "\"\"",        "\"a b\"",     "\"{,}:[]\"",           "\"\\\"\"", "\"\\\\\"",
      "\"é\"", "\"\\u00e9\"", "\"\\\\\\\"\""};
  static const std::string_view kSpaces[] = {"", "", "", "", " ", "\n  "};
  const auto space = [&] { return std::string(kSpaces[random() % std::size(kSpaces)]); };
  if (depth == 0 || random() % 3 == 0) return std::string(kScalars[random() % std::size(kScalars)]);
  const bool object = random() % 3 != 0;
  std::string out = object ? "{" : "[";
  const unsigned n = random() % 6;
  for (unsigned i = 0; i < n; ++i) {
    out += (i == 0 ? "" : ",") + space();
    if (object) out += "\"n" + std::to_string(random() % 8) + "\":" + space();
    out += random_json(random, depth - 1) + space();
  }
  return out + (object ? "}" : "]");
}

/// Of this processor, slower ones too: not each processor of a user's has the best.
std::vector<Quotes::Instructions> usable_instructions() {
  using Instructions = Quotes::Instructions;
  std::vector<Instructions> out;
  for (const auto instructions : {Instructions::avx2, Instructions::avx512})
    if (instructions <= Quotes::best()) out.push_back(instructions);
  return out;
}

}  // namespace

TEST_CASE("quotes are found wherever they stand in a block", "[events]") {
  for (const auto instructions : usable_instructions())
    for (std::size_t size = 0; size < 200; ++size) {
      for (const std::size_t step : {1u, 2u, 3u, 7u, 64u}) {
        std::string text(size, 'x');
        std::vector<std::uint32_t> expected;
        for (std::size_t i = 0; i < size; i += step) {
          text[i] = '"';
          expected.push_back(static_cast<std::uint32_t>(i));
        }
        const std::string kept = padded(text);
        Quotes quotes(instructions);
        Quotes::Found found;
        REQUIRE(quotes.find({kept.data(), size}, found));
        CHECK(std::vector(quotes.begin(), quotes.begin() + quotes.size()) == expected);
        CHECK_FALSE((found.escapes || found.controls || found.beyond_ascii));
      }
    }
}

TEST_CASE("what a text holds beside quotes is seen at each place", "[events]") {
  for (const auto instructions : usable_instructions())
    for (std::size_t size = 1; size < 140; ++size) {
      for (std::size_t i = 0; i < size; ++i) {
        const auto found_in = [&](char c) {
          std::string text(size, 'x');
          text[i] = c;
          const std::string kept = padded(text);
          Quotes quotes(instructions);
          Quotes::Found found;
          REQUIRE(quotes.find({kept.data(), size}, found));
          return (found.escapes ? 1 : 0) + (found.controls ? 2 : 0) + (found.beyond_ascii ? 4 : 0);
        };
        if (found_in('\\') != 1 || found_in('\x1f') != 2 || found_in('\0') != 2 ||
            found_in('\x80') != 4 || found_in('\xff') != 4 || found_in(' ') != 0 ||
            found_in('\x7f') != 0)
          FAIL("size " << size << ", place " << i);
      }
    }
}

TEST_CASE("a quote behind backslashes ends a string if they are even", "[events]") {
  if (!can_read_quickly()) return;
  CHECK(read_quickly(R"(["a\"b","c\\","d\\\"e"])") == R"(["a\"b","c\\","d\\\"e"])");
  CHECK_FALSE(read_quickly(R"("a\")"));
  CHECK_FALSE(read_quickly(R"(\"a")"));
  CHECK_FALSE(read_quickly(R"(["a"\"b"])"));
}

TEST_CASE("the quick reader gives up at what is wrong or unusual", "[events]") {
  for (const auto* text : {"",
                           " ",
                           "{",
                           "}",
                           "[1,]",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{\"a\":1,}",
                           "{\"a\" \"b\"}",
                           "\"a",
                           "tru",
                           "01",
                           "1.",
                           "1 2",
                           "\"\x01\"",
                           "\"\xff\"",
                           "\"\\x\"",
                           "\"\\ud800\"",
                           "1e999",
                           "[[[[[[[[[1]]]]]]]]]",
                           "{\"a\":\"b\",",
                           "{\"a\":\"b\"",
                           "{\"a\":",
                           "nul",
                           "\"a\"\"b\""}) {
    INFO(text);
    CHECK_FALSE(read_quickly(text));
  }
}

TEST_CASE("what the quick reader reads is what the strict one reads", "[events]") {
  std::mt19937 random(20'261'122);
  std::size_t good = 0;
  const bool quick = can_read_quickly();
  for (int i = 0; i < 50'000; ++i) {
    std::string text = random_json(random, 4);
    if (i % 2 == 0 && !text.empty()) {  // a slip
      const std::size_t at = random() % text.size();
      if (random() % 2 == 0) {
        text.erase(at, 1);
      } else {
        text[at] = "\",:{}[]\\ 1a\n\x01\x80"[random() % 14];
      }
    }
    const auto quickly = read_quickly(text), strictly = read_strictly(text);
    good += quickly.has_value();
    if (quickly ? quickly != strictly : quick && i % 2 == 1) FAIL("seed 20261122, text " << text);
  }
  if (quick) CHECK(good > 25'000);
}

TEST_CASE("a type is found by its name alone", "[events]") {
  for (std::size_t i = 0; i < kEventTypeCount; ++i) {
    const std::string name(kEventTypeNames[i]);
    CHECK(event_type(name) == static_cast<EventType>(i));
    for (std::size_t k = 0; k < name.size(); ++k) {
      std::string other = name;
      other[k] = '~';
      CHECK_FALSE(event_type(other));
      CHECK_FALSE(event_type(name.substr(0, k)));
    }
    CHECK_FALSE(event_type(name + "x"));
  }
}

TEST_CASE("texts are known again until another takes their place", "[events]") {
  KnownTexts known;
  CHECK_FALSE(known.contains("/a"));
  known.add("/a");
  known.add("/phones/denver");
  CHECK(known.contains("/a"));
  CHECK(known.contains("/phones/denver"));
  CHECK_FALSE(known.contains("/b"));
  CHECK_FALSE(known.contains("/phones/denvex"));
  CHECK_FALSE(known.contains("xphones/denver"));
  known.add(std::string(1000, 'a'));
  CHECK_FALSE(known.contains(std::string(1000, 'a')));
}

}  // namespace assist::events
