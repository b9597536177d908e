#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>

namespace assist::testing {

/// A directory of its own for a test, gone with it.
class TemporaryDir {
 public:
  TemporaryDir() {
    std::string name = (std::filesystem::temp_directory_path() / "agent-assist-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TemporaryDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDir(const TemporaryDir&) = delete;
  TemporaryDir& operator=(const TemporaryDir&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace assist::testing
