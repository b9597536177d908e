#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <iostream>
#include <new>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "commands/check.hpp"
#include "commands/eval.hpp"
#include "commands/explain.hpp"
#include "commands/facts.hpp"
#include "commands/journal.hpp"
#include "commands/replay.hpp"
#include "commands/serve.hpp"
#include "commands/simulate.hpp"
#include "commands/test.hpp"

namespace {

constexpr char kAbout[] =
    "Tells contact-center agents, in the moment, when to go off script, and why.\n"
    "Platforms stream call events in; rules that supervisors write in YAML decide which\n"
    "suggestions stand on the agent's screen, and take them back when they no longer hold.";

constexpr char kFooter[] =
    "\nA first look:\n"
    "  agent-assist serve                      then open the link it prints\n"
    "  agent-assist simulate --demo --to ws://127.0.0.1:8080\n"
    "  agent-assist check rules                are the rule files right?\n"
    "  agent-assist test rules                 do they do what their tests say?\n"
    "\nExit status: 0 good; 1 what is in a file is bad (rules wrong, tests failed);\n"
    "2 usage or environment (a path that cannot be read).\n"
    "`agent-assist COMMAND --help` tells more of each.";

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names)
    out += (out.empty() ? "" : &name == &names.back() ? " or " : ", ") + name;
  return out;
}

std::vector<std::string> commands_of(const CLI::App& app) {
  std::vector<std::string> out;
  for (const CLI::App* command : app.get_subcommands({})) out.push_back(command->get_name());
  return out;
}

std::vector<std::string> options_of(const CLI::App& app) {
  std::vector<std::string> out;
  for (const CLI::Option* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) out.push_back("--" + name);
    for (const auto& name : option->get_snames()) out.push_back("-" + name);
  }
  return out;
}

bool among(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Did you mean? The near name, or else `others`.
std::string instead(std::string_view name, const std::vector<std::string>& known,
                    const std::string& others) {
  const std::string_view near = assist::nearest(name, {known.begin(), known.end()});
  if (near.empty()) return others;
  return " Did you mean \"" + std::string(near) + "\"?";
}

/// Exit status of wrong usage. `of`: whose help tells more.
int wrong(const std::string& text, const std::string& of) {
  std::fprintf(stderr, "agent-assist: error: %s\n`%s --help` tells more.\n", text.c_str(),
               of.c_str());
  return 2;
}

int wrong_option(std::string_view name, const CLI::App& app, const std::string& of) {
  return wrong("\"" + std::string(name) + "\" is not an option of " + of + "." +
                   instead(name, options_of(app), ""),
               of);
}

/// Exit status, told: the first word is neither a command nor an option. nullopt: it is.
std::optional<int> wrong_first_word(const CLI::App& app, int argc, char** argv) {
  const std::string_view first = argc > 1 ? argv[1] : "";
  const auto known = commands_of(app);
  if (among(known, first) || among(options_of(app), first)) return std::nullopt;
  if (first.starts_with('-')) return wrong_option(first, app, "agent-assist");
  if (first.empty())
    return wrong("a command is missing. Write one of " + listed(known) + ".", "agent-assist");
  const std::string others = " Did you mean one of " + listed(known) + "?";
  return wrong("\"" + std::string(first) + "\" is not a command." + instead(first, known, others),
               "agent-assist");
}

/// What CLI11 says, in words that tell what to do.
std::string in_words(const std::string& what) {
  constexpr std::string_view kConvert = "Could not convert: ", kRequired = " is required";
  if (what.starts_with(kConvert)) {
    const auto equals = what.find(" = ");
    if (equals != std::string::npos)
      return "\"" + what.substr(equals + 3) + "\" is no value for " +
             what.substr(kConvert.size(), equals - kConvert.size()) + ".";
  }
  constexpr std::string_view kValue = ": Value ", kRange = " not in range ";
  const auto value = what.find(kValue), range = what.find(kRange);
  if (value != std::string::npos && range != std::string::npos) {
    const auto from = value + kValue.size();
    const std::string bounds = what.substr(range + kRange.size());
    return "\"" + what.substr(from, range - from) + "\" is no value for " + what.substr(0, value) +
           (bounds.size() < 40 ? ": it goes from " + bounds + "." : ".");
  }
  if (what == "paths" + std::string(kRequired)) return "name a directory or a file.";
  return what + ".";
}

/// Exit status of what a command was given and does not take.
int wrong_arguments(const CLI::App& app, const CLI::ParseError& error) {
  const auto used = app.get_subcommands();
  const CLI::App& command = used.empty() ? app : *used.front();
  const std::string of = used.empty() ? "agent-assist" : "agent-assist " + command.get_name();
  const auto left = command.remaining(true);
  if (dynamic_cast<const CLI::ExtrasError*>(&error) == nullptr || left.empty())
    return wrong(in_words(error.what()), of);
  if (left.front().starts_with('-')) return wrong_option(left.front(), command, of);
  return wrong("\"" + left.front() + "\" is more than " + of + " takes.", of);
}

int run(int argc, char** argv) {
  CLI::App app{kAbout, "agent-assist"};
  app.set_version_flag("--version", std::string("agent-assist ") + ASSIST_VERSION);
  app.require_subcommand(1);
  int exit_code = 0;
  assist::commands::add_serve(app, exit_code);
  assist::commands::add_check(app, exit_code);
  assist::commands::add_test(app, exit_code);
  assist::commands::add_replay(app, exit_code);
  assist::commands::add_explain(app, exit_code);
  assist::commands::add_facts(app, exit_code);
  assist::commands::add_eval(app, exit_code);
  assist::commands::add_simulate(app, exit_code);
  assist::commands::add_journal(app, exit_code);
  app.footer(kFooter);  // last, or every command would show it too
  static char help[] = "--help";
  if (argc > 1 && std::string_view(argv[1]) == "help") argv[1] = help;
  if (const auto status = wrong_first_word(app, argc, argv)) return *status;
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // CLI11 has codes of its own; the contract's is 2 for usage, and 0 for --help.
    return error.get_exit_code() == 0 ? app.exit(error) : wrong_arguments(app, error);
  }
  return exit_code;
}

/// Whether all that was printed has gone out: a full disk shows as late as this, for what is
/// printed waits in buffers.
bool all_is_written() {
  const bool streamed = std::cout.flush().good();
  const bool printed = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  return streamed && printed;
}

/// The exit status `status` of what ran, or 2, told: a part of what it printed is lost.
int checked(int status) {
  if (all_is_written() || status == 2) return status;
  std::fputs("agent-assist: error: cannot write to stdout\n", stderr);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return checked(run(argc, argv));
  } catch (const std::bad_alloc&) {
    std::fputs("agent-assist: error: there is no memory left\n", stderr);
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "agent-assist: error: %s\n", error.what());
    return 2;
  }
}
