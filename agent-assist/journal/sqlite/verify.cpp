#include "journal/sqlite/verify.hpp"

#include "journal/snapshot_files.hpp"
#include "journal/sqlite/database.hpp"
#include "journal/sqlite/sqlite_journal.hpp"

namespace assist::journal {
namespace {

constexpr std::uint64_t kBetweenProgress = 10'000;

Error damaged(const std::filesystem::path& file, const std::string& how) {
  return {ErrorCode::journal, file.string() + ": " + how, {}};
}

Result<void> walk_entries(Journal& journal, const std::filesystem::path& file,
                          const Progress& progress, Verified& out) {
  const auto of = journal.last_sequence() - journal.pruned_to();
  return journal.replay(journal.pruned_to(), [&](const Entry& entry) -> Result<void> {
    if (out.entries == 0) out.first = entry.at;
    if (out.entries > 0 && entry.at < out.last)
      return damaged(file, "entry " + std::to_string(entry.sequence) + ": its clock runs back");
    out.last = entry.at;
    ++out.entries;
    if (progress && out.entries % kBetweenProgress == 0) progress(out.entries, of);
    return {};
  });
}

/// SQLite's own look at every page, also at those of the records beside the log.
Result<void> check_pages(const std::filesystem::path& file) {
  auto database = Database::open(file, Database::Mode::read_only);
  if (!database) return database.error();
  auto rows = database->prepare("PRAGMA integrity_check(1)");
  if (!rows) return damaged(file, rows.error().text);
  const auto row = rows->step();
  if (!row) return damaged(file, row.error().text);
  const std::string said(*row ? rows->bytes(0) : "ok");
  return said == "ok" ? Result<void>() : damaged(file, said);
}

Result<std::size_t> check_snapshots(const std::filesystem::path& dir) {
  Disk disk;
  SnapshotFiles files(dir, disk);
  const auto positions = files.positions();
  if (!positions) return positions.error();
  for (const auto position : *positions) {
    const auto read = files.read(position);
    if (!read) return Error{ErrorCode::journal, read.error().text, {}};
  }
  return positions->size();
}

}  // namespace

Result<Verified> verify_sqlite(const std::filesystem::path& dir, const Progress& progress) {
  SqliteOptions options;
  options.read_only = true;
  auto journal = open_sqlite(dir, options);
  if (!journal) return journal.error();
  const auto file = dir / "journal.db";
  Verified out;
  out.pruned_to = (*journal)->pruned_to();
  if (auto good = walk_entries(**journal, file, progress, out); !good) return good.error();
  if (auto good = check_pages(file); !good) return good.error();
  const auto snapshots = check_snapshots(dir / "snapshots");
  if (!snapshots) return snapshots.error();
  out.snapshots = *snapshots;
  std::vector<std::string> warnings;
  if (const auto usable = (*journal)->latest_snapshot(warnings); !usable) return usable.error();
  return out;
}

}  // namespace assist::journal
