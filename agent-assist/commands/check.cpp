#include "commands/check.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/excerpt.hpp"
#include "commands/diagnostic_json.hpp"
#include "commands/rules_from.hpp"
#include "commands/terminal.hpp"
#include "commands/unread.hpp"
#include "config/files.hpp"
#include "engine/plan.hpp"
#include "events/write.hpp"

namespace assist::commands {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::vector<std::string> paths;
  std::string config;
  bool json = false;
  bool verbose = false;
};

constexpr char kAbout[] =
    "Checks rule files: everything that is wrong in any of them, each with file, line and column;\n"
    "and warnings of what can be taken, and does not what it looks as if it did.";

constexpr char kFooter[] =
    "\nA directory is one set of rules: every *.yaml in it but *.test.yaml. Files that are named\n"
    "one by one are one set as well.\n\n"
    "  agent-assist check rules\n"
    "  agent-assist check rules/outage.yaml\n\n"
    "Exit status: 0 no errors (there may be warnings); 1 errors; 2 a path cannot be read.";

/// Files that are taken whole or not at all.
struct Set {
  fs::path dir;  // of rules: where its config is looked for
  config::RuleFiles files;
};

/// A rule that is looked at for every call, and what makes it be decided anew.
struct Keyless {
  std::string id, file;
  std::uint32_t line = 0;
  std::vector<std::string> reads;
};

/// What was checked so far.
struct Summary {
  std::size_t rules = 0, files = 0;
  std::vector<Keyless> keyless;
  std::vector<Unread> unread;  // in rules directories
  Diagnostics errors, warnings;
};

/// Whether `now` is one of the names in an expression.
bool names_now(std::string_view source) {
  const auto in_name = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.';
  };
  std::string name;
  char quote = '\0';
  for (std::size_t i = 0; i <= source.size(); ++i) {
    const char c = i < source.size() ? source[i] : ' ';
    if (quote != '\0') {
      if (c == '\\') ++i;
      if (c == quote) quote = '\0';
      continue;
    }
    if (in_name(c)) {
      name += c;
      continue;
    }
    if (name == "now") return true;
    name.clear();
    if (c == '"' || c == '\'') quote = c;
  }
  return false;
}

/// As a supervisor would say it: `call.hold`, `what the customer says`.
std::vector<std::string> words_for(const engine::RuleKey& key, const rules::RuleSet& set) {
  const rules::Rule& rule = set.rules[key.rule];
  std::vector<std::string> out;
  for (const facts::FactInfo& info : facts::kFacts) {
    if ((key.reads & facts::bit(info.fact)) == 0) continue;
    if (info.fact == facts::Fact::call_events) {
      out.emplace_back("events of the call");
    } else if (info.fact == facts::Fact::customer_words) {
      out.emplace_back("what the customer says");
    } else if (info.fact == facts::Fact::agent_words) {
      out.emplace_back("what the agent says");
    } else {
      out.emplace_back(info.name);
    }
  }
  for (const rules::RuleIndex other : rule.situations)
    out.push_back("situation." + set.rules[other].id);
  constexpr facts::FactMask kTimed =
      facts::bit(facts::Fact::call_age) | facts::bit(facts::Fact::call_wait) |
      facts::bit(facts::Fact::call_talk) | facts::bit(facts::Fact::call_hold) |
      facts::bit(facts::Fact::call_hold_total) | facts::bit(facts::Fact::customer_contacts) |
      facts::bit(facts::Fact::call_events);
  // Whatever could be a length that runs counts as timed there: an attribute, a reported length, a
  // function of ours.
  const auto by_time = [&](const cel::Program& program) {
    return program.uses_now() &&
           ((facts::facts_read(program) & kTimed) != 0 || names_now(program.source()));
  };
  if (by_time(rule.when) || std::any_of(rule.unless.begin(), rule.unless.end(), by_time))
    out.emplace_back("the clock");
  if (rule.active) out.emplace_back("its hours");
  return out;
}

/// `paths`: of the files, by their names in the set.
void find_keyless(const rules::RuleSet& set, const std::map<std::string, std::string>& paths,
                  Summary& summary) {
  for (const engine::RuleKey& key : engine::keys_of(set)) {
    const rules::Rule& rule = set.rules[key.rule];
    if (!key.wants.empty() || rule.mode == rules::Mode::off) continue;
    summary.keyless.push_back({rule.id, paths.at(rule.file), rule.place.line, words_for(key, set)});
  }
}

std::string counted(std::size_t n, const char* one) {
  return std::to_string(n) + " " + one + (n == 1 ? "" : "s");
}

/// A file that is named by itself.
Result<rules::SourceFile> rule_file(const std::string& path) {
  auto text = config::read_file(path);
  if (!text) return text.error();
  if (path.ends_with(".test.yaml")) {
    return Error{ErrorCode::bad_argument,
                 "\"" + path + "\" holds tests: run them with `agent-assist test " + path + "`",
                 Place{path, 0, 0, {}}};
  }
  return rules::SourceFile{path, fs::path(path).filename().string(), std::move(*text)};
}

