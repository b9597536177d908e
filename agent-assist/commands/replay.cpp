#include "commands/replay.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "commands/event_lines.hpp"
#include "commands/rules_from.hpp"
#include "events/write.hpp"
#include "journal/entries.hpp"
#include "journal/sqlite/sqlite_journal.hpp"
#include "trials/decision_line.hpp"
#include "trials/replay.hpp"

namespace assist::commands {
namespace {

struct Options {
  std::string rules;
  std::string against;
  std::string config;
  std::string data;
  std::string events = "-";
  bool stats = false;
};

constexpr char kAbout[] =
    "Runs the rules over recorded events (CloudEvents, one JSON object a line) and prints each "
    "decision as a JSON line.\nEqual input gives byte-equal output.";

constexpr char kFooter[] =
    "\nTime is that of the events: the clock stands at the greatest `time` so far, and after the\n"
    "last line it runs on for 24 hours, or until all calls have ended. A line that is refused is\n"
    "told on stderr, the replay goes on, and the exit status is 1.\n\n"
    "  agent-assist replay --rules rules monday.jsonl\n"
    "  agent-assist replay --rules proposed --against rules monday.jsonl    what would differ\n"
    "  agent-assist simulate --calls 200 | agent-assist replay --rules rules --stats -";

/// A replay, with what it decided at the present step.
struct Side {
  trials::Replay replay;
  std::vector<trials::Replay::Decided> decided;
};

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void print_all(Side& side) {
  std::string out;
  for (const auto& [seq, decision] : side.decided) trials::append_decision_line(out, decision, seq);
  side.decided.clear();
  print(out);
}

/// What two decisions must share to be the same one. Ids tell how many were raised before, so that
/// one more would make all later ones differ.
std::string without_id(const trials::Replay::Decided& decided) {
  auto copy = std::make_shared<engine::Standing>(*decided.decision.suggestion);
  copy->id.clear();
  engine::Decision decision = decided.decision;
  decision.suggestion = std::move(copy);
  std::string out;
  trials::append_decision_line(out, decision, decided.seq);
  return out;
}

/// Prints the decisions of `side` that `other` does not have, in their order.
void print_only(const Side& side, const Side& other, std::string_view name) {
  std::vector<std::string> there;
  for (const auto& d : other.decided) there.push_back(without_id(d));
  for (const auto& d : side.decided) {
    const auto same = std::find(there.begin(), there.end(), without_id(d));
    if (same != there.end()) {
      there.erase(same);
      continue;
    }
    std::string line;
    trials::append_decision_line(line, d.decision, d.seq);
    print("{\"only_in\":\"" + std::string(name) + "\"," + line.substr(1));
  }
}

void print_step(std::vector<Side>& sides) {
  if (sides.size() == 1) return print_all(sides[0]);
  if (sides[0].decided.empty() && sides[1].decided.empty()) return;
  print_only(sides[0], sides[1], "rules");
  print_only(sides[1], sides[0], "against");
  for (Side& side : sides) side.decided.clear();
}

void print_stats(const trials::Replay::Stats& stats, double seconds) {
  std::string out = "{\"lines\":" + std::to_string(stats.lines) +
                    ",\"events\":" + std::to_string(stats.events) +
                    ",\"duplicates\":" + std::to_string(stats.duplicates) +
                    ",\"refused\":" + std::to_string(stats.refused) +
                    ",\"decisions\":" + std::to_string(stats.decisions) + ",\"seconds\":";
  events::append_json_number(out, seconds);
  out += ",\"events_per_second\":";
  events::append_json_number(
      out,
      static_cast<std::int64_t>(seconds > 0 ? static_cast<double>(stats.lines) / seconds : 0.0));
  out += "}\n";
  std::fputs(out.c_str(), stderr);
}

Result<void> take_entry(const journal::Entry& entry, Side& side) {
  if (entry.kind == journal::Kind::event)
    return side.replay.recorded(entry.body, entry.at, side.decided);
  const auto act = journal::read_act(entry.body);
  if (!act) return act.error();
  if (const auto verdict = engine::verdict(act->verdict))
    side.replay.act(act->call, act->suggestion, *verdict, entry.at, side.decided);
  return {};
}

/// Feeds every line to every side. The exit status.
int feed(EventLines& lines, std::vector<Side>& sides) {
  int exit_code = 0;
  std::string line;
  while (lines.next(line)) {
    for (Side& side : sides) {
      const auto taken = side.replay.line(line, side.decided);
      if (taken || &side != &sides.front()) continue;
      lines.complain(taken.error());
      exit_code = 1;
      if (side.replay.missed_first_time()) return 2;
    }
    print_step(sides);
  }
  for (Side& side : sides) side.replay.finish(side.decided);
  print_step(sides);
  return exit_code;
}

/// Feeds a recorded journal to every side. The exit status.
int feed(journal::Journal& journal, std::vector<Side>& sides) {
  int exit_code = 0;
  const auto take = [&](const journal::Entry& entry) -> Result<void> {
    if (entry.kind == journal::Kind::rule_set) return {};
    for (Side& side : sides) {
      const auto taken = take_entry(entry, side);
      if (taken || &side != &sides.front()) continue;
      std::fprintf(stderr, "journal entry %llu: error: %s\n",
                   static_cast<unsigned long long>(entry.sequence), taken.error().text.c_str());
      exit_code = 1;
    }
    print_step(sides);
    return {};
  };
  if (const auto done = journal.replay(0, take); !done) {
    std::fprintf(stderr, "agent-assist: error: %s\n", done.error().text.c_str());
    return 2;
  }
  for (Side& side : sides) side.replay.finish(side.decided);
  print_step(sides);
  return exit_code;
}

/// The exit status of feeding what the options name.
int feed(const Options& options, std::vector<Side>& sides) {
  if (options.data.empty()) {
    EventLines lines;
    return lines.open(options.events) ? feed(lines, sides) : 2;
  }
  journal::SqliteOptions open;
  open.read_only = true;
  const auto journal = journal::open_sqlite(options.data, open);
  if (journal) return feed(**journal, sides);
  std::fprintf(stderr, "agent-assist: error: %s\n", journal.error().text.c_str());
  return 2;
}

int run(const Options& options) {
  std::vector<Side> sides;
  for (const std::string& dir : {options.rules, options.against}) {
    if (dir.empty()) continue;
    const auto loaded = rules_from(dir, options.config);
    if (!loaded.rules) return loaded.exit_code;
    sides.push_back(
        {trials::Replay(loaded.rules, loaded.settings.engine, loaded.settings.limits), {}});
  }
  const auto start = std::chrono::steady_clock::now();
  const int exit_code = feed(options, sides);
  std::fflush(stdout);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  if (options.stats) print_stats(sides[0].replay.stats(), took.count());
  return exit_code;
}

}  // namespace

void add_replay(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("replay", kAbout);
  auto options = std::make_shared<Options>();
  command->add_option("--rules", options->rules, "The rules directory")->required();
  command->add_option("--against", options->against,
                      "Another rules directory: prints only what differs, each line with "
                      "\"only_in\": \"rules\" or \"against\"");
  auto* data = command->add_option("--data", options->data,
                                   "A recorded journal in place of a file of events: the data "
                                   "directory of a service, running or not");
  command->add_option("--config", options->config,
                      "The config file; config/agent-assist.yaml beside the rules unless given");
  command->add_flag("--stats", options->stats,
                    "Prints a JSON summary to stderr at the end: events, seconds, "
                    "events_per_second, decisions");
  command->add_option("events", options->events, "A file of CloudEvents lines, or - for stdin")
      ->capture_default_str()
      ->excludes(data);
  command->footer(kFooter);
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace assist::commands
