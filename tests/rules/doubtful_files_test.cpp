#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "paths.hpp"
#include "rule_files.hpp"

namespace assist::rules {
namespace {

namespace fs = std::filesystem;

const LoadOptions kWarning = [] {
  LoadOptions options;
  options.warnings = true;
  return options;
}();

std::vector<fs::path> files_in(const fs::path& dir) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(dir))
    if (entry.path().extension() == ".yaml" && entry.path().stem().extension() != ".test")
      files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

Loaded load_file(const fs::path& file) {
  const std::string name = file.filename().string();
  return load({{name, name, slurp(file)}}, kWarning);
}

}  // namespace

// UPDATE_GOLDEN=1 rewrites the texts; read the difference.
TEST_CASE("what can be taken and is not what it looks like is told, and taken", "[rules]") {
  const auto files = files_in(fs::path(ASSIST_TESTS_DIR) / "rules/doubtful");
  REQUIRE(!files.empty());
  for (const fs::path& file : files) {
    const Loaded loaded = load_file(file);
    INFO(file.filename().string() << "\n" << told(loaded));
    CHECK(loaded.rules != nullptr);
    std::string warnings;
    for (const Diagnostic& warning : loaded.warnings) warnings += format(warning);
    fs::path golden = file;
    golden.replace_extension(".txt");
    if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(golden) << warnings;
    CHECK(warnings == slurp(golden));
  }
}

TEST_CASE("of the rules that ship nothing is doubtful", "[rules]") {
  for (const fs::path& file : files_in(fs::path(ASSIST_TESTS_DIR).parent_path() / "rules")) {
    const Loaded loaded = load_file(file);
    INFO(file.filename().string());
    CHECK(loaded.warnings.empty());
  }
}

TEST_CASE("what may hold now and then is not doubtful", "[rules]") {
  for (const std::string when : {
           "call.queue == \"a\" || call.queue == \"b\"",
           "call.queue != \"a\" && call.queue != \"b\"",
           "call.hold > minutes(1) && call.hold <= minutes(2)",
           "call.holds >= 2 && call.holds < 3",
           "call.hold == seconds(0)",
           "call.sentiment <= -1.0",
           "{all: [{situation.b: yes}, {any: [{call.on_hold: no}, {call.queue: a}]}]}",
           "{none: [{call.queue: a}, {call.queue: b}]}",
           "{call.attributes.x: {over: 1, under: 3}}",
           "call.queue > \"a\" && call.queue < \"b\"",
           "call.queue in [\"a\"] && !(call.queue in [\"b\"])",
           "size(call.id) - size(call.queue) < 0",
           "\"call.on_hold ? call.queue == 'a' : call.queue == 'b'\"",
           "\"'a' in customer.products && 'b' in customer.products\"",
           "incidents.exists(i, i.kind == \"a\" && i.id != i.kind)",
           "now - call.started_at > hours(1) && now - call.started_at < hours(2)",
           "{all: [{call.queue: a}, {queue.name: b}]}",
       }) {
    const Loaded loaded =
        load_text(rule_with(when) + "  - {id: b, title: B, when: call.on_hold}\n", kWarning);
    INFO(when << "\n" << told(loaded));
    CHECK(loaded.rules != nullptr);
    for (const Diagnostic& warning : loaded.warnings) CHECK(format(warning) == "");
  }
}

}  // namespace assist::rules
