#include "events/key_table.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <random>

namespace assist::events {
namespace {

/// Few homes, so that keys stand in each other's way, around the end of the table too.
Key crowded(std::mt19937_64& draw) { return {~std::uint64_t{0} - draw() % 5, 1 + draw() % 30}; }

TEST_CASE("a table of keys holds what a map holds", "[events]") {
  std::mt19937_64 draw(Catch::rngSeed());
  std::map<std::pair<std::uint64_t, std::uint64_t>, int> wanted;
  KeyTable<int> table;
  for (int i = 0; i < 200'000; ++i) {
    const Key key = crowded(draw);
    const std::pair<std::uint64_t, std::uint64_t> as_pair{key.low, key.high};
    table.prefetch(key);
    if (draw() % 2 == 0) {
      REQUIRE(table.insert(key, i) == wanted.try_emplace(as_pair, i).second);
    } else {
      table.erase(key);
      wanted.erase(as_pair);
    }
    REQUIRE(table.size() == wanted.size());
    const Key other = crowded(draw);
    const auto at = wanted.find({other.low, other.high});
    const int* const found = table.find(other);
    REQUIRE((found != nullptr) == (at != wanted.end()));
    if (found != nullptr) REQUIRE(*found == at->second);
  }
  std::size_t visited = 0;
  table.visit([&](const Key& key, int value) {
    ++visited;
    CHECK(wanted.at({key.low, key.high}) == value);
  });
  CHECK(visited == wanted.size());
}

/// Each growth takes many inserts; what is looked up, erased and visited meanwhile is of both
/// pieces.
TEST_CASE("a table of keys holds what a map holds while it grows", "[events]") {
  std::mt19937_64 draw(Catch::rngSeed());
  for (int round = 0; round < 40; ++round) {
    const std::uint64_t among = 50 + draw() % 5'000, erased_of_8 = draw() % 4;
    const auto drawn = [&] {
      const std::uint64_t n = 1 + draw() % among;
      // Half of them crowd at the end, so that they stand around it.
      return Key{n % 2 == 0 ? n * 0x9e3779b97f4a7c15 : ~std::uint64_t{0} - n % 7, n};
    };
    std::map<std::uint64_t, std::uint64_t> wanted;  // by Key::high
    KeyTable<std::uint64_t> table;
    for (std::uint64_t i = 0; i < 4 * among; ++i) {
      const Key key = drawn();
      if (draw() % 8 < erased_of_8) {
        table.erase(key);
        wanted.erase(key.high);
      } else {
        REQUIRE(table.insert(key, i) == wanted.try_emplace(key.high, i).second);
      }
      const Key other = drawn();
      const auto at = wanted.find(other.high);
      const std::uint64_t* const found = table.find(other);
      REQUIRE((found != nullptr) == (at != wanted.end()));
      if (found != nullptr) REQUIRE(*found == at->second);
      if (i % 64 != 0) continue;
      std::map<std::uint64_t, std::uint64_t> visited;
      table.visit([&](const Key& k, std::uint64_t value) { visited.emplace(k.high, value); });
      REQUIRE(visited == wanted);
      REQUIRE(table.size() == wanted.size());
    }
  }
}

TEST_CASE("a table of keys grows, is reserved and is emptied", "[events]") {
  KeyTable<std::uint32_t> table;
  CHECK(table.empty());
  CHECK(table.find({1, 2}) == nullptr);
  table.erase({1, 2});
  table.reserve(1'000);
  for (std::uint32_t i = 0; i < 100'000; ++i) REQUIRE(table.insert(key_of(std::to_string(i)), i));
  for (std::uint32_t i = 0; i < 100'000; ++i) REQUIRE(*table.find(key_of(std::to_string(i))) == i);
  CHECK_FALSE(table.insert(key_of("7"), 8));
  CHECK(*table.find(key_of("7")) == 7);
  table.clear();
  CHECK(table.size() == 0);
  CHECK_FALSE(table.contains(key_of("7")));
}

}  // namespace
}  // namespace assist::events
