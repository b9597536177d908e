#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "engine/engine.hpp"
#include "events/decode.hpp"
#include "rules/load.hpp"

namespace assist::config {

/// A step of the script that an agent normally follows.
struct Step {
  std::string id, title;
};

/// Everything that can be set, with its defaults (docs/operators.md).
struct Settings {
  std::string listen = "127.0.0.1:8080";
  std::filesystem::path rules_dir = "rules";
  std::filesystem::path data_dir = "data";
  std::vector<std::string> allowed_origins;  // of pages, beside the service's own: https://HOST
  std::vector<Step> script;                  // empty: any step name will do
  engine::Options engine;
  rules::LoadOptions rules;
  events::Limits limits;
  std::size_t screen_backlog_bytes_max = 1 << 20;
  std::size_t connections_per_subject_max = 20;
  Duration handshake_timeout = std::chrono::seconds{15};
  Duration idle_timeout = std::chrono::seconds{60};
};

/// Reads a config file and what it names beside it (script, attributes). All errors in one go.
struct SettingsRead {
  std::optional<Settings> settings;
  Diagnostics errors;
  bool unreadable = false;  // a file could not be read at all
};
SettingsRead read_settings(const std::filesystem::path& file);

/// The settings that a command works with: `file` where given (--config), else
/// `config/agent-assist.yaml` beside the rules directory (also where `rules_dir` is a directory in
/// the one that the config names), else the defaults.
SettingsRead settings_for(const std::optional<std::filesystem::path>& file,
                          const std::filesystem::path& rules_dir);

/// Every *.yaml under `dir` but *.test.yaml, in order of path below it (bytewise). What is hidden
/// (.git, .#a.yaml) is left out, and so are links to nothing: editors leave both behind.
Result<std::vector<rules::SourceFile>> read_rule_files(const std::filesystem::path& dir);

}  // namespace assist::config
