#include "base/free_lists.hpp"

#include <catch2/catch.hpp>
#include <cstring>
#include <map>
#include <random>

namespace assist {
namespace {

TEST_CASE("what was given back is handed out to the next one of its size", "[base]") {
  FreeLists memory;
  void* const first = memory.allocate(100);
  void* const second = memory.allocate(100);
  CHECK(first != second);
  memory.deallocate(first, 100);
  CHECK(memory.allocate(FreeLists::whole(100)) == first);  // 112: the piece that it really had
  memory.deallocate(first, 100);
  CHECK(memory.allocate(64) != first);
  CHECK(FreeLists::whole(1) == 16);
  CHECK(FreeLists::whole(4096) == 4096);
  CHECK(FreeLists::whole(4097) == 4097);
}

TEST_CASE("pieces of memory do not overlap, whatever their size", "[base]") {
  FreeLists memory;
  std::mt19937_64 draw(Catch::rngSeed());
  std::map<char*, std::size_t> held;
  std::size_t bytes = 0;
  for (int i = 0; i < 50'000; ++i) {
    if (held.empty() || draw() % 5 < 3) {
      const std::size_t size = 1 + draw() % 1'500;
      char* const piece = static_cast<char*>(memory.allocate(size, alignof(std::max_align_t)));
      REQUIRE(reinterpret_cast<std::uintptr_t>(piece) % alignof(std::max_align_t) == 0);
      std::memset(piece, 1, size);
      const auto [at, made] = held.emplace(piece, size);
      REQUIRE(made);
      if (at != held.begin()) REQUIRE(std::prev(at)->first + std::prev(at)->second <= piece);
      if (std::next(at) != held.end()) REQUIRE(piece + size <= std::next(at)->first);
      bytes += size;
    } else {
      const auto at = held.lower_bound(reinterpret_cast<char*>(draw()));
      const auto one = at == held.end() ? held.begin() : at;
      memory.deallocate(one->first, one->second, alignof(std::max_align_t));
      held.erase(one);
    }
  }
  CHECK(bytes > 2 * assist::kHugePage);  // more than one piece of the heap
  for (const auto& [piece, size] : held) memory.deallocate(piece, size, alignof(std::max_align_t));
}

}  // namespace
}  // namespace assist
