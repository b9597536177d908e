#include <algorithm>
#include <fstream>

#include "base/directory.hpp"
#include "config/files.hpp"
#include "config/settings.hpp"

namespace assist::config {
namespace {

namespace fs = std::filesystem;

bool is_rule_file(std::string_view name) {
  return name.ends_with(".yaml") && !name.ends_with(".test.yaml");
}

Error unreadable(const fs::path& path, const std::string& why) {
  return Error{ErrorCode::unreadable, "cannot read \"" + path.string() + "\": " + why,
               Place{path.string(), 0, 0, {}}};
}

std::error_code find_below(const fs::path& dir, const std::function<bool(std::string_view)>& wanted,
                           std::vector<fs::path>& out) {
  std::vector<DirectoryEntry> entries;
  if (const std::error_code why = list_directory(dir, entries)) return why;
  for (const DirectoryEntry& entry : entries) {
    if (entry.name.starts_with('.')) continue;
    const fs::path path = dir / entry.name;
    if (entry.is_directory) {
      const std::error_code why = find_below(path, wanted, out);
      if (why && why != std::errc::no_such_file_or_directory) return why;
      continue;
    }
    // Not a link to nothing, a file that has just left, or a pipe that would be waited for.
    std::error_code gone;
    if (wanted(entry.name) && fs::is_regular_file(path, gone)) out.push_back(path);
  }
  return {};
}

}  // namespace

Result<std::vector<fs::path>> files_below(const fs::path& dir,
                                          const std::function<bool(std::string_view)>& wanted) {
  std::vector<fs::path> out;
  if (const std::error_code why = find_below(dir, wanted, out))
    return unreadable(dir, why.message());
  std::sort(out.begin(), out.end());
  return out;
}

Result<std::string> read_file(const fs::path& file) {
  std::error_code error;
  if (!fs::exists(file, error)) return unreadable(file, "there is no such file");
  if (fs::is_directory(file, error)) return unreadable(file, "it is a directory");
  std::ifstream in(file, std::ios::binary);
  if (!in) return unreadable(file, "it cannot be opened");
  std::string text;
  char part[1 << 14];
  while (in.read(part, sizeof part) || in.gcount() > 0)
    text.append(part, static_cast<std::size_t>(in.gcount()));
  if (in.bad()) return unreadable(file, "reading it fails");  // no empty file
  return text;
}

Result<std::vector<rules::SourceFile>> read_rule_files(const fs::path& dir) {
  std::error_code error;
  if (!fs::is_directory(dir, error))
    return unreadable(dir,
                      fs::exists(dir, error) ? "it is no directory" : "there is no such directory");
  std::vector<rules::SourceFile> out;
  const auto files = files_below(dir, is_rule_file);
  if (!files) return files.error();
  for (const fs::path& file : *files) {
    auto text = read_file(file);
    if (!text) return text.error();
    out.push_back({file.string(), file.lexically_relative(dir).generic_string(), std::move(*text)});
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return out;
}

}  // namespace assist::config
