#pragma once

#include <filesystem>

#include "base/result.hpp"

namespace assist::journal {

/// Holds a data directory for one process: the file `lock` in it, under flock(2), which the kernel
/// lets go however the process ends.
class DataLock {
 public:
  /// Makes the directory if it is not there. An error names the process that has it.
  static Result<DataLock> take(const std::filesystem::path& dir);

  DataLock() = default;
  DataLock(DataLock&& other) noexcept;
  DataLock& operator=(DataLock&& other) noexcept;
  ~DataLock();

 private:
  explicit DataLock(int file) : file_(file) {}
  int file_ = -1;
};

}  // namespace assist::journal
