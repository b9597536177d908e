#include "server/service.hpp"

#include <catch2/catch.hpp>
#include <condition_variable>
#include <csignal>
#include <fstream>
#include <mutex>
#include <thread>

#include "../journal/temporary_dir.hpp"
#include "journal/sqlite/sqlite_journal.hpp"
#include "patience.hpp"
#include "plain_client.hpp"
#include "server/log.hpp"

using namespace assist;
using namespace std::chrono_literals;
using assist::testing::patience;
using assist::testing::PlainClient;
using assist::testing::TemporaryDir;

namespace {

constexpr auto kSoon = patience(5s);

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

  struct Said {
    std::vector<journal::Feedback> open;
    std::vector<journal::ConfidentialFeedback> confidential;
  };
  void saw(const journal::Commit& commit) {
    const std::lock_guard lock(mutex_);
    said_.open.insert(said_.open.end(), commit.feedback.begin(), commit.feedback.end());
    said_.confidential.insert(said_.confidential.end(), commit.confidential.begin(),
                              commit.confidential.end());
  }
  Said said() {
    const std::lock_guard lock(mutex_);
    return said_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  State state_ = State::open;
  Said said_;
};

class GuardedJournal final : public journal::Journal {
 public:
  GuardedJournal(std::unique_ptr<journal::Journal> inner, Door& door)
      : inner_(std::move(inner)), door_(door) {}
  Result<void> commit(const journal::Commit& commit) override {
    if (auto passed = door_.pass(); !passed) return passed;
    door_.saw(commit);
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

TEST_CASE("nothing is acknowledged before its commit, suggestions do not wait for it", "[server]") {
  Running running;
  PlainClient screen(running.port()), platform(running.port()), poster(running.port());
  screen.open("/v1/agent?agent=ana");
  REQUIRE(screen.message_with("welcome", kSoon));
  platform.open("/v1/events");

  running.door.set(Door::State::shut);
  platform.message(answered("1", "c1"));
  CHECK(screen.message_with("raised", kSoon));
  poster.post(event("2", "call.held", "c1", "{}"));
  CHECK_FALSE(platform.message_with("ack", 150ms));
  CHECK_FALSE(poster.response(50ms));
  // The same event again: no ack either, for the first is not durable.
  PlainClient again(running.port());
  again.open("/v1/events");
  again.message(answered("1", "c1"));
  CHECK_FALSE(again.message_with("ack", 100ms));

  running.door.set(Door::State::open);
  CHECK(platform.message_with(R"({"type":"ack","messages":1,"events":1})", kSoon));
  CHECK(again.message_with(R"({"type":"ack","messages":1,"events":1})", kSoon));
  const auto response = poster.response(kSoon);
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
  CHECK(screen.message_with("raised", kSoon));
  CHECK_FALSE(platform.message_with("ack", 300ms));
  ops.get("/readyz");
  const auto broken = ops.response(kSoon);
  REQUIRE(broken);
  CHECK(broken->find(" 503 ") != std::string::npos);
  CHECK(broken->find("no space left") != std::string::npos);

  running.door.set(Door::State::open);
  CHECK(platform.message_with(R"("messages":1,"events":1)", kSoon));
  ops.get("/readyz");
  const auto healed = ops.response(kSoon);
  REQUIRE(healed);
  CHECK(healed->find(" 200 ") != std::string::npos);
}

TEST_CASE("feedback is saved once it is durable, the card goes at once", "[server]") {
  Running running;
  PlainClient screen(running.port()), platform(running.port());
  screen.open("/v1/agent?agent=ana");
  platform.open("/v1/events");
  platform.message(answered("1", "c1"));
  const auto raised = screen.message_with("raised", kSoon);
  REQUIRE(raised);
  const auto id = raised->substr(raised->find(R"("id":")") + 6, 26);
  REQUIRE(platform.message_with("ack", kSoon));
  running.door.set(Door::State::shut);
  screen.message(R"({"type":"feedback","suggestion":")" + id + R"(","verdict":"used"})");
  CHECK(screen.message_with("withdrawn", kSoon));
  CHECK_FALSE(screen.message_with("feedback_saved", 150ms));
  running.door.set(Door::State::open);
  CHECK(screen.message_with("feedback_saved", kSoon));
}

TEST_CASE("what stays open is closed when the service ends", "[server]") {
  Running running;
  PlainClient ops(running.port()), screen(running.port());
  ops.get("/healthz");
  REQUIRE(ops.response(kSoon));
  screen.open("/v1/agent?agent=ana");
  REQUIRE(screen.message_with("welcome", kSoon));
  running.stop();
  CHECK(screen.message_with("going down", kSoon));
  CHECK(ops.ended(kSoon));
}

TEST_CASE("a handshake that trickles is ended in time", "[server]") {
  config::Settings settings;
  settings.handshake_timeout = 200ms;
  Running running(settings);
  PlainClient slow(running.port());
  slow.send("GET /v1/events HTTP/1.1\r\nHost: localhost\r\n");
  const auto began = std::chrono::steady_clock::now();
  while (!slow.ended(50ms)) slow.send("X: 1\r\n");
  CHECK(std::chrono::steady_clock::now() - began < kSoon);
  PlainClient good(running.port());
  good.get("/healthz");
  CHECK(good.response(kSoon));
}

TEST_CASE("a peer that answers no ping is cut off, one that does stays", "[server]") {
  config::Settings settings;
  settings.idle_timeout = patience(1s);
  Running running(settings);
  PlainClient dead(running.port()), alive(running.port());
  dead.open("/v1/events");
  alive.open("/v1/events");
  const auto began = std::chrono::steady_clock::now();
  while (!dead.ended(50ms)) alive.pong();
  CHECK(std::chrono::steady_clock::now() - began < 5 * settings.idle_timeout);
  alive.message(answered("1", "c1"));
  CHECK(alive.message_with("ack", kSoon));
}

TEST_CASE("confidential feedback leaves no act without an open row, and no row to join",
          "[server]") {
  Running running;
  PlainClient screen(running.port()), platform(running.port());
  screen.open("/v1/agent?agent=ana");
  platform.open("/v1/events");
  platform.message(answered("1", "c1"));
  const auto raised = screen.message_with("raised", kSoon);
  REQUIRE(raised);
  const auto id = raised->substr(raised->find(R"("id":")") + 6, 26);
  const auto give = [&](const std::string& verdict) {
    screen.message(R"({"type":"feedback","suggestion":")" + id + R"(","verdict":")" + verdict +
                   R"(","note":"it is wrong","confidential":true})");
    REQUIRE(screen.message_with("feedback_saved", kSoon));
  };
  give("unhelpful");
  auto said = running.door.said();
  CHECK(said.open.empty());
  REQUIRE(said.confidential.size() == 1);
  CHECK(said.confidential[0].verdict == "unhelpful");
  CHECK(said.confidential[0].note == "it is wrong");

  give("dismissed");
  said = running.door.said();
  // As a press without a note leaves it; the note stands apart, without the verdict.
  REQUIRE(said.open.size() == 1);
  CHECK(said.open[0].suggestion == id);
  CHECK(said.open[0].verdict == "dismissed");
  CHECK(said.open[0].note.empty());
  REQUIRE(said.confidential.size() == 2);
  CHECK(said.confidential[1].verdict.empty());
  CHECK(said.confidential[1].note == "it is wrong");
}

TEST_CASE("screens that shake hands at the same time are counted", "[server]") {
  config::Settings settings;
  settings.connections_per_subject_max = 3;
  Running running(settings);
  std::vector<std::unique_ptr<PlainClient>> clients;
  for (int i = 0; i < 12; ++i) clients.push_back(std::make_unique<PlainClient>(running.port()));
  for (const auto& client : clients) client->shake_hands("/v1/agent?agent=ana");
  int open = 0, refused = 0;
  for (const auto& client : clients) {
    const auto response = client->response(kSoon);
    REQUIRE(response);
    open += response->starts_with("HTTP/1.1 101");
    refused += response->starts_with("HTTP/1.1 429");
  }
  CHECK(open == 3);
  CHECK(refused == 9);
}

TEST_CASE("what was taken in is acknowledged before a slip closes the socket", "[server]") {
  Running running;
  const auto close_code = [&](const std::string& slip) {
    PlainClient platform(running.port());
    platform.open("/v1/events");
    platform.message(event("a" + std::to_string(slip.size()), "call.held", "c1", "{}"));
    platform.send(slip);
    CHECK(platform.message_with(R"({"type":"ack","messages":1,"events":1})", kSoon));
    const auto close = platform.message_with("", kSoon);
    REQUIRE(close);
    REQUIRE(close->size() >= 2);
    return static_cast<unsigned char>((*close)[0]) << 8 | static_cast<unsigned char>((*close)[1]);
  };
  CHECK(close_code(std::string("\x82\x81\0\0\0\0x", 7)) == 1003);
  // 2 MiB, of which all comes; and of which a little over the limit comes.
  const std::string head("\x81\xFF\0\0\0\0\0\x20\0\0\0\0\0\0", 14);
  CHECK(close_code(head + std::string(2 << 20, ' ')) == 1009);
  CHECK(close_code(head + std::string((1 << 20) + 1, ' ')) == 1009);
}

TEST_CASE("a close code that there is not is a slip of the protocol", "[server]") {
  Running running;
  for (const auto& [sent, answer] : {std::pair<const char*, const char*>{"\x13\x88", "\x03\xEA"},
                                     {"\xFF\xFF", "\x03\xEA"},
                                     {"\x13\x87", "\x13\x87"},
                                     {"\x03\xE8", "\x03\xE8"}}) {
    PlainClient platform(running.port());
    platform.open("/v1/events");
    platform.send(std::string("\x88\x82\0\0\0\0", 6) + sent);
    CHECK(platform.message_with("", kSoon) == std::string(answer));
  }
}

TEST_CASE("pages of allowed origins may use the service, of several origins none", "[server]") {
  config::Settings settings;
  settings.allowed_origins = {"https://desk.example"};
  Running running(settings);
  const auto answer = [&](const std::string& headers) {
    PlainClient client(running.port());
    client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
    return client.response(kSoon).value_or("");
  };
  const std::string allowed = "Origin: https://desk.example\r\n";
  CHECK(answer(allowed).find("Access-Control-Allow-Origin: https://desk.example") !=
        std::string::npos);
  CHECK(answer(allowed).starts_with("HTTP/1.1 200"));
  CHECK(answer("").find("Access-Control") == std::string::npos);
  CHECK(answer("Origin: https://desk.example.evil\r\n").starts_with("HTTP/1.1 403"));
  CHECK(answer(allowed + allowed).starts_with("HTTP/1.1 403"));
  CHECK(answer(allowed + "Origin: https://evil.example\r\n").starts_with("HTTP/1.1 403"));
  CHECK(answer("Host: localhost\r\n").starts_with("HTTP/1.1 400"));
}

TEST_CASE("a bad handshake, and a method that is not possible, are problems that say so",
          "[server]") {
  Running running;
  const auto answer = [&](const std::string& head) {
    PlainClient client(running.port());
    client.send(head + "Host: localhost\r\n\r\n");
    return client.response(kSoon).value_or("");
  };
  const std::string upgrade =
      "GET /v1/events HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
  const auto no_key = answer(upgrade + "Sec-WebSocket-Version: 13\r\n");
  CHECK(no_key.starts_with("HTTP/1.1 400"));
  CHECK(no_key.find("application/problem+json") != std::string::npos);
  const auto old = answer(upgrade + "Sec-WebSocket-Version: 8\r\n");
  CHECK(old.starts_with("HTTP/1.1 426"));
  CHECK(old.find("Sec-WebSocket-Version: 13") != std::string::npos);
  CHECK(answer("DELETE /healthz HTTP/1.1\r\n").find("Allow: GET, HEAD") != std::string::npos);
}

TEST_CASE("a binary event that is refused is named by its id", "[server]") {
  Running running;
  PlainClient client(running.port());
  client.send(
      "POST /v1/events HTTP/1.1\r\nHost: localhost\r\nce-specversion: 1.0\r\nce-id: x%201\r\n"
      "ce-source: /t\r\nce-type: call.held\r\nce-subject: c1\r\n"
      "Content-Type: application/json\r\nContent-Length: 3\r\n\r\n{a}");
  const auto response = client.response(kSoon).value_or("");
  CHECK(response.starts_with("HTTP/1.1 400"));
  CHECK(response.find(R"("index":0,"id":"x 1","code":"not_json")") != std::string::npos);
}

TEST_CASE("signals that come while it starts end it in order, or read the rules again",
          "[server]") {
  class Signalled final : public journal::Journal {
   public:
    Signalled(std::unique_ptr<journal::Journal> inner, int signal)
        : inner_(std::move(inner)), signal_(signal) {}
    Result<void> commit(const journal::Commit& commit) override { return inner_->commit(commit); }
    Result<void> replay(std::uint64_t after, const Take& take) override {
      std::raise(signal_);
      return inner_->replay(after, take);
    }
    std::uint64_t last_sequence() const override { return inner_->last_sequence(); }
    Result<std::vector<journal::Rejected>> rejected(std::uint64_t, std::size_t) override {
      return std::vector<journal::Rejected>{};
    }

   private:
    const std::unique_ptr<journal::Journal> inner_;
    const int signal_;
  };
  server::set_log_level("off");
  for (const int signal : {SIGTERM, SIGHUP}) {
    const TemporaryDir dir;
    std::filesystem::create_directory(dir.path() / "rules");
    std::ofstream(dir.path() / "rules/hello.yaml") << kRules;
    auto inner = journal::open_sqlite(dir.path() / "data");
    REQUIRE(inner.has_value());
    server::Service::Parts parts;
    parts.settings.listen = "127.0.0.1:0";
    parts.settings.rules_dir = dir.path() / "rules";
    parts.journal = std::make_unique<Signalled>(std::move(*inner), signal);
    const auto started = server::Service::start(std::move(parts));
    CHECK(started.refusal.stopped == (signal == SIGTERM));
    CHECK(static_cast<bool>(started.service) == (signal == SIGHUP));
    if (!started.service) continue;
    started.service->stop();
    started.service->run();
  }
}
