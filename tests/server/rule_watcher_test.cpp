#include "server/rule_watcher.hpp"

#include <catch2/catch.hpp>
#include <condition_variable>
#include <fstream>
#include <mutex>

#include "../journal/temporary_dir.hpp"

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
    return changed_.wait_for(lock, 5s, [&] { return count_ >= count; });
  }
  /// True: nothing more is told for a while.
  bool stays(int count) {
    std::unique_lock lock(mutex_);
    return !changed_.wait_for(lock, 150ms, [&] { return count_ != count; });
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
    CHECK(told.stays(count));
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
  const TemporaryDir dir;
  Told told;
  RuleWatcher watcher(dir.path(), {.quiet = 50ms, .at_most = 5000ms}, [&] { told(); });
  for (int i = 0; i < 100; ++i) save(dir.path() / (std::to_string(i % 7) + ".yaml"));
  REQUIRE(told.reaches(1));
  CHECK(told.stays(1));
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
