#include "server/fair_queue.hpp"

#include <catch2/catch.hpp>
#include <string>

using assist::server::FairQueue;

namespace {

std::string drained(FairQueue<std::string>& queue) {
  std::string out;
  while (!queue.empty()) out += (out.empty() ? "" : " ") + queue.pop();
  return out;
}

}  // namespace

TEST_CASE("who sends much waits for itself, each one's order is kept", "[server]") {
  FairQueue<std::string> queue;
  for (const auto* item : {"a1", "a2", "a3", "a4"}) queue.push(1, item);
  queue.push(2, "b1");
  queue.push(3, "c1");
  queue.push(2, "b2");
  CHECK(queue.size() == 7);
  CHECK(drained(queue) == "a1 b1 c1 a2 b2 a3 a4");
  CHECK(queue.size() == 0);
}

TEST_CASE("who comes back takes a turn behind those who wait", "[server]") {
  FairQueue<std::string> queue;
  queue.push(1, "a1");
  queue.push(1, "a2");
  queue.push(2, "b1");
  CHECK(queue.pop() == "a1");
  queue.push(3, "c1");
  CHECK(queue.pop() == "b1");
  queue.push(2, "b2");
  CHECK(drained(queue) == "a2 c1 b2");
}
