#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "journal/sqlite/sqlite_journal.hpp"
#include "temporary_dir.hpp"

using namespace assist;
using namespace assist::journal;
using assist::testing::TemporaryDir;

namespace {

Time at(std::int64_t micros) { return Time{Duration{micros}}; }

Entry event(std::uint64_t sequence) {
  return {sequence, at(1'000 + static_cast<std::int64_t>(sequence)), Kind::event,
          R"({"id":")" + std::to_string(sequence) + R"("})"};
}

Commit events(std::uint64_t from, std::uint64_t to) {
  Commit commit;
  for (auto i = from; i <= to; ++i) commit.entries.push_back(event(i));
  return commit;
}

std::unique_ptr<Journal> open(const std::filesystem::path& dir, SqliteOptions options = {}) {
  auto opened = open_sqlite(dir, options);
  if (!opened) FAIL(opened.error().text);
  return std::move(*opened);
}

Result<std::vector<Entry>> all(Journal& journal, std::uint64_t after = 0) {
  std::vector<Entry> out;
  auto done = journal.replay(after, [&](const Entry& entry) {
    out.push_back(entry);
    return Result<void>();
  });
  if (!done) return done.error();
  return out;
}

void run_sql(const std::filesystem::path& dir, const std::string& sql) {
  sqlite3* connection = nullptr;
  REQUIRE(sqlite3_open((dir / "journal.db").c_str(), &connection) == SQLITE_OK);
  char* why = nullptr;
  sqlite3_exec(connection, sql.c_str(), nullptr, nullptr, &why);
  CHECK(std::string(why ? why : "") == "");
  sqlite3_free(why);
  sqlite3_close(connection);
}

}  // namespace

TEST_CASE("what was committed is replayed in order after it was opened again", "[journal]") {
  const TemporaryDir dir;
  {
    auto journal = open(dir.path());
    CHECK(journal->last_sequence() == 0);
    auto commit = events(1, 3);
    commit.entries[1].kind = Kind::rule_set;
    REQUIRE(journal->commit(commit).has_value());
    REQUIRE(journal->commit(events(4, 5)).has_value());
  }
  auto journal = open(dir.path());
  CHECK(journal->last_sequence() == 5);
  const auto entries = all(*journal);
  REQUIRE(entries.has_value());
  REQUIRE(entries->size() == 5);
  for (std::uint64_t i = 1; i <= 5; ++i) {
    const auto& entry = (*entries)[i - 1];
    CHECK(entry.sequence == i);
    CHECK(entry.at == event(i).at);
    CHECK(entry.body == event(i).body);
  }
  CHECK((*entries)[1].kind == Kind::rule_set);
  const auto tail = all(*journal, 3);
  REQUIRE(tail.has_value());
  CHECK(tail->size() == 2);
  CHECK(tail->front().sequence == 4);
}

TEST_CASE("the replay ends with the error of the one who takes", "[journal]") {
  const TemporaryDir dir;
  auto journal = open(dir.path());
  REQUIRE(journal->commit(events(1, 3)).has_value());
  int taken = 0;
  const auto done = journal->replay(0, [&](const Entry&) -> Result<void> {
    if (++taken == 2) return Error{ErrorCode::journal, "no more", {}};
    return {};
  });
  REQUIRE_FALSE(done.has_value());
  CHECK(done.error().text == "no more");
  CHECK(taken == 2);
}

TEST_CASE("a second opening of the data directory is refused, and says why", "[journal]") {
  const TemporaryDir dir;
  auto journal = open(dir.path());
  const auto second = open_sqlite(dir.path());
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error().text.find("in use by process " + std::to_string(::getpid())) !=
        std::string::npos);
  journal.reset();
  CHECK(open_sqlite(dir.path()).has_value());
}

TEST_CASE("a journal in use can be read beside it", "[journal]") {
  const TemporaryDir dir;
  auto journal = open(dir.path());
  REQUIRE(journal->commit(events(1, 2)).has_value());
  auto beside = open(dir.path(), {.read_only = true});
  const auto entries = all(*beside);
  REQUIRE(entries.has_value());
  CHECK(entries->size() == 2);
  REQUIRE(journal->commit(events(3, 3)).has_value());
}

