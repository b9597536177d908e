#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "commands/check.hpp"
#include "commands/eval.hpp"
#include "commands/facts.hpp"
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

int run(int argc, char** argv) {
  CLI::App app{kAbout, "agent-assist"};
  app.set_version_flag("--version", std::string("agent-assist ") + ASSIST_VERSION);
  app.require_subcommand(1);
  int exit_code = 0;
  assist::commands::add_serve(app, exit_code);
  assist::commands::add_check(app, exit_code);
  assist::commands::add_test(app, exit_code);
  assist::commands::add_replay(app, exit_code);
  assist::commands::add_facts(app, exit_code);
  assist::commands::add_eval(app, exit_code);
  assist::commands::add_simulate(app, exit_code);
  app.footer(kFooter);  // last, or every command would show it too
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // CLI11 has codes of its own; the contract's is 2 for usage, and 0 for --help.
    return app.exit(error) == 0 ? 0 : 2;
  }
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "agent-assist: error: %s\n", error.what());
    return 2;
  }
}
