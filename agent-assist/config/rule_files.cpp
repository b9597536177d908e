#include <algorithm>
#include <cerrno>
#include <cstring>
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

/// There is something of that name, or nobody may know: a link may lead nowhere.
bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::symlink_status(path, ignored).type() != fs::file_type::not_found;
}

/// `inside`: of another directory; one that has just left holds nothing.
void find_below(const fs::path& dir, bool inside,
                const std::function<bool(std::string_view)>& wanted, Found& out) {
  std::vector<DirectoryEntry> entries;
  const std::error_code why = list_directory(dir, entries);
  if (why && !(inside && why == std::errc::no_such_file_or_directory))
    out.unreadable.push_back(unreadable(dir, why.message()));
  for (const DirectoryEntry& entry : entries) {
    if (entry.name.starts_with('.')) continue;
    const fs::path path = dir / entry.name;
    if (entry.is_directory) {
      find_below(path, true, wanted, out);
    } else if (wanted(entry.name) && is_there(path)) {
      out.files.push_back(path);
    }
  }
}

}  // namespace

Found files_below(const fs::path& dir, const std::function<bool(std::string_view)>& wanted) {
  Found out;
  find_below(dir, false, wanted, out);
  std::sort(out.files.begin(), out.files.end());
  return out;
}

Result<std::string> read_file(const fs::path& file) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (status.type() == fs::file_type::not_found)
    return unreadable(file, is_there(file) ? "it is a link to nothing" : "there is no such file");
  if (fs::is_directory(status)) return unreadable(file, "it is a directory");
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  if (!in) return unreadable(file, errno != 0 ? std::strerror(errno) : "it cannot be opened");
  std::string text;
  char part[1 << 14];
  while (in.read(part, sizeof part) || in.gcount() > 0)
    text.append(part, static_cast<std::size_t>(in.gcount()));
  if (in.bad()) return unreadable(file, "reading it fails");  // no empty file
  return text;
}

Result<std::string> read_found(const fs::path& file) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  // Not a pipe, which would be waited for.
  if (fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status))
    return unreadable(file, "it is no regular file");
  return read_file(file);
}

RuleFiles find_rule_files(const fs::path& dir) {
  RuleFiles out;
  std::error_code error;
  if (!fs::is_directory(dir, error)) {
    out.unreadable.push_back(unreadable(
        dir, fs::exists(dir, error) ? "it is no directory" : "there is no such directory"));
    return out;
  }
  Found found = files_below(dir, is_rule_file);
  out.unreadable = std::move(found.unreadable);
  for (const fs::path& file : found.files) {
    auto text = read_found(file);
    if (!text) {
      out.unreadable.push_back(text.error());
      continue;
    }
    out.files.push_back(
        {file.string(), file.lexically_relative(dir).generic_string(), std::move(*text)});
  }
  std::sort(out.files.begin(), out.files.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return out;
}

Result<std::vector<rules::SourceFile>> read_rule_files(const fs::path& dir) {
  RuleFiles found = find_rule_files(dir);
  if (!found.unreadable.empty()) return found.unreadable.front();
  return std::move(found.files);
}

}  // namespace assist::config
