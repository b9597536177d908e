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

/// What an acknowledgement outlives: a loss of power too (full), or a crash of the process
/// (normal).
enum class Durability { full, normal };

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
  std::size_t calls_max = 1'000'000;          // in progress
  std::size_t call_log_bytes_max = 16 << 20;  // what the events of one call take
  std::size_t screen_backlog_bytes_max = 1 << 20;
  std::size_t connections_max = 20'000;
  std::size_t connections_per_subject_max = 20;
  std::size_t header_bytes_max = 16 << 10;           // of an HTTP request
  std::size_t bytes_under_way_max = 64 << 20;        // of events, of all senders
  std::size_t sender_bytes_under_way_max = 1 << 20;  // of one connection
  std::size_t note_bytes_max = 8 << 10;              // of feedback
  Duration handshake_timeout = std::chrono::seconds{15};
  Duration idle_timeout = std::chrono::seconds{60};
  Durability durability = Durability::full;
  std::chrono::milliseconds commit_delay{5};              // to gather a commit
  Duration retention = std::chrono::hours{24 * 90};       // of entries that a snapshot holds
  Duration snapshot_every = std::chrono::minutes{10};     // of the state, for a quick restart
  Duration duplicates_kept = std::chrono::hours{24 * 7};  // how long an event is known again
  std::size_t events_remembered_max = 20'000'000;         // for that, whatever their age
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

/// Every *.yaml under a directory but *.test.yaml, in order of path below it (bytewise). What is
/// hidden (.git, .#a.yaml) is left out: editors leave it behind.
struct RuleFiles {
  std::vector<rules::SourceFile> files;
  std::vector<Error> unreadable;  // directories and files, a link to nothing among them
};
RuleFiles find_rule_files(const std::filesystem::path& dir);

/// The same, whole or not at all. An error: the first of what cannot be read.
Result<std::vector<rules::SourceFile>> read_rule_files(const std::filesystem::path& dir);

}  // namespace assist::config
