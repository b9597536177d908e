#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/compare.hpp"
#include "engine/index.hpp"
#include "facts/phrases.hpp"
#include "rules/rule_set.hpp"

namespace assist::engine {

/// A condition that rules share: what stands between the `&&` of a `when`, or an entry of `unless`.
/// Decided once for all of them.
struct alignas(64) SharedCondition {
  // First, what deciding most of them takes.
  bool kept = false;   // the verdict, for all rules that ask: it is no quick comparison
  bool wanted = true;  // see `situation`
  Compares compare;    // of one that compares facts with constants
  cel::Program program = cel::Program(nullptr);
  facts::FactMask reads = 0;                 // see facts::triggers_of()
  std::vector<rules::RuleIndex> situations;  // that it reads
  /// Of one that says no more than that a situation holds (or not, as `wanted`): that one.
  std::optional<rules::RuleIndex> situation;
};

/// What deciding a rule takes, side by side.
struct alignas(64) RulePlan {
  facts::FactMask reads = 0;  // with kReadsSituations where it reads one
  Duration for_{0}, keep_for{0};
  rules::RuleIndex rule = 0;
  std::uint32_t share_ppm = 0;
  std::uint32_t begin = 0;  // of its conditions, in Plan::conditions_of
  /// How many are its `when` without its key, its `unless`, and its key, in this order. Of a rule
  /// that was found by its key, this need not be looked at.
  std::uint16_t whens = 0, unlesses = 0, keys = 0;
  bool active = false;  // it has hours
  bool waits = false;   // it is one of Plan::waiting
  bool live = false;    // no shadow rule
  // What may hold it back.
  bool per_call = false, per_customer = false, per_agent = false, cooldown = false;
  std::uint32_t suggestion = 0, suggestions = 0;  // the first, in Plan::suggestions; how many

  bool may_be_refused() const { return per_call || per_customer || cooldown; }
  bool has_limits() const { return per_call || per_customer || per_agent; }
};
static_assert(sizeof(RulePlan) == 64);

/// What ranking a suggestion takes, and raising it, side by side: the rule need not be looked at.
struct alignas(64) SuggestionPlan {
  facts::FactMask reads = 0;  // of its texts; with kReadsSituations where they read one
  const rules::Suggestion* of = nullptr;
  std::string_view name;   // as the rule set has it
  std::uint64_t seed = 0;  // of the ids of those that are raised
  Duration expires_after = Duration::max();
  std::uint32_t rank = 0;
  bool claims = false;  // it has to do with others: a group, a step, steps that it suppresses
  bool plain = true;    // no text of it has an expression
};
static_assert(sizeof(SuggestionPlan) == 64);

/// Rules without a key that wait for a length of the call, or one of some, to have grown long
/// enough. A call keeps no state of them until one has: there may be many.
struct Waiting {
  struct Rule {
    Duration length;  // from which on it may be true
    Position position;
  };
  facts::Fact fact;
  std::vector<Rule> rules;  // by length
};

/// What the engine looks up of a rule set, worked out once when it is taken in.
struct Plan {
  explicit Plan(std::shared_ptr<const rules::RuleSet> set);

  std::shared_ptr<const rules::RuleSet> set;
  /// The rules that are not off, each after those whose situation it reads.
  std::vector<RulePlan> order;
  /// Where a rule stands in `order`; kOff for one that is off.
  std::vector<Position> position;
  std::vector<bool> is_read;  // by rule: others read its situation
  std::vector<SharedCondition> conditions;
  std::vector<std::uint32_t> conditions_of;  // places in `conditions`, rule by rule
  std::unique_ptr<const Index> index;
  std::vector<Waiting> waiting;
  facts::FactMask waiting_for = 0;          // the lengths of these
  std::vector<SuggestionPlan> suggestions;  // of the rules in `order`, rule by rule
  std::map<std::string_view, rules::RuleIndex> by_id;
  /// How a situation has to be for a rule to be true; by need_of(). Of a rule that says more about
  /// it than that there is nothing.
  boost::unordered_flat_map<std::uint64_t, bool> needs;
  static std::uint64_t need_of(Position rule, rules::RuleIndex situation) {
    return std::uint64_t{rule} << 32 | situation;
  }
  /// A rule that is false may be true once the situation turned to `holds`.
  bool may_begin(Position rule, rules::RuleIndex situation, bool holds) const {
    const auto need = needs.find(need_of(rule, situation));
    return need == needs.end() || need->second == holds;
  }

  /// What the rules listen for.
  facts::Phrases phrases() const;

  static constexpr std::uint32_t kOff = UINT32_MAX;
  const rules::Rule& rule(rules::RuleIndex i) const { return set->rules[i]; }
  const rules::Rule& rule_at(Position at) const { return rule(order[at].rule); }
  /// nullptr: the rule is off, or has no such suggestion.
  const SuggestionPlan* suggestion(rules::RuleIndex rule, std::uint32_t number) const {
    if (rule >= position.size() || position[rule] == kOff) return nullptr;
    const RulePlan& of = order[position[rule]];
    return number < of.suggestions ? &suggestions[of.suggestion + number] : nullptr;
  }

 private:
  using Known = boost::unordered_flat_map<std::string, std::uint32_t>;
  void add_rule(rules::RuleIndex i, Known& known, std::vector<Index::Entry>& entries);
  std::uint32_t condition(const cel::Program& program, std::string_view text, Known& known);
  void find_need(const RulePlan& plan, Position at, rules::RuleIndex situation);
  /// A condition without which the rule is not true, and which no situation changes.
  std::uint32_t test_of(const RulePlan& plan) const;
  /// What the rule waits for, one of these, if that alone of it the clock can turn.
  std::vector<Compare::Once> waits_for(const RulePlan& plan) const;
  void add_suggestions(RulePlan& plan, const rules::Rule& rule);
  void add_waiting(const Compare::Once& once, Position position);
};

/// How a rule is found among many, for whoever asks why an event costs what it does.
struct RuleKey {
  rules::RuleIndex rule;
  std::vector<Index::Want> wants;  // empty: it is looked at for every call
  facts::FactMask reads;           // what it is decided anew on
};
std::vector<RuleKey> keys_of(const rules::RuleSet& set);

}  // namespace assist::engine
