#pragma once

namespace CLI {
class App;
}

namespace assist::commands {

/// `agent-assist journal verify | export | import`
void add_journal(CLI::App& app, int& exit_code);

}  // namespace assist::commands
