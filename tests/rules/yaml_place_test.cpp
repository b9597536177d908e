#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <sstream>

#include "paths.hpp"
#include "patience.hpp"
#include "rule_files.hpp"
#include "rules/yaml.hpp"

namespace assist::rules::yaml {
namespace {

namespace fs = std::filesystem;

std::optional<Node> read_text(const std::string& text, Diagnostics& errors) {
  const Source source("f.yaml", text);
  Report report(source, errors);
  return read(source, report);
}

/// Structure and text alone, as both readers see them.
std::string shape(const Node& node) {
  std::string out;
  if (node.is_list()) {
    for (const Node& item : node.items) out += shape(item);
    return "[" + out + "]";
  }
  if (node.is_map()) {
    for (const Entry& entry : node.entries) out += shape(entry.key) + shape(entry.value);
    return "{" + out + "}";
  }
  return is_null(node) ? "~" : "'" + node.text + "'";
}

class Shape : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override { out += "~"; }
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override { out += "*"; }
  void OnScalar(const YAML::Mark&, const std::string& tag, YAML::anchor_t,
                const std::string& value) override {
    const bool null = tag == "?" && (value.empty() || value == "~" || value == "null" ||
                                     value == "Null" || value == "NULL");
    out += null ? "~" : "'" + value + "'";
  }
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    out += "[";
  }
  void OnSequenceEnd() override { out += "]"; }
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    out += "{";
  }
  void OnMapEnd() override { out += "}"; }
  std::string out;
};

std::string shape_by_library(const std::string& text) {
  std::istringstream in(text);
  YAML::Parser parser(in);
  Shape shape;
  parser.HandleNextDocument(shape);
  return shape.out;
}

}  // namespace

TEST_CASE("each character of a scalar knows where it stands", "[rules][yaml]") {
  struct Row {
    std::string file;
    std::string found;  // in the decoded text
    std::uint32_t line, column;
  };
  static const Row rows[] = {
      {"a: x bad", "bad", 1, 6},
      {"a: 'it''s bad'", "bad", 1, 11},
      {"a: \"q\\\"\\u00e9 bad\"", "bad", 1, 15},
      {"a: \"é😀 bad\"", "bad", 1, 8},
      {"a: \"one\n  two\n\n  bad\"", "bad", 4, 3},
      {"a: \"one \\\n   bad\"", "bad", 2, 4},
      {"a: one\n   two bad", "bad", 2, 8},
      {"a: |\n  one\n    bad", "bad", 3, 5},
      {"a: >-\n  one\n  two\n\n  x bad", "bad", 5, 5},
      {"a: |2\n   bad", "bad", 2, 4},
      {"a: &n bad\nb: *n", "bad", 1, 7},
      {"\xEF\xBB\xBF"
       "a: bad",
       "bad", 1, 4},
      {"a: x\r\nb: >\r\n  y\r\n  bad", "bad", 4, 3},
  };
  for (const auto& [file, found, line, column] : rows) {
    INFO(file);
    Diagnostics errors;
    const auto root = read_text(file, errors);
    REQUIRE(root);
    REQUIRE(errors.empty());
    const Source source("f.yaml", file);
    bool seen = false;
    for (const Entry& entry : root->entries) {
      const std::size_t at = entry.value.text.find(found);
      if (at == std::string::npos || seen) continue;
      seen = true;
      const Place place = source.place(entry.value.in_file(at));
      CHECK(place.line == line);
      CHECK(place.column == column);
    }
    CHECK(seen);
  }
}

TEST_CASE("an anchor that cuts a text short is refused", "[rules][yaml]") {
  struct Row {
    std::string file;
    std::uint32_t line, column;  // 0: accepted
  };
  static const Row rows[] = {
      {"when: && call.answered", 1, 7},
      {"headline: &Do this", 1, 11},
      {"headline: &Do\n  this", 1, 11},
      {"a: {any: [&& call.on_hold]}", 1, 11},
      {"a: {call.queue: &billing retention}", 1, 17},
      {"a:\n  - &x one\n  - two", 2, 5},
      {"&k a: b", 1, 1},
      {"a: &x 1\nb: &x 2\nc: *x", 1, 4},
      {"a: &x 1\nb: *x\nc: &x 2", 3, 4},
      {"a: &x! 1\nb: 2", 1, 4},
      {"a: &x 1\nb: *x\nc: &x 2\nd: *x", 0, 0},
      {"a: '&& b'", 0, 0},
      {"a: b && c", 0, 0},
  };
  for (const auto& [file, line, column] : rows) {
    INFO(file);
    Diagnostics errors;
    read_text(file, errors);
    REQUIRE(errors.size() == (line == 0 ? 0 : 1));
    if (errors.empty()) continue;
    CHECK(errors[0].place.line == line);
    CHECK(errors[0].place.column == column);
    CHECK(errors[0].text.find("in quotes") != std::string::npos);
  }
}

TEST_CASE("a byte order mark is no part of the first line", "[rules][yaml]") {
  for (const std::string text :
       {"rules:\n  - id: a\n    b: {c: d}\nlists:\n  e: [f]\n", "- a: b\n  c: d\n- e\n",
        "# x\na: b\nc: d\n", "{a: b,\n c: d}\n", "--- # x\na: b\nc: d\n"}) {
    INFO(text);
    Diagnostics errors;
    const auto plain = read_text(text, errors);
    const auto marked = read_text("\xEF\xBB\xBF" + text, errors);
    CHECK(errors.empty());
    REQUIRE((plain && marked));
    CHECK(shape(*marked) == shape(*plain));
  }
}

