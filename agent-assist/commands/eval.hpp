#pragma once

namespace CLI {
class App;
}

namespace assist::commands {

/// `eval`: what an expression comes to, and the language's conformance cases.
void add_eval(CLI::App& app, int& exit_code);

}  // namespace assist::commands
