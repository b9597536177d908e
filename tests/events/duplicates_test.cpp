#include "events/duplicates.hpp"

#include <catch2/catch.hpp>

namespace assist::events {

TEST_CASE("a pair of source and id is new once", "[events]") {
  Duplicates seen;
  CHECK(seen.insert("/a", "1"));
  CHECK_FALSE(seen.insert("/a", "1"));
  CHECK(seen.insert("/a", "2"));
  CHECK(seen.insert("/b", "1"));
  CHECK(seen.insert("/a1", ""));  // not "/a" + "1"
  CHECK(seen.insert("", "/a1"));
  CHECK(seen.insert("/a", std::string_view("1\0", 2)));
  CHECK(seen.size() == 6);
  CHECK(seen.contains("/b", "1"));
  seen.erase("/b", "1");
  CHECK_FALSE(seen.contains("/b", "1"));
  CHECK(seen.insert("/b", "1"));
}

TEST_CASE("a million pairs are told apart", "[events]") {
  Duplicates seen;
  for (int i = 0; i < 1'000'000; ++i) {
    if (!seen.insert("/s" + std::to_string(i % 7), std::to_string(i))) FAIL(i);
  }
  CHECK(seen.size() == 1'000'000);
}

}  // namespace assist::events