TEST_CASE("a journal of a newer version is refused, unchanged", "[journal]") {
  const TemporaryDir dir;
  REQUIRE(open(dir.path())->commit(events(1, 1)).has_value());
  run_sql(dir.path(), "PRAGMA user_version = 99");
  const auto opened = open_sqlite(dir.path());
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().text.find("version 99") != std::string::npos);
  run_sql(dir.path(), "PRAGMA user_version = 2");
  CHECK(open(dir.path())->last_sequence() == 1);
}

TEST_CASE("a database that is something else is refused", "[journal]") {
  const TemporaryDir dir;
  run_sql(dir.path(), "CREATE TABLE other(a)");
  CHECK_FALSE(open_sqlite(dir.path()).has_value());
  const TemporaryDir text;
  std::ofstream(text.path() / "journal.db") << std::string(4096, 'x');
  const auto opened = open_sqlite(text.path());
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().text.find("journal.db") != std::string::npos);
}

TEST_CASE("an entry that was changed, dropped or moved is found, and named", "[journal]") {
  const std::string changes[] = {
      "UPDATE entries SET body = '{\"id\":\"x\"}' WHERE sequence = 3",
      "UPDATE entries SET at = at + 1 WHERE sequence = 3",
      "UPDATE entries SET kind = 2 WHERE sequence = 3",
      "DELETE FROM entries WHERE sequence = 3",
      "UPDATE entries SET checksum = checksum + 1 WHERE sequence = 3",
  };
  for (const auto& change : changes) {
    INFO(change);
    const TemporaryDir dir;
    REQUIRE(open(dir.path())->commit(events(1, 5)).has_value());
    run_sql(dir.path(), change);
    auto journal = open(dir.path());
    const auto entries = all(*journal);
    REQUIRE_FALSE(entries.has_value());
    CHECK(entries.error().text.find("entry 3") != std::string::npos);
  }
}

TEST_CASE("a torn tail of the write-ahead log is dropped, what stands before it is kept",
          "[journal]") {
  const TemporaryDir source;
  auto journal = open(source.path());
  for (std::uint64_t i = 1; i <= 20; ++i) REQUIRE(journal->commit(events(i, i)).has_value());
  const auto wal = source.path() / "journal.db-wal";
  const auto size = std::filesystem::file_size(wal);
  std::uint64_t before = 20;
  for (std::uintmax_t cut = 0; cut < size; cut += 1013) {
    const TemporaryDir dir;
    std::filesystem::copy(source.path() / "journal.db", dir.path() / "journal.db");
    std::filesystem::copy(wal, dir.path() / "journal.db-wal");
    std::filesystem::resize_file(dir.path() / "journal.db-wal", size - cut);
    auto opened = open_sqlite(dir.path());
    REQUIRE(opened.has_value());
    const auto entries = all(**opened);
    REQUIRE(entries.has_value());
    CHECK(entries->size() <= before);
    before = entries->size();
    // Goes on where it was cut.
    REQUIRE((*opened)->commit(events(before + 1, before + 1)).has_value());
  }
  CHECK(before == 0);
}

TEST_CASE("what was committed outlives a kill", "[journal]") {
  const TemporaryDir dir;
  int told[2];
  REQUIRE(::pipe(told) == 0);
  const auto child = ::fork();
  if (child == 0) {
    auto journal = open_sqlite(dir.path());
    for (std::uint64_t i = 1; journal && (*journal)->commit(events(i, i)); ++i) {
      if (::write(told[1], &i, sizeof i) != sizeof i) break;
    }
    ::_exit(1);
  }
  std::uint64_t committed = 0;
  while (committed < 50) REQUIRE(::read(told[0], &committed, sizeof committed) == sizeof committed);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(told[1]);
  while (::read(told[0], &committed, sizeof committed) == sizeof committed) {
  }
  ::close(told[0]);
  auto journal = open(dir.path());
  const auto entries = all(*journal);
  REQUIRE(entries.has_value());
  CHECK(entries->size() >= committed);
  CHECK(entries->size() <= committed + 1);
}

