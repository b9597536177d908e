#include "commands/replay.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "commands/event_lines.hpp"
#include "commands/rules_from.hpp"
#include "commands/terminal.hpp"
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
  bool audit = false;
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

constexpr std::size_t kOutBuffer = 1 << 16;

/// A replay, with what it decided at the present step.
struct Side {
  trials::Replay replay;
  std::vector<trials::Replay::Decided> decided;
  bool audit = false;
};

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

/// What was decided and what was held back, in order of moment.
void print_audit(Side& side) {
  const auto held = side.replay.take_held();
  std::string out;
  auto next = held.begin();
  const auto print_held_before = [&](Time at) {
    for (; next != held.end() && next->withheld.at < at; ++next)
      trials::append_audit_line(out, next->withheld, next->seq, next->cause.get());
  };
  for (const auto& [seq, decision, cause] : side.decided) {
    print_held_before(decision.at);
    trials::append_audit_line(out, decision, seq, cause.get());
  }
  print_held_before(kNever);
  side.decided.clear();
  print(out);
}

void print_all(Side& side) {
  if (side.audit) return print_audit(side);
  std::string out;
  for (const auto& one : side.decided) trials::append_decision_line(out, one.decision, one.seq);
  side.decided.clear();
  print(out);
}

/// What two decisions must share to be the same one. Ids tell how many were raised before, so that
/// one more would make all later ones differ.
std::string without_id(const trials::Replay::Decided& decided) {
  engine::Decision decision = decided.decision;
  decision.suggestion.key = {};
  std::string out;
  trials::append_decision_line(out, decision, decided.seq);
  return out;
}

using Decisions = std::span<const trials::Replay::Decided>;

/// The first of them, as many as are of moment `at`.
Decisions of_moment(Decisions decisions, Time at) {
  const auto end = std::find_if(decisions.begin(), decisions.end(),
                                [&](const auto& decided) { return decided.decision.at != at; });
  return decisions.first(static_cast<std::size_t>(end - decisions.begin()));
}

/// Prints the decisions that `others` lack, in their order.
void print_only(Decisions decisions, Decisions others, std::string_view name) {
  std::multiset<std::string> there;
  for (const auto& decided : others) there.insert(without_id(decided));
  for (const auto& decided : decisions) {
    if (const auto same = there.find(without_id(decided)); same != there.end()) {
      there.erase(same);
      continue;
    }
    std::string line;
    trials::append_decision_line(line, decided.decision, decided.seq);
    print("{\"only_in\":\"" + std::string(name) + "\"," + line.substr(1));
  }
}

/// What two sides decided differently: moment by moment, first what only `rules` did.
void print_differences(Decisions rules, Decisions against) {
  const auto next = [](Decisions side) { return side.empty() ? kNever : side.front().decision.at; };
  while (!rules.empty() || !against.empty()) {
    const Time at = std::min(next(rules), next(against));
    const Decisions here = of_moment(rules, at), there = of_moment(against, at);
    print_only(here, there, "rules");
    print_only(there, here, "against");
    rules = rules.subspan(here.size());
    against = against.subspan(there.size());
  }
}

