#include "commands/facts.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>

#include "base/excerpt.hpp"
#include "commands/event_lines.hpp"
#include "commands/rules_from.hpp"
#include "trials/facts_lines.hpp"

namespace assist::commands {
namespace {

struct Options {
  std::string config, arrivals;
  std::string events = "-";
};

constexpr char kAbout[] =
    "Prints, after each event, what is known of every call that it changed: a JSON line each, "
    "lengths of time in seconds.";

constexpr char kFooter[] =
    "\nIts answer to \"what did the rules see?\":\n"
    "  agent-assist facts monday.jsonl | grep '\"call\":\"c1\"'";

/// The times of receipt, a line each.
class Arrivals {
 public:
  bool open(const std::string& path) {
    if (path.empty()) return true;
    given_ = true;
    return open_to_read(file_, path);
  }
  /// Of the next line of events. An error: there is none, or it is no time.
  Result<std::optional<Time>> next() {
    if (!given_) return std::optional<Time>{};
    std::string line;
    std::getline(file_, line);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    const auto time = parse_rfc3339(line);
    if (time) return time;
    return Error{ErrorCode::bad_argument,
                 "no time of receipt for this line in the file of arrivals; write one RFC 3339 "
                 "time a line, such as 2026-11-22T10:02:00Z",
                 {}};
  }

  /// The time that the first line of those that are left holds: there are no events for them.
  std::optional<std::string> left() {
    std::string line;
    while (given_ && std::getline(file_, line))
      if (line.find_first_not_of(" \t\r") != std::string::npos) return line;
    return std::nullopt;
  }

 private:
  std::ifstream file_;
  bool given_ = false;
};

int run(const Options& options) {
  const auto settings = config::settings_for(
      options.config.empty() ? std::nullopt : std::optional<std::filesystem::path>(options.config),
      "rules");
  if (!settings.settings) {
    print_errors(settings.errors);
    return settings.unreadable ? 2 : 1;
  }
  EventLines lines;
  Arrivals arrivals;
  if (!lines.open(options.events) || !arrivals.open(options.arrivals)) return 2;
  const auto& engine = settings.settings->engine;
  trials::FactsLines facts(engine.contacts_kept, engine.silence, settings.settings->limits);
  int exit_code = 0;
  std::string line, out;
  while (lines.next(line)) {
    const auto arrival = arrivals.next();
    if (!arrival) {
      lines.complain(arrival.error(), line);
      return 2;
    }
    out.clear();
    if (const auto taken = facts.line(line, *arrival, out); !taken) {
      lines.complain(taken.error(), line);
      exit_code = 1;
      if (taken.error().code == ErrorCode::bad_argument) return 2;
    }
    std::fwrite(out.data(), 1, out.size(), stdout);
  }
  if (const auto left = arrivals.left()) {
    std::fprintf(stderr,
                 "agent-assist: error: \"%s\" has more lines than there are events: \"%s\" is the "
                 "time of receipt of none\n",
                 options.arrivals.c_str(), printable(*left).c_str());
    return 2;
  }
  return exit_code;
}

}  // namespace

void add_facts(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("facts", kAbout);
  auto options = std::make_shared<Options>();
  command->add_option("--config", options->config,
                      "The config file; config/agent-assist.yaml unless given");
  command->add_option(
      "--arrivals", options->arrivals,
      "A file with the time of receipt of each line; else the clock is the greatest "
      "`time` so far");
  command->add_option("events", options->events, "A file of CloudEvents lines, or - for stdin")
      ->capture_default_str();
  command->footer(kFooter);
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace assist::commands
