#include "server/ack_ledger.hpp"

#include <catch2/catch.hpp>

using assist::server::AckLedger;
using Totals = AckLedger::Totals;

TEST_CASE("nothing is acknowledged before its ticket is durable", "[server]") {
  AckLedger ledger;
  ledger.note(3, 1);
  CHECK_FALSE(ledger.take());
  CHECK(ledger.waits());
  ledger.durable(1);
  CHECK(ledger.take() == Totals{1, 3});
  CHECK_FALSE(ledger.take());
  CHECK_FALSE(ledger.waits());
  CHECK(ledger.settled());
}

TEST_CASE("acks are cumulative, and several commits make one", "[server]") {
  AckLedger ledger;
  for (std::uint64_t i = 1; i <= 10; ++i) ledger.note(2, i);
  ledger.durable(4);
  ledger.durable(7);
  CHECK(ledger.take() == Totals{7, 14});
  CHECK(ledger.waits());
  ledger.durable(10);
  CHECK(ledger.take() == Totals{10, 20});
}

TEST_CASE("a message without anything to store waits for what came before it", "[server]") {
  AckLedger ledger;
  ledger.note(1, 5);  // stored under 5
  ledger.note(1, 5);  // a duplicate of it: no ticket of its own
  CHECK_FALSE(ledger.take());
  ledger.durable(5);
  CHECK(ledger.take() == Totals{2, 2});
  ledger.note(1, 5);  // a duplicate of what is durable
  CHECK(ledger.take() == Totals{3, 3});
}

TEST_CASE("an empty message counts as a message", "[server]") {
  AckLedger ledger;
  ledger.note(0, 0);
  CHECK(ledger.take() == Totals{1, 0});
}
