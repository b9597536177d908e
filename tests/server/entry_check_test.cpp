#include "server/entry_check.hpp"

#include <catch2/catch.hpp>
#include <future>
#include <thread>

#include "server/log.hpp"

using namespace assist;
using namespace std::chrono_literals;
using server::EntryCheck;

namespace {

/// A journal of which an entry is damaged, at each look or at the first ones alone.
class Entries final : public journal::Journal {
 public:
  std::uint64_t bad = UINT64_MAX;
  std::atomic<int> bad_looks{1'000'000};
  std::atomic<std::uint64_t> looks{0};

  Result<void> commit(const journal::Commit&) override { return {}; }
  Result<void> replay(std::uint64_t, const Take&) override { return {}; }
  std::uint64_t last_sequence() const override { return 1'000; }
  Result<std::vector<journal::Rejected>> rejected(std::uint64_t, std::size_t) override {
    return std::vector<journal::Rejected>();
  }
  Result<std::uint64_t> check(std::uint64_t after, std::uint64_t last, std::size_t most) override {
    ++looks;
    const auto end = std::min<std::uint64_t>(last, after + most);
    if (end >= bad && bad_looks-- > 0)
      return Error{ErrorCode::journal, "entry " + std::to_string(bad) + " is damaged", {}};
    return end;
  }
};

const EntryCheck::Options kQuick{.entries_at_once = 10, .rests = 0, .rest_min = 0us};

void wait_until(const std::function<bool()>& met) {
  for (int i = 0; i < 2'000 && !met(); ++i) std::this_thread::sleep_for(5ms);
}

}  // namespace

TEST_CASE("what a snapshot spared a start is checked to its end", "[server]") {
  server::set_log_level("off");
  Entries entries;
  EntryCheck check(entries, {100, 355}, kQuick, [](const std::string& what) { FAIL(what); });
  CHECK(check.figures().to_check == 255);
  wait_until([&] { return check.figures().checked == 255; });
  CHECK(check.figures().checked == 255);
  CHECK_FALSE(check.figures().damaged);
  CHECK(entries.looks == 26);
}

TEST_CASE("damage is told once, and ends the check", "[server]") {
  server::set_log_level("off");
  Entries entries;
  entries.bad = 37;
  std::promise<std::string> told;
  EntryCheck check(entries, {0, 100}, kQuick,
                   [&](const std::string& what) { told.set_value(what); });
  CHECK(told.get_future().get() == "entry 37 is damaged");
  CHECK(check.figures().damaged);
  CHECK(check.figures().checked == 30);
}

TEST_CASE("what stands in the way for a moment is no damage", "[server]") {
  server::set_log_level("off");
  Entries entries;
  entries.bad = 37;
  entries.bad_looks = 1;
  EntryCheck check(entries, {0, 100}, kQuick, [](const std::string& what) { FAIL(what); });
  wait_until([&] { return check.figures().checked == 100; });
  CHECK(check.figures().checked == 100);
}

TEST_CASE("a check ends at once when the service does", "[server]") {
  server::set_log_level("off");
  Entries entries;
  const auto began = std::chrono::steady_clock::now();
  {
    EntryCheck check(entries, {0, 1'000}, {.entries_at_once = 1, .rests = 0, .rest_min = 1h}, {});
    wait_until([&] { return entries.looks > 0; });
  }
  CHECK(std::chrono::steady_clock::now() - began < 1min);
  CHECK(entries.looks == 1);
}
