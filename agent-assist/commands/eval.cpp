#include "commands/eval.hpp"

#include <CLI/CLI.hpp>
#include <memory>

#include "commands/eval_run.hpp"

namespace assist::commands {
namespace {

constexpr char kAbout[] = "Evaluates an expression, or runs conformance cases of the language.";

constexpr char kFooter[] =
    "\nThe result is printed as an expression would write it, on one line; with --json as JSON\n"
    "(moments, lengths of time and bytes as text).\n\n"
    "FILE.json of --bindings is an object: name -> value. A JSON value is what it is in events: "
    "an\n"
    "object is a map, a number without fraction and exponent that fits is an int, any other a\n"
    "double. For other kinds write an object with one member, as conformance cases do:\n"
    "  {\"call.holds\": 3, \"wait\": {\"duration\": \"90s\"}, \"seen\": {\"timestamp\": "
    "\"2026-11-22T10:02:00Z\"}}\n"
    "(uint, bytes, double, type, list and map too.) A name may hold dots. `now` is the clock, "
    "unless\n"
    "it is bound.\n\n"
    "--cases reads a JSON object a line, prints a line for each case that fails, and last\n"
    "`N passed, N failed, N skipped`; exit status 1 if one failed.\n\n"
    "  agent-assist eval '[1, 2, 3].filter(n, n > 1)'\n"
    "  agent-assist eval 'call.holds > 2' --bindings facts.json";

}  // namespace

void add_eval(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<EvalOptions>();
  CLI::App* command = app.add_subcommand("eval", kAbout);
  command->footer(kFooter);
  auto* expression = command->add_option("EXPR", options->expression, "the expression");
  auto* bindings = command->add_option("--bindings", options->bindings,
                                       "a JSON file with values for the expression's names");
  auto* cases =
      command->add_option("--cases", options->cases, "a file of conformance cases, - for stdin");
  command->add_flag("--json", options->json, "print the result as JSON");
  cases->excludes(expression)->excludes(bindings);
  command->callback([=, &exit_code] {
    if (expression->empty() && cases->empty()) {
      throw CLI::RequiredError("EXPR or --cases FILE");
    }
    exit_code = run_eval(*options);
  });
}

}  // namespace assist::commands
