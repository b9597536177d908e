#pragma once

namespace CLI {
class App;
}

namespace assist::commands {

/// `check`: are the rule files right?
void add_check(CLI::App& app, int& exit_code);

}  // namespace assist::commands
