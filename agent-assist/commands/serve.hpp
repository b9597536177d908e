#pragma once

namespace CLI {
class App;
}

namespace assist::commands {

/// `agent-assist serve`: the service (contract, section 5).
void add_serve(CLI::App& app, int& exit_code);

}  // namespace assist::commands