/// The sets that the paths name.
std::vector<Set> sets_of(const std::vector<std::string>& paths) {
  std::vector<Set> out;
  Set loose;
  for (const std::string& path : paths) {
    std::error_code error;
    if (fs::is_directory(path, error)) {
      out.push_back({path, config::find_rule_files(path)});
      continue;
    }
    if (loose.dir.empty()) loose.dir = fs::path(path).parent_path();
    if (loose.dir.empty()) loose.dir = ".";
    auto file = rule_file(path);
    if (file) {
      loose.files.files.push_back(std::move(*file));
    } else {
      loose.files.unreadable.push_back(file.error());
    }
  }
  if (!loose.dir.empty()) out.push_back(std::move(loose));
  return out;
}

/// Exit status of one set.
int check_set(Set& set, const Options& options, Summary& summary) {
  summary.files += set.files.files.size();
  std::map<std::string, std::string> paths;
  for (const rules::SourceFile& file : set.files.files) paths.emplace(file.name, file.path);
  const auto loaded = load_set(std::move(set.files), set.dir, options.config);
  if (loaded.rules) summary.rules += loaded.rules->rules.size();
  if (loaded.rules && options.verbose) find_keyless(*loaded.rules, paths, summary);
  summary.errors.insert(summary.errors.end(), loaded.errors.begin(), loaded.errors.end());
  summary.warnings.insert(summary.warnings.end(), loaded.warnings.begin(), loaded.warnings.end());
  return loaded.exit_code;
}

void append_keyless(std::string& out, const std::vector<Keyless>& keyless) {
  out += ",\"keyless\":[";
  for (const Keyless& rule : keyless) {
    out += &rule == &keyless.front() ? "{\"rule\":" : ",{\"rule\":";
    events::append_json_string(out, rule.id);
    out += ",\"file\":";
    events::append_json_string(out, rule.file);
    out += ",\"line\":" + std::to_string(rule.line) + ",\"decided_anew_on\":[";
    for (const std::string& read : rule.reads) {
      if (&read != &rule.reads.front()) out += ',';
      events::append_json_string(out, read);
    }
    out += "]}";
  }
  out += ']';
}

void print_json(const Summary& summary, const Options& options) {
  std::string out = "{\"rules\":" + std::to_string(summary.rules) +
                    ",\"files\":" + std::to_string(summary.files) + ",\"errors\":";
  append_json(out, summary.errors);
  out += ",\"warnings\":";
  append_json(out, summary.warnings);
  if (options.verbose) append_keyless(out, summary.keyless);
  out += "}\n";
  std::fputs(out.c_str(), stdout);
}

/// Which rules cost something at each call, whatever it is about.
void print_keyless(const Summary& summary) {
  if (summary.keyless.empty()) {
    std::printf("Each rule has a key: it is looked at for those calls alone that can meet it.\n");
    return;
  }
  std::printf(
      "%s no key (one queue, area, tier, product, .. that a call must have): looked at for every "
      "call,\nand decided anew whenever one of these changes:\n",
      summary.keyless.size() == 1
          ? "1 rule has"
          : (std::to_string(summary.keyless.size()) + " rules have").c_str());
  for (const Keyless& rule : summary.keyless) {
    std::string reads;
    for (const std::string& read : rule.reads) reads += (reads.empty() ? "" : ", ") + read;
    std::printf("  %s (%s, line %u): %s\n", rule.id.c_str(), printable(rule.file).c_str(),
                rule.line, reads.empty() ? "nothing: it is the same at all times" : reads.c_str());
  }
}

void print_text(const Summary& summary, const Options& options) {
  print_errors(summary.errors);
  print_warnings(summary.warnings);
  std::fflush(stderr);
  const std::string files = counted(summary.files, "file");
  const bool good = summary.errors.empty();
  if (options.verbose && good) print_keyless(summary);
  for (const Unread& file : summary.unread) std::printf("%s\n", told(file).c_str());
  std::string text = good ? counted(summary.rules, "rule") + " in " + files + ", no errors"
                          : counted(summary.errors.size(), "error") + " in " + files;
  if (!summary.warnings.empty()) text += ", " + counted(summary.warnings.size(), "warning");
  std::printf("%s\n",
              painted(text, good ? Colour::good : Colour::bad, has_colours(stdout)).c_str());
}

int run(const Options& options) {
  auto sets = sets_of(options.paths);
  Summary summary;
  int exit_code = 0;
  for (Set& set : sets) exit_code = std::max(exit_code, check_set(set, options, summary));
  for (const std::string& path : options.paths) find_unread(path, summary.unread);
  if (options.json) {
    print_json(summary, options);
  } else {
    print_text(summary, options);
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
  command->add_flag("--verbose", options->verbose,
                    "Names the rules that are looked at for every call, and what they are decided "
                    "anew on");
  command->footer(kFooter);
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace assist::commands
