#include "server/service.hpp"

#include <catch2/catch.hpp>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <thread>

#include "../journal/temporary_dir.hpp"
#include "journal/sqlite/sqlite_journal.hpp"
#include "plain_client.hpp"
#include "server/log.hpp"

using namespace assist;
using namespace std::chrono_literals;
using assist::testing::PlainClient;
using assist::testing::TemporaryDir;

namespace {

/// A disk that can be stopped, or be full: a real journal behind a door.
class Door {
 public:
  enum class State { open, shut, failing };

  void set(State state) {
    const std::lock_guard lock(mutex_);
    state_ = state;
    changed_.notify_all();
  }
  Result<void> pass() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return state_ != State::shut; });
    if (state_ == State::failing) return Error{ErrorCode::journal, "no space left", {}};
    return {};
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  State state_ = State::open;
};

class GuardedJournal final : public journal::Journal {
 public:
  GuardedJournal(std::unique_ptr<journal::Journal> inner, Door& door)
      : inner_(std::move(inner)), door_(door) {}
  Result<void> commit(const journal::Commit& commit) override {
    if (auto passed = door_.pass(); !passed) return passed;
    return inner_->commit(commit);
  }
  Result<void> replay(std::uint64_t after, const Take& take) override {
    return inner_->replay(after, take);
  }
  std::uint64_t last_sequence() const override { return inner_->last_sequence(); }
  Result<std::vector<journal::Rejected>> rejected(std::uint64_t after, std::size_t limit) override {
    return inner_->rejected(after, limit);
  }

 private:
  const std::unique_ptr<journal::Journal> inner_;
  Door& door_;
};

constexpr const char* kRules = R"(rules:
  - id: hello
    title: Hello
    when: call.answered
    suggest:
      - headline: Hello
)";

/// A service on a thread of its own, over a disk that can be shut.
class Running {
 public:
  explicit Running(config::Settings settings = {}) {
    server::set_log_level("off");
    const auto rules = dir_.path() / "rules";
    std::filesystem::create_directory(rules);
    std::ofstream(rules / "hello.yaml") << kRules;
    auto journal = journal::open_sqlite(dir_.path() / "data");
    if (!journal) FAIL(journal.error().text);
    server::Service::Parts parts;
    parts.settings = std::move(settings);
    parts.settings.listen = "127.0.0.1:0";
    parts.settings.rules_dir = rules;
    parts.journal = std::make_unique<GuardedJournal>(std::move(*journal), door);
    parts.handles_signals = false;
    auto started = server::Service::start(std::move(parts));
    if (!started.service) FAIL(started.refusal.text);
    service_ = std::move(started.service);
    thread_ = std::thread([this] { service_->run(); });
  }
  ~Running() { stop(); }

  void stop() {
    if (!thread_.joinable()) return;
    door.set(Door::State::open);
    service_->stop();
    thread_.join();
    service_.reset();
  }
  std::uint16_t port() const { return service_->port(); }

  Door door;

 private:
  const TemporaryDir dir_;
  std::unique_ptr<server::Service> service_;
  std::thread thread_;
};

std::string event(const std::string& id, const std::string& type, const std::string& call,
                  const std::string& data) {
  return R"({"specversion":"1.0","id":")" + id + R"(","source":"/t","type":")" + type +
         R"(","subject":")" + call + R"(","data":)" + data + '}';
}

std::string answered(const std::string& id, const std::string& call) {
  return event(id, "call.answered", call, R"({"agent":"ana"})");
}

}  // namespace

TEST_CASE("nothing is acknowledged before its commit; suggestions do not wait for it", "[server]") {
  Running running;
  PlainClient screen(running.port()), platform(running.port()), poster(running.port());
  screen.open("/v1/agent?agent=ana");
  REQUIRE(screen.message_with("welcome", 5s));
  platform.open("/v1/events");

  running.door.set(Door::State::shut);
  platform.message(answered("1", "c1"));
  CHECK(screen.message_with("raised", 5s));
  poster.post(event("2", "call.held", "c1", "{}"));
  CHECK_FALSE(platform.message_with("ack", 150ms));
  CHECK_FALSE(poster.response(50ms));
  // The same event again: no ack either, for the first is not durable.
  PlainClient again(running.port());
  again.open("/v1/events");
  again.message(answered("1", "c1"));
  CHECK_FALSE(again.message_with("ack", 100ms));

  running.door.set(Door::State::open);
  CHECK(platform.message_with(R"({"type":"ack","messages":1,"events":1})", 5s));
  CHECK(again.message_with(R"({"type":"ack","messages":1,"events":1})", 5s));
  const auto response = poster.response(5s);
  REQUIRE(response);
  CHECK(response->find(" 202 ") != std::string::npos);
  CHECK(response->find(R"({"accepted":1,"duplicates":0,"rejected":[]})") != std::string::npos);
}

