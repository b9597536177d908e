#include "server/backlog.hpp"

#include <catch2/catch.hpp>

using namespace assist::server;

namespace {
Frame frame(std::string text) { return std::make_shared<const std::string>(std::move(text)); }
std::string next(Backlog& backlog) {
  const auto found = backlog.next();
  return found ? *found : "";
}
}  // namespace

TEST_CASE("changes before the welcome are dropped: it will hold them", "[server]") {
  Backlog backlog(100);
  backlog.change(frame("early"));
  CHECK(backlog.next() == nullptr);
  CHECK_FALSE(backlog.wants_welcome());
  backlog.welcome(frame("welcome"));
  backlog.change(frame("change"));
  CHECK(next(backlog) == "welcome");
  CHECK(next(backlog) == "change");
  CHECK(backlog.next() == nullptr);
  CHECK(backlog.bytes() == 0);
}

TEST_CASE("a screen that reads too slowly loses what waits and is welcomed afresh", "[server]") {
  Backlog backlog(10);
  backlog.welcome(frame("w"));
  CHECK(next(backlog) == "w");
  for (int i = 0; i < 100; ++i) backlog.change(frame("four"));
  CHECK(backlog.bytes() == 0);
  CHECK(backlog.overruns() == 1);
  CHECK(backlog.next() == nullptr);
  CHECK(backlog.wants_welcome());
  CHECK_FALSE(backlog.wants_welcome());  // asked for once
  backlog.change(frame("meanwhile"));
  CHECK(backlog.next() == nullptr);
  backlog.welcome(frame("fresh"));
  backlog.change(frame("then"));
  CHECK(next(backlog) == "fresh");
  CHECK(next(backlog) == "then");
}

TEST_CASE("a welcome replaces what waits", "[server]") {
  Backlog backlog(100);
  backlog.welcome(frame("old"));
  backlog.change(frame("change"));
  backlog.welcome(frame("new"));
  CHECK(next(backlog) == "new");
  CHECK(backlog.next() == nullptr);
}
