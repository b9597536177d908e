#pragma once

namespace CLI {
class App;
}

namespace assist::commands {

/// `replay`: runs the engine over recorded events and prints its decisions.
void add_replay(CLI::App& app, int& exit_code);

}  // namespace assist::commands
