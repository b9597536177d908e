#include "server/state_copy.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <new>
#include <thread>
#include <vector>

using namespace assist;
using server::StateCopy;

namespace {

StateCopy begun(const StateCopy::Write& write) {
  auto copy = StateCopy::begin(write);
  if (!copy) FAIL("no child");
  return std::move(*copy);
}

Result<std::string> taken(StateCopy& copy) {
  copy.wait();
  return copy.take();
}

}  // namespace

TEST_CASE("what a copy writes is the state as it stood when it was begun", "[server]") {
  std::vector<std::uint64_t> state(1 << 20, 7);
  auto copy = begun(
      [&] { return std::string(reinterpret_cast<const char*>(state.data()), state.size() * 8); });
  std::fill(state.begin(), state.end(), 8);
  const auto bytes = taken(copy);
  REQUIRE(bytes.has_value());
  const std::vector<std::uint64_t> before(1 << 20, 7);
  CHECK(*bytes == std::string(reinterpret_cast<const char*>(before.data()), before.size() * 8));
}

TEST_CASE("a copy holds no file of its process, and takes none of its signals' ways", "[server]") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  struct sigaction before {
  }, ours{};
  ours.sa_handler = [](int) {};
  ::sigaction(SIGTERM, &ours, &before);
  auto copy = begun([] {
    std::string out;
    for (const auto& file : std::filesystem::directory_iterator("/proc/self/fd"))
      out += file.path().filename().string() + ' ';
    struct sigaction now {};
    ::sigaction(SIGTERM, nullptr, &now);
    return out + (now.sa_handler == SIG_DFL ? "default" : "handled");
  });
  ::sigaction(SIGTERM, &before, nullptr);
  const auto said = taken(copy);
  ::close(ends[0]);
  ::close(ends[1]);
  REQUIRE(said.has_value());
  INFO(*said);
  CHECK(said->ends_with("default"));
  // Those of the terminal, the one it writes to, and the directory that it lists.
  CHECK(std::count(said->begin(), said->end(), ' ') <= 5);
}

TEST_CASE("a copy that finds no memory, or is ended, is an error that says so", "[server]") {
  auto poor = begun([]() -> std::string { throw std::bad_alloc(); });
  const auto none = taken(poor);
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().text == "the process that copies the state found no memory for it");

  auto ended = begun([] {
    for (;;) ::pause();
    return std::string();
  });
  std::thread stop([&] { ended.stop(); });
  ended.wait();
  stop.join();
  const auto killed = ended.take();
  REQUIRE_FALSE(killed.has_value());
  CHECK(killed.error().text == "the process that copies the state was ended by signal 9");
}

TEST_CASE("a copy that nobody waits for is ended", "[server]") {
  const auto forever = [] {
    for (;;) ::pause();
    return std::string();
  };
  auto first = begun(forever);
  first = begun([] { return std::string("second"); });
  const auto bytes = taken(first);
  REQUIRE(bytes.has_value());
  CHECK(*bytes == "second");
  (void)begun(forever);
}
