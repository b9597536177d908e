#include <catch2/catch.hpp>
#include <fstream>

#include "journal/disk.hpp"
#include "journal/snapshot_files.hpp"
#include "log_of_parts.hpp"
#include "temporary_dir.hpp"

using namespace assist;
using namespace assist::journal;
using namespace assist::testing;

namespace {

std::unique_ptr<Journal> open(const std::filesystem::path& dir, SqliteOptions options = {}) {
  auto opened = open_sqlite(dir, options);
  if (!opened) FAIL(opened.error().text);
  return std::move(*opened);
}

Snapshot snapshot_at(std::uint64_t position, std::string bytes) {
  return {position, event_of_part(position).at, 7, std::move(bytes)};
}

void fill(Journal& journal, std::uint64_t parts) {
  for (std::uint64_t i = journal.last_sequence() / kPart; i < parts; ++i)
    REQUIRE(journal.commit(part_of_log(i)).has_value());
}

std::optional<Snapshot> latest(Journal& journal, std::size_t warnings_due = 0) {
  std::vector<std::string> warnings;
  auto found = journal.latest_snapshot(warnings);
  if (!found) FAIL(found.error().text);
  CHECK(warnings.size() == warnings_due);
  return std::move(*found);
}

void flip(const std::filesystem::path& file, std::uintmax_t byte) {
  std::fstream io(file, std::ios::in | std::ios::out | std::ios::binary);
  io.seekg(static_cast<std::streamoff>(byte));
  const auto was = io.get();
  io.seekp(static_cast<std::streamoff>(byte));
  io.put(static_cast<char>(was ^ 4));
}

/// Fails at the nth step, and at all after it if asked to.
class FailingDisk final : public Disk {
 public:
  explicit FailingDisk(int nth) : left_(nth) {}
  bool met() const { return left_ <= 0; }

  Result<int> create(const std::filesystem::path& path) override {
    if (fails()) return broken();
    return Disk::create(path);
  }
  Result<void> write(int file, std::string_view bytes) override {
    if (!fails()) return Disk::write(file, bytes);
    // A write that fails got through in part.
    const auto part = Disk::write(file, bytes.substr(0, bytes.size() / 2));
    return part ? Result<void>(broken()) : part;
  }
  Result<void> sync(int file) override {
    return fails() ? Result<void>(broken()) : Disk::sync(file);
  }
  Result<void> rename(const std::filesystem::path& from, const std::filesystem::path& to) override {
    return fails() ? Result<void>(broken()) : Disk::rename(from, to);
  }
  Result<void> remove(const std::filesystem::path& path) override {
    return fails() ? Result<void>(broken()) : Disk::remove(path);
  }
  Result<void> sync_dir(const std::filesystem::path& dir) override {
    return fails() ? Result<void>(broken()) : Disk::sync_dir(dir);
  }

 private:
  bool fails() { return --left_ == 0; }
  static Error broken() { return {ErrorCode::unreadable, "no space left on device", {}}; }
  int left_;
};

}  // namespace

TEST_CASE("the newest snapshot is found again, with all that is known of it", "[journal]") {
  const TemporaryDir dir;
  const std::string bytes("state\0of the engine", 19);
  {
    auto journal = open(dir.path());
    fill(*journal, 3);
    CHECK_FALSE(latest(*journal));
    REQUIRE(journal->save_snapshot(snapshot_at(8, "older")).has_value());
    REQUIRE(journal->save_snapshot(snapshot_at(20, bytes)).has_value());
  }
  auto journal = open(dir.path());
  const auto found = latest(*journal);
  REQUIRE(found);
  CHECK(found->position == 20);
  CHECK(found->at == event_of_part(20).at);
  CHECK(found->format == 7);
  CHECK(found->bytes == bytes);
}

TEST_CASE("what a process left that was killed while it saved is gone with the next one",
          "[journal]") {
  const TemporaryDir dir;
  auto journal = open(dir.path());
  fill(*journal, 3);
  REQUIRE(journal->save_snapshot(snapshot_at(8, "eight")).has_value());
  const auto left = dir.path() / "snapshots/00000000000000000016.snapshot.part";
  std::ofstream(left) << "half of it";
  CHECK(latest(*journal)->bytes == "eight");
  REQUIRE(journal->save_snapshot(snapshot_at(24, "new")).has_value());
  CHECK_FALSE(std::filesystem::exists(left));
  CHECK(latest(*journal)->bytes == "new");
}

TEST_CASE("a snapshot of what is not in the journal is refused", "[journal]") {
  const TemporaryDir dir;
  auto journal = open(dir.path());
  fill(*journal, 1);
  CHECK_FALSE(journal->save_snapshot(snapshot_at(9, "x")).has_value());
}

