#include "commands/check.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "commands/diagnostic_json.hpp"
#include "commands/rules_from.hpp"
#include "config/files.hpp"

namespace assist::commands {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::vector<std::string> paths;
  std::string config;
  bool json = false;
};

constexpr char kAbout[] =
    "Checks rule files: everything that is wrong in any of them, each with file, line and column.";

constexpr char kFooter[] =
    "\nA directory is one set of rules: every *.yaml in it but *.test.yaml. Files that are named\n"
    "one by one are one set as well.\n\n"
    "  agent-assist check rules\n"
    "  agent-assist check rules/outage.yaml\n\n"
    "Exit status: 0 no errors; 1 errors; 2 a path cannot be read.";

/// Files that are taken whole or not at all.
struct Set {
  fs::path dir;  // of rules: where its config is looked for
  std::vector<rules::SourceFile> files;
};

/// What was checked so far.
struct Summary {
  std::size_t rules = 0, files = 0;
  Diagnostics errors;
};

std::size_t count_rules(const rules::Loaded& loaded) {
  return loaded.rules ? loaded.rules->rules.size() : 0;
}

std::string counted(std::size_t n, const char* one) {
  return std::to_string(n) + " " + one + (n == 1 ? "" : "s");
}

int unreadable(const std::string& text) {
  std::fprintf(stderr, "agent-assist: error: %s\n", text.c_str());
  return 2;
}

/// The sets that the paths name. An error: one cannot be read.
Result<std::vector<Set>> sets_of(const std::vector<std::string>& paths) {
  std::vector<Set> out;
  Set loose;
  for (const std::string& path : paths) {
    std::error_code error;
    if (fs::is_directory(path, error)) {
      auto files = config::read_rule_files(path);
      if (!files) return files.error();
      out.push_back({path, std::move(*files)});
      continue;
    }
    auto text = config::read_file(path);
    if (!text) return text.error();
    if (path.ends_with(".test.yaml")) {
      return Error{ErrorCode::bad_argument,
                   "\"" + path + "\" holds tests: run them with `agent-assist test " + path + "`",
                   {}};
    }
    if (loose.files.empty()) loose.dir = fs::path(path).parent_path();
    loose.files.push_back({path, fs::path(path).filename().string(), std::move(*text)});
  }
  if (!loose.files.empty()) {
    if (loose.dir.empty()) loose.dir = ".";
    out.push_back(std::move(loose));
  }
  return out;
}

/// Exit status of one set.
int check_set(Set& set, const Options& options, Summary& summary) {
  auto settings = config::settings_for(
      options.config.empty() ? std::nullopt : std::optional<fs::path>(options.config), set.dir);
  summary.files += set.files.size();
  if (!settings.settings) {
    summary.errors.insert(summary.errors.end(), settings.errors.begin(), settings.errors.end());
    return settings.unreadable ? 2 : 1;
  }
  const auto loaded = rules::load(std::move(set.files), settings.settings->rules);
  summary.rules += count_rules(loaded);
  summary.errors.insert(summary.errors.end(), loaded.errors.begin(), loaded.errors.end());
  return loaded.rules ? 0 : 1;
}

void print_json(const Summary& summary) {
  std::string out = "{\"rules\":" + std::to_string(summary.rules) +
                    ",\"files\":" + std::to_string(summary.files) + ",\"errors\":";
  append_json(out, summary.errors);
  out += "}\n";
  std::fputs(out.c_str(), stdout);
}

void print_text(const Summary& summary) {
  print_errors(summary.errors);
  std::fflush(stderr);
  const std::string files = counted(summary.files, "file");
  if (summary.errors.empty()) {
    std::printf("%s in %s, no errors\n", counted(summary.rules, "rule").c_str(), files.c_str());
  } else {
    std::printf("%s in %s\n", counted(summary.errors.size(), "error").c_str(), files.c_str());
  }
}

int run(const Options& options) {
  auto sets = sets_of(options.paths);
  if (!sets) return unreadable(sets.error().text);
  Summary summary;
  int exit_code = 0;
  for (Set& set : *sets) exit_code = std::max(exit_code, check_set(set, options, summary));
  if (options.json) {
    print_json(summary);
  } else {
    print_text(summary);
  }
  return exit_code;
}

}  // namespace

void add_check(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("check", kAbout);
  auto options = std::make_shared<Options>();
  command->add_option("paths", options->paths, "Rules directories or rule files")->required();
  command->add_option("--config", options->config,
                      "The config file; config/agent-assist.yaml beside the rules unless given");
  command->add_flag("--json", options->json, "Prints one JSON object to stdout");
  command->footer(kFooter);
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace assist::commands
