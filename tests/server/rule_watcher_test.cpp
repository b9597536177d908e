#include "server/rule_watcher.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <utility>

#include "../journal/temporary_dir.hpp"
#include "patience.hpp"

using namespace std::chrono_literals;
using assist::server::RuleWatcher;
using assist::testing::TemporaryDir;

namespace {

/// Counts what a watcher tells.
class Told {
 public:
  void operator()() {
    const std::lock_guard lock(mutex_);
    ++count_;
    changed_.notify_all();
  }
  bool reaches(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, assist::testing::patience(5s), [&] { return count_ >= count; });
  }
  /// True: nothing more is told for a while.
  bool stays(int count, std::chrono::milliseconds time = 150ms) {
    std::unique_lock lock(mutex_);
    return !changed_.wait_for(lock, time, [&] { return count_ != count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int count_ = 0;
};

void save(const std::filesystem::path& file) { std::ofstream(file) << "rules: []\n"; }

}  // namespace

TEST_CASE("saved, renamed, deleted and new files below the directory are told", "[server]") {
  const TemporaryDir dir;
  Told told;
  RuleWatcher watcher(dir.path(), {.quiet = 20ms, .at_most = 1000ms}, [&] { told(); });
  int count = 0;
  const auto step = [&](const char* what, auto&& change) {
    INFO(what);
    change();
    REQUIRE(told.reaches(++count));
    // Of what takes several steps each may be told: a busy machine can rest long between them.
    while (!told.stays(count)) ++count;
  };
  step("made", [&] { save(dir.path() / "a.yaml"); });
  step("saved in place", [&] { save(dir.path() / "a.yaml"); });
  step("saved by rename", [&] {
    save(dir.path() / ".a.tmp");
    std::filesystem::rename(dir.path() / ".a.tmp", dir.path() / "a.yaml");
  });
  step("a directory with a file", [&] {
    std::filesystem::create_directory(dir.path() / "sub");
    save(dir.path() / "sub/b.yaml");
  });
  step("saved below", [&] { save(dir.path() / "sub/b.yaml"); });
  step("deleted below", [&] { std::filesystem::remove(dir.path() / "sub/b.yaml"); });
  step("directory deleted", [&] { std::filesystem::remove(dir.path() / "sub"); });
  step("poked", [&] { watcher.poke(); });
}

TEST_CASE("a burst of saves is told once", "[server]") {
  using Steady = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds kQuiet = 500ms;
  for (int tries = 0; tries < 20; ++tries) {
    const TemporaryDir dir;
    Told told;
    RuleWatcher watcher(dir.path(), {.quiet = kQuiet, .at_most = 60s}, [&] { told(); });
    Steady::duration longest_rest{0};
    auto saved = Steady::now();
    for (int i = 0; i < 100; ++i) {
      save(dir.path() / (std::to_string(i % 7) + ".yaml"));
      longest_rest = std::max(longest_rest, Steady::now() - std::exchange(saved, Steady::now()));
    }
    if (longest_rest > kQuiet / 2) continue;  // a machine so busy that it was no burst
    REQUIRE(told.reaches(1));
    CHECK(told.stays(1, 2 * kQuiet));
    return;
  }
  FAIL("this machine is too busy to save 100 files in one go");
}

TEST_CASE("a file behind a linked directory is told, for a rule file may be a link to it",
          "[server]") {
  const TemporaryDir dir;
  const auto rules = dir.path() / "rules", shared = dir.path() / "shared";
  std::filesystem::create_directory(rules);
  std::filesystem::create_directory(shared);
  save(shared / "a.yaml");
  std::filesystem::create_directory_symlink(shared, rules / "shared");
  std::filesystem::create_symlink("shared/a.yaml", rules / "a.yaml");
  Told told;
  RuleWatcher watcher(rules, {.quiet = 20ms, .at_most = 1000ms}, [&] { told(); });
  save(shared / "a.yaml");
  CHECK(told.reaches(1));
}

TEST_CASE("what never rests beside the directory holds nothing up", "[server]") {
  const TemporaryDir dir;
  const auto rules = dir.path() / "rules";
  std::filesystem::create_directory(rules);
  Told told;
  RuleWatcher watcher(rules, {.quiet = 100ms, .at_most = 1h}, [&] { told(); });
  save(rules / "a.yaml");
  // A neighbour at least every few milliseconds: it is told all the same.
  bool is_told = false;
  for (int i = 0; i < 2000 && !is_told; ++i) {
    save(dir.path() / std::to_string(i % 10));
    std::filesystem::remove(dir.path() / std::to_string((i + 5) % 10));
    is_told = !told.stays(0, 5ms);
  }
  CHECK(is_told);
}

TEST_CASE("a directory that was moved away and put back is watched again", "[server]") {
  const TemporaryDir dir;
  const auto rules = dir.path() / "rules";
  std::filesystem::create_directory(rules);
  Told told;
  RuleWatcher watcher(rules, {.quiet = 20ms, .at_most = 1000ms}, [&] { told(); });
  std::filesystem::remove_all(rules);
  REQUIRE(told.reaches(1));
  std::filesystem::create_directory(rules);
  save(rules / "a.yaml");
  REQUIRE(told.reaches(2));
}

TEST_CASE("a directory that another one replaces is watched under its name", "[server]") {
  const TemporaryDir dir;
  const auto rules = dir.path() / "rules", old = dir.path() / "old", fresh = dir.path() / "new";
  std::filesystem::create_directory(rules);
  Told told;
  RuleWatcher watcher(rules, {.quiet = 20ms, .at_most = 1000ms}, [&] { told(); });
  int count = 0;
  const auto settles = [&](const char* what) {
    INFO(what);
    REQUIRE(told.reaches(count + 1));
    while (!told.stays(count + 1)) ++count;
    ++count;
  };
  std::filesystem::create_directory(fresh);
  save(fresh / "a.yaml");
  CHECK(told.stays(0));
  std::filesystem::rename(rules, old);
  std::filesystem::rename(fresh, rules);
  settles("replaced");
  save(rules / "a.yaml");
  settles("saved in the new one");
  save(old / "a.yaml");
  CHECK(told.stays(count));  // the old one is none of ours

  std::filesystem::rename(rules, fresh);
  settles("moved away");
  std::filesystem::create_directory(rules);
  settles("made anew");
  save(rules / "b.yaml");
  settles("saved in the one made anew");
}

TEST_CASE("a link to a directory that is pointed elsewhere is followed", "[server]") {
  const TemporaryDir dir;
  const auto link = dir.path() / "rules", next = dir.path() / "next";
  std::filesystem::create_directory(dir.path() / "v1");
  std::filesystem::create_directory(dir.path() / "v2");
  std::filesystem::create_directory_symlink("v1", link);
  Told told;
  RuleWatcher watcher(link, {.quiet = 20ms, .at_most = 1000ms}, [&] { told(); });
  std::filesystem::create_directory_symlink("v2", next);
  std::filesystem::rename(next, link);
  REQUIRE(told.reaches(1));
  CHECK(told.stays(1));
  save(dir.path() / "v2/a.yaml");
  REQUIRE(told.reaches(2));
  save(dir.path() / "v1/a.yaml");
  CHECK(told.stays(2));
}
