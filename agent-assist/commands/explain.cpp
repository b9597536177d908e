#include "commands/explain.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "commands/event_lines.hpp"
#include "commands/rules_from.hpp"
#include "commands/terminal.hpp"
#include "explain/explain.hpp"
#include "trials/look_back.hpp"

namespace assist::commands {
namespace {

struct Options {
  std::string rules, call, at, config;
  std::string events = "-";
  std::vector<std::string> only;
  bool json = false;
};

constexpr char kAbout[] =
    "Tells why each rule holds or not for a call at a moment: what every part of its condition is, "
    "the first that fails, how far it is from holding, and what holds its suggestions back.";

constexpr char kFooter[] =
    "\nThe moment is the last at which anything is known of the call (after the last event, or "
    "just\n"
    "before its end), or --at: 2026-11-22T10:02:00Z, with any offset, by which moments are then\n"
    "written; or 2m10s, counted from the call's first event.\n\n"
    "  agent-assist explain --rules rules --call c1 monday.jsonl\n"
    "  agent-assist explain --rules rules --call c1 --at 2m10s monday.jsonl\n"
    "  agent-assist explain --rules rules --call c1 --rule long_hold monday.jsonl\n"
    "  agent-assist explain --rules rules --call c1 --json monday.jsonl | jq '.rules[0].why'\n\n"
    "Exit status: 0 good; 1 rules or events are wrong; 2 usage, or a path cannot be read.";

/// What --at says.
struct Moment {
  std::optional<Time> time;
  std::optional<Duration> after_first;
  std::chrono::minutes offset{0};
};

/// The offset that an RFC 3339 text ends with.
std::chrono::minutes offset_of(std::string_view text) {
  if (text.size() < 6 || (text.back() == 'Z' || text.back() == 'z')) return std::chrono::minutes{0};
  const std::string_view offset = text.substr(text.size() - 6);
  const auto digits = [&](std::size_t at) {
    return (offset[at] - '0') * 10 + (offset[at + 1] - '0');
  };
  const std::chrono::minutes size{digits(1) * 60 + digits(4)};
  return offset[0] == '-' ? -size : size;
}

int usage(const std::string& text) {
  std::fprintf(stderr, "agent-assist: error: %s\n", text.c_str());
  return 2;
}

std::optional<Moment> read_moment(const std::string& text) {
  Moment out;
  if (text.empty()) return out;
  out.time = parse_rfc3339(text);
  if (out.time) {
    out.offset = offset_of(text);
    return out;
  }
  out.after_first = parse_duration(text);
  if (text == "0s") out.after_first = Duration{0};
  if (out.after_first) return out;
  std::string advice = "Write 2026-11-22T10:02:00Z, or 2m10s after the call's first event.";
  if (parse_rfc3339(text + "Z"))
    advice = "It lacks its offset: write " + text + "Z for UTC, or " + text + "-07:00.";
  usage("--at: \"" + text + "\" is not a moment. " + advice);
  return std::nullopt;
}

/// No event is about the call.
int unknown_call(const Options& options, const trials::LookBack& look) {
  const auto& calls = look.calls();
  const std::vector<std::string_view> known(calls.begin(), calls.end());
  std::string text = "no event in " + (options.events == "-" ? "stdin" : options.events) +
                     " is about call \"" + options.call + "\".";
  const std::string_view near = nearest(options.call, known);
  if (!near.empty()) {
    text += " Did you mean \"" + std::string(near) + "\"?";
  } else if (calls.empty()) {
    text += " There is no call in it.";
  } else {
    constexpr std::size_t kMost = 5;
    text += " It has ";
    for (std::size_t i = 0; i < std::min(known.size(), kMost); ++i)
      text += (i == 0 ? "\"" : ", \"") + std::string(known[i]) + "\"";
    if (known.size() > kMost) text += " and " + std::to_string(known.size() - kMost) + " more";
    text += ".";
  }
  return usage(text);
}

int not_in_progress(const Options& options, const trials::LookBack& look, Time at,
                    const trials::LookBack::View& view) {
  const std::string call = "call \"" + options.call + "\" ";
  if (at < *look.first())
    return usage(call + "is not known at " + format_rfc3339(at) + ": its first event comes at " +
                 format_rfc3339(*look.first()) + ".");
  return usage(call + "is over at " + format_rfc3339(at) + ": it ended at " +
               format_rfc3339(view.ended.value_or(at)) +
               (view.told ? " (told at " + format_rfc3339(*view.told) + ")" : "") +
               ". Ask for an earlier moment, or leave out --at.");
}

void print(const Options& options, const engine::Inspection& inspection,
           const explain::Options& how) {
  const auto report = explain::report(inspection, how);
  const std::string out =
      options.json ? explain::to_json(report) : explain::to_text(report, has_colours(stdout));
  std::fwrite(out.data(), 1, out.size(), stdout);
}

/// Exit status.
int answer(const Options& options, const Moment& moment, const trials::LookBack& look) {
  if (!look.first()) return unknown_call(options, look);
  const bool asked = moment.time || moment.after_first;
  const Time at =
      moment.time ? *moment.time : *look.first() + moment.after_first.value_or(Duration{0});
  const auto view = asked ? look.at(at) : look.latest();
  if (!view.inspection && asked) return not_in_progress(options, look, at, view);
  if (!view.inspection)
    return usage("call \"" + options.call + "\" ended with its first event: nothing was decided.");
  print(options, *view.inspection,
        {moment.offset, asked ? std::nullopt : view.ended, options.only, view.told});
  return 0;
}

/// Told: a rule that there is none of.
bool names_no_rule(const Options& options, const rules::RuleSet& rules) {
  std::vector<std::string_view> known;
  for (const auto& rule : rules.rules) known.push_back(rule.id);
  for (const std::string& id : options.only) {
    if (std::find(known.begin(), known.end(), id) != known.end()) continue;
    const std::string_view near = nearest(id, known);
    usage("there is no rule \"" + id + "\" in " + options.rules + "." +
          (near.empty() ? "" : " Did you mean \"" + std::string(near) + "\"?"));
    return true;
  }
  return false;
}

int run(const Options& options) {
  const auto moment = read_moment(options.at);
  if (!moment) return 2;
  const auto loaded = rules_from(options.rules, options.config);
  if (!loaded.rules) return loaded.exit_code;
  if (names_no_rule(options, *loaded.rules)) return 2;
  EventLines lines;
  if (!lines.open(options.events)) return 2;
  trials::LookBack look(loaded.rules, loaded.settings.engine, loaded.settings.limits, options.call);
  int exit_code = 0;
  std::string line;
  while (lines.next(line)) {
    const auto taken = look.line(line);
    if (taken) continue;
    lines.complain(taken.error(), line);
    if (look.missed_first_time()) return 2;
    exit_code = 1;
  }
  return std::max(exit_code, answer(options, *moment, look));
}

}  // namespace

void add_explain(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("explain", kAbout);
  auto options = std::make_shared<Options>();
  command->add_option("--rules", options->rules, "The rules directory")->required();
  command->add_option("--call", options->call, "The id of the call")->required();
  command->add_option("--at", options->at, "The moment: 2026-11-22T10:02:00Z, or 2m10s");
  command->add_option("--config", options->config,
                      "The config file; config/agent-assist.yaml beside the rules unless given");
  command->add_option("--rule", options->only, "Only this rule; may be given more than once")
      ->allow_extra_args(false);
  command->add_flag("--json", options->json, "Prints one JSON object to stdout");
  command->add_option("events", options->events, "A file of CloudEvents lines, or - for stdin")
      ->capture_default_str();
  command->footer(kFooter);
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace assist::commands
