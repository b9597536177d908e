#include "journal/committer.hpp"

#include <catch2/catch.hpp>

#include "patience.hpp"

using namespace assist;
using namespace assist::journal;
using namespace std::chrono_literals;

namespace {

/// A journal in memory whose commits can be held up, or made to fail.
class StandIn final : public Journal {
 public:
  Result<void> commit(const Commit& commit) override {
    std::unique_lock lock(mutex);
    ++tries;
    changed.notify_all();
    changed.wait(lock, [&] { return !blocked; });
    if (failing) return Error{ErrorCode::journal, "disk full", {}};
    for (const auto& entry : commit.entries) entries.push_back(entry.sequence);
    ++commits;
    return {};
  }
  Result<void> replay(std::uint64_t, const Take&) override { return {}; }
  std::uint64_t last_sequence() const override { return 0; }
  Result<std::vector<Rejected>> rejected(std::uint64_t, std::size_t) override {
    return std::vector<Rejected>();
  }

  template <class F>
  bool wait(F until) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, testing::patience(5s), until);
  }
  template <class F>
  void change(F how) {
    const std::lock_guard lock(mutex);
    how();
    changed.notify_all();
  }

  std::mutex mutex;
  std::condition_variable changed;
  bool blocked = false, failing = false;
  int tries = 0, commits = 0, failures = 0, recoveries = 0;
  std::uint64_t durable = 0;
  std::vector<std::uint64_t> entries;
};

Committer::Listener listener(StandIn& journal) {
  return {[&](std::uint64_t ticket) { journal.change([&] { journal.durable = ticket; }); },
          [&](const Error&) { journal.change([&] { ++journal.failures; }); },
          [&] { journal.change([&] { ++journal.recoveries; }); }};
}

Commit entry(std::uint64_t sequence) {
  Commit commit;
  commit.entries.push_back({sequence, {}, Kind::event, "{}"});
  return commit;
}

}  // namespace

TEST_CASE("nothing is durable before the commit that holds it has ended", "[journal]") {
  StandIn journal;
  journal.blocked = true;
  Committer committer(journal, {.delay = 0us}, listener(journal));
  CHECK(committer.append(entry(1)) == 1);
  REQUIRE(journal.wait([&] { return journal.tries == 1; }));
  CHECK(journal.durable == 0);
  journal.change([&] { journal.blocked = false; });
  REQUIRE(journal.wait([&] { return journal.durable == 1; }));
}

TEST_CASE("what comes while a commit is under way goes into one commit", "[journal]") {
  StandIn journal;
  journal.blocked = true;
  Committer committer(journal, {.delay = 0us}, listener(journal));
  committer.append(entry(1));
  REQUIRE(journal.wait([&] { return journal.tries == 1; }));
  for (std::uint64_t i = 2; i <= 100; ++i) committer.append(entry(i));
  journal.change([&] { journal.blocked = false; });
  REQUIRE(journal.wait([&] { return journal.durable == 100; }));
  CHECK(journal.commits == 2);
  CHECK(committer.figures().entries == 100);
  CHECK(committer.figures().pending_bytes == 0);
}

TEST_CASE("while commits fail nothing is durable, then all of it is, once and in order",
          "[journal]") {
  StandIn journal;
  journal.failing = true;
  Committer committer(journal, {.delay = 0us, .retry = 1ms}, listener(journal));
  committer.append(entry(1));
  committer.append(entry(2));
  REQUIRE(journal.wait([&] { return journal.failures >= 3; }));
  CHECK(journal.durable == 0);
  committer.append(entry(3));
  journal.change([&] { journal.failing = false; });
  REQUIRE(journal.wait([&] { return journal.durable == 3; }));
  CHECK(journal.recoveries == 1);
  CHECK(journal.entries == std::vector<std::uint64_t>{1, 2, 3});
}

TEST_CASE("there is no room while too much waits", "[journal]") {
  StandIn journal;
  journal.blocked = true;
  Committer committer(journal, {.delay = 0us, .pending_bytes_max = 1'000}, listener(journal));
  CHECK(committer.has_room());
  for (std::uint64_t i = 1; i <= 20; ++i) committer.append(entry(i));
  CHECK_FALSE(committer.has_room());
  journal.change([&] { journal.blocked = false; });
  REQUIRE(journal.wait([&] { return journal.durable == 20; }));
  CHECK(committer.has_room());
}

TEST_CASE("stopping writes what waits, and says when it could not", "[journal]") {
  StandIn good;
  Committer clean(good, {.delay = 10s}, listener(good));
  clean.append(entry(1));
  CHECK(clean.stop());
  CHECK(good.durable == 1);

  StandIn bad;
  bad.failing = true;
  Committer lost(bad, {.delay = 0us, .retry = 10s}, listener(bad));
  lost.append(entry(1));
  CHECK_FALSE(lost.stop());
  CHECK(bad.durable == 0);
}

TEST_CASE("upkeep goes on between commits, a step at a time, until there is no more", "[journal]") {
  StandIn journal;
  int steps = 0;
  Committer::Options options{.delay = 0us};
  options.upkeep_pause = 1ms;
  options.upkeep = [&](Journal&) -> Result<bool> {
    bool more = false;
    journal.change([&] { more = ++steps < 4; });
    return more;
  };
  Committer committer(journal, options, listener(journal));
  committer.append(entry(1));
  REQUIRE(journal.wait([&] { return journal.durable == 1 && steps == 4; }));
  committer.append(entry(2));
  REQUIRE(journal.wait([&] { return journal.durable == 2; }));
  CHECK(committer.stop());
  CHECK(steps == 4);
}
