// Entries that a start did not read, held against their checksums beside the running journal.
#include <sqlite3.h>

#include <catch2/catch.hpp>
#include <thread>

#include "log_of_parts.hpp"
#include "temporary_dir.hpp"

using namespace assist;
using namespace assist::journal;
using namespace assist::testing;

namespace {

std::unique_ptr<Journal> open(const std::filesystem::path& dir) {
  auto opened = open_sqlite(dir);
  if (!opened) FAIL(opened.error().text);
  return std::move(*opened);
}

void fill(Journal& journal, std::uint64_t parts) {
  for (std::uint64_t i = journal.last_sequence() / kPart; i < parts; ++i)
    if (const auto done = journal.commit(part_of_log(i)); !done) FAIL(done.error().text);
}

void run_sql(const std::filesystem::path& dir, const std::string& sql) {
  sqlite3* connection = nullptr;
  REQUIRE(sqlite3_open((dir / "journal.db").c_str(), &connection) == SQLITE_OK);
  CHECK(sqlite3_exec(connection, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(connection);
}

/// The last entry that a look went to; 0 where something is damaged.
std::uint64_t looked_to(Journal& journal, std::uint64_t after, std::uint64_t last,
                        std::size_t most) {
  const auto looked = journal.check(after, last, most);
  return looked ? *looked : 0;
}

/// Checks all up to `last`, `most` at a time: "", or what is damaged.
std::string checked(Journal& journal, std::uint64_t last, std::size_t most) {
  for (std::uint64_t at = 0; at < last;) {
    const auto looked = journal.check(at, last, most);
    if (!looked) return looked.error().text;
    if (*looked <= at || *looked > last) FAIL("went from " << at << " to " << *looked);
    at = *looked;
  }
  return "";
}

}  // namespace

TEST_CASE("a stretch of entries is checked, as many as asked for", "[journal]") {
  const TemporaryDir dir;
  auto journal = open(dir.path());
  fill(*journal, 4);
  CHECK(looked_to(*journal, 0, 32, 5) == 5);
  CHECK(looked_to(*journal, 5, 32, 100) == 32);
  CHECK(looked_to(*journal, 5, 10, 100) == 10);
  CHECK(looked_to(*journal, 10, 10, 100) == 10);
  for (const std::size_t most : {1, 3, 7, 8, 100}) CHECK(checked(*journal, 32, most).empty());
}

TEST_CASE("a damaged entry is named by a check, wherever its stretch begins", "[journal]") {
  struct Row {
    const char* sql;
    const char* told;
  };
  static const Row rows[] = {
      {"UPDATE entries SET body = 'x' WHERE sequence = 11", "entry 11 is damaged"},
      {"UPDATE entries SET at = at + 1 WHERE sequence = 11", "entry 11 is damaged"},
      {"UPDATE entries SET checksum = checksum + 1 WHERE sequence = 11", "entry 11 is damaged"},
      {"DELETE FROM entries WHERE sequence = 11", "entry 11 is missing"},
      {"DELETE FROM entries WHERE sequence > 10", "entry 11 is missing"},
      {"DELETE FROM entries", "entry 1 is missing"},
  };
  for (const auto& row : rows) {
    for (const std::size_t most : {1, 10, 11, 100}) {
      INFO(row.sql << ", " << most << " at a time");
      const TemporaryDir dir;
      auto journal = open(dir.path());
      fill(*journal, 4);
      run_sql(dir.path(), row.sql);
      const auto said = checked(*journal, 32, most);
      INFO(said);
      CHECK(said.find("journal.db: " + std::string(row.told)) != std::string::npos);
      CHECK(said.find("restore a backup") != std::string::npos);
    }
  }
}

TEST_CASE("what is pruned while entries are checked is passed over", "[journal]") {
  const TemporaryDir dir;
  auto journal = open(dir.path());
  fill(*journal, 4);
  CHECK(looked_to(*journal, 0, 24, 3) == 3);
  for (const std::uint64_t position : {16, 24})
    REQUIRE(journal->save_snapshot({position, event_of_part(position).at, 1, "state"}).has_value());
  const auto more = journal->prune({event_of_part(17).at});
  REQUIRE(more.has_value());
  CHECK(journal->pruned_to() == 16);
  CHECK(looked_to(*journal, 3, 24, 3) == 19);
  CHECK(checked(*journal, 24, 3).empty());
  CHECK(checked(*journal, 12, 3).empty());  // nothing of it is left
}

TEST_CASE("entries are checked beside commits, and hold up no checkpoint", "[journal]") {
  const TemporaryDir dir;
  SqliteOptions options;
  options.checkpoint_frames = 20;
  auto journal = std::move(*open_sqlite(dir.path(), options));
  fill(*journal, 20);
  std::string said;
  std::thread reader([&] {
    for (int i = 0; i < 20; ++i) said += checked(*journal, 20 * kPart, 16);
  });
  fill(*journal, 200);
  reader.join();
  CHECK(said.empty());
  CHECK(whole_parts(*journal) == 200);
  fill(*journal, 220);  // a checkpoint that was held up is made now
  CHECK(std::filesystem::file_size(dir.path() / "journal.db-wal") < 4 << 20);
}
