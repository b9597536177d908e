#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace assist::journal {

/// What `used` and `dismissed` do: the suggestion leaves the screen of the call's agent. Holds
/// neither the agent nor a note, so that the acts of confidential and of open feedback are alike.
struct Act {
  std::string call, suggestion, verdict;
};

/// What of the config decides. In microseconds, as the engine counts.
struct DecidingOptions {
  std::int64_t max_visible = 0, silence_micros = 0, contacts_kept_micros = 0;
};

/// The rules that apply from an entry on, with all that their meaning hangs on.
struct RuleSetRecord {
  struct File {
    std::string name, text;  // name: path below the rules directory
  };
  struct Attribute {
    std::string subject, name, type;
    std::vector<std::string> allowed;
    std::string unit, label;
  };
  std::string version;
  std::optional<DecidingOptions> options;  // records of older programs have none
  std::vector<File> files;
  bool any_step = true;  // else `steps` are the script's
  std::vector<std::string> steps;
  bool attributes_open = true;
  std::vector<Attribute> attributes;
};

/// The bodies of entries, as JSON. Equal records have equal bodies.
std::string write_body(const Act& act);
std::string write_body(const RuleSetRecord& record);
Result<Act> read_act(std::string_view body);
Result<RuleSetRecord> read_rule_set(std::string_view body);

}  // namespace assist::journal
