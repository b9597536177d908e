#pragma once

namespace CLI {
class App;
}

namespace assist::commands {

/// `facts`: what is known of each call after each event.
void add_facts(CLI::App& app, int& exit_code);

}  // namespace assist::commands
