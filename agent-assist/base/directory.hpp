#pragma once

#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

namespace assist {

/// What stands in a directory.
struct DirectoryEntry {
  std::string name;
  bool is_directory;  // itself: not where a link leads to one
};

/// The entries of a directory but for `.` and `..`, in bytewise order of their names. An error:
/// `out` holds what could be read. Throws std::bad_alloc where there is no memory; the iterators of
/// libstdc++ 12 end the process there.
std::error_code list_directory(const std::filesystem::path& dir, std::vector<DirectoryEntry>& out);

}  // namespace assist
