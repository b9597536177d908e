#pragma once

namespace CLI {
class App;
}

namespace assist::commands {

/// `test`: do the rules do what their tests say?
void add_test(CLI::App& app, int& exit_code);

}  // namespace assist::commands
