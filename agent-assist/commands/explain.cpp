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
    "written; 2m10s or 69.5s, counted from the call's first event; or a moment as it is told "
    "here:\n"
    "\"2026-11-22 10:02:00\", 10:02:20, in UTC.\n\n"
    "  agent-assist explain --rules rules --call c1 monday.jsonl\n"
    "  agent-assist explain --rules rules --call c1 --at 2m10s monday.jsonl\n"
    "  agent-assist explain --rules rules --call c1 --rule long_hold monday.jsonl\n"
    "  agent-assist explain --rules rules --call c1 --json monday.jsonl | jq '.rules[0].why'\n\n"
    "Exit status: 0 good; 1 rules or events are wrong; 2 usage, or a path cannot be read.";

/// What --at says.
struct Moment {
  std::optional<Time> time;
  std::optional<Duration> after_first;
  std::optional<Duration> of_day;  // the first such after the call's first event

  /// nullopt: it says nothing.
  std::optional<Time> after(Time first) const {
    if (after_first) return first + *after_first;
    if (!of_day) return time;
    const Time that_day = std::chrono::floor<std::chrono::days>(first) + *of_day;
    return that_day < first ? that_day + std::chrono::days{1} : that_day;
  }
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

/// A length of time as it is told: "0s" and fractions of a second too.
std::optional<Duration> read_length(const std::string& text) {
  constexpr std::size_t kDigits = 6;
  const auto dot = text.find('.');
  if (dot == std::string::npos) return text == "0s" ? Duration{0} : parse_duration(text);
  std::string digits = text.substr(dot + 1);
  if (digits.size() < 2 || digits.size() > kDigits + 1 || digits.back() != 's' ||
      digits.find_first_not_of("0123456789") != digits.size() - 1)
    return std::nullopt;
  digits.back() = '0';
  digits.resize(kDigits, '0');
  const auto whole = read_length(text.substr(0, dot) + "s");
  if (!whole) return std::nullopt;
  return *whole + Duration{std::stoi(digits)};
}

/// "2026-11-22 10:02:00", "... UTC", "... -07:00", as moments are told, in RFC 3339; else the text.
std::string as_rfc3339(std::string text) {
  constexpr std::size_t kDate = 10;
  if (text.size() <= kDate || text[kDate] != ' ') return text;
  text[kDate] = 'T';
  const auto zone = text.find(' ');
  const std::string offset = zone == std::string::npos ? "UTC" : text.substr(zone + 1);
  return text.substr(0, zone) + (offset == "UTC" ? "Z" : offset);
}

std::optional<Moment> read_moment(const std::string& given) {
  Moment out;
  if (given.empty()) return out;
  const std::string text = as_rfc3339(given);
  out.time = parse_rfc3339(text);
  if (out.time) {
    out.offset = offset_of(text);
    return out;
  }
  out.after_first = read_length(text);
  if (const auto time = parse_rfc3339("1970-01-01T" + text + "Z"))
    out.of_day = time->time_since_epoch();
  if (out.after_first || out.of_day) return out;
  std::string advice = "Write 2026-11-22T10:02:00Z, or 2m10s after the call's first event.";
  if (parse_rfc3339(text + "Z"))
    advice = "It lacks its offset: write " + text + "Z for UTC, or " + text + "-07:00.";
  usage("--at: \"" + given + "\" is not a moment. " + advice);
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
  const auto asked = moment.after(*look.first());
  const auto view = asked ? look.at(*asked) : look.latest();
  if (!view.inspection && asked) return not_in_progress(options, look, *asked, view);
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
