#include "explain/words.hpp"

#include <catch2/catch.hpp>

#include "facts/vocabulary.hpp"

namespace assist::explain {

using namespace std::chrono_literals;

TEST_CASE("every fact has words of its own", "[explain]") {
  for (const auto& fact : facts::kFacts) {
    if (fact.name.empty() || fact.type == facts::FactType::attributes) continue;
    INFO(fact.name);
    CHECK(subject_of(fact.name).phrase.find('`') == std::string::npos);
    if (fact.type == facts::FactType::boolean) {
      CHECK(!statement(fact.name, true).empty());
      CHECK(statement(fact.name, true) != statement(fact.name, false));
    }
  }
}

TEST_CASE("an attribute is named by a plain path alone, what is computed of it is shown as it is",
          "[explain]") {
  const auto phrase = [](const char* fact) { return subject_of(fact).phrase; };
  CHECK(phrase("call.attributes.vip") == "the attribute vip of the call");
  CHECK(phrase("customer.attributes.home.city") == "the attribute home.city of the customer");
  CHECK(phrase("agent.attributes[\"on call\"]") == "the attribute \"on call\" of the agent");
  CHECK(phrase("situation.repeat-contact") == "situation repeat-contact");
  CHECK(phrase("situation[\"repeat-contact\"]") == "situation repeat-contact");
  for (const char* const computed :
       {"call.attributes.n * 2", "call.attributes.s.size()", "call.attributes.l[0]",
        "call.attributes.?n.orValue(0)", "call.attributes.exists(k, k == 'a')",
        "call.attributes['a'] + call.attributes['b']", "situation.a ? 1 : 2",
        "situation['a'] == situation['b']"}) {
    INFO(computed);
    CHECK(phrase(computed) == "`" + std::string(computed) + "`");
  }
  CHECK(statement("situation.a == situation.b", true).empty());
}

TEST_CASE("moments are written by the clock that is asked for, with a date on other days",
          "[explain]") {
  const Time noon = *parse_rfc3339("2026-01-05T12:00:00Z");
  const Clock utc{0min, noon}, denver{-420min, noon}, india{330min, noon};
  CHECK(utc.full(noon) == "2026-01-05 12:00:00 UTC");
  CHECK(utc.moment(noon + 1500ms) == "12:00:01.5");
  CHECK(utc.moment(noon + 1us) == "12:00:00.000001");
  CHECK(utc.full(noon - 1us) == "2026-01-05 11:59:59.999999 UTC");
  CHECK(utc.moment(noon + 24h) == "2026-01-06 12:00:00");
  CHECK(denver.full(noon) == "2026-01-05 05:00:00 -07:00");
  CHECK(denver.moment(noon - 6h) == "2026-01-04 23:00:00");
  CHECK(india.full(noon) == "2026-01-05 17:30:00 +05:30");
}

TEST_CASE("values and lengths read as supervisors write them", "[explain]") {
  CHECK(span(168h) == "7 days");
  CHECK(span(24h) == "1 day");
  CHECK(span(90min) == "1h30m");
  engine::Seen length;
  length.kind = engine::Seen::Kind::length;
  length.length = Duration{61'234'567};
  CHECK(value(length, {}) == "1m1.234567s");
  CHECK(counted(1, "contact") == "1 contact");
  CHECK(counted(0, "contact") == "0 contacts");
  CHECK(plain("billing") == "billing");
  CHECK(plain("a, b") == "\"a, b\"");
  CHECK(listed({"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}) ==
        "a, b, c, d, e, f, g, h and 2 more");
  CHECK(one_line(" a &&\n    b ") == "a && b");
}

}  // namespace assist::explain
