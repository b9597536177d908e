// The power goes at random moments, again and again, also while the journal is opened after it.
#include <sqlite3.h>

#include <catch2/catch.hpp>
#include <iostream>
#include <random>

#include "faulty_vfs.hpp"
#include "log_of_parts.hpp"
#include "temporary_dir.hpp"

using namespace assist;
using namespace assist::journal;
using namespace assist::testing;

namespace {

constexpr std::uint64_t kGenerations = 4;  // of a round: so many times the power goes

class Machine {
 public:
  Machine(std::uint32_t seed, Durability durability) : random_(seed), durability_(durability) {
    FaultyVfs::get().reset(seed);
  }

  /// Runs until the power goes, and leaves in `dir` what is on disk then.
  void run(const std::filesystem::path& dir) {
    auto& vfs = FaultyVfs::get();
    const TemporaryDir here;
    copy_journal(dir, here.path());
    vfs.power_off_at(draw(1, 400));
    // A sync that failed is told from one that did not only if the power goes some time after it.
    if (draw(0, 1) == 0)
      vfs.fail({FaultyVfs::Step::sync, draw(1, 60), SQLITE_IOERR_FSYNC, false, draw(1, 150)});
    SqliteOptions options;
    options.vfs = FaultyVfs::kName;
    options.durability = durability_;
    options.checkpoint_frames = static_cast<std::uint32_t>(draw(5, 30));
    auto journal = open_sqlite(here.path(), options);
    if (journal) write(**journal);
    if (!vfs.is_off() && !journal && !vfs.reached()) FAIL(journal.error().text);
    vfs.fail({});
    vfs.power_off_at(0);
    for (const auto& old : std::filesystem::directory_iterator(dir)) std::filesystem::remove(old);
    vfs.after_power_cut(here.path(), dir, FaultyVfs::Unsynced::random);
  }

  std::uint64_t acked() const { return acked_; }
  void now_at(std::uint64_t parts) { acked_ = parts; }

 private:
  std::uint64_t draw(std::uint64_t from, std::uint64_t to) {
    return std::uniform_int_distribution<std::uint64_t>(from, to)(random_);
  }

  void write(Journal& journal) {
    const auto parts = journal.last_sequence() / kPart;
    if (durability_ == Durability::full && parts < acked_) FAIL("lost before it began");
    acked_ = parts;
    for (int tries = 0; tries < 3 && !FaultyVfs::get().is_off();) {
      if (journal.commit(part_of_log(acked_))) {
        ++acked_;
        tries = 0;
      } else {
        ++tries;
      }
    }
  }

  std::mt19937 random_;
  Durability durability_;
  std::uint64_t acked_ = 0;
};

std::uint64_t parts_found(const std::filesystem::path& dir) {
  SqliteOptions options;
  options.vfs = FaultyVfs::kName;
  // A copy: to look must not mend anything before the next generation.
  const TemporaryDir copy;
  copy_journal(dir, copy.path());
  auto journal = open_sqlite(copy.path(), options);
  if (!journal) FAIL(journal.error().text);
  return whole_parts(**journal);
}

void go_round(std::uint32_t seed, Durability durability) {
  INFO("POWER_CUT_SEED=" << seed);
  const TemporaryDir dir;
  Machine machine(seed, durability);
  for (std::uint64_t i = 0; i < kGenerations; ++i) {
    machine.run(dir.path());
    const auto found = parts_found(dir.path());
    // A commit under way may be there whole; none that was acknowledged is missing.
    if (found > machine.acked() + 1) FAIL("more than was written: " << found);
    if (durability == Durability::full && found < machine.acked())
      FAIL("acknowledged " << machine.acked() << " parts, found " << found);
    machine.now_at(found);
  }
  CHECK(machine.acked() > 0);
}

/// A sync fails, and some steps later the power goes. With few pages to a checkpoint, so that the
/// next one, which would take what the kernel dropped for written, lies in between. How many parts
/// are there then; the journal must be sound.
std::uint64_t cut_soon_after_failed_sync(std::uint64_t sync, std::uint64_t off_after) {
  INFO("sync " << sync << " fails, the power goes " << off_after << " steps later");
  auto& vfs = FaultyVfs::get();
  vfs.reset(static_cast<std::uint32_t>(sync * 1'000 + off_after));
  const TemporaryDir here, dark;
  SqliteOptions options;
  options.vfs = FaultyVfs::kName;
  options.durability = Durability::normal;
  options.checkpoint_frames = 6;
  {
    auto journal = open_sqlite(here.path(), options);
    if (!journal) FAIL(journal.error().text);
    vfs.fail({FaultyVfs::Step::sync, sync, SQLITE_IOERR_FSYNC, false, off_after});
    for (std::uint64_t part = 0, tries = 0; !vfs.is_off() && tries < 100; ++tries)
      if ((*journal)->commit(part_of_log(part))) ++part;
    vfs.fail({});
    vfs.power_off_at(0);
    vfs.after_power_cut(here.path(), dark.path(), FaultyVfs::Unsynced::random);
  }
  return parts_found(dark.path());
}

std::uint32_t first_seed() {
  const char* const said = std::getenv("POWER_CUT_SEED");
  const auto seed = said ? static_cast<std::uint32_t>(std::strtoul(said, nullptr, 10))
                         : std::random_device{}() % 1'000'000'000;
  std::cout << "POWER_CUT_SEED=" << seed << '\n';
  return seed;
}

}  // namespace

TEST_CASE("what was acknowledged outlives a loss of power, nothing is torn", "[journal][power]") {
  const auto times = rounds("POWER_CUT_ROUNDS", 40);
  const auto seed = first_seed();
  for (std::uint32_t i = 0; i < times; ++i) go_round(seed + i, Durability::full);
}

TEST_CASE("with durability normal a loss of power takes the last commits at most, whole",
          "[journal][power]") {
  const auto times = rounds("POWER_CUT_ROUNDS", 40);
  const auto seed = first_seed();
  for (std::uint32_t i = 0; i < times; ++i) go_round(seed + i, Durability::normal);
}

TEST_CASE("a checkpoint whose sync failed does not let the next one harm the journal",
          "[journal][power]") {
  const auto stride = rounds("FAULT_STRIDE", 7);
  std::uint64_t found = 0;
  for (std::uint64_t sync = 1; sync <= 8; ++sync)
    for (std::uint64_t off_after = 1; off_after <= 90; off_after += stride)
      found += cut_soon_after_failed_sync(sync, off_after);
  CHECK(found > 0);
}