void print_step(std::vector<Side>& sides) {
  if (sides.size() == 1) return print_all(sides[0]);
  print_differences(sides[0].decided, sides[1].decided);
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

/// For who watches: decisions are for programs, and go to stdout.
void print_summary(const trials::Replay::Stats& stats, bool alone) {
  const std::string text =
      std::to_string(stats.events) + " events, " + std::to_string(stats.decisions) + " decisions" +
      (alone ? "" : " by --rules") +
      (stats.refused > 0 ? ", " + std::to_string(stats.refused) + " refused" : std::string());
  std::fprintf(stderr, "%s\n", painted(text, Colour::dim, has_colours(stderr)).c_str());
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
  std::array<std::string, trials::Replay::kAhead> texts;
  while (const std::size_t count = lines.next(texts)) {
    const bool first = lines.number() == count;
    for (Side& side : sides) {
      if (first) side.replay.expect_events(lines.lines_like({texts.data(), count}));
      side.replay.read_ahead({texts.data(), count});
    }
    for (std::size_t i = 0; i < count; ++i) {
      for (Side& side : sides) {
        const auto taken = side.replay.next(side.decided);
        if (taken || &side != &sides.front()) continue;
        lines.complain(taken.error(), texts[i], count - 1 - i);
        exit_code = 1;
        if (side.replay.missed_first_time()) return 2;
      }
      print_step(sides);
    }
    if (!lines.ready()) std::fflush(stdout);  // who feeds it line by line sees what each decides
  }
  for (Side& side : sides) side.replay.finish(side.decided);
  print_step(sides);
  return exit_code;
}

/// The exit status, 1: what is in the journal is bad; 2: it cannot be looked at.
int complain(const Error& error) {
  std::fprintf(stderr, "agent-assist: error: %s\n", error.text.c_str());
  return error.code == ErrorCode::journal ? 1 : 2;
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
  if (const auto pruned = journal.pruned_to(); pruned > 0) {
    std::fprintf(stderr,
                 "agent-assist: entries up to %llu were pruned: the replay begins after them\n",
                 static_cast<unsigned long long>(pruned));
  }
  if (const auto done = journal.replay(journal.pruned_to(), take); !done)
    return complain(done.error());
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
  return journal ? feed(**journal, sides) : complain(journal.error());
}

int run(const Options& options) {
  if (::isatty(STDOUT_FILENO) == 0) std::setvbuf(stdout, nullptr, _IOFBF, kOutBuffer);
  std::vector<Side> sides;
  int wrong = 0;  // exit status: both sets are looked through before
  for (const std::string& dir : {options.rules, options.against}) {
    if (dir.empty()) continue;
    const auto loaded = rules_from(dir, options.config);
    wrong = std::max(wrong, loaded.exit_code);
    if (!loaded.rules) continue;
    sides.push_back(
        {trials::Replay(loaded.rules, loaded.settings.engine, loaded.settings.limits), {}});
    sides.back().audit = options.audit;
    if (options.audit) sides.back().replay.keep_audit();
  }
  if (wrong != 0) return wrong;
  const auto start = std::chrono::steady_clock::now();
  const int exit_code = feed(options, sides);
  std::fflush(stdout);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  if (options.stats) {
    print_stats(sides[0].replay.stats(), took.count());
  } else if (::isatty(STDERR_FILENO) != 0) {
    print_summary(sides[0].replay.stats(), options.against.empty());
  }
  return exit_code;
}

}  // namespace

void add_replay(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("replay", kAbout);
  auto options = std::make_shared<Options>();
  command->add_option("--rules", options->rules, "The rules directory")->required();
  auto* against = command->add_option("--against", options->against,
                                      "Another rules directory: prints only what differs, each "
                                      "line with \"only_in\": \"rules\" or \"against\"");
  auto* data = command->add_option("--data", options->data,
                                   "A recorded journal in place of a file of events: the data "
                                   "directory of a service, running or not");
  command->add_option("--config", options->config,
                      "The config file; config/agent-assist.yaml beside the rules unless given");
  command->add_flag("--stats", options->stats,
                    "Prints a JSON summary to stderr at the end: events, seconds, "
                    "events_per_second, decisions");
  command
      ->add_flag("--audit", options->audit,
                 "Prints with each decision the version of the rules, the event or clock that "
                 "caused it and what outranked it; and lines with \"action\": \"held_back\" for "
                 "what a limit, a cooldown or the ranking kept off the screen")
      ->excludes(against);
  command->add_option("events", options->events, "A file of CloudEvents lines, or - for stdin")
      ->capture_default_str()
      ->excludes(data);
  command->footer(kFooter);
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace assist::commands
