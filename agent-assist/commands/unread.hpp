#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace assist::commands {

/// A file that its author may take for one of rules or of tests, and that is not named so:
/// NAME.yml, NAME.YAML, NAME.yaml.txt.
struct Unread {
  std::filesystem::path file;
  bool tests = false;  // else rules
};

/// Appends those in the directory and below it; of what is no directory there are none.
void find_unread(const std::filesystem::path& dir, std::vector<Unread>& out);

/// "not read: a.test.yml (test files are named NAME.test.yaml)"
std::string told(const Unread& unread);

}  // namespace assist::commands
