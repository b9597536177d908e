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