TEST_CASE("when the newest snapshot is damaged, the one before it is taken", "[journal]") {
  const TemporaryDir dir;
  auto journal = open(dir.path());
  fill(*journal, 4);
  for (const std::uint64_t position : {8, 16, 24})
    REQUIRE(journal->save_snapshot(snapshot_at(position, std::string(5'000, 's'))).has_value());
  Disk disk;
  SnapshotFiles files(dir.path() / "snapshots", disk);
  const auto there = files.positions();
  REQUIRE(there.has_value());
  CHECK(*there == std::vector<std::uint64_t>{24, 16});
  const auto file = dir.path() / "snapshots/00000000000000000024.snapshot";
  const auto size = std::filesystem::file_size(file);
  const TemporaryDir aside;
  std::filesystem::copy(file, aside.path() / "whole");
  for (std::uintmax_t byte = 0; byte < size; byte += 97) {
    INFO("byte " << byte);
    flip(file, byte);
    const auto found = latest(*journal, 1);
    REQUIRE(found);
    CHECK(found->position == 16);
    flip(file, byte);
    std::filesystem::resize_file(file, byte);
    CHECK(latest(*journal, 1)->position == 16);
    std::filesystem::copy_file(aside.path() / "whole", file,
                               std::filesystem::copy_options::overwrite_existing);
  }
  CHECK(latest(*journal)->position == 24);
}

TEST_CASE("a snapshot of another journal is passed over", "[journal]") {
  const TemporaryDir one, other;
  {
    auto journal = open(one.path());
    fill(*journal, 2);
    REQUIRE(journal->save_snapshot(snapshot_at(16, "mine")).has_value());
  }
  auto journal = open(other.path());
  Commit commit;
  for (std::uint64_t i = 1; i <= 16; ++i)
    commit.entries.push_back({i, event_of_part(i).at, Kind::event, "{}"});
  REQUIRE(journal->commit(commit).has_value());
  std::filesystem::copy(one.path() / "snapshots", other.path() / "snapshots");
  CHECK_FALSE(latest(*journal, 1));
}

TEST_CASE("a snapshot is saved whole or not at all, whichever step fails", "[journal][faults]") {
  for (int nth = 1;; ++nth) {
    INFO("step " << nth);
    const TemporaryDir dir;
    FailingDisk disk(nth);
    std::uint64_t saved = 0;
    {
      SqliteOptions options;
      options.disk = &disk;
      auto journal = open(dir.path(), options);
      fill(*journal, 5);
      for (const std::uint64_t position : {8, 16, 24, 32}) {
        if (journal->save_snapshot(snapshot_at(position, std::to_string(position)))) {
          saved = position;
        }
      }
    }
    auto journal = open(dir.path());
    const auto found = latest(*journal);
    REQUIRE(found);
    CHECK(found->position >= saved);
    CHECK(found->bytes == std::to_string(found->position));
    if (!disk.met()) break;
    REQUIRE(nth < 200);
  }
}

TEST_CASE("pruned are old entries that both snapshots have in them, in small steps", "[journal]") {
  const TemporaryDir dir;
  const auto all_old = event_of_part(1'000).at;
  {
    auto journal = open(dir.path());
    fill(*journal, 10);  // 80 entries
    const auto nothing = journal->prune({all_old, 10});
    REQUIRE(nothing.has_value());
    CHECK_FALSE(*nothing);
    REQUIRE(journal->save_snapshot(snapshot_at(40, "a")).has_value());
    CHECK(journal->prune({all_old, 10}).has_value());
    CHECK(journal->pruned_to() == 0);  // the entries are what there is to fall back on
    REQUIRE(journal->save_snapshot(snapshot_at(64, "b")).has_value());
    int steps = 1;
    for (; *journal->prune({event_of_part(31).at, 10}); ++steps) REQUIRE(steps < 100);
    CHECK(steps == 4);
    CHECK(journal->pruned_to() == 30);  // older than entry 31
    while (*journal->prune({all_old, 10})) {
    }
    CHECK(journal->pruned_to() == 40);
    fill(*journal, 11);
  }
  auto journal = open(dir.path());
  CHECK(journal->pruned_to() == 40);
  CHECK(journal->last_sequence() == 88);
  std::uint64_t next = 41;
  const auto take = [&](const Entry& entry) {
    CHECK(entry.sequence == next++);
    return Result<void>();
  };
  CHECK(journal->replay(40, take).has_value());
  CHECK(next == 89);
  next = 65;
  CHECK(journal->replay(64, take).has_value());
  CHECK(next == 89);
  const auto from_start = journal->replay(0, take);
  REQUIRE_FALSE(from_start.has_value());
  CHECK(from_start.error().text.find("was pruned") != std::string::npos);
}

TEST_CASE("a pruned journal without a snapshot says so", "[journal]") {
  const TemporaryDir dir;
  auto journal = open(dir.path());
  fill(*journal, 4);
  REQUIRE(journal->save_snapshot(snapshot_at(8, "a")).has_value());
  REQUIRE(journal->save_snapshot(snapshot_at(16, "b")).has_value());
  CHECK(journal->prune({event_of_part(1'000).at}).has_value());
  CHECK(journal->pruned_to() == 8);
  std::filesystem::remove_all(dir.path() / "snapshots");
  std::vector<std::string> warnings;
  const auto found = journal->latest_snapshot(warnings);
  REQUIRE_FALSE(found.has_value());
  CHECK(found.error().text.find("there is no snapshot to go on from") != std::string::npos);
}

TEST_CASE("all that was pruned is gone, and the chain goes on when nothing else is left",
          "[journal]") {
  const TemporaryDir dir;
  {
    auto journal = open(dir.path());
    fill(*journal, 2);
    REQUIRE(journal->save_snapshot(snapshot_at(15, "a")).has_value());
    REQUIRE(journal->save_snapshot(snapshot_at(16, "b")).has_value());
    REQUIRE(journal->save_snapshot(snapshot_at(16, "b again")).has_value());
    REQUIRE(journal->prune({event_of_part(1'000).at}).has_value());
    CHECK(journal->pruned_to() == 15);
  }
  auto journal = open(dir.path());
  CHECK(journal->last_sequence() == 16);
  fill(*journal, 3);
  CHECK(journal->replay(15, [](const Entry&) { return Result<void>(); }).has_value());
  CHECK(latest(*journal)->bytes == "b again");
}