TEST_CASE("a commit that fails leaves nothing, and may be tried again", "[journal]") {
  const TemporaryDir dir;
  auto journal = open(dir.path());
  REQUIRE(journal->commit(events(1, 2)).has_value());
  run_sql(dir.path(),
          "CREATE TRIGGER full BEFORE INSERT ON entries WHEN NEW.sequence = 4 "
          "BEGIN SELECT RAISE(ABORT, 'disk full'); END");
  const auto failed = journal->commit(events(3, 5));
  REQUIRE_FALSE(failed.has_value());
  CHECK(failed.error().text.find("disk full") != std::string::npos);
  CHECK(journal->last_sequence() == 2);
  run_sql(dir.path(), "DROP TRIGGER full");
  REQUIRE(journal->commit(events(3, 5)).has_value());
  const auto entries = all(*journal);
  REQUIRE(entries.has_value());
  CHECK(entries->size() == 5);
}

TEST_CASE("rejected events are kept with all that is known, the oldest make room", "[journal]") {
  const TemporaryDir dir;
  auto journal = open(dir.path(), {.rejected_max = 3});
  Commit commit;
  for (int i = 0; i < 5; ++i) {
    commit.rejected.push_back({0, at(i), std::nullopt, "bad_data", "detail", "/data/agent",
                               std::string("raw\0", 4) + std::to_string(i)});
  }
  commit.rejected[4].id = "";
  REQUIRE(journal->commit(commit).has_value());
  const auto kept = journal->rejected(0, 10);
  REQUIRE(kept.has_value());
  REQUIRE(kept->size() == 3);
  CHECK(kept->front().number == 3);
  CHECK(kept->front().raw == std::string("raw\0002", 5));
  CHECK_FALSE(kept->front().id);
  CHECK(kept->back().id == "");
  CHECK(kept->back().pointer == "/data/agent");
  const auto page = journal->rejected(3, 1);
  REQUIRE(page.has_value());
  REQUIRE(page->size() == 1);
  CHECK(page->front().number == 4);
}

TEST_CASE("confidential feedback is stored without anything it can be joined by", "[journal]") {
  const TemporaryDir dir;
  {
    auto journal = open(dir.path());
    Commit commit;
    commit.feedback.push_back({at(5), "ana", "s1", "long_hold", "helpful", "good"});
    commit.confidential.push_back({"long_hold", "unhelpful", "it is wrong", "2026-11"});
    REQUIRE(journal->commit(commit).has_value());
  }
  run_sql(dir.path(), "CREATE TABLE seen AS SELECT * FROM confidential_feedback");
  sqlite3* connection = nullptr;
  REQUIRE(sqlite3_open((dir.path() / "journal.db").c_str(), &connection) == SQLITE_OK);
  sqlite3_stmt* rows = nullptr;
  sqlite3_prepare_v2(connection, "SELECT * FROM confidential_feedback", -1, &rows, nullptr);
  REQUIRE(sqlite3_step(rows) == SQLITE_ROW);
  std::vector<std::string> columns;
  for (int i = 0; i < sqlite3_column_count(rows); ++i)
    columns.push_back(sqlite3_column_name(rows, i));
  CHECK(columns == std::vector<std::string>{"key", "name", "verdict", "note", "month"});
  CHECK(sqlite3_column_bytes(rows, 0) == 16);
  sqlite3_finalize(rows);
  sqlite3_close(connection);
}

TEST_CASE("a journal of the first version is brought up to date, and loses nothing", "[journal]") {
  const TemporaryDir dir;
  REQUIRE(open(dir.path())->commit(events(1, 5)).has_value());
  run_sql(dir.path(), "DROP TABLE anchor; PRAGMA user_version = 1");
  const auto looked_at = open_sqlite(dir.path(), {.read_only = true});
  REQUIRE_FALSE(looked_at.has_value());
  CHECK(looked_at.error().text.find("start the service once") != std::string::npos);
  auto journal = open(dir.path());
  const auto entries = all(*journal);
  REQUIRE(entries.has_value());
  CHECK(entries->size() == 5);
  CHECK(journal->commit(events(6, 6)).has_value());
}

TEST_CASE("with durability normal a killed process loses nothing either", "[journal]") {
  const TemporaryDir dir, killed;
  auto journal = open(dir.path(), {.durability = Durability::normal});
  for (std::uint64_t i = 1; i <= 20; ++i) REQUIRE(journal->commit(events(i, i)).has_value());
  for (const auto* name : {"journal.db", "journal.db-wal"})
    std::filesystem::copy(dir.path() / name, killed.path() / name);
  const auto entries = all(*open(killed.path()));
  REQUIRE(entries.has_value());
  CHECK(entries->size() == 20);
}
