#include "server/recovery.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "../journal/temporary_dir.hpp"
#include "journal/sqlite/sqlite_journal.hpp"

using namespace assist;
using namespace std::chrono_literals;

namespace {

Time at(std::int64_t second) { return *parse_rfc3339("2026-11-22T10:00:00Z") + 1s * second; }

/// A data and a rules directory, and what a service does with them between a start and an end.
class Home {
 public:
  Home() {
    std::ofstream rules(dir_.path() / "rules.yaml");
    rules << "rules:\n";
    for (const char* id : {"one", "two", "three"}) {
      rules << "  - id: " << id << "\n    title: T\n    when: call.answered\n    suggest:\n"
            << "      - headline: " << id << "\n";
    }
    settings_.rules_dir = dir_.path();
    settings_.data_dir = dir_.path() / "data";
  }

  config::Settings& settings() { return settings_; }

  /// Starts at `now`, and looks at what stands; then `events` come in.
  std::vector<engine::CallView> start(Time now, const std::vector<std::string>& events = {}) {
    auto journal = journal::open_sqlite(settings_.data_dir);
    if (!journal) FAIL(journal.error().text);
    const auto rules = server::read_rules(settings_);
    if (!rules || !rules->rules) FAIL("the rules are wrong");
    auto recovered = server::recover(**journal, settings_, *rules, now, [] { return true; });
    if (!recovered) FAIL(recovered.error().text);
    replayed_ = recovered->events;
    warnings_ = recovered->warnings;
    snapshot_ = recovered->snapshot;
    journal::Commit commit;
    for (const auto& event : events)
      commit.entries.push_back({++recovered->last_sequence, now, journal::Kind::event, event});
    if (const auto done = (*journal)->commit(commit); !done) FAIL(done.error().text);
    last_sequence_ = (*journal)->last_sequence();
    known_ = recovered->seen.size();
    return recovered->engine->calls_of("ana");
  }
  std::uint64_t last_sequence() const { return last_sequence_; }
  std::size_t known() const { return known_; }
  std::size_t replayed() const { return replayed_; }
  std::uint64_t snapshot() const { return snapshot_; }
  const std::vector<std::string>& warnings() const { return warnings_; }

  /// Saves what a start at `now` leads to.
  void save_snapshot(Time now, std::uint32_t format = server::kSnapshotFormat) {
    with_state(now, [&](journal::Journal& journal, const server::Recovered& state) {
      ArchiveWriter out;
      state.save(out);
      const auto done = journal.save_snapshot(
          {state.last_sequence, state.engine->now(), format, std::move(out).finish()});
      if (!done) FAIL(done.error().text);
    });
  }
  /// What a start at `now` leads to, as bytes.
  std::string state(Time now) {
    std::string bytes;
    with_state(now, [&](journal::Journal&, const server::Recovered& state) {
      ArchiveWriter out;
      state.save(out);
      bytes = std::move(out).finish();
    });
    return bytes;
  }
  std::filesystem::path snapshots() const { return settings_.data_dir / "snapshots"; }
  /// Prunes what the snapshots hold, then starts: why that fails.
  std::string refusal_once_pruned(Time now) {
    auto journal = journal::open_sqlite(settings_.data_dir);
    if (!journal) FAIL(journal.error().text);
    for (auto more = (*journal)->prune({now + 1s}); more && *more;)
      more = (*journal)->prune({now + 1s});
    CHECK((*journal)->pruned_to() > 0);
    auto recovered = server::recover(**journal, settings_, *server::read_rules(settings_), now,
                                     [] { return true; });
    return recovered ? "" : recovered.error().text;
  }

 private:
  template <class Use>
  void with_state(Time now, Use use) {
    auto journal = journal::open_sqlite(settings_.data_dir);
    if (!journal) FAIL(journal.error().text);
    auto recovered = server::recover(**journal, settings_, *server::read_rules(settings_), now,
                                     [] { return true; });
    if (!recovered) FAIL(recovered.error().text);
    use(**journal, *recovered);
  }

