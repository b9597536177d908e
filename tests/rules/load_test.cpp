#include <catch2/catch.hpp>

#include "patience.hpp"
#include "rule_files.hpp"

namespace assist::rules {
namespace {

using namespace std::chrono_literals;

const std::string kWhole = R"file(lists:
  fragile_queues: [billing, retention]

rules:
  - id: outage                      # [a-z0-9_-]+, unique over all files
    title: Service outage at the customer's address
    when: {affected_by: outage}
    suggest:
      - id: hold-back-the-pitch     # may be left out where a rule has one suggestion
        suppress: [cross_sell]      # kind: suppress
        headline: Leave the bundle offer out
        say: I'm sorry your service is down. Here is what we know.
        because: ${ incident("outage").summary }
        priority: urgent            # urgent, high, normal (default), low

  - id: long_hold
    title: Kept waiting
    when:
      any:
        - call.hold: {over: 2m}
        - call.hold_total: {over: 4m}
        - call.wait: {over: 7m}
    suggest:
      - headline: Acknowledge the wait
        say: Thank you for your patience; ${ call.agent_name } here, I stay with you.

  - id: repeat_contact
    title: Third contact in a week
    when:
      all:
        - contacts: {within: 7d, at_least: 2}           # two before this one
        - call.queue: [billing, retention]              # one of
        - "!(call.topic in ['survey', 'sales'])"        # an expression
    unless:
      - situation.outage
    for: 5s
    keep_for: 30s
    limit: {per_call: 1, per_customer: {count: 1, within: 7d}}
    suggest:
      - id: escalate
        escalate_to: tier2
        headline: Offer your direct line
)file";

std::string rule(const std::string& id, const std::string& keys) {
  return "  - {id: " + id + ", title: T, when: call.on_hold" + (keys.empty() ? "" : ", " + keys) +
         "}\n";
}

const RuleSet& rules_of(const Loaded& loaded) {
  INFO(told(loaded));
  REQUIRE(loaded.rules != nullptr);
  return *loaded.rules;
}

std::string fingerprint_of(const std::string& text) {
  return rules_of(load_text(text)).rules[0].fingerprint;
}

}  // namespace

TEST_CASE("a rule file says what its rules are", "[rules]") {
  const Loaded loaded = load_text(kWhole);
  const RuleSet& set = rules_of(loaded);
  REQUIRE(set.rules.size() == 3);
  const Rule& outage = set.rules[0];
  CHECK(outage.id == "outage");
  CHECK(outage.title == "Service outage at the customer's address");
  CHECK(outage.place.line == 5);
  CHECK(outage.place.column == 9);
  REQUIRE(outage.suggestions.size() == 1);
  CHECK(outage.suggestions[0].name == "outage.hold-back-the-pitch");
  CHECK(outage.suggestions[0].kind == Kind::suppress);
  CHECK(outage.suggestions[0].suppress == std::vector<std::string>{"cross_sell"});
  CHECK(outage.suggestions[0].priority == Priority::urgent);
  CHECK(outage.reads == bit(facts::Fact::incidents));

  const Rule& repeat = set.rules[2];
  CHECK(repeat.for_ == 5s);
  CHECK(repeat.keep_for == 30s);
  CHECK(repeat.per_call->count == 1);
  CHECK_FALSE(repeat.per_call->within);
  CHECK(repeat.per_customer->within == Duration(7 * 24h));
  CHECK_FALSE(repeat.per_agent);
  CHECK_FALSE(repeat.cooldown);
  CHECK(repeat.situations == std::vector<RuleIndex>{0});
  CHECK(repeat.suggestions[0].kind == Kind::escalate_to);
  CHECK(repeat.suggestions[0].escalate_to == "tier2");
  CHECK(set.rules[1].suggestions[0].name == "long_hold");
  CHECK(set.version.size() == 16);
}

