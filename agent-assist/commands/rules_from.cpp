#include "commands/rules_from.hpp"

#include <cstdio>
#include <optional>
#include <string_view>
#include <utility>

#include "base/excerpt.hpp"
#include "commands/alike.hpp"
#include "commands/terminal.hpp"

namespace assist::commands {

namespace {

/// How bad what is told is.
struct Weight {
  std::string_view word;
  Colour colour;
};
constexpr Weight kError{"error", Colour::bad}, kWarning{"warning", Colour::doubtful};

/// `FILE:LINE:COL: error: TEXT`, the line, and the caret.
std::string as_told(const Diagnostic& diagnostic, const Weight& weight) {
  std::string out = format(diagnostic);
  const std::size_t at = out.find(": error: ", printable(diagnostic.place.file).size());
  return out.replace(at + 2, kError.word.size(), weight.word);
}

/// The same, each part in its colour.
std::string in_colours(const std::string& told, const Weight& weight) {
  const std::string word = " " + std::string(weight.word) + ":";
  const auto at = told.find(word + " ");
  const auto first_end = told.find('\n');
  if (at == std::string::npos || at > first_end) return told;
  const auto text = at + word.size();
  std::string out = painted(told.substr(0, at), Colour::strong, true) +
                    painted(word, weight.colour, true) + told.substr(text, first_end + 1 - text);
  const std::string rest = told.substr(first_end + 1);
  const auto caret = rest.rfind('^');
  if (caret == std::string::npos) return out + rest;
  return out + rest.substr(0, caret) + painted("^", Colour::good, true) + rest.substr(caret + 1);
}

void print(const Diagnostics& all, const Weight& weight) {
  constexpr std::size_t kAlike = 20;  // of one kind in one file, on a terminal
  const bool colours = has_colours(stderr);
  const Diagnostics shown = ::isatty(::fileno(stderr)) != 0 ? thin_out(all, kAlike) : all;
  for (const Diagnostic& diagnostic : shown) {
    const std::string told = as_told(diagnostic, weight);
    std::fputs((colours ? in_colours(told, weight) : told).c_str(), stderr);
  }
}

}  // namespace

void print_errors(const Diagnostics& all) { print(all, kError); }
void print_warnings(const Diagnostics& all) { print(all, kWarning); }

RulesFrom load_set(config::RuleFiles files, const std::filesystem::path& dir,
                   const std::string& config) {
  RulesFrom out;
  auto settings = config::settings_for(
      config.empty() ? std::nullopt : std::optional<std::filesystem::path>(config), dir);
  out.errors = std::move(settings.errors);
  for (const Error& error : files.unreadable) out.errors.push_back({error.place, error.text, ""});
  const bool unreadable = settings.unreadable || !files.unreadable.empty();
  // Of a config with errors nobody knows which steps and attributes it declares.
  auto options = settings.settings ? settings.settings->rules : rules::LoadOptions{};
  options.warnings = true;
  const auto load = files.unreadable.empty() ? rules::load : rules::load_beside_unreadable;
  auto loaded = load(std::move(files.files), options);
  out.errors.insert(out.errors.end(), loaded.errors.begin(), loaded.errors.end());
  out.warnings = std::move(loaded.warnings);
  out.exit_code = unreadable ? 2 : loaded.rules && settings.settings ? 0 : 1;
  if (settings.settings) out.settings = std::move(*settings.settings);
  if (out.exit_code == 0) out.rules = std::move(loaded.rules);
  return out;
}

RulesFrom rules_from(const std::string& dir, const std::string& config) {
  RulesFrom out = load_set(config::find_rule_files(dir), dir, config);
  print_errors(out.errors);
  if (out.rules && out.rules->rules.empty())
    std::fprintf(stderr, "agent-assist: note: no rules under \"%s\"\n", printable(dir).c_str());
  return out;
}

}  // namespace assist::commands
