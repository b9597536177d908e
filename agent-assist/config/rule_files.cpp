#include <algorithm>
#include <fstream>

#include "config/files.hpp"
#include "config/settings.hpp"

namespace assist::config {
namespace {

namespace fs = std::filesystem;

bool is_rule_file(const std::string& name) {
  return name.ends_with(".yaml") && !name.ends_with(".test.yaml");
}

Error unreadable(const fs::path& path, const std::string& why) {
  return Error{ErrorCode::unreadable, "cannot read \"" + path.string() + "\": " + why,
               Place{path.string(), 0, 0, {}}};
}

}  // namespace

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
  fs::recursive_directory_iterator entry(dir, error);
  if (error) return unreadable(dir, error.message());
  for (; entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (error) return unreadable(dir, error.message());
    const std::string name = entry->path().filename().string();
    if (name.starts_with('.')) {
      entry.disable_recursion_pending();
      continue;
    }
    // Not a link to nothing, a file that has just left, or a pipe that would be waited for.
    std::error_code gone;
    if (!is_rule_file(name) || !fs::is_regular_file(entry->path(), gone)) continue;
    auto text = read_file(entry->path());
    if (!text) return text.error();
    out.push_back({entry->path().string(), entry->path().lexically_relative(dir).generic_string(),
                   std::move(*text)});
  }
  if (error) return unreadable(dir, error.message());
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return out;
}

}  // namespace assist::config