TEST_CASE("every key of a rule is read", "[rules]") {
  const Loaded loaded =
      load_text("rules:\n" + rule("a",
                                  "cooldown: 5m, again: yes, mode: shadow, share: 12.5%, "
                                  "tags: [x, y], owner: me, limit: {per_agent: 3}"));
  const Rule& a = rules_of(loaded).rules[0];
  CHECK(a.cooldown == Duration(5min));
  CHECK(a.again);
  CHECK(a.mode == Mode::shadow);
  CHECK(a.share_ppm == 125'000);
  CHECK(a.tags == std::vector<std::string>{"x", "y"});
  CHECK(a.owner == "me");
  CHECK(a.per_agent->count == 3);
  CHECK(a.suggestions.empty());
}

TEST_CASE("every kind and key of a suggestion is read", "[rules]") {
  const Loaded loaded = load_text(
      "rules:\n" +
      rule("a",
           "suggest: [{id: o, headline: H, offer: {gesture: waive_fee, amount: 5, currency: "
           "USD}},"
           " {id: q, headline: H, ask: Review?}, {id: f, headline: H, follow_up: Call back},"
           " {id: s, headline: H, priority: low, expires_after: 2m, step: verify, group: g}]"));
  const auto& suggestions = rules_of(loaded).rules[0].suggestions;
  CHECK(suggestions[0].kind == Kind::offer);
  CHECK(suggestions[0].offer->gesture == "waive_fee");
  CHECK(suggestions[0].offer->amount == 5.0);
  CHECK(suggestions[0].offer->currency == "USD");
  CHECK(suggestions[1].kind == Kind::ask);
  CHECK(suggestions[1].ask == "Review?");
  CHECK(suggestions[2].kind == Kind::follow_up);
  CHECK(suggestions[2].follow_up == "Call back");
  CHECK(suggestions[3].kind == Kind::say);
  CHECK(suggestions[3].priority == Priority::low);
  CHECK(suggestions[3].expires_after == Duration(2min));
  CHECK(suggestions[3].step == "verify");
  CHECK(suggestions[3].group == "g");
}

TEST_CASE("ranking is priority, then files, rules and suggestions", "[rules]") {
  const std::string two = "suggest: [{id: x, headline: H}, {id: y, headline: H, priority: high}]";
  const Loaded loaded = load({{"b.yaml", "b.yaml", "rules:\n" + rule("b1", two)},
                              {"a/z.yaml", "a/z.yaml", "rules:\n" + rule("z", two)},
                              {"B.yaml", "B.yaml", "rules:\n" + rule("b2", two)}},
                             {});
  const RuleSet& set = rules_of(loaded);
  std::vector<std::string> names;
  for (const Ranked& r : set.ranking)
    names.push_back(set.rules[r.rule].suggestions[r.suggestion].name);
  CHECK(names == std::vector<std::string>{"b2.y", "z.y", "b1.y", "b2.x", "z.x", "b1.x"});
  CHECK(set.rules[1].file == "a/z.yaml");
}

TEST_CASE("a situation is decided after those that it reads, over files", "[rules]") {
  const Loaded loaded = load(
      {{"a.yaml", "a.yaml", "rules:\n  - {id: a, title: A, when: situation.b && situation.c}\n"},
       {"b.yaml", "b.yaml",
        "rules:\n  - {id: b, title: B, when: call.on_hold, unless: ['situation[\"c\"]']}\n"},
       {"c.yaml", "c.yaml", "rules:\n  - {id: c, title: C, when: call.answered}\n"}},
      {});
  CHECK(rules_of(loaded).order == std::vector<RuleIndex>{2, 1, 0});
}

TEST_CASE("a long chain of situations loads", "[rules]") {
  std::string text = "rules:\n";
  for (int i = 0; i < 3000; ++i)
    text += "  - {id: r" + std::to_string(i) + ", title: T, when: " +
            (i == 2999 ? "call.on_hold" : "situation.r" + std::to_string(i + 1)) + "}\n";
  const Loaded loaded = load_text(text);
  CHECK(rules_of(loaded).order.front() == 2999);
}

TEST_CASE("a file may hold lists alone, or nothing", "[rules]") {
  CHECK(load_text("lists:\n  a: [b]\n").rules != nullptr);
  CHECK(load_text("").rules != nullptr);
  CHECK(load_text("# rules:\n").rules != nullptr);
  CHECK(load({}, {}).rules != nullptr);
}

TEST_CASE("the fingerprint is what a rule means, not how it is called", "[rules]") {
  const std::string plain = "rules:\n" + rule("a", "suggest: [{headline: H}]");
  const std::string print = fingerprint_of(plain);
  CHECK(print.size() == 32);
  CHECK(fingerprint_of("# moved\n\n" + plain) == print);
  CHECK(fingerprint_of("rules:\n" + rule("a", "tags: [t], owner: o, suggest: [{headline: H}]")) ==
        print);
  CHECK(fingerprint_of("rules:\n  - {id: a, title: Other, when: call.on_hold, suggest: "
                       "[{headline: H}]}\n") == print);
  CHECK(fingerprint_of(plain + rule("b", "")) == print);
  for (const char* keys :
       {"suggest: [{headline: I}]", "suggest: [{headline: H, say: S}]",
        "for: 1s, suggest: [{headline: H}]", "mode: shadow, suggest: [{headline: H}]",
        "share: 50%, suggest: [{headline: H}]", "again: yes, suggest: [{headline: H}]",
        "limit: {per_call: 1}, suggest: [{headline: H}]",
        "unless: [call.answered], suggest: [{headline: H}]", "suggest: [{id: x, headline: H}]",
        "active: {days: [mon]}, suggest: [{headline: H}]", "suggest: [{headline: H, group: g}]"})
    CHECK(fingerprint_of("rules:\n" + rule("a", keys)) != print);
}

TEST_CASE("a list counts by what it holds", "[rules]") {
  const auto with = [](const std::string& list) {
    return fingerprint_of(
        "lists:\n  l: " + list +
        "\n  other: [x]\nrules:\n  - {id: a, title: A, when: call.queue in lists.l}\n");
  };
  CHECK(with("[a, b]") == with("[a, b]  # again"));
  CHECK(with("[a, b]") != with("[a]"));
  const auto without = [](const std::string& list) {
    return fingerprint_of("lists:\n  l: " + list +
                          "\nrules:\n  - {id: a, title: A, when: call.on_hold}\n");
  };
  CHECK(without("[a]") == without("[b]"));
}

TEST_CASE("two thousand rules load without quadratic time", "[rules]") {
  std::string text = "rules:\n";
  for (int i = 0; i < 2000; ++i)
    text += "  - {id: r" + std::to_string(i) + ", title: T, when: {call.queue: q" +
            std::to_string(i) + ", call.hold: {over: 2m}}, suggest: [{headline: H}]}\n";
  const testing::Stopwatch watch;
  const Loaded loaded = load_text(text);
  const auto took = watch.took();
  CHECK(rules_of(loaded).rules.size() == 2000);
  CHECK(took < testing::patience(std::chrono::seconds(10)));
}

}  // namespace assist::rules