TEST_CASE("a comment may stand wherever a line may end", "[rules][yaml]") {
  Diagnostics errors;
  const auto root = read_text(
      "# a\na: # b\n  # c\n  - x # d\n  -   # e\n    y: 1 # f\n  - &n # g\n    [1, # h\n     2] # "
      "i\n"
      "b: | # j\n  text # k\nc: 'q' # l\n# m\n",
      errors);
  CHECK(errors.empty());
  REQUIRE(root);
  CHECK(shape(*root) == "{'a'['x'{'y''1'}['1''2']]'b''text # k\n''c''q'}");
}

TEST_CASE("rule files read as yaml-cpp reads them", "[rules][yaml]") {
  std::size_t files = 0;
  for (const char* dir : {"rules", "config"}) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(ASSIST_SOURCE_DIR) / dir)) {
      if (entry.path().extension() != ".yaml") continue;
      const std::string text = slurp(entry.path());
      INFO(entry.path());
      Diagnostics errors;
      const auto root = read_text(text, errors);
      REQUIRE(root);
      CHECK(errors.empty());
      CHECK(shape(*root) == shape_by_library(text));
      ++files;
    }
  }
  CHECK(files > 10);
}

TEST_CASE("errors do not stop at the first item of a list", "[rules][yaml]") {
  Diagnostics errors;
  const auto root = read_text("a:\n  - 'x\n  - @\n  - ok\n  -\tb: 1\n", errors);
  REQUIRE(root);
  REQUIRE(errors.size() == 3);
  CHECK(errors[0].place.line == 2);
  CHECK(errors[1].place.line == 3);
  CHECK(errors[2].place.line == 5);
  CHECK(root->entries[0].value.items[2].text == "ok");
}

TEST_CASE("errors do not stop at the first entry of a map", "[rules][yaml]") {
  struct Row {
    std::string file;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> places;
  };
  static const Row rows[] = {
      {"- id: r\n  when: {any: [!x]}\n  b: @\n  c: 'x\n  d: 1\n", {{2, 16}, {3, 6}, {4, 6}}},
      {"lists: {a: x: y}\nrules:\n  - @\n  - ok\n", {{1, 12}, {3, 5}}},
      {"a: b\nno key\nc: @\n", {{2, 1}, {3, 4}}},
      {"a:\n  b: 'x' y\n    c: d\n  e: @\nf: \"g\" h\n", {{2, 6}, {4, 6}, {5, 4}}},
      {"a: b\n  - c\nd: @\n", {{2, 3}, {3, 4}}},
      {"a: |\n  x\n b: c\nd: @\n", {{3, 2}, {4, 4}}},
      {"a:\n- @\n- b: @\n  c: @\nd: @\n", {{2, 3}, {3, 6}, {4, 6}, {5, 4}}},
      {"a: {b: c\nd: @\n", {{1, 4}, {2, 4}}},
      {"a: 1\n\tb: 2\nc: @\n", {{2, 1}, {3, 4}}},
  };
  for (const auto& [file, places] : rows) {
    Diagnostics errors;
    read_text(file, errors);
    std::vector<std::pair<std::uint32_t, std::uint32_t>> got;
    std::string told;
    for (const auto& error : errors) {
      got.emplace_back(error.place.line, error.place.column);
      told += format(error);
    }
    INFO(file << told);
    CHECK(got == places);
  }
}

TEST_CASE("a map of one entry in a list needs no braces", "[rules][yaml]") {
  Diagnostics errors;
  const auto root = read_text("a: [b: {over: 2m}, 'c d': e, f:, \"g\":h, i, j: [k: l]]\n", errors);
  for (const auto& error : errors) UNSCOPED_INFO(format(error));
  CHECK(errors.empty());
  REQUIRE(root);
  CHECK(shape(*root) == "{'a'[{'b'{'over''2m'}}{'c d''e'}{'f'~}{'g''h'}'i'{'j'[{'k''l'}]}]}");
  for (const std::string text : {"a: [b: c: d]\n", "a: [{b: c}: d]\n", "a: [b: c d: e]\n"}) {
    Diagnostics wrong;
    read_text(text, wrong);
    INFO(text);
    CHECK(wrong.size() == 1);
  }
}

TEST_CASE("a long line takes no quadratic time", "[rules][yaml]") {
  std::string text = "a: [";
  for (int i = 0; i < 50'000; ++i) text += "{b: 'c', \"d\" : e}, ";
  text += "]\n";
  Diagnostics errors;
  const testing::Stopwatch watch;
  const auto root = read_text(text, errors);
  const auto took = watch.took();
  REQUIRE(root);
  CHECK(root->entries[0].value.items.size() == 50'000);
  CHECK(took < testing::patience(std::chrono::seconds(5)));
}

TEST_CASE("a hundred thousand duplicate keys are found in linear time", "[rules][yaml]") {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "key" + std::to_string(i % 50'000) + ": 1\n";
  Diagnostics errors;
  const testing::Stopwatch watch;
  read_text(text, errors);
  const auto took = watch.took();
  CHECK(errors.size() == Report::kMost);
  CHECK(took < testing::patience(std::chrono::seconds(5)));
}

}  // namespace assist::rules::yaml
