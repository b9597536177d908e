#include "commands/test.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/excerpt.hpp"
#include "commands/diagnostic_json.hpp"
#include "commands/rules_from.hpp"
#include "commands/terminal.hpp"
#include "commands/unread.hpp"
#include "config/files.hpp"
#include "trials/rule_test.hpp"

namespace assist::commands {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::vector<std::string> paths;
  std::string config;
  bool coverage = false;
  bool json = false;
};

constexpr char kAbout[] =
    "Runs rule tests (NAME.test.yaml): events at moments, and what must then stand on the screen.";

constexpr char kFooter[] =
    "\nA directory: all tests in it, over all its rules. A test file: over the rules of its own\n"
    "directory.\n\n"
    "  agent-assist test rules --coverage\n"
    "  agent-assist test rules/outage.test.yaml\n\n"
    "Exit status: 0 all passed; 1 a test failed or a file is wrong; 2 a path cannot be read.";

struct Totals {
  std::size_t passed = 0, failed = 0;
  std::vector<trials::RuleTestResult> results;
  Diagnostics errors;  // of rules and config, and of tests that therefore did not run
  trials::RuleTests::Coverage coverage;
};

bool is_test_file(std::string_view name) { return name.ends_with(".test.yaml"); }

/// Exit status.
int complain(const std::string& text) {
  std::fprintf(stderr, "agent-assist: error: %s\n", printable(text).c_str());
  return 2;
}

/// The test files that `path` names, in bytewise order; of a directory those in it and below,
/// hidden ones aside, as with rules. A file that cannot be read is told, and makes the exit status
/// 2; so does a directory, with the rules.
std::vector<rules::SourceFile> test_files(const std::string& path, int& exit_code) {
  std::vector<fs::path> found{path};
  std::error_code error;
  const bool directory = fs::is_directory(path, error);
  if (directory) found = config::files_below(path, is_test_file).files;
  std::vector<rules::SourceFile> out;
  for (const fs::path& file : found) {
    auto text = directory ? config::read_found(file) : config::read_file(file);
    if (text) {
      out.push_back({file.string(), file.filename().string(), std::move(*text)});
    } else {
      exit_code = complain(text.error().text);
    }
  }
  return out;
}

fs::path rules_dir(const std::string& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) return path;
  const fs::path parent = fs::path(path).parent_path();
  return parent.empty() ? fs::path(".") : parent;
}

/// Runs the tests of one path. Exit status.
int run_path(const std::string& path, const Options& options, Totals& totals) {
  int exit_code = 0;
  const auto files = test_files(path, exit_code);
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    if (exit_code != 0) return exit_code;
    if (!is_test_file(path))
      return complain("\"" + path + "\" is no test file: these are named NAME.test.yaml");
  }
  const auto loaded = rules_from(rules_dir(path).string(), options.config);
  exit_code = std::max(exit_code, loaded.exit_code);
  trials::RuleTests tests(loaded.rules, loaded.settings.engine, loaded.settings.rules,
                          loaded.settings.limits);
  if (!loaded.rules) {
    totals.failed += files.size();  // none of them could be run
    totals.errors.insert(totals.errors.end(), loaded.errors.begin(), loaded.errors.end());
    for (const rules::SourceFile& file : files) {
      for (const auto& result : tests.run(file)) {
        print_errors(result.problems);
        totals.errors.insert(totals.errors.end(), result.problems.begin(), result.problems.end());
      }
    }
    return exit_code;
  }
  for (const rules::SourceFile& file : files) {
    for (auto& result : tests.run(file)) {
      ++(result.passed() ? totals.passed : totals.failed);
      totals.results.push_back(std::move(result));
    }
  }
  const auto coverage = tests.coverage();
  const auto append = [](std::vector<std::string>& to, const std::vector<std::string>& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  append(totals.coverage.never_true, coverage.never_true);
  append(totals.coverage.never_false, coverage.never_false);
  return exit_code;
}

