#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "journal/disk.hpp"
#include "journal/journal.hpp"

namespace assist::journal {

/// What a commit outlives. full: a crash, and a loss of power. normal: a crash; a loss of power may
/// take the last commits, but leaves the journal whole.
enum class Durability { full, normal };

struct SqliteOptions {
  Durability durability = Durability::full;
  bool read_only = false;  // to look at a journal that may be in use; nothing is created or locked
  std::size_t rejected_max = 100'000;  // older ones make room
  std::size_t rejected_bytes_max = 256 << 20;
  std::uint32_t checkpoint_frames = 1000;  // pages of 4 KiB that the write-ahead log gathers
  std::string vfs{};                       // SQLite's; "" is the system's. For tests
  Disk* disk = nullptr;                    // for snapshots; nullptr is the system's. For tests
};

/// Opens (or makes) the journal in directory `dir`, a SQLite database in WAL mode, `journal.db`.
///
/// The directory is locked until the journal is destroyed: a second process that opens it gets an
/// error that says so. A journal of a newer version of the program is refused, unchanged. So is one
/// that ends before what was acknowledged (`journal.db-acked`).
Result<std::unique_ptr<Journal>> open_sqlite(const std::filesystem::path& dir,
                                             SqliteOptions options = {});

}  // namespace assist::journal
