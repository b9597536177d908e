#include "base/directory.hpp"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string_view>

namespace assist {
namespace {

std::error_code last_error() { return {errno, std::system_category()}; }

bool is_directory(const std::filesystem::path& dir, const dirent& entry) {
  if (entry.d_type != DT_UNKNOWN) return entry.d_type == DT_DIR;
  struct stat status {};
  return ::lstat((dir / entry.d_name).c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

}  // namespace

std::error_code list_directory(const std::filesystem::path& dir, std::vector<DirectoryEntry>& out) {
  out.clear();
  const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(dir.c_str()), ::closedir);
  if (open == nullptr) return last_error();
  errno = 0;
  while (const dirent* const entry = ::readdir(open.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") out.push_back({std::string(name), is_directory(dir, *entry)});
    errno = 0;
  }
  const std::error_code why = errno != 0 ? last_error() : std::error_code();
  std::sort(out.begin(), out.end(),
            [](const auto& a, const auto& b) { return std::string_view(a.name) < b.name; });
  return why;
}

}  // namespace assist
