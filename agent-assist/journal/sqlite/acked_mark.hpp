#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "journal/sqlite/vfs_file.hpp"

namespace assist::journal {

/// How far the journal is known to be on disk, beside the database: `journal.db-acked`.
///
/// Why: SQLite takes damage to the newest part of its log for a torn tail, and cuts it there
/// without a word. What was acknowledged must not go that way. Written after each sync and never
/// synced itself, it may be older than the truth after a loss of power, and is never newer.
class AckedMark {
 public:
  AckedMark(std::string vfs, const std::filesystem::path& database)
      : vfs_(std::move(vfs)), path_(database.string() + "-acked") {}

  /// nullopt: there is none, or one that is torn and tells nothing.
  Result<std::optional<std::uint64_t>> read();
  /// Best effort: without it less damage is found, but nothing is lost.
  void write(std::uint64_t sequence);

  const std::filesystem::path& path() const { return path_; }

 private:
  std::string vfs_;
  std::filesystem::path path_;
  std::optional<VfsFile> file_;
};

}  // namespace assist::journal
