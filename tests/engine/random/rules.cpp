#include "engine/random/rules.hpp"

#include <algorithm>
#include <functional>

namespace assist::random {
namespace {

std::string seconds(Random& r, std::int64_t low = 1, std::int64_t high = 12) {
  return std::to_string(r.between(low, high));
}
std::string length(Random& r) { return seconds(r) + "s"; }

/// A fact that is text, and values that it may take.
struct TextFact {
  std::string name, values;
};
const std::vector<TextFact> kTexts = {{"call.queue", "billing|tech"},
                                      {"call.channel", "voice|chat"},
                                      {"call.area", "denver|boulder"},
                                      {"call.topic", "bill|move"},
                                      {"call.step", "greet|pitch"},
                                      {"call.direction", "inbound|outbound"},
                                      {"call.agent", "ana|ben"},
                                      {"call.agent_name", "Ana|Ben"},
                                      {"call.id", "c1|c2"},
                                      {"customer.id", "alan|bea"},
                                      {"customer.area", "denver|boulder"},
                                      {"customer.tier", "gold|tin"},
                                      {"agent.id", "ana|ben"},
                                      {"agent.name", "Ana|Ben"},
                                      {"agent.team", "red|blue"},
                                      {"agent.tier", "senior|junior"},
                                      {"queue.name", "billing|tech"}};
const std::vector<std::string> kLengths = {"call.age",  "call.wait",       "call.talk",
                                           "call.hold", "call.hold_total", "queue.longest_wait"};
const std::vector<std::string> kCounts = {"call.holds", "call.transfers", "queue.waiting"};
const std::vector<std::string> kTruths = {"call.answered", "call.on_hold", "call.resolved"};
const std::vector<std::string> kAttributes = {"call.attributes.x", "customer.attributes.x",
                                              "agent.attributes.x"};

std::string leaf(Random& r, const std::string& fact, const std::string& test,
                 const std::string& value) {
  r.drew("fact " + fact);
  r.drew("test " + (test.empty() ? "value" : test));
  return fact + ": " + (test.empty() ? value : "{" + test + ": " + value + "}");
}

std::string text_leaf(Random& r) {
  const TextFact& fact = r.one_of(kTexts);
  const std::string value = r.word(fact.values);
  const std::string list = "[" + r.word(fact.values) + ", other]";
  switch (r.below(11)) {
    case 0:
      return leaf(r, fact.name, "", value);
    case 1:
      return leaf(r, fact.name, "", list);
    case 2:
      return leaf(r, fact.name, "is", value);
    case 3:
      return leaf(r, fact.name, "is_not", value);
    case 4:
      return leaf(r, fact.name, "one_of", list);
    case 5:
      return leaf(r, fact.name, "not_one_of", r.percent(50) ? list : "lists.words");
    case 6:
      return leaf(r, fact.name, "contains", "\"" + value.substr(1, 2) + "\"");
    case 7:
      return leaf(r, fact.name, "starts_with", value.substr(0, 2));
    case 8:
      return leaf(r, fact.name, "ends_with", value.substr(value.size() - 2));
    case 9:
      return leaf(r, fact.name, "matches", "\"" + value.substr(0, 1) + ".*\"");
    default:
      return leaf(r, fact.name, "known", r.word("yes|no"));
  }
}

std::string length_leaf(Random& r) {
  const std::string& fact = r.one_of(kLengths);
  const std::string test = r.word("over|over|under|at_least|at_least|at_most|between|is|is_not");
  if (test == "between")
    return leaf(r, fact, test, "[" + seconds(r, 1, 4) + "s, " + seconds(r, 4, 12) + "s]");
  return leaf(r, fact, test, length(r));
}

std::string count_leaf(Random& r) {
  const std::string& fact = r.one_of(kCounts);
  const std::string test = r.word("|over|under|at_least|at_most|between|one_of|is_not");
  if (test == "between" || test == "one_of") return leaf(r, fact, test, "[1, 2]");
  return leaf(r, fact, test, seconds(r, 0, 2));
}

std::string attribute_leaf(Random& r) {
  const std::string& fact = r.one_of(kAttributes);
  switch (r.below(6)) {
    case 0:
      return leaf(r, fact, "known", r.word("yes|no"));
    case 1:
      return leaf(r, fact, r.word("is|is_not"), r.word("1|a|2.5"));
    case 2:
      return leaf(r, fact, r.word("over|at_least|under|at_most"), r.word("1|2.5"));
    case 3:
      return leaf(r, fact, "one_of", "[a, 1]");
    case 4:
      return leaf(r, fact, r.word("contains|starts_with|ends_with|matches"), "a");
    default:
      return leaf(r, fact, "", r.word("true|false|1|a"));
  }
}

std::string vocabulary_leaf(Random& r) {
  switch (r.below(6)) {
    case 0:
    case 1:
      return r.drew("affected_by") + ": " + r.word("outage|outage|fraud");
    case 2:
      return r.drew("contacts") + ": {within: " + seconds(r, 3, 40) + "s" +
             (r.percent(40) ? ", at_least: " + seconds(r, 1, 2) : "") +
             (r.percent(30) ? ", topic: bill" : "") + "}";
    case 3:
      return r.drew("customer_said") + ": [\"cancel it\", nothing]";
    case 4:
      return r.drew("agent_said") + ": [\"sorry\"]";
    default:
      return r.drew("events") +
             ": {type: " + r.word("call.held|call.said|call.sentiment|call.transferred") +
             ", within: " + length(r) + (r.percent(50) ? ", at_least: 2" : "") + "}";
  }
}

std::string any_leaf(Random& r, const std::vector<std::string>& situations) {
  const auto kind = r.below(100);
  if (kind < 22) return text_leaf(r);
  if (kind < 48) return length_leaf(r);
  if (kind < 56) return count_leaf(r);
  if (kind < 64) return leaf(r, r.one_of(kTruths), "", r.word("yes|no|true|false"));
  if (kind < 68) return leaf(r, "call.sentiment", r.word("under|over|at_most|is"), "-0.5");
  if (kind < 72)
    return r.percent(50) ? leaf(r, "customer.products", "contains", "fiber")
                         : leaf(r, "customer.products", "known", "yes");
  if (kind < 78) return attribute_leaf(r);
  if (kind < 90 || situations.empty()) return vocabulary_leaf(r);
  r.drew("situation in a leaf");
  return "situation." + r.one_of(situations) + ": " + r.word("yes|yes|no");
}

std::string expression(Random& r, const std::vector<std::string>& situations) {
  const auto n = [&](std::int64_t low, std::int64_t high) { return seconds(r, low, high); };
  using Make = std::function<std::string()>;
  static const std::size_t kWithoutSituations = 27;
  const std::vector<Make> all = {
      [&] { return "call.hold > seconds(" + n(1, 9) + ")"; },
      [&] { return "call.talk >= duration('" + n(1, 15) + "s')"; },
      [&] { return "call.age - call.talk >= seconds(" + n(1, 9) + ")"; },
      [&] { return "call.hold > call.wait"; },
      [&] { return "now - call.started_at < seconds(" + n(1, 30) + ")"; },
      [&] { return "call.started_at + seconds(" + n(1, 30) + ") <= now"; },
      [&] { return "call.sentiment < 0"; },
      [&] { return "call.sentiments.exists(s, s < -0.4)"; },
      [&] { return "size(call.sentiments) >= 2 && call.sentiments[0] > call.sentiment"; },
      [&] { return "customer.contacts.exists(c, now - c.at < seconds(" + n(5, 40) + "))"; },
      [&] { return "customer.contacts.size() > 0 && customer.contacts[0].resolved"; },
      [&] { return "contacts_within(seconds(" + n(5, 50) + ")) >= " + n(1, 2); },
      [&] { return "contacts_within(seconds(" + n(5, 50) + "), 'bill') == 1"; },
      [&] { return "contacts_within(call.age) > 0"; },
      [&] { return "events_within('call.held', seconds(" + n(1, 15) + ")) > 0"; },
      [&] { return "events_within('call.said', call.talk) > 1"; },
      [&] { return "incident('outage').summary.startsWith('f')"; },
      [&] { return "incident('outage').opened_at + seconds(" + n(1, 9) + ") < now"; },
      [&] { return "incidents.exists(i, 'denver' in i.areas)"; },
      [&] { return "call.attributes['x'] > 1"; },
      [&] { return "has(call.attributes.x) && call.attributes.x == 'a'"; },
      [&] { return "call.attributes.x == 1 || call.hold >= seconds(" + n(1, 5) + ")"; },
      [&] {
        return "call.holds >= 2 || call.hold > seconds(" + n(1, 9) + ") || call.sentiment < 0.1";
      },
      [&] { return "!(call.transfers > 1 || call.wait >= seconds(" + n(1, 9) + "))"; },
      [&] { return "!(call.topic in ['bill', 'a', 'b'])"; },
      [&] { return "call.queue in lists.words"; },
      [&] { return "call.hold_total + call.wait >= seconds(" + n(2, 15) + ")"; },
      [&] { return "situation['" + r.one_of(situations) + "']"; },
      [&] { return "!situation['" + r.one_of(situations) + "'] && call.answered"; },
      [&] { return "situation['" + r.one_of(situations) + "'] || call.on_hold"; }};
  const auto chosen = r.below(situations.empty() ? kWithoutSituations : all.size());
  r.drew("expression " + std::to_string(chosen));
  return "\"" + all[chosen]() + "\"";
}

std::string condition(Random& r, const std::vector<std::string>& situations, int depth);

std::string list_of_conditions(Random& r, const std::vector<std::string>& situations, int depth) {
  std::string out = "[";
  const auto count = r.between(1, 3);
  for (int i = 0; i < count; ++i) out += (i > 0 ? ", " : "") + condition(r, situations, depth + 1);
  return out + "]";
}

std::string condition(Random& r, const std::vector<std::string>& situations, int depth) {
  const auto kind = r.below(100);
  // What holds for long, so that suggestions meet, are transferred, expire; and what comes and
  // goes, for limits and cooldowns.
  if (kind < 10)
    return r.word(
        "{call.answered: yes}|\"call.age > seconds(2)\"|{call.talk: {over: 1s}}|"
        "{call.on_hold: yes}|{call.on_hold: yes}");
  if (kind < 34) return expression(r, situations);
  if (kind < 60 && depth < 3)
    return "{" + r.drew(r.word("all|any|any|none")) + ": " +
           list_of_conditions(r, situations, depth) + "}";
  std::string first = any_leaf(r, situations);
  const std::string second = any_leaf(r, situations);
  const auto key = [](const std::string& text) { return text.substr(0, text.find(':')); };
  if (r.percent(15) && key(first) != key(second)) {
    r.drew("several leaves");
    first += ", " + second;
  }
  return "{" + first + "}";
}

std::string limit(Random& r, const std::string& key) {
  r.drew("limit " + key);
  const std::string count = seconds(r, 1, 2);
  if (r.percent(50)) return key + ": " + count;
  r.drew("limit " + key + " within");
  return key + ": {count: " + count + ", within: " + seconds(r, 1, r.percent(50) ? 6 : 30) + "s}";
}

std::string limits(Random& r) {
  std::string out;
  for (const std::string key : {"per_call", "per_customer", "per_agent"})
    if (r.percent(50)) out += (out.empty() ? "" : ", ") + limit(r, key);
  return "    limit: {" + (out.empty() ? limit(r, "per_call") : out) + "}\n";
}

std::string active(Random& r) {
  std::vector<std::string> keys;
  if (r.percent(50))
    keys.push_back(
        r.drew("hours") + ": \"" +
        r.word("12:00-13:00|08:00-12:00|00:00-06:00|22:00-12:00|23:00-00:00|06:00-06:00") + "\"");
  if (r.percent(40)) keys.push_back(r.drew("days") + ": [" + r.word("mon|sun|mon, tue|fri") + "]");
  if (r.percent(30))
    keys.push_back(r.drew("from") + ": " + r.word("2026-01-05T12:00:08|2026-01-05|2026-01-04"));
  if (r.percent(30))
    keys.push_back(r.drew("until") + ": " + r.word("2026-01-05T12:00:20|2026-01-05|2026-01-04"));
  if (r.percent(20)) keys.push_back(r.drew("time_zone") + ": UTC");
  std::string out;
  bool from = false;
  for (const auto& key : keys) {
    // Only pairs that are in order.
    from = from || key.starts_with("from: 2026-01-05");
    if (key.starts_with("until: 2026-01-04") && from) continue;
    if (key == "until: 2026-01-05" && from) continue;
    out += (out.empty() ? "" : ", ") + key;
  }
  return "    active: {" + (out.empty() ? "days: [mon, sun]" : out) + "}\n";
}

std::vector<std::string> parts(Random& r, const std::vector<std::string>& situations) {
  std::vector<std::string> out;
  const auto key = [&](std::uint64_t percent, const std::string& name, auto value) {
    if (r.percent(percent)) out.push_back("    " + r.drew(name) + ": " + value() + "\n");
  };
  key(25, "unless", [&] { return list_of_conditions(r, situations, 1); });
  key(30, "for", [&] { return length(r); });
  key(30, "keep_for", [&] { return length(r); });
  key(25, "cooldown", [&] { return seconds(r, 1, 8) + "s"; });
  key(25, "again", [&] { return r.word("yes|yes|no"); });
  key(20, "mode",
      [&] { return r.drew("mode " + r.word("live|shadow|shadow|shadow|off")).substr(5); });
  key(12, "share", [&] { return r.word("0%|30%|50%|100%"); });
  key(5, "tags", [] { return "[a, b]"; });
  key(5, "owner", [] { return "someone"; });
  if (r.percent(35)) out.push_back(limits(r));
  if (r.percent(12)) {
    r.drew("active");
    out.push_back(active(r));
  }
  return out;
}

std::string text(Random& r, const std::vector<std::string>& situations) {
  static const std::vector<std::string> all = {
      "plain words",
      "$${ call.queue }",
      "on ${ call.queue } with ${ call.agent_name }",
      "held ${ call.hold_total }",
      "${ call.age } old, ${ call.topic }",
      "x is ${ call.attributes.x }",
      "${ incident('outage').summary } at ${ call.hold }",
      "${ incident('outage').summary }",
      "${ size(incidents) } of ${ incident('fraud').summary }, ${ now }",
      "${ contacts_within(seconds(30)) } before, ${ call.wait }",
      "${ events_within('call.held', seconds(9)) } holds, ${ call.talk }",
      "${ customer_said('cancel it') } ${ call.step }",
      "felt ${ call.sentiment } ${ size(call.sentiments) }",
      "${ customer.tier } ${ customer.area } ${ size(customer.products) }",
      "${ queue.waiting } wait ${ queue.longest_wait }",
      "${ agent.team } ${ agent.attributes.x }",
      "since ${ call.started_at } by ${ call.channel }"};
  if (!situations.empty() && r.percent(15)) {
    r.drew("text with a situation");
    return "${ situation['" + r.one_of(situations) + "'] } ${ call.age }";
  }
  const auto chosen = r.below(all.size());
  r.drew("text " + std::to_string(chosen));
  return all[chosen];
}

std::string suggestion(Random& r, const std::string& id,
                       const std::vector<std::string>& situations) {
  std::string out;
  const auto add = [&](const std::string& key, const std::string& value) {
    out += (out.empty() ? "      - " : "        ") + r.drew(key) + ": " + value + "\n";
  };
  if (!id.empty()) add("id", id);
  add("headline", "\"" + text(r, situations) + "\"");
  if (r.percent(40)) add("say", "\"" + text(r, situations) + "\"");
  if (r.percent(40)) add("because", "\"" + text(r, situations) + "\"");
  const std::string suppressed = r.word("greet|pitch");
  switch (r.below(10)) {
    case 0:
    case 1:
    case 2:
      add("suppress", "[" + suppressed + "]");
      break;
    case 3:
      add("offer", "{gesture: waive, amount: 5, currency: USD}");
      break;
    case 4:
      add("escalate_to", "tier2");
      break;
    case 5:
      add("ask", "\"May we?\"");
      break;
    case 6:
      add("follow_up", "\"Call back\"");
      break;
    default:
      break;
  }
  if (r.percent(40)) add("priority", r.word("urgent|high|normal|low"));
  if (r.percent(20)) add("expires_after", length(r));
  if (r.percent(30)) add("step", suppressed == "greet" ? "pitch" : "greet");
  if (r.percent(25)) add("group", r.word("g1|g2"));
  return out;
}

}  // namespace

RuleText random_rule(Random& r, const std::string& id, const std::vector<std::string>& situations) {
  RuleText out;
  out.file = r.word("a.yaml|b.yaml");
  out.head = "  - id: " + id + "\n    title: Rule " + id +
             "\n    when: " + condition(r, situations, 0) + "\n";
  out.parts = parts(r, situations);
  const auto count = r.percent(12) ? 0 : r.between(1, r.percent(70) ? 1 : 3);
  if (count == 0) r.drew("a named situation");
  for (int i = 0; i < count; ++i) {
    const std::string name = count == 1 && r.percent(60) ? "" : "s" + std::to_string(i);
    out.suggestions.push_back(suggestion(r, name, situations));
  }
  return out;
}

/// Each rule may read the situations of those made before it; where it then stands is chance.
RuleTexts random_rules(Random& r) {
  RuleTexts out;
  std::vector<std::string> ids;
  const auto count = r.between(1, 6);
  for (int i = 0; i < count; ++i) {
    const std::string id = i == 1 ? "r-1" : "r" + std::to_string(i);
    out.push_back(random_rule(r, id, ids));
    ids.push_back(id);
  }
  r.shuffle(out);
  return out;
}

/// Some stay as they are, some change, go, come or move.
RuleTexts mutated(Random& r, const RuleTexts& rules) {
  RuleTexts out;
  for (const RuleText& rule : rules) {
    const auto fate = r.below(100);
    if (fate < 12) continue;
    out.push_back(rule);
    const std::string id = rule.head.substr(8, rule.head.find('\n') - 8);
    if (fate < 24) out.back() = random_rule(r, id, {});
    if (fate >= 24 && fate < 32 && !rule.parts.empty()) out.back().parts.pop_back();
    if (fate >= 90) out.back().file = r.word("a.yaml|b.yaml");
  }
  if (r.percent(40)) out.push_back(random_rule(r, "new", {}));
  if (r.percent(40)) r.shuffle(out);
  return out;
}

}  // namespace assist::random
