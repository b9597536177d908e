#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/result.hpp"

namespace assist::journal {

/// What a write-ahead log holds that counts (format: https://sqlite.org/walformat.html).
struct LogExtent {
  std::uint64_t salt = 0;    // of this filling of the file; another one after each restart of it
  std::uint32_t frames = 0;  // up to and with the last whole commit
  std::uint64_t bytes = 0;   // the same in bytes: what lies beyond is cut by SQLite
  std::uint64_t file_bytes = 0;
  friend bool operator==(const LogExtent&, const LogExtent&) = default;
};

/// The salt in the header of a log, given its first 32 bytes or more; 0 if there is no header.
std::uint64_t log_salt(std::string_view header);

/// The write-ahead log of a database file, looked at and mended while nobody has it open.
///
/// Why at all: when a sync fails, the kernel may drop what it could not write and still show it to
/// whoever reads. SQLite would then count, after a restart, what is on no disk.
class WriteAheadLog {
 public:
  WriteAheadLog(std::string vfs, const std::filesystem::path& database)
      : vfs_(std::move(vfs)), path_(database.string() + "-wal") {}

  /// Drops what lies behind `keep`: a commit that failed, which must not come back.
  Result<void> cut(const LogExtent& keep);
  /// Writes every byte over itself and syncs: what a reader sees is then what the disk has.
  Result<void> settle();
  /// Up to where it is whole. nullopt: there is no log, or an empty one.
  Result<std::optional<LogExtent>> extent();

  const std::filesystem::path& path() const { return path_; }

 private:
  std::string vfs_;
  std::filesystem::path path_;
};

}  // namespace assist::journal
