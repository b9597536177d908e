// Bits that flip and files that are cut while nobody looks.
#include <catch2/catch.hpp>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>

#include "faulty_vfs.hpp"
#include "log_of_parts.hpp"
#include "temporary_dir.hpp"

using namespace assist;
using namespace assist::journal;
using namespace assist::testing;

namespace {

constexpr std::uint64_t kParts = 25;
const char* const kFiles[] = {"journal.db", "journal.db-wal", "journal.db-acked"};

SqliteOptions without_syncs() {
  FaultyVfs::get().reset();
  SqliteOptions options;
  options.vfs = FaultyVfs::kName;
  return options;
}

/// What a service leaves behind that ended in order, or (with a log beside the database) was
/// killed.
void make_journal(const std::filesystem::path& to, bool killed) {
  const TemporaryDir dir;
  auto options = without_syncs();
  options.checkpoint_frames = 60;  // so that some is in the database, some in the log
  auto journal = open_sqlite(dir.path(), options);
  if (!journal) FAIL(journal.error().text);
  for (std::uint64_t i = 0; i < kParts; ++i)
    if (const auto done = (*journal)->commit(part_of_log(i)); !done) FAIL(done.error().text);
  if (!killed) journal->reset();
  copy_journal(dir.path(), to);
}

struct Files {
  std::vector<std::pair<std::string, std::string>> all;  // name, bytes
  explicit Files(const std::filesystem::path& dir) {
    for (const auto* name : kFiles) {
      std::ifstream file(dir / name, std::ios::binary);
      if (file) all.emplace_back(name, std::string(std::istreambuf_iterator<char>(file), {}));
    }
  }
  void write(const std::filesystem::path& dir) const {
    for (const auto& [name, bytes] : all) {
      std::ofstream file(dir / name, std::ios::binary);
      file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    }
  }
};

/// "": all of it is there, and nothing else. Otherwise what the start says. Anything else fails.
std::string started(const std::filesystem::path& dir) {
  auto journal = open_sqlite(dir, without_syncs());
  if (!journal) return journal.error().text;
  std::uint64_t seen = 0;
  const auto done = (*journal)->replay(0, [&](const Entry& entry) {
    const auto due = event_of_part(++seen);
    if (entry.sequence != due.sequence || entry.at != due.at || entry.kind != due.kind ||
        entry.body != due.body)
      FAIL("entry " << seen << " differs, and nothing is said");
    return Result<void>();
  });
  if (!done) return done.error().text;
  if (seen != kParts * kPart) FAIL(seen << " entries, and nothing is said");
  return "";
}

/// As started(), of a start that goes on from a snapshot of entry 160 and reads what follows; what
/// it did not read is checked then.
std::string started_from_snapshot(const std::filesystem::path& dir) {
  constexpr std::uint64_t kPosition = 160;
  auto journal = open_sqlite(dir, without_syncs());
  if (!journal) return journal.error().text;
  std::uint64_t seen = kPosition;
  const auto done = (*journal)->replay(kPosition, [&](const Entry& entry) {
    if (entry.body != event_of_part(++seen).body)
      FAIL("entry " << seen << " differs, and nothing is said");
    return Result<void>();
  });
  if (!done) return done.error().text;
  if (seen != kParts * kPart) FAIL(seen << " entries, and nothing is said");
  for (std::uint64_t at = 0; at < kPosition;) {
    const auto checked = (*journal)->check(at, kPosition, 16);
    if (!checked) return checked.error().text;
    at = *checked;
  }
  return (*journal)->replay(0, [](const Entry&) { return Result<void>(); }) ? "" : "(not told)";
}

class Damage {
 public:
  Damage(std::uint32_t seed, Files whole) : random_(seed), whole_(std::move(whole)) {}

  void round(std::string (*start)(const std::filesystem::path&) = started) {
    auto files = whole_;
    auto& [name, bytes] = files.all[draw(files.all.size())];
    const bool cut = draw(8) == 0;
    const auto at = draw(bytes.size());
    INFO(name << (cut ? " cut at byte " : ", bit flipped in byte ") << at);
    if (cut) {
      bytes.resize(at);
    } else {
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << draw(8)));
    }
    const TemporaryDir dir;
    files.write(dir.path());
    const auto said = start(dir.path());
    told_ += !said.empty();
    if (!said.empty() && said.find("journal.db") == std::string::npos)
      FAIL("does not name the file: " << said);
  }
  std::uint64_t told() const { return told_; }

 private:
  std::size_t draw(std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_);
  }
  std::mt19937 random_;
  const Files whole_;
  std::uint64_t told_ = 0;
};

}  // namespace

TEST_CASE("a bit that flips, or a file that is cut, is told or changes nothing", "[journal]") {
  const auto times = rounds("DAMAGE_ROUNDS", 400);
  const char* const given = std::getenv("DAMAGE_SEED");
  const auto seed = given ? static_cast<std::uint32_t>(std::strtoul(given, nullptr, 10))
                          : std::random_device{}() % 1'000'000'000;
  std::cout << "DAMAGE_SEED=" << seed << '\n';
  for (const bool killed : {false, true}) {
    INFO("DAMAGE_SEED=" << seed << (killed ? ", killed" : ", ended in order"));
    const TemporaryDir whole;
    make_journal(whole.path(), killed);
    CHECK(std::filesystem::exists(whole.path() / "journal.db-wal") == killed);
    Damage damage(seed, Files(whole.path()));
    for (std::uint64_t i = 0; i < times / 2; ++i) damage.round();
    std::cout << (killed ? "killed: " : "ended in order: ") << damage.told() << " of " << times / 2
              << " told, the others changed nothing\n";
    CHECK(damage.told() > times / 8);
  }
}

TEST_CASE(
    "damage to what a snapshot has in it is told beside the running service, or changes nothing",
    "[journal]") {
  const auto times = rounds("DAMAGE_ROUNDS", 400) / 4;
  const auto seed = std::random_device{}() % 1'000'000'000;
  INFO("seed " << seed);
  const TemporaryDir whole;
  make_journal(whole.path(), false);
  Damage damage(seed, Files(whole.path()));
  for (std::uint64_t i = 0; i < times; ++i) damage.round(started_from_snapshot);
  std::cout << "behind a snapshot: " << damage.told() << " of " << times
            << " told, the others changed nothing\n";
  CHECK(damage.told() > times / 8);
}

TEST_CASE("a journal that lost its newest part says so, and how to go on", "[journal]") {
  const TemporaryDir dir;
  make_journal(dir.path(), true);
  const auto log = dir.path() / "journal.db-wal";
  std::filesystem::resize_file(log, std::filesystem::file_size(log) / 2);
  const auto opened = open_sqlite(dir.path(), without_syncs());
  REQUIRE_FALSE(opened.has_value());
  const auto& text = opened.error().text;
  INFO(text);
  CHECK(text.find("but entries up to 200 were acknowledged") != std::string::npos);
  CHECK(text.find("journal.db-wal is damaged after byte ") != std::string::npos);
  CHECK(text.find("Restore a backup") != std::string::npos);
  std::filesystem::remove(dir.path() / "journal.db-acked");
  CHECK(open_sqlite(dir.path(), without_syncs()).has_value());
}

TEST_CASE("a journal whose database is gone is no empty journal", "[journal]") {
  const TemporaryDir dir;
  make_journal(dir.path(), false);
  std::filesystem::remove(dir.path() / "journal.db");
  const auto opened = open_sqlite(dir.path(), without_syncs());
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().text.find("is missing, though there was one") != std::string::npos);
}
