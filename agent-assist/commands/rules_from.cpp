#include "commands/rules_from.hpp"

#include <cstdio>
#include <optional>

namespace assist::commands {

void print_errors(const Diagnostics& errors) {
  for (const Diagnostic& error : errors) std::fputs(format(error).c_str(), stderr);
}

RulesFrom rules_from(const std::string& dir, const std::string& config) {
  RulesFrom out;
  const auto files = config::read_rule_files(dir);
  if (!files) {
    std::fprintf(stderr, "agent-assist: error: %s\n", files.error().text.c_str());
    out.exit_code = 2;
    return out;
  }
  auto settings = config::settings_for(
      config.empty() ? std::nullopt : std::optional<std::filesystem::path>(config), dir);
  if (!settings.settings) {
    print_errors(settings.errors);
    out.exit_code = settings.unreadable ? 2 : 1;
    return out;
  }
  out.settings = std::move(*settings.settings);
  auto loaded = rules::load(*files, out.settings.rules);
  if (!loaded.rules) {
    print_errors(loaded.errors);
    out.exit_code = 1;
    return out;
  }
  out.rules = std::move(loaded.rules);
  return out;
}

}  // namespace assist::commands
