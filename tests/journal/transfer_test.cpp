#include "journal/sqlite/transfer.hpp"

#include <sqlite3.h>

#include <catch2/catch.hpp>

#include "journal/sqlite/verify.hpp"
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

/// With all that a journal can hold, also bytes that are no text.
void fill(const std::filesystem::path& dir) {
  auto journal = open(dir);
  for (std::uint64_t i = 0; i < 6; ++i) REQUIRE(journal->commit(part_of_log(i)).has_value());
  Commit commit;
  commit.entries.push_back({49, event_of_part(60).at, Kind::act, R"({"a":"\u0000 é"})"});
  commit.entries.push_back({50, event_of_part(60).at, Kind::rule_set, "line\nbreak \xff\xfe"});
  commit.rejected.push_back(
      {0, event_of_part(61).at, "id\"", "not_json", "why", "/data", "\xc3\x28\0"});
  commit.rejected.push_back({0, event_of_part(61).at, std::nullopt, "bad_data", "", "", "{}"});
  commit.feedback.push_back({event_of_part(62).at, "ana", "s1", "long_hold", "helpful", "gut ☺"});
  commit.confidential.push_back({"long_hold", "unhelpful", "it is wrong", "2026-11"});
  commit.confidential.push_back({"outage", "helpful", "", "2026-11"});
  REQUIRE(journal->commit(commit).has_value());
  std::string large(200'000, '\0');
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 7 + i / 256);
  for (const std::uint64_t position : {16, 24})
    REQUIRE(journal->save_snapshot({position, event_of_part(position).at, 3, large}).has_value());
}

std::vector<std::string> exported(const std::filesystem::path& dir) {
  std::vector<std::string> lines;
  const auto done = export_sqlite(dir, [&](std::string_view line) {
    REQUIRE(line.ends_with('\n'));
    lines.emplace_back(line.substr(0, line.size() - 1));
    CHECK(lines.back().find('\n') == std::string::npos);
    return Result<void>();
  });
  if (!done) FAIL(done.error().text);
  return lines;
}

Result<std::uint64_t> import(const std::filesystem::path& dir,
                             const std::vector<std::string>& lines) {
  auto import = SqliteImport::into(dir);
  if (!import) return import.error();
  for (const auto& line : lines) {
    if (auto taken = (*import)->line(line); !taken) return taken.error();
  }
  return (*import)->finish();
}

void check_whole(const std::filesystem::path& dir) {
  const auto found = verify_sqlite(dir, {});
  if (!found) FAIL(found.error().text);
}

}  // namespace

TEST_CASE("the export of an import is the same, byte by byte", "[journal]") {
  for (const bool pruned : {false, true}) {
    INFO("pruned: " << pruned);
    const TemporaryDir from, to;
    fill(from.path());
    if (pruned) REQUIRE(open(from.path())->prune({event_of_part(13).at}).has_value());
    const auto lines = exported(from.path());
    const auto done = import(to.path(), lines);
    if (!done) FAIL(done.error().text);
    CHECK(*done == (pruned ? 38U : 50U));
    CHECK(exported(to.path()) == lines);
    check_whole(to.path());
    // It goes on as the first would.
    auto journal = open(to.path());
    CHECK(journal->last_sequence() == 50);
    CHECK(journal->pruned_to() == (pruned ? 12U : 0U));
    std::vector<std::string> warnings;
    const auto snapshot = journal->latest_snapshot(warnings);
    REQUIRE(snapshot.has_value());
    REQUIRE(*snapshot);
    CHECK((*snapshot)->position == 24);
    Commit more;
    more.rejected.push_back({0, event_of_part(70).at, std::nullopt, "bad_data", "", "", "{}"});
    CHECK(journal->commit(more).has_value());
    CHECK(journal->rejected(4, 10)->front().number == 5);
  }
}

TEST_CASE("an empty journal can be exported and imported", "[journal]") {
  const TemporaryDir from, to;
  open(from.path()).reset();
  const auto lines = exported(from.path());
  CHECK(lines.size() == 2);
  CHECK(import(to.path(), lines).has_value());
  CHECK(exported(to.path()) == lines);
}

TEST_CASE("nothing is imported into a directory that is not empty", "[journal]") {
  const TemporaryDir from, to;
  fill(from.path());
  const auto lines = exported(from.path());
  REQUIRE(import(to.path(), lines).has_value());
  const auto again = import(to.path(), lines);
  REQUIRE_FALSE(again.has_value());
  CHECK(again.error().text.find("is not empty") != std::string::npos);
  CHECK(exported(to.path()) == lines);
}

TEST_CASE("lines that were changed, dropped, moved or cut short are refused, and leave nothing",
          "[journal]") {
  const TemporaryDir from;
  fill(from.path());
  const auto lines = exported(from.path());
  const auto refused = [&](const std::vector<std::string>& wrong) {
    const TemporaryDir to;
    const auto done = import(to.path(), wrong);
    CHECK_FALSE(std::filesystem::exists(to.path() / "journal.db"));
    CHECK_FALSE(std::filesystem::exists(to.path() / "import.part"));
    if (done) return std::string("taken");
    CHECK(done.error().code == ErrorCode::journal);
    return done.error().text;
  };
  for (std::size_t i = 0; i < lines.size(); ++i) {
    INFO("line " << i + 1 << ": " << lines[i].substr(0, 100));
    auto dropped = lines;
    dropped.erase(dropped.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK(refused(dropped) != "taken");
    auto doubled = lines;
    doubled.insert(doubled.begin() + static_cast<std::ptrdiff_t>(i), lines[i]);
    CHECK(refused(doubled) != "taken");
    auto changed = lines;
    const auto at = changed[i].size() / 2;
    changed[i][at] = changed[i][at] == 'A' ? 'B' : 'A';
    CHECK(refused(changed) != "taken");
    auto cut = lines;
    cut.resize(i);
    CHECK(refused(cut) != "taken");
  }
  auto entry = lines;
  entry[3].replace(entry[3].find("text"), 4, "test");
  CHECK(refused(entry) == "entry 3 is damaged (its checksum differs)");
  std::swap(entry[1], entry[2]);
  CHECK(refused(entry) == "entry 2 comes where entry 1 is due");
}

TEST_CASE("what is looked at is whole, and its summary tells what there is", "[journal]") {
  const TemporaryDir dir;
  fill(dir.path());
  const auto found = verify_sqlite(dir.path(), {});
  if (!found) FAIL(found.error().text);
  CHECK(found->entries == 50);
  CHECK(found->first == event_of_part(1).at);
  CHECK(found->last == event_of_part(60).at);
  CHECK(found->snapshots == 2);
  CHECK(found->pruned_to == 0);
}

TEST_CASE("to look at what is not there is another failure than damage", "[journal]") {
  const TemporaryDir dir;
  const auto found = verify_sqlite(dir.path(), {});
  REQUIRE_FALSE(found.has_value());
  CHECK(found.error().code == ErrorCode::unreadable);
  CHECK(found.error().text.find("there is no journal here") != std::string::npos);
  CHECK(std::filesystem::is_empty(dir.path()));
}