  const testing::TemporaryDir dir_;
  config::Settings settings_;
  std::uint64_t last_sequence_ = 0;
  std::size_t known_ = 0, replayed_ = 0;
  std::uint64_t snapshot_ = 0;
  std::vector<std::string> warnings_;
};

std::string answered(const std::string& id, const std::string& call) {
  return R"({"specversion":"1.0","id":")" + id +
         R"(","source":"/t","type":"call.answered","subject":")" + call +
         R"(","data":{"agent":"ana"}})";
}

}  // namespace

TEST_CASE("what was decided under an earlier config is decided again under that one", "[server]") {
  Home home;
  home.settings().engine.max_visible = 1;
  home.start(at(0), {answered("1", "c1")});
  CHECK(home.start(at(10)).front().suggestions.size() == 1);
  CHECK(home.last_sequence() == 2);  // the rules, the event; a start alone logs nothing

  home.settings().engine.max_visible = 3;
  const auto calls = home.start(at(20));
  REQUIRE(calls.front().suggestions.size() == 3);
  CHECK(calls.front().suggestions[0].raised_at == at(0));
  CHECK(calls.front().suggestions[1].raised_at == at(20));  // from the new config on, not before
  CHECK(home.last_sequence() == 3);
  const auto again = home.start(at(30));
  CHECK(again.front().suggestions[1].raised_at == at(20));
  CHECK(again.front().suggestions[1].id() == calls.front().suggestions[1].id());
  CHECK(home.last_sequence() == 3);
}

TEST_CASE("a shorter silence counts from the start that brought it", "[server]") {
  Home home;
  home.start(at(0), {answered("1", "c1")});
  home.settings().engine.silence = 60s;
  CHECK(home.start(at(300), {answered("2", "c2")}).size() == 1);
  const auto calls = home.start(at(310));
  REQUIRE(calls.size() == 1);
  CHECK(calls.front().id == "c2");
}

TEST_CASE("events are known again for as long as the config says, over restarts too", "[server]") {
  Home home;
  home.settings().duplicates_kept = 60s;
  home.start(at(0), {answered("1", "c1"), answered("2", "c2")});
  home.start(at(90), {answered("3", "c3")});
  home.start(at(200), {answered("4", "c4")});
  home.start(at(200));
  CHECK(home.known() == 2);  // 3 and 4
}

TEST_CASE("a start goes on from the snapshot, and replays what came after alone", "[server]") {
  Home with, without;
  for (Home* home : {&with, &without}) home->start(at(0), {answered("1", "c1")});
  with.save_snapshot(at(1));
  for (Home* home : {&with, &without}) {
    home->start(at(2), {answered("2", "c2"), answered("3", "c3")});
    CHECK(home->start(at(3)).size() == 3);
    CHECK(home->known() == 3);
    CHECK(home->warnings().empty());
  }
  CHECK(with.snapshot() == 2);
  CHECK(with.replayed() == 2);
  CHECK(without.snapshot() == 0);
  CHECK(without.replayed() == 3);
  CHECK(with.state(at(4)) == without.state(at(4)));
}

TEST_CASE("a snapshot that cannot be used is passed over for the one before it", "[server]") {
  Home home;
  home.start(at(0), {answered("1", "c1")});
  home.save_snapshot(at(1));
  home.start(at(2), {answered("2", "c2")});
  const std::string before = home.state(at(3));
  home.save_snapshot(at(3), server::kSnapshotFormat + 1);
  CHECK(home.start(at(4)).size() == 2);
  CHECK(home.snapshot() == 2);
  CHECK(home.replayed() == 1);
  REQUIRE(home.warnings().size() == 1);
  CHECK(home.warnings()[0].find("the snapshot of entry 3 cannot be used") != std::string::npos);
  CHECK(home.state(at(4)) == before);
}

TEST_CASE("where no snapshot can be used and entries were pruned, a start is refused", "[server]") {
  Home home;
  home.start(at(0), {answered("1", "c1")});
  home.save_snapshot(at(1), 77);
  home.start(at(2), {answered("2", "c2")});
  home.save_snapshot(at(3), 77);
  CHECK(home.start(at(4)).size() == 2);  // all is replayed
  CHECK(home.snapshot() == 0);
  CHECK(home.warnings().size() == 2);
  const auto refusal = home.refusal_once_pruned(at(5));
  INFO(refusal);
  CHECK(refusal.find("were pruned") != std::string::npos);
  CHECK(refusal.find("it is of format 77") != std::string::npos);
}
