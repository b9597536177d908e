#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "base/result.hpp"
#include "journal/journal.hpp"
#include "journal/sqlite/database.hpp"

namespace assist::journal {

/// A place in the chain of entries.
struct Link {
  std::uint64_t sequence = 0, checksum = 0;
  friend bool operator==(const Link&, const Link&) = default;
};

/// The error of an entry that is not what was written, in words that name it.
Error damaged_entry(const std::filesystem::path& file, std::uint64_t sequence,
                    std::string_view how);

/// Reads entries in order, and holds each against its checksum and the one before it.
class EntryWalk {
 public:
  /// From the entry after `after` on. `anchor`: the last entry that was pruned, not after `after`.
  /// `file` is for errors. All must outlive the walk, and `database` keep its view meanwhile.
  static Result<EntryWalk> after(std::uint64_t after, const Link& anchor, Database& database,
                                 const std::filesystem::path& file);

  /// nullptr: there is no further one. An error names the entry; the walk is over then. What is
  /// given is good until the next call.
  Result<const Entry*> next();

  /// The number that the next entry is to have.
  std::uint64_t due() const { return next_; }

 private:
  EntryWalk(Statement rows, const std::filesystem::path& file)
      : rows_(std::move(rows)), file_(&file) {}
  Result<bool> read();

  Statement rows_;
  const std::filesystem::path* file_;
  std::uint64_t after_ = 0, next_ = 0, chain_ = 0;
  Entry entry_;
  std::uint64_t stored_ = 0;  // the checksum that stands with it
};

}  // namespace assist::journal
