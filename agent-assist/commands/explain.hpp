#pragma once

namespace CLI {
class App;
}

namespace assist::commands {

void add_explain(CLI::App& app, int& exit_code);

}  // namespace assist::commands
