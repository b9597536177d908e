#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "journal/disk.hpp"
#include "journal/journal.hpp"

namespace assist::journal {

/// Snapshots as files `snapshots/POSITION.snapshot` of the data directory. Files, and not rows, so
/// that a large one does not hold up commits.
///
/// A file holds a header (magic, position, clock, format, the checksum of entry `position`, size),
/// the bytes, and a checksum of all of it. Not thread-safe.
class SnapshotFiles {
 public:
  SnapshotFiles(std::filesystem::path dir, Disk& disk) : dir_(std::move(dir)), disk_(disk) {}

  /// `chain`: of entry snapshot.position, by which a journal and a snapshot know each other.
  /// Afterwards the two newest are there, and no others.
  Result<void> save(const Snapshot& snapshot, std::uint64_t chain);

  /// Positions of those that are there, newest first. Whether they are whole is told by read().
  Result<std::vector<std::uint64_t>> positions();

  struct Read {
    Snapshot snapshot;
    std::uint64_t chain = 0;
  };
  /// An error: it is damaged, in words.
  Result<Read> read(std::uint64_t position);

 private:
  Result<void> remove_parts();
  std::filesystem::path path_of(std::uint64_t position) const;

  std::filesystem::path dir_;
  Disk& disk_;
};

}  // namespace assist::journal
