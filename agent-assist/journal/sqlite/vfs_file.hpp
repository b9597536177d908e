#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

struct sqlite3_file;
struct sqlite3_vfs;

namespace assist::journal {

/// A file beside the database, through the same VFS as the database: what a test does to that one's
/// files it does to these too. Errors name the file.
class VfsFile {
 public:
  enum class Mode { existing, create };

  /// nullopt: there is no such file (Mode::existing). `vfs` is the name of a VFS, "" the default.
  static Result<std::optional<VfsFile>> open(const std::string& vfs,
                                             const std::filesystem::path& path, Mode mode);

  VfsFile() = default;
  VfsFile(VfsFile&&) = default;
  VfsFile& operator=(VfsFile&&) = default;

  Result<std::uint64_t> size();
  /// The bytes from `offset` on, `size` of them or as many as there are.
  Result<std::string> read(std::uint64_t offset, std::size_t size);
  Result<void> write(std::uint64_t offset, std::string_view bytes);
  Result<void> truncate(std::uint64_t size);
  Result<void> sync();

 private:
  struct Close {
    void operator()(sqlite3_file* file) const;
  };
  struct FreeName {
    void operator()(char* name) const;
  };
  Error failed(std::string_view what, int code) const;

  std::string path_;
  std::unique_ptr<char, FreeName> name_;  // the VFS keeps a pointer to it: must outlive `file_`
  std::unique_ptr<sqlite3_file, Close> file_;
};

}  // namespace assist::journal
