#include "engine/random/pair.hpp"

#include <algorithm>
#include <functional>
#include <set>

#include "rules/load.hpp"

namespace assist::random {
namespace {

constexpr Duration kSecond = std::chrono::seconds{1};

std::string yaml_of(const RuleTexts& rules, const std::string& file) {
  std::string out = file == "a.yaml" ? "lists:\n  words: [billing, voice, Ana]\n" : "";
  std::string body;
  for (const RuleText& rule : rules) {
    if (rule.file != file) continue;
    body += rule.head;
    for (const auto& part : rule.parts) body += part;
    if (!rule.suggestions.empty()) body += "    suggest:\n";
    for (const auto& suggestion : rule.suggestions) body += suggestion;
  }
  return out + (body.empty() ? "" : "rules:\n" + body);
}

bool fails(const Pair& pair) {
  const Outcome outcome = run(pair);
  return outcome.valid && !outcome.difference.empty();
}

/// Leaves out runs of `items` as long as the pair still fails; halves at first, then one by one.
template <class Item>
void leave_out(Pair& pair, const std::function<std::vector<Item>&(Pair&)>& items) {
  for (std::size_t size = items(pair).size(); size > 0; size /= 2) {
    for (std::size_t at = 0; at + size <= items(pair).size();) {
      Pair smaller = pair;
      auto& list = items(smaller);
      list.erase(list.begin() + static_cast<std::ptrdiff_t>(at),
                 list.begin() + static_cast<std::ptrdiff_t>(at + size));
      if (fails(smaller)) {
        pair = std::move(smaller);
      } else {
        at += size;
      }
    }
  }
}

/// Leaves out one piece of YAML at a time, of a rule before and after the reload alike.
void leave_out_pieces(Pair& pair, std::vector<std::string> RuleText::*pieces) {
  for (std::size_t rule = 0; rule < pair.rules.size(); ++rule) {
    for (std::size_t at = 0; at < (pair.rules[rule].*pieces).size();) {
      const std::string piece = (pair.rules[rule].*pieces)[at];
      Pair smaller = pair;
      for (RuleTexts* texts : {&smaller.rules, &smaller.later_rules})
        for (RuleText& text : *texts)
          if (text.head == pair.rules[rule].head) std::erase(text.*pieces, piece);
      if (fails(smaller)) {
        pair = std::move(smaller);
      } else {
        ++at;
      }
    }
  }
}

}  // namespace

std::shared_ptr<const rules::RuleSet> load(const RuleTexts& rules, std::string& errors) {
  auto loaded = rules::load({{"a.yaml", "a.yaml", yaml_of(rules, "a.yaml")},
                             {"b.yaml", "b.yaml", yaml_of(rules, "b.yaml")}},
                            {});
  for (const auto& d : loaded.errors) errors += format(d);
  return loaded.rules;
}

Outcome run(const Pair& pair) {
  Outcome out;
  std::string errors;
  const auto rules = load(pair.rules, errors);
  const auto later = pair.later_rules.empty() ? rules : load(pair.later_rules, errors);
  if (rules == nullptr || later == nullptr) {
    out.valid = false;
    out.difference = errors;
    return out;
  }
  model::Moments moments;
  moments.start = pair.start;
  moments.unit = kSecond;
  moments.offsets = pair.offsets;
  model::Both both(rules, pair.options, moments);
  const auto add = [&](std::vector<model::Decision> decisions) {
    for (auto& d : decisions) out.decisions.push_back(std::move(d));
  };
  std::set<std::string> seen;
  Time now = pair.start;
  for (const Op& op : pair.ops) {
    now = std::max(now, pair.start + op.at);
    switch (op.kind) {
      case Op::Kind::event:
        add(both.event(op.json, now));
        break;
      case Op::Kind::pass:
        add(both.advance(now));
        break;
      case Op::Kind::feedback:
        add(both.feedback(op.call, op.name, op.used, now));
        break;
      case Op::Kind::reload:
        add(both.reload(later, now));
    }
    if (!both.difference().empty()) break;
  }
  if (both.difference().empty())
    add(both.advance(now + std::min<Duration>(pair.options.silence, 60 * kSecond) + 2 * kSecond));
  out.difference = both.difference();
  return out;
}

Pair shrink(Pair pair) {
  for (std::size_t before = 0, size = 1; before != size;) {
    before = size;
    leave_out<Op>(
        pair, [](Pair & p) -> auto& { return p.ops; });
    leave_out<RuleText>(
        pair, [](Pair & p) -> auto& { return p.rules; });
    leave_out<RuleText>(
        pair, [](Pair & p) -> auto& { return p.later_rules; });
    leave_out_pieces(pair, &RuleText::parts);
    leave_out_pieces(pair, &RuleText::suggestions);
    size = print(pair).size();
  }
  return pair;
}

std::string print(const Pair& pair) {
  std::string out;
  const auto files = [&](const char* title, const RuleTexts& rules) {
    for (const char* file : {"a.yaml", "b.yaml"})
      out += std::string("# ") + title + file + "\n" + yaml_of(rules, file);
  };
  files("", pair.rules);
  if (!pair.later_rules.empty()) files("after the reload: ", pair.later_rules);
  out += "# max_visible " + std::to_string(pair.options.max_visible) + ", silence " +
         format_duration(pair.options.silence) + ", contacts_kept " +
         format_duration(pair.options.contacts_kept) + "\n";
  for (const Op& op : pair.ops) {
    out += format_rfc3339(pair.start + op.at) + "  ";
    switch (op.kind) {
      case Op::Kind::event:
        out += op.json;
        break;
      case Op::Kind::pass:
        out += "time passes";
        break;
      case Op::Kind::feedback:
        out += std::string(op.used ? "used " : "dismissed ") + op.name + " of " + op.call;
        break;
      case Op::Kind::reload:
        out += "reload";
    }
    out += '\n';
  }
  return out;
}

}  // namespace assist::random
