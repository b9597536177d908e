#include <catch2/catch.hpp>

#include "rule_files.hpp"

namespace assist::rules {
namespace {

std::string source_of(const std::string& when, const LoadOptions& options = {}) {
  const Loaded loaded = load_text("lists:\n  q: [a, b]\n" + rule_with(when) +
                                      "  - {id: up-set, title: U, when: call.on_hold}\n",
                                  options);
  INFO(when << "\n" << told(loaded));
  REQUIRE(loaded.rules != nullptr);
  return loaded.rules->rules[0].when.source();
}

}  // namespace

TEST_CASE("a plain leaf is the expression that it stands for", "[rules]") {
  struct Row {
    std::string leaf, source;
  };
  static const Row rows[] = {
      {"call.queue: billing", R"(call.queue == "billing")"},
      {"call.queue: NO", R"(call.queue == "NO")"},
      {"call.queue: true", R"(call.queue == "true")"},
      {"call.queue: \"5\"", R"(call.queue == "5")"},
      {"call.queue: 'say \"hi\" \\'", R"(call.queue == "say \"hi\" \\")"},
      {"call.queue: [billing, retention]", R"(call.queue in ["billing", "retention"])"},
      {"call.queue: \"billing, or so\"", R"(call.queue == "billing, or so")"},
      {"call.queue:\n          - billing, or so\n          - x",
       R"(call.queue in ["billing, or so", "x"])"},
      {"call.queue: {is_not: billing}", R"(call.queue != "billing")"},
      {"call.queue: {not_one_of: [a]}", R"(!(call.queue in ["a"]))"},
      {"call.queue: {one_of: lists.q}", R"(call.queue in lists["q"])"},
      {"call.queue: {contains: ill}", R"(call.queue.contains("ill"))"},
      {"call.queue: {starts_with: b}", R"(call.queue.startsWith("b"))"},
      {"call.queue: {ends_with: g}", R"(call.queue.endsWith("g"))"},
      {"call.queue: {matches: \"^b.*g$\"}", R"(call.queue.matches("^b.*g$"))"},
      {"call.queue: {known: yes}", R"(call.queue != "")"},
      {"call.queue: {known: no}", R"(call.queue == "")"},
      {"call.on_hold: yes", "call.on_hold"},
      {"call.on_hold: off", "!call.on_hold"},
      {"call.on_hold: {is_not: True}", "!call.on_hold"},
      {"call.on_hold: [yes, no]", "call.on_hold in [true, false]"},
      {"call.hold: {over: 2m}", R"(call.hold > duration("120s"))"},
      {"call.hold: {at_least: 1h30m}", R"(call.hold >= duration("5400s"))"},
      {"call.hold: {under: 90s}", R"(call.hold < duration("90s"))"},
      {"call.hold: {at_most: 7d}", R"(call.hold <= duration("604800s"))"},
      {"call.hold: {between: [1m, 2m]}",
       R"((call.hold >= duration("60s") && call.hold <= duration("120s")))"},
      {"call.holds: 3", "call.holds == 3"},
      {"call.holds: [1, 0x10]", "call.holds in [1, 16]"},
      {"call.holds: {over: -1}", "call.holds > -1"},
      {"call.sentiment: {over: 0}", "call.sentiment > 0.0"},
      {"call.sentiment: {under: -0.25}", "call.sentiment < -0.25"},
      {"call.sentiment: {between: [-1, 1]}", "(call.sentiment >= -1.0 && call.sentiment <= 1.0)"},
      {"call.started_at: {over: 2026-03-02T09:00:00-07:00}",
       R"(call.started_at > timestamp("2026-03-02T16:00:00Z"))"},
      {"customer.products: {contains: tv}", R"("tv" in customer.products)"},
      {"customer.products: {known: yes}", "size(customer.products) > 0"},
      {"customer.products: {is: [tv, internet]}", R"(customer.products == ["tv", "internet"])"},
      {"customer.contacts: {known: no}", "size(customer.contacts) == 0"},
      {"incidents: {known: yes}", "size(incidents) > 0"},
      {"call.sentiments: {contains: 1}", "1.0 in call.sentiments"},
      {"situation.up-set: yes", R"(situation["up-set"])"},
      {"situation.up-set: no", R"(!situation["up-set"])"},
      {"affected_by: outage", R"(affected_by("outage"))"},
      {"contacts: {within: 7d, at_least: 2}", R"(contacts_within(duration("604800s")) >= 2)"},
      {"contacts: {within: 1d, topic: bill}",
       R"(contacts_within(duration("86400s"), "bill") >= 1)"},
      {"events: {type: call.held, within: 5m, at_least: 3}",
       R"(events_within("call.held", duration("300s")) >= 3)"},
      {"customer_said: [cancel, close my account]",
       R"(customer_said("cancel", "close my account"))"},
      {"agent_said: [\"you're welcome\"]", R"(agent_said("you're welcome"))"},
      {"call.hold: {over: 1m, under: 2m}",
       R"(((call.hold > duration("60s")) && (call.hold < duration("120s"))))"},
  };
  for (const auto& [leaf, source] : rows) {
    INFO(leaf);
    CHECK(source_of(leaf) == source);
  }
}

TEST_CASE("an attribute that is not there is unequal to everything", "[rules]") {
  struct Row {
    std::string leaf, source;
  };
  const std::string in = R"("x" in call.attributes)", x = R"(call.attributes["x"])";
  const Row rows[] = {
      {"call.attributes.x: vip", "(" + in + " && " + x + R"( == "vip"))"},
      {"call.attributes.x: yes", "(" + in + " && " + x + R"( == "yes"))"},
      {"call.attributes.x: true", "(" + in + " && " + x + " == true)"},
      {"call.attributes.x: 2m", "(" + in + " && " + x + R"( == "2m"))"},
      {"call.attributes.x: 5", "(" + in + " && " + x + " == 5)"},
      {"call.attributes.x: [1, a]", "(" + in + " && " + x + R"( in [1, "a"]))"},
      {"call.attributes.x: {is_not: a}", "(!(" + in + ") || " + x + R"( != "a"))"},
      {"call.attributes.x: {not_one_of: [a]}", "(!(" + in + ") || !(" + x + R"( in ["a"])))"},
      {"call.attributes.x: {over: 2m}", "(" + in + " && " + x + " > 120.0)"},
      {"call.attributes.x: {at_least: 1.5}", "(" + in + " && " + x + " >= 1.5)"},
      {"call.attributes.x: {known: yes}", in},
      {"call.attributes.x: {known: no}", "!(" + in + ")"},
      {"call.attributes.x: {starts_with: a}", "(" + in + " && " + x + R"(.startsWith("a")))"},
  };
  for (const auto& [leaf, source] : rows) {
    INFO(leaf);
    CHECK(source_of(leaf) == source);
  }
}

TEST_CASE("a declared unit converts lengths of time", "[rules]") {
  LoadOptions options;
  options.attributes = {{"call", "w", facts::FactType::number, {}, "minutes", ""},
                        {"call", "d", facts::FactType::duration, {}, "ms", ""},
                        {"call", "n", facts::FactType::integer, {}, "", ""}};
  CHECK(source_of("call.attributes.w: {over: 90s}", options) ==
        R"(("w" in call.attributes && call.attributes["w"] > 1.5))");
  CHECK(source_of("call.attributes.w: 2m", options) ==
        R"(("w" in call.attributes && call.attributes["w"] == 2.0))");
  CHECK(source_of("call.attributes.d: {over: 2s}", options) ==
        R"(("d" in call.attributes && call.attributes["d"] > 2000.0))");
  CHECK(source_of("call.attributes.n: {over: 2}", options) ==
        R"(("n" in call.attributes && call.attributes["n"] > 2))");
}

TEST_CASE("all, any, none and the leaves of a map join as their words say", "[rules]") {
  CHECK(source_of("all: [call.on_hold, {call.queue: a}]") ==
        R"(((call.on_hold) && (call.queue == "a")))");
  CHECK(source_of("any: [call.on_hold, call.answered, call.resolved]") ==
        "((call.on_hold) || ((call.answered) || (call.resolved)))");
  CHECK(source_of("none: [call.on_hold, call.answered]") == "!((call.on_hold) || (call.answered))");
  CHECK(source_of("{call.queue: a, call.on_hold: yes}") ==
        R"(((call.queue == "a") && (call.on_hold)))");
}

TEST_CASE("a condition keeps what it was made of", "[rules]") {
  const Loaded loaded =
      load_text(rule_with("any:\n        - call.hold: {over: 2m, under: 5m}\n"
                          "        - call.queue == 'a'"));
  REQUIRE(loaded.rules != nullptr);
  const Condition& when = *loaded.rules->rules[0].when_tree;
  REQUIRE(when.op == Condition::Op::any);
  REQUIRE(when.parts.size() == 2);
  REQUIRE(when.parts[0].parts.size() == 2);
  const Condition& under = when.parts[0].parts[1];
  CHECK(under.op == Condition::Op::leaf);
  CHECK(under.fact == "call.hold");
  CHECK(under.test == "under");
  CHECK(under.value == "5m");
  CHECK(under.place.line == 6);
  CHECK(under.place.column == 33);
  CHECK(when.parts[1].op == Condition::Op::expression);
  CHECK(when.parts[1].source == "call.queue == 'a'");
}

TEST_CASE("a thousand conditions in one list are no deep nest", "[rules]") {
  std::string text = "any:\n";
  for (int i = 0; i < 1000; ++i) text += "        - call.queue: q" + std::to_string(i) + "\n";
  const Loaded loaded = load_text(rule_with(text));
  INFO(told(loaded));
  CHECK(loaded.rules != nullptr);
}

}  // namespace assist::rules
