#include <catch2/catch.hpp>

#include "paths.hpp"
#include "rule_files.hpp"

namespace assist::rules {
namespace {

/// The ```yaml blocks of a page, each with the line that it begins on.
std::vector<std::pair<std::size_t, std::string>> examples(const std::string& page) {
  std::vector<std::pair<std::size_t, std::string>> out;
  std::istringstream lines(page);
  std::string line;
  bool inside = false;
  for (std::size_t number = 1; std::getline(lines, line); ++number) {
    if (line == "```yaml") {
      out.emplace_back(number, "");
      inside = true;
    } else if (line == "```") {
      inside = false;
    } else if (inside) {
      out.back().second += line + "\n";
    }
  }
  return out;
}

/// A fragment of a rule as a file: what begins with a key of rules is put into one.
std::string as_file(const std::string& example) {
  if (example.starts_with("rules:") || example.starts_with("lists:")) return example;
  std::string out = "rules:\n  - id: example\n    title: Example\n";
  if (!example.starts_with("when:") && example.find("\nwhen:") == std::string::npos)
    out += "    when: call.on_hold\n";
  std::istringstream lines(example);
  for (std::string line; std::getline(lines, line);) out += "    " + line + "\n";
  return out;
}

}  // namespace

TEST_CASE("every example of the supervisors' guide loads", "[rules]") {
  const std::string page = slurp(std::string(ASSIST_SOURCE_DIR) + "/docs/rules.md");
  std::size_t count = 0;
  for (const auto& [line, example] : examples(page)) {
    if (example.starts_with("tests:")) continue;  // run by tests/trials
    const Loaded loaded = load_text(as_file(example));
    INFO("docs/rules.md:" << line << "\n" << told(loaded));
    CHECK(loaded.rules != nullptr);
    ++count;
  }
  CHECK(count >= 14);
}

}  // namespace assist::rules
