// Every step that the journal asks of the system fails once, or from then on.
#include <sqlite3.h>

#include <catch2/catch.hpp>
#include <condition_variable>
#include <functional>
#include <mutex>

#include "faulty_memory.hpp"
#include "faulty_vfs.hpp"
#include "journal/committer.hpp"
#include "log_of_parts.hpp"
#include "patience.hpp"
#include "temporary_dir.hpp"

using namespace assist;
using namespace assist::journal;
using namespace assist::testing;
using namespace std::chrono_literals;
using Step = FaultyVfs::Step;

namespace {

constexpr std::uint64_t kParts = 25;  // 200 events

SqliteOptions faulty_options(Durability durability = Durability::full) {
  SqliteOptions options;
  options.durability = durability;
  options.checkpoint_frames = 20;  // so that checkpoints come often
  options.vfs = FaultyVfs::kName;
  return options;
}

/// What the committer told: which tickets are durable, and which tries failed.
class Told {
 public:
  Committer::Listener listener() {
    return {[this](std::uint64_t ticket) { note([&] { durable_ = ticket; }); },
            [this](const Error& error) {
              note([&] {
                ++failures_;
                nameless_ += error.text.empty();
              });
            },
            {}};
  }
  /// False: tries failed `failures_max` times in a row before it was.
  bool wait_for(std::uint64_t ticket, int failures_max) {
    std::unique_lock lock(mutex_);
    const int before = failures_;
    changed_.wait_for(lock, testing::patience(20s),
                      [&] { return durable_ >= ticket || failures_ - before >= failures_max; });
    return durable_ >= ticket;
  }
  std::uint64_t durable() {
    const std::lock_guard lock(mutex_);
    return durable_;
  }
  int nameless() {
    const std::lock_guard lock(mutex_);
    return nameless_;
  }

 private:
  template <class F>
  void note(const F& what) {
    const std::lock_guard lock(mutex_);
    what();
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t durable_ = 0;
  int failures_ = 0, nameless_ = 0;
};

/// Opens a journal once all works again, and says how much is there. It must take a further part.
std::uint64_t parts_after_restart(const std::filesystem::path& dir) {
  auto opened = open_sqlite(dir, faulty_options());
  if (!opened) FAIL(opened.error().text);
  const auto parts = whole_parts(**opened);
  if (const auto more = (*opened)->commit(part_of_log(parts)); !more) FAIL(more.error().text);
  opened->reset();
  auto again = open_sqlite(dir, faulty_options());
  if (!again) FAIL(again.error().text);
  if (whole_parts(**again) != parts + 1) FAIL("what was committed after the restart is not there");
  return parts;
}

/// After a kill, and after a loss of power: all that was acknowledged, and nothing torn.
void check_restarts(const std::filesystem::path& dir, std::uint64_t acked) {
  const TemporaryDir killed, dark;
  copy_journal(dir, killed.path());
  const auto after_kill = parts_after_restart(killed.path());
  if (after_kill < acked || after_kill > acked + 1)
    FAIL("after a kill: " << after_kill << " parts, acknowledged " << acked);
  FaultyVfs::get().after_power_cut(dir, dark.path(), FaultyVfs::Unsynced::lost);
  const auto after_cut = parts_after_restart(dark.path());
  if (after_cut < acked || after_cut > acked + 1)
    FAIL("after a loss of power: " << after_cut << " parts, acknowledged " << acked);
}

/// What is made to fail in a run, and whether that was met.
struct Cause {
  std::function<void()> set;
  std::function<bool()> unset;  // true: it was met
  bool stays = false;
};

/// Commits 200 events while something is made to fail. True: it was met.
bool run_with(const Cause& fault) {
  const TemporaryDir dir;
  fault.set();
  auto journal = open_sqlite(dir.path(), faulty_options());
  if (!journal) {
    if (journal.error().text.find("journal.db") == std::string::npos)
      FAIL("does not say what failed: " << journal.error().text);
    if (fault.stays) return fault.unset();
    journal = open_sqlite(dir.path(), faulty_options());
    if (!journal) FAIL("once it works again: " << journal.error().text);
  }
  Told told;
  std::uint64_t part = 0;
  {
    Committer committer(**journal, {.delay = 0us, .retry = 1ms, .retry_max = 1ms}, told.listener());
    for (; part < kParts; ++part) {
      const auto ticket = committer.append(part_of_log(part));
      if (!told.wait_for(ticket, fault.stays ? 2 : 20)) break;
    }
    committer.stop();
  }
  CHECK(told.nameless() == 0);
  if (!fault.stays && part < kParts) FAIL("did not heal after part " << part);
  if (told.durable() > part) FAIL("acknowledged what failed");
  const bool met = fault.unset();
  check_restarts(dir.path(), told.durable());
  journal->reset();
  if (parts_after_restart(dir.path()) < told.durable()) FAIL("lost what was acknowledged");
  return met;
}

bool run_with(const FaultyVfs::Fault& fault) {
  auto& vfs = FaultyVfs::get();
  vfs.reset(static_cast<std::uint32_t>(fault.nth));
  return run_with({[&] { vfs.fail(fault); },
                   [&] {
                     const bool met = vfs.reached();
                     vfs.fail({});
                     return met;
                   },
                   fault.stays});
}

}  // namespace

TEST_CASE("whichever step fails, nothing acknowledged is lost, nothing torn, and it heals",
          "[journal][faults]") {
  struct Row {
    const char* what;
    Step step;
    int code;
  };
  static const Row rows[] = {
      {"write", Step::write, SQLITE_IOERR_WRITE},
      {"full disk", Step::write, SQLITE_FULL},
      {"fsync", Step::sync, SQLITE_IOERR_FSYNC},
      {"open", Step::open, SQLITE_CANTOPEN},
      {"delete", Step::remove, SQLITE_IOERR_DELETE},
      {"truncate", Step::truncate, SQLITE_IOERR_TRUNCATE},
      {"read", Step::read, SQLITE_IOERR_READ},
      {"map", Step::map, SQLITE_IOERR_SHMMAP},
  };
  // Every n where all are asked for; else as many as fit into a build.
  const auto stride = rounds("FAULT_STRIDE", 7);
  for (const auto& row : rows) {
    for (const bool stays : {false, true}) {
      bool met = true;
      std::uint64_t runs = 0;
      for (std::uint64_t nth = 1; met; nth += stride, ++runs) {
        INFO(row.what << " number " << nth << (stays ? " and all later ones" : "") << " fails");
        REQUIRE(nth < 20'000);
        met = run_with({row.step, nth, row.code, stays});
      }
      INFO(row.what);
      CHECK(runs > 1);  // the last of them met no fault
    }
  }
}

TEST_CASE("whichever request for memory fails, nothing acknowledged is lost, and it heals",
          "[journal][faults]") {
  const auto stride = rounds("MEMORY_STRIDE", 77);  // 1: each of some 20,000 takes minutes
  bool met = true;
  std::uint64_t runs = 0;
  for (std::uint64_t nth = 1; met; nth += stride, ++runs) {
    INFO("request number " << nth << " fails");
    REQUIRE(nth < 200'000);
    FaultyVfs::get().reset();
    met = run_with({[&] { FaultyMemory::fail_at(nth); },
                    [&] {
                      const bool reached = FaultyMemory::requests() >= nth;
                      FaultyMemory::fail_at(0);
                      return reached;
                    },
                    false});
  }
  CHECK(runs > 1);
}
