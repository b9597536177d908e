#include "base/slots.hpp"

#include <catch2/catch.hpp>
#include <memory>
#include <string>

namespace assist {
namespace {

TEST_CASE("what is in a slot stays where it is, and goes with its slot", "[base]") {
  const auto held = std::make_shared<int>(1);
  {
    Slots<std::pair<std::shared_ptr<int>, std::string>> slots;
    for (int i = 0; i < 50'000; ++i) slots.add({held, std::to_string(i)});  // some pieces of memory
    REQUIRE(slots.size() == 50'000);
    const auto* const first = slots[0];
    CHECK(slots[49'999]->second == "49999");
    CHECK(held.use_count() == 50'001);
    slots.remove(7);
    CHECK(slots[7] == nullptr);
    CHECK(held.use_count() == 50'000);
    slots.put(7, {held, "again"});
    CHECK(slots[7]->second == "again");
    CHECK(slots[0] == first);
    slots.remove(9);
  }
  CHECK(held.use_count() == 1);
}

}  // namespace
}  // namespace assist
