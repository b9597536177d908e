#include "commands/unread.hpp"

#include <string_view>

#include "base/excerpt.hpp"
#include "config/files.hpp"

namespace assist::commands {
namespace {

/// The name with the ending that it should have, in small letters.
std::string as_meant(std::string_view name) {
  std::string out(name);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  if (out.ends_with(".txt")) out.resize(out.size() - 4);
  if (out.ends_with(".yml")) out.replace(out.size() - 3, 3, "yaml");
  return out;
}

bool means_tests(std::string_view name) { return as_meant(name).ends_with(".test.yaml"); }

/// a.Test.yaml is read, as a file of rules: what is wrong with it is told then.
bool is_unread(std::string_view name) {
  return as_meant(name).ends_with(".yaml") && !name.ends_with(".yaml");
}

}  // namespace

void find_unread(const std::filesystem::path& dir, std::vector<Unread>& out) {
  std::error_code error;
  if (!std::filesystem::is_directory(dir, error)) return;
  // Directories that cannot be read are told by who reads the files.
  for (const auto& file : config::files_below(dir, is_unread).files)
    out.push_back({file, means_tests(file.filename().string())});
}

std::string told(const Unread& unread) {
  return "not read: " + printable(unread.file.string()) +
         (unread.tests ? " (test files are named NAME.test.yaml)"
                       : " (rule files are named NAME.yaml)");
}

}  // namespace assist::commands
