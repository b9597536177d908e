#include <catch2/catch.hpp>

#include "rule_files.hpp"

namespace assist::rules {
namespace {

using facts::FactType;

LoadOptions declared(bool open) {
  LoadOptions out;
  out.attributes_open = open;
  out.attributes = {{"call", "vip", FactType::boolean, {}, "", ""},
                    {"call", "tickets", FactType::integer, {}, "", ""},
                    {"call", "delay", FactType::duration, {}, "minutes", ""},
                    {"call", "weight", FactType::number, {}, "kg", ""},
                    {"customer", "tier", FactType::string, {"gold", "silver"}, "", ""},
                    {"customer", "city", FactType::string, {}, "", ""},
                    {"agent", "skills", FactType::texts, {"billing", "sales"}, "", ""}};
  return out;
}

/// A rule with this expression, as it is, from 5:7 on.
std::string expression(const std::string& text) {
  return "rules:\n  - id: a\n    title: A\n    when: |\n      " + text + "\n";
}

struct Row {
  std::string when;
  std::string place;  // of the error: LINE:COLUMN; the expression begins at 5:7
  std::string error;
};

}  // namespace

TEST_CASE("declared attributes in expressions are checked as in plain leaves", "[rules]") {
  static const Row rows[] = {
      {"customer.attributes.tier == 'glod'", "5:35",
       "\"glod\" is not a value of \"customer.attributes.tier\". Did you mean \"gold\"?"},
      {"customer.attributes.tier != \"bronze\"", "5:35", "It is gold or silver."},
      {"'glod' == customer.attributes.tier", "5:7", "Did you mean \"gold\"?"},
      {"customer.attributes[\"tier\"] == 'glod'", "5:38", "Did you mean \"gold\"?"},
      {"customer.attributes.tier in ['gold', 'silvre']", "5:44", "Did you mean \"silver\"?"},
      {"call.answered && (customer.attributes.tier == 'glod' || call.on_hold)", "5:53",
       "Did you mean \"gold\"?"},
      {"call.answered ? customer.attributes.tier == 'glod' : false", "5:51",
       "Did you mean \"gold\"?"},
      {"call.attributes.tickets == '5'", "5:34",
       "\"call.attributes.tickets\" is a whole number and cannot be compared with text. Write a "
       "number, without quotes."},
      {"'5' < call.attributes.tickets", "5:7", "cannot be compared with text"},
      {"call.attributes.tickets in [1, 'two']", "5:38", "cannot be compared with text"},
      {"customer.attributes.city == 5", "5:35",
       "is text and cannot be compared with a number. Put it in quotes: \"5\"."},
      {"call.attributes.vip == 'yes'", "5:30",
       "is yes or no and cannot be compared with text. Write true or false."},
      {"call.attributes.delay > minutes(2)", "5:31",
       "is a number of minutes and cannot be compared with a length of time. Write a number, or "
       "the plain form call.attributes.delay: {over: 2m}, which converts lengths of time."},
      {"call.attributes.weight > duration('2m')", "5:32", "is a number of kg"},
      {"'bilings' in agent.attributes.skills", "5:7", "Did you mean \"billing\"?"},
      {"agent.attributes.skills == ['sales', 'x']", "5:44", "is not a value of"},
      {"agent.attributes.skills == 'sales'", "5:34", "Write 'sales' in agent.attributes.skills."},
      {"5 in agent.attributes.skills", "5:7", "is a list of text"},
      {"'gold' in customer.attributes.tier", "5:17", "Compare it with ==."},
      {"call.attributes.tickets.contains('5')", "5:31", "and has no contains()."},
      {"agent.attributes.skills.startsWith('b')", "5:31", "and has no startsWith()."},
      {"call.attributes.tickets && call.answered", "5:23", "is a whole number, not yes or no."},
      {"call.attributes.tickets ? call.answered : false", "5:23", "not yes or no."},
  };
  for (const bool open : {true, false}) {
    for (const auto& [when, place, error] : rows) {
      const Loaded loaded = load_text(expression(when), declared(open));
      INFO(when << "\n" << told(loaded));
      REQUIRE(loaded.errors.size() == 1);
      CHECK(places(loaded)[0] == place);
      CHECK(loaded.errors[0].text.find(error) != std::string::npos);
    }
  }
}

TEST_CASE("in texts too", "[rules]") {
  const Loaded loaded = load_text(
      "rules:\n  - id: a\n    title: A\n    when: call.on_hold\n    suggest:\n"
      "      - headline: \"x ${ customer.attributes.tier == 'glod' ? 'a' : 'b' }\"\n",
      declared(true));
  CHECK(places(loaded) == std::vector<std::string>{"6:53"});
}

TEST_CASE("what may be right of a declared attribute is let through", "[rules]") {
  static const char* const rows[] = {
      "customer.attributes.tier == 'gold'",
      "customer.attributes.tier in ['gold', 'silver']",
      "customer.attributes.tier == call.queue",
      "customer.attributes.tier in lists.tiers",
      "customer.attributes.tier + 'x' == 'goldx'",
      "'glod' + customer.attributes.tier == 'glodgold'",
      "customer.attributes.tier.startsWith('go')",
      "customer.attributes.tier < 'h'",
      "customer.attributes.city == '5' || customer.attributes.city == 'glod'",
      "call.attributes.tickets == 2 && call.attributes.tickets < 2.5",
      "call.attributes.tickets > -1",
      "call.attributes.tickets + 1 > 2",
      "call.attributes.tickets == 1 == true",
      "true == (call.attributes.tickets == 1)",
      "call.attributes.vip == true && call.attributes.vip",
      "!call.attributes.vip",
      "call.attributes.vip ? call.on_hold : call.attributes.tickets > 2",
      "call.attributes.delay > 2 && 2.5 < call.attributes.delay",
      "call.attributes.delay * 60.0 > 2.0",
      "'billing' in agent.attributes.skills",
      "agent.attributes.skills == ['billing']",
      "size(agent.attributes.skills) > 1",
      "agent.attributes.skills.exists(s, s == 'glod')",
      "agent.attributes.skills[0] == 'glod'",
      "has(call.attributes.tickets) && 'tickets' in call.attributes",
      "customer.attributes.tier == 'g\\x6fld'",
      "call.queue == 'glod' && call.attributes.tickets == 1",
      "string(call.attributes.tickets) == '5'",
      "call.attributes.tickets == null",
      "call.queue == \"customer.attributes.tier == 'glod'\"",
  };
  for (const std::string when : rows) {
    const Loaded loaded = load_text("lists: {tiers: [gold]}\n" + expression(when), declared(true));
    INFO(when << "\n" << told(loaded));
    CHECK(loaded.errors.empty());
  }
}

TEST_CASE("comments of an expression are no part of it", "[rules]") {
  const Loaded loaded = load_text(
      "rules:\n  - id: a\n    title: A\n    when: |\n      call.on_hold // not "
      "customer.attributes.tier == 'glod'\n      && call.attributes.vip\n",
      declared(false));
  INFO(told(loaded));
  CHECK(loaded.errors.empty());
}

TEST_CASE("undeclared attributes are dyn where the config is open", "[rules]") {
  CHECK(load_text(rule_with("call.attributes.other == 'x' && call.attributes.other > 5"),
                  declared(true))
            .errors.empty());
  CHECK(places(load_text(rule_with("call.attributes.other == 'x'"), declared(false))) ==
        std::vector<std::string>{"5:23"});
}

}  // namespace assist::rules
