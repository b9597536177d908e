// A disk that is full, and one that cannot be written: a file system of its own, where we may
// mount.
#include <sys/mount.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <fstream>
#include <mutex>
#include <thread>

#include "journal/committer.hpp"
#include "log_of_parts.hpp"
#include "patience.hpp"
#include "temporary_dir.hpp"

using namespace assist;
using namespace assist::journal;
using namespace assist::testing;
using namespace std::chrono_literals;

namespace {

/// A small tmpfs, gone with the test.
class SmallDisk {
 public:
  SmallDisk() : why_(mount() ? "" : std::strerror(errno)) {}
  ~SmallDisk() {
    if (why_.empty()) ::umount2(path().c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  /// "": it is there; else why not.
  const std::string& why_not() const { return why_; }
  const std::filesystem::path& path() const { return dir_.path(); }
  bool make_read_only() {
    return ::mount("none", path().c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "size=2m") == 0;
  }

 private:
  bool mount() const { return ::mount("none", path().c_str(), "tmpfs", 0, "size=2m") == 0; }
  const TemporaryDir dir_;
  const std::string why_;
};

template <class F>
bool wait_for(const F& what) {
  const auto end = std::chrono::steady_clock::now() + testing::patience(10s);
  while (!what()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(5ms);
  }
  return true;
}

}  // namespace

TEST_CASE("a full disk stops acks, when there is room all that waited is written, by itself",
          "[journal]") {
  const SmallDisk disk;
  if (!disk.why_not().empty()) {
    WARN("skipped: a small file system cannot be mounted here: " << disk.why_not());
    return;
  }
  const auto data = disk.path() / "data";
  std::uint64_t parts = 0;
  {
    auto journal = open_sqlite(data);
    if (!journal) FAIL(journal.error().text);
    std::atomic<std::uint64_t> durable{0}, failures{0}, recoveries{0};
    std::mutex mutex;
    std::string why;
    Committer committer(
        **journal, {.delay = 0us, .pending_bytes_max = 64 << 10, .retry = 1ms, .retry_max = 50ms},
        {[&](std::uint64_t ticket) { durable = ticket; },
         [&](const Error& error) {
           const std::lock_guard lock(mutex);
           why = error.text;
           ++failures;
         },
         [&] { ++recoveries; }});
    for (; parts < 5; ++parts) committer.append(part_of_log(parts));
    REQUIRE(wait_for([&] { return durable == 5; }));
    {
      std::ofstream hog(disk.path() / "hog", std::ios::binary);
      const std::string block(4096, 'x');
      while (hog.write(block.data(), 4096).flush()) {
      }
    }
    while (committer.has_room() && parts < 10'000) committer.append(part_of_log(parts++));
    CHECK_FALSE(committer.has_room());  // bounded: senders are slowed from here on
    REQUIRE(wait_for([&] { return failures >= 3; }));
    const auto acked = durable.load();
    CHECK(acked < parts);
    {
      const std::lock_guard lock(mutex);
      INFO(why);
      CHECK(why.find("full") != std::string::npos);
    }
    std::filesystem::remove(disk.path() / "hog");
    CHECK(wait_for([&] { return durable == parts; }));
    CHECK(wait_for([&] { return committer.has_room(); }));
    CHECK(recoveries >= 1);
    CHECK(committer.stop());
  }
  auto journal = open_sqlite(data);
  if (!journal) FAIL(journal.error().text);
  CHECK(whole_parts(**journal) == parts);
}

TEST_CASE("a data directory that cannot be written is refused, and named", "[journal]") {
  SmallDisk disk;
  if (!disk.why_not().empty()) {
    WARN("skipped: a small file system cannot be mounted here: " << disk.why_not());
    return;
  }
  const auto data = disk.path() / "data";
  REQUIRE(open_sqlite(data).has_value());
  REQUIRE(disk.make_read_only());
  const auto opened = open_sqlite(data);
  REQUIRE_FALSE(opened.has_value());
  INFO(opened.error().text);
  CHECK(opened.error().text.find(data.string()) != std::string::npos);
  CHECK(opened.error().text.find("Read-only") != std::string::npos);
  const auto made = open_sqlite(disk.path() / "new");
  REQUIRE_FALSE(made.has_value());
  CHECK(made.error().text.find("cannot make the data directory") != std::string::npos);
}
