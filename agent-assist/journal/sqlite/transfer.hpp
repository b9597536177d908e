#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "journal/journal.hpp"

namespace assist::journal {

/// A journal as lines of JSON (docs/operators.md): a head, the entries each with its checksum, the
/// records beside them, the snapshots, and an end with the checksum of all lines before it. The
/// export of an import is the same, byte by byte.
///
/// `put` takes a line with its line break; an error from it ends the export.
using PutLine = std::function<Result<void>(std::string_view line)>;
Result<std::uint64_t> export_sqlite(const std::filesystem::path& dir, const PutLine& put);

/// Fills an empty data directory with what was exported: whole, once finish() went well, or not at
/// all. Checks numbers, clocks and checksums of what it is given.
class SqliteImport {
 public:
  /// An error: the directory holds something already, or is in use.
  static Result<std::unique_ptr<SqliteImport>> into(const std::filesystem::path& dir);
  ~SqliteImport();
  SqliteImport(const SqliteImport&) = delete;
  SqliteImport& operator=(const SqliteImport&) = delete;

  /// A line without its line break.
  Result<void> line(std::string_view text);
  /// How many entries there are now. An error: the end is missing, or the disk failed.
  Result<std::uint64_t> finish();

 private:
  struct State;
  explicit SqliteImport(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace assist::journal
