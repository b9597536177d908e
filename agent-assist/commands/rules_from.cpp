#include "commands/rules_from.hpp"

#include <cstdio>
#include <optional>

#include "commands/alike.hpp"
#include "commands/terminal.hpp"

namespace assist::commands {

namespace {

/// `FILE:LINE:COL: error: TEXT`, the line, and the caret, each in its colour.
std::string in_colours(const std::string& told) {
  constexpr std::string_view kError = " error: ";
  const auto at = told.find(kError);
  const auto first_end = told.find('\n');
  if (at == std::string::npos || at > first_end) return told;
  std::string out = painted(told.substr(0, at), Colour::strong, true) +
                    painted(" error:", Colour::bad, true) +
                    told.substr(at + kError.size() - 1, first_end + 1 - (at + kError.size() - 1));
  const std::string rest = told.substr(first_end + 1);
  const auto caret = rest.rfind('^');
  if (caret == std::string::npos) return out + rest;
  return out + rest.substr(0, caret) + painted("^", Colour::good, true) + rest.substr(caret + 1);
}

}  // namespace

void print_errors(const Diagnostics& all) {
  constexpr std::size_t kAlike = 20;  // of one kind in one file, on a terminal
  const bool colours = has_colours(stderr);
  const Diagnostics errors = ::isatty(::fileno(stderr)) != 0 ? thin_out(all, kAlike) : all;
  for (const Diagnostic& error : errors) {
    const std::string told = format(error);
    std::fputs((colours ? in_colours(told) : told).c_str(), stderr);
  }
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
    out.errors = std::move(settings.errors);
    out.exit_code = settings.unreadable ? 2 : 1;
    return out;
  }
  out.settings = std::move(*settings.settings);
  auto loaded = rules::load(*files, out.settings.rules);
  if (!loaded.rules) {
    print_errors(loaded.errors);
    out.errors = std::move(loaded.errors);
    out.exit_code = 1;
    return out;
  }
  out.rules = std::move(loaded.rules);
  if (out.rules->rules.empty())
    std::fprintf(stderr, "agent-assist: note: no rules under \"%s\"\n", dir.c_str());
  return out;
}

}  // namespace assist::commands
