#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace assist::journal {

/// The steps of which a file is made that is there whole or not at all. Tests bring one that fails.
class Disk {
 public:
  virtual ~Disk() = default;
  virtual Result<int> create(const std::filesystem::path& path);
  virtual Result<void> write(int file, std::string_view bytes);
  virtual Result<void> sync(int file);
  virtual void close(int file);
  virtual Result<void> rename(const std::filesystem::path& from, const std::filesystem::path& to);
  virtual Result<void> remove(const std::filesystem::path& path);
  virtual Result<void> sync_dir(const std::filesystem::path& dir);

  Result<void> sync_file(const std::filesystem::path& path);
  Result<std::string> read(const std::filesystem::path& path);
  /// The names in `dir`, sorted; none where it is not there.
  Result<std::vector<std::string>> names(const std::filesystem::path& dir);
};

/// Behind the name of a file while it is written.
inline constexpr std::string_view kUnfinished = ".part";

/// Puts `parts`, one behind the other, into `path`: under another name first, then renamed. On an
/// error what was at `path` is still there.
Result<void> replace_file(Disk& disk, const std::filesystem::path& path,
                          const std::vector<std::string_view>& parts);

}  // namespace assist::journal