void print_text(const Totals& totals, const Options& options) {
  for (const auto& result : totals.results) {
    if (result.passed()) continue;
    print_errors(result.problems);
    const std::string where = result.name.empty() ? result.file
                                                  : result.name + " (" + result.file + ":" +
                                                        std::to_string(result.place.line) + ")";
    std::fprintf(stderr, "%s %s\n", painted("failed:", Colour::bad, has_colours(stderr)).c_str(),
                 printable(where).c_str());
  }
  std::fflush(stderr);
  if (options.coverage) {
    for (const auto& id : totals.coverage.never_true) std::printf("never true:  %s\n", id.c_str());
    for (const auto& id : totals.coverage.never_false) std::printf("never false: %s\n", id.c_str());
  }
  const std::string summary =
      std::to_string(totals.passed) + " passed, " + std::to_string(totals.failed) + " failed";
  std::printf("%s\n",
              painted(summary, totals.failed == 0 ? Colour::good : Colour::bad, has_colours(stdout))
                  .c_str());
}

void append_names(std::string& out, const std::vector<std::string>& names) {
  out += '[';
  for (const std::string& name : names) {
    if (&name != &names.front()) out += ',';
    events::append_json_string(out, name);
  }
  out += ']';
}

void print_json(const Totals& totals, const Options& options) {
  std::string out = "{\"tests\":[";
  for (const auto& result : totals.results) {
    if (&result != &totals.results.front()) out += ',';
    out += "{\"file\":";
    events::append_json_string(out, result.file);
    out += ",\"name\":";
    events::append_json_string(out, result.name);
    out += ",\"line\":" + std::to_string(result.place.line);
    out += std::string(",\"passed\":") + (result.passed() ? "true" : "false") + ",\"problems\":";
    append_json(out, result.problems);
    out += '}';
  }
  out += "],\"errors\":";
  append_json(out, totals.errors);
  out += ",\"passed\":" + std::to_string(totals.passed) +
         ",\"failed\":" + std::to_string(totals.failed);
  if (options.coverage) {
    out += ",\"never_true\":";
    append_names(out, totals.coverage.never_true);
    out += ",\"never_false\":";
    append_names(out, totals.coverage.never_false);
  }
  out += "}\n";
  std::fputs(out.c_str(), stdout);
}

/// What looks like success, and is none: files that are not read, and that there was no test.
void print_notes(const Options& options, const Totals& totals) {
  std::vector<Unread> unread;
  for (const std::string& path : options.paths) find_unread(path, unread);
  for (const Unread& file : unread)
    std::fprintf(stderr, "agent-assist: note: %s\n", told(file).c_str());
  if (totals.passed + totals.failed == 0 && totals.errors.empty())
    std::fputs(
        "agent-assist: note: no test was run: there is none in a file named NAME.test.yaml\n",
        stderr);
}

int run(const Options& options) {
  Totals totals;
  int exit_code = 0;
  for (const std::string& path : options.paths)
    exit_code = std::max(exit_code, run_path(path, options, totals));
  // What could be read was run all the same.
  if (exit_code == 2 && totals.results.empty()) return exit_code;
  print_notes(options, totals);
  if (options.json) {
    print_json(totals, options);
  } else {
    print_text(totals, options);
  }
  return totals.failed > 0 ? std::max(exit_code, 1) : exit_code;
}

}  // namespace

void add_test(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("test", kAbout);
  auto options = std::make_shared<Options>();
  command->add_option("paths", options->paths, "Rules directories or test files")->required();
  command->add_option("--config", options->config,
                      "The config file; config/agent-assist.yaml beside the rules unless given");
  command->add_flag("--coverage", options->coverage,
                    "Lists the rules whose condition no test made true, or none made false");
  command->add_flag("--json", options->json, "Prints one JSON object to stdout");
  command->footer(kFooter);
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace assist::commands
