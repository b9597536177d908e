#include "base/touched_ahead.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

namespace assist {
namespace {

constexpr std::size_t kPage = 4096;

std::size_t touched(const std::vector<unsigned char>& memory) {
  return static_cast<std::size_t>(
      std::count(memory.begin(), memory.end(), static_cast<unsigned char>(0)));
}

TEST_CASE("a page at a time is touched, each once, and nothing beyond", "[base]") {
  std::vector<unsigned char> memory(10 * kPage, 1);
  TouchedAhead ahead;
  for (std::size_t steps = 1; steps <= 20; ++steps) {
    ahead.step(memory.data(), 4 * kPage + 1);
    CHECK(touched(memory) == std::min<std::size_t>(steps, 5));
  }
  CHECK(memory[0] == 0);
  CHECK(memory[4 * kPage] == 0);
}

TEST_CASE("what was used up meanwhile is not touched any more", "[base]") {
  std::vector<unsigned char> memory(10 * kPage, 1);
  TouchedAhead ahead;
  ahead.step(memory.data(), 2 * kPage);
  ahead.step(memory.data() + 5 * kPage, 2 * kPage);
  CHECK(touched(memory) == 2);
  CHECK(memory[5 * kPage] == 0);
  ahead.step(memory.data(), 2 * kPage);  // from the beginning again
  CHECK(touched(memory) == 2);
  std::vector<unsigned char> none;
  ahead.step(none.data(), 0);
}

TEST_CASE("a list's room is made and touched, what it holds stays", "[base]") {
  std::vector<int> list{1, 2, 3};
  TouchedAhead ahead;
  for (int i = 0; i < 100; ++i) ahead.make_room(list, 10'000);
  CHECK(list.capacity() >= 10'000);
  CHECK(list == std::vector<int>{1, 2, 3});
  const std::size_t room = list.capacity();
  ahead.make_room(list, 5);
  CHECK(list.capacity() == room);
}

}  // namespace
}  // namespace assist
