#pragma once

namespace CLI {
class App;
}

namespace assist::commands {

/// `simulate`: a made-up contact center's events, to stdout or to a running service.
void add_simulate(CLI::App& app, int& exit_code);

}  // namespace assist::commands