TEST_CASE("while the disk is full nothing is acknowledged, the screens go on, and it heals",
          "[server]") {
  Running running;
  PlainClient screen(running.port()), platform(running.port()), ops(running.port());
  screen.open("/v1/agent?agent=ana");
  platform.open("/v1/events");
  running.door.set(Door::State::failing);
  platform.message(answered("1", "c1"));
  CHECK(screen.message_with("raised", 5s));
  CHECK_FALSE(platform.message_with("ack", 300ms));
  ops.get("/readyz");
  const auto broken = ops.response(5s);
  REQUIRE(broken);
  CHECK(broken->find(" 503 ") != std::string::npos);
  CHECK(broken->find("no space left") != std::string::npos);

  running.door.set(Door::State::open);
  CHECK(platform.message_with(R"("messages":1,"events":1)", 5s));
  ops.get("/readyz");
  const auto healed = ops.response(5s);
  REQUIRE(healed);
  CHECK(healed->find(" 200 ") != std::string::npos);
}

TEST_CASE("feedback is saved once it is durable; the card goes at once", "[server]") {
  Running running;
  PlainClient screen(running.port()), platform(running.port());
  screen.open("/v1/agent?agent=ana");
  platform.open("/v1/events");
  platform.message(answered("1", "c1"));
  const auto raised = screen.message_with("raised", 5s);
  REQUIRE(raised);
  const auto id = raised->substr(raised->find(R"("id":")") + 6, 26);
  REQUIRE(platform.message_with("ack", 5s));
  running.door.set(Door::State::shut);
  screen.message(R"({"type":"feedback","suggestion":")" + id + R"(","verdict":"used"})");
  CHECK(screen.message_with("withdrawn", 5s));
  CHECK_FALSE(screen.message_with("feedback_saved", 150ms));
  running.door.set(Door::State::open);
  CHECK(screen.message_with("feedback_saved", 5s));
}

TEST_CASE("what stays open is closed when the service ends", "[server]") {
  Running running;
  PlainClient ops(running.port()), screen(running.port());
  ops.get("/healthz");
  REQUIRE(ops.response(5s));
  screen.open("/v1/agent?agent=ana");
  REQUIRE(screen.message_with("welcome", 5s));
  running.stop();
  CHECK(screen.message_with("going down", 1s));
  CHECK_FALSE(ops.response(1s));
}

TEST_CASE("a handshake that trickles is ended in time", "[server]") {
  config::Settings settings;
  settings.handshake_timeout = 200ms;
  Running running(settings);
  PlainClient slow(running.port());
  slow.send("GET /v1/events HTTP/1.1\r\nHost: localhost\r\n");
  const auto began = std::chrono::steady_clock::now();
  while (!slow.ended(50ms)) slow.send("X: 1\r\n");
  CHECK(std::chrono::steady_clock::now() - began < 2s);
  PlainClient good(running.port());
  good.get("/healthz");
  CHECK(good.response(5s));
}

TEST_CASE("a peer that answers no ping is cut off, one that does stays", "[server]") {
  config::Settings settings;
  settings.idle_timeout = 400ms;
  Running running(settings);
  PlainClient dead(running.port()), alive(running.port());
  dead.open("/v1/events");
  alive.open("/v1/events");
  const auto began = std::chrono::steady_clock::now();
  while (!dead.ended(50ms)) alive.pong();
  CHECK(std::chrono::steady_clock::now() - began < 3s);
  alive.message(answered("1", "c1"));
  CHECK(alive.message_with("ack", 5s));
}
