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

TEST_CASE("an event is known for as long as asked, and forgotten before twice that", "[events]") {
  using namespace std::chrono_literals;
  assist::events::Duplicates seen({1h, 1'000'000});
  const assist::Time start{assist::Duration{1'000'000}};
  for (int minute = 0; minute < 600; ++minute) {
    seen.pass(start + minute * 1min);
    CHECK(seen.insert("/a", std::to_string(minute)));
    if (minute >= 59) CHECK_FALSE(seen.insert("/a", std::to_string(minute - 59)));
    if (minute >= 120) CHECK_FALSE(seen.contains("/a", std::to_string(minute - 120)));
  }
  CHECK(seen.size() <= 121);
}

TEST_CASE("of too many events the older half is forgotten", "[events]") {
  using namespace std::chrono_literals;
  assist::events::Duplicates seen({1h, 100});
  for (int i = 0; i < 1'000; ++i) {
    seen.pass(assist::Time{assist::Duration{i}});
    CHECK(seen.insert("/a", std::to_string(i)));
    CHECK(seen.size() <= 100);
    if (i >= 49) CHECK(seen.contains("/a", std::to_string(i - 49)));
  }
}
