#include "engine/inspect.hpp"

#include <algorithm>
#include <span>

#include "engine/call_state.hpp"
#include "engine/inspect_condition.hpp"
#include "engine/limits.hpp"
#include "engine/situations.hpp"
#include "engine/suggest.hpp"
#include "facts/world.hpp"

namespace assist::engine {
namespace {

bool is_off(const std::vector<bool>& flags, std::uint32_t suggestion) {
  return suggestion < flags.size() && flags[suggestion];
}

/// A copy of a text, whatever holds it.
std::string text(std::string_view of) { return std::string(of); }

template <class Texts>
std::vector<std::string> texts(const Texts& of) {
  std::vector<std::string> out;
  for (const auto& one : of) out.push_back(text(one));
  return out;
}

/// The facts, with each situation known only until time alone may turn it.
class Foreseen final : public cel::Activation {
 public:
  Foreseen(cel::Activation& facts, std::size_t rules) : facts_(facts), until_(rules, kNever) {}
  void set(rules::RuleIndex rule, Time until) { until_[rule] = until; }

  cel::Value load(std::uint32_t slot, cel::Run& run) override {
    if (slot >= facts::kSituationSlots && slot < facts::kListSlots)
      run.valid_until(until_[slot - facts::kSituationSlots]);
    return facts_.load(slot, run);
  }
  cel::Value call(std::uint32_t function, std::span<const cel::Value> args,
                  cel::Run& run) override {
    return facts_.call(function, args, run);
  }

 private:
  cel::Activation& facts_;
  std::vector<Time> until_;  // by rule
};

/// Reads the engine's state of one call.
class Inspector {
 public:
  Inspector(const Plan& plan, const Options& options, const facts::World& world,
            const facts::Call& call, const CallState& state,
            const std::vector<RaiseHistory>& history, Time now)
      : plan_(plan),
        options_(options),
        world_(world),
        call_(call),
        state_(state),
        history_(history),
        now_(now),
        facts_(world, call, plan, state),
        foreseen_(facts_, plan.set->rules.size()),
        conditions_(foreseen_, call.facts.started_at, now) {}

  Inspection all() {
    Inspection out;
    out.rules = plan_.set;
    out.now = now_;
    out.max_visible = options_.max_visible;
    out.call = call_.id;
    out.customer = text(call_.facts.customer);
    out.agent = text(call_.facts.agent);
    out.queue = text(call_.facts.queue);
    out.started_at = call_.facts.started_at;
    incidents(out);
    // In this order each comes after those that it reads.
    for (const rules::RuleIndex i : plan_.set->order) foreseen_.set(i, situation_until(i));
    for (rules::RuleIndex i = 0; i < plan_.set->rules.size(); ++i) out.by_rule.push_back(rule(i));
    return out;
  }

 private:
  /// Open incidents elsewhere, and what of the call would have to be theirs.
  void incidents(Inspection& out) {
    cel::Arena arena;
    cel::Run run(facts_, now_, arena);
    const auto load = [&](facts::Fact fact) {
      return facts_.load(static_cast<std::uint32_t>(fact), run);
    };
    out.area = load(facts::Fact::call_area).as_string();
    out.customer_area = load(facts::Fact::customer_area).as_string();
    const cel::Value products = load(facts::Fact::customer_products);
    for (std::size_t i = 0; i < products.list_size(); ++i)
      out.products.emplace_back(products.list_at(i, arena).as_string());
    std::vector<const facts::Incident*> here;
    world_.visit_incidents(call_, [&](const auto& incident) { here.push_back(&incident); });
    world_.visit_open_incidents([&](const auto& incident) {
      if (std::find(here.begin(), here.end(), &incident) == here.end())
        out.elsewhere.push_back(
            {incident.id, incident.kind, texts(incident.areas), texts(incident.services)});
    });
  }

  SeenRule rule(rules::RuleIndex index) {
    const rules::Rule& rule = plan_.rule(index);
    SeenRule out;
    out.rule = index;
    conditions(out, rule);
    out.in_share = state_.share < rule.share_ppm;
    const RuleState* state = state_of(index);
    if (state != nullptr) situation(out, rule, *state);
    limits(out, rule, state);
    for (std::uint32_t i = 0; i < rule.suggestions.size(); ++i)
      out.suggestions.push_back(suggestion(out, rule, state, i));
    return out;
  }

  /// nullptr: the rule is off, or the engine keeps nothing of it for this call.
  const RuleState* state_of(rules::RuleIndex index) const {
    const auto at = std::find_if(state_.rules.begin(), state_.rules.end(),
                                 [&](const RuleState& s) { return s.rule == index; });
    return at == state_.rules.end() ? nullptr : &*at;
  }

  void conditions(SeenRule& out, const rules::Rule& rule) {
    if (rule.active) {
      const auto phase = rule.active->at(now_);
      out.active = phase.open;
      out.active_until = phase.until;
    }
    out.when = conditions_.inspect(*rule.when_tree, rule.when);
    for (std::size_t i = 0; i < rule.unless_trees.size(); ++i)
      out.unless.push_back(conditions_.inspect(*rule.unless_trees[i], rule.unless[i]));
  }

  /// What is true now: whether it stays so until its `for` is over. At `due` itself it must be
  /// true.
  void wait(SeenRule& out, const rules::Rule& rule, Time due) {
    out.true_until = turns_false(rule, due);
    if (!out.true_until) out.for_due = due;
  }

  struct Truth {
    bool holds;
    Time until;  // it stays so until then
  };

  /// When time alone turns the condition false, up to `last`. nullopt: it does not.
  std::optional<Time> turns_false(const rules::Rule& rule, Time last) {
    constexpr int kMostLooks = 1000;  // of what turns at each moment: it may well stay true
    Time at = now_;
    for (int looks = 0; at <= last && looks < kMostLooks; ++looks) {
      const auto [holds, until] = condition_at(rule, facts_, at);
      if (!holds) return at;
      at = until;
    }
    return std::nullopt;
  }

  /// The condition with `unless` and `active` at a moment, if nothing happens until then. What
  /// makes it false is enough for that.
  Truth condition_at(const rules::Rule& rule, cel::Activation& facts, Time at) {
    Truth out{true, kNever};
    const auto take = [&](bool good, Time until) {
      out = good ? Truth{true, std::min(out.until, until)} : Truth{false, until};
      return good;
    };
    if (rule.active) {
      const auto phase = rule.active->at(at);
      if (!take(phase.open, phase.until)) return out;
    }
    cel::Arena arena;
    const auto run = [&](const cel::Program& program, bool wanted) {
      const cel::Outcome outcome = program.run(facts, at, arena);
      const bool holds = !outcome.value.is_error() && outcome.value.as_bool();
      return take(holds == wanted, outcome.valid_until);
    };
    if (!run(rule.when, true)) return out;
    for (const cel::Program& unless : rule.unless)
      if (!run(unless, false)) break;
    return out;
  }

  /// Time alone does not turn the situation before this.
  Time situation_until(rules::RuleIndex index) {
    const rules::Rule& rule = plan_.rule(index);
    if (rule.mode == rules::Mode::off) return kNever;
    const RuleState* state = state_of(index);
    if (state != nullptr && state->truth && !state->holds) return state->true_since + rule.for_;
    if (state != nullptr && state->holds && !state->truth) return state->held_since + rule.keep_for;
    const Time until = condition_at(rule, foreseen_, now_).until;
    if (state != nullptr && state->holds) return std::max(until, state->held_since + rule.keep_for);
    return until < kNever - rule.for_ ? until + rule.for_ : kNever;
  }

  void situation(SeenRule& out, const rules::Rule& rule, const RuleState& state) {
    out.condition = state.truth;
    out.holds = state.holds;
    if (state.truth) out.true_since = state.true_since;
    if (state.truth && !state.holds) wait(out, rule, state.true_since + rule.for_);
    if (state.holds) out.held_since = state.held_since;
    if (state.holds && !state.truth) out.keep_until = state.held_since + rule.keep_for;
    out.raised = state.raised;
    out.admitted = state.admitted;
    const auto until = cooled_down(rule, state);
    if (until && *until > now_) out.cooldown_until = until;
  }

  static std::optional<Time> cooled_down(const rules::Rule& rule, const RuleState& state) {
    if (!rule.cooldown || !state.record || !state.record->last_ended) return std::nullopt;
    return *state.record->last_ended + *rule.cooldown;
  }

  std::vector<Time> raised(SeenLimit::Per per, const rules::Limit& limit, rules::RuleIndex rule,
                           const RuleState* state, Time at) const {
    switch (per) {
      case SeenLimit::Per::call:
        if (state == nullptr || !state->record) return {};
        return counted(state->record->raised, limit, at);
      case SeenLimit::Per::customer:
        return history_[rule].customers.counted(call_.facts.customer, limit, at);
      case SeenLimit::Per::agent:
        return history_[rule].agents.counted(call_.facts.agent, limit, at);
    }
    return {};
  }

  void limits(SeenRule& out, const rules::Rule& rule, const RuleState* state) const {
    const auto add = [&](SeenLimit::Per per, const std::optional<rules::Limit>& limit,
                         std::string_view who) {
      if (limit)
        out.limits.push_back({per, text(who), *limit, raised(per, *limit, out.rule, state, now_)});
    };
    add(SeenLimit::Per::call, rule.per_call, call_.id);
    add(SeenLimit::Per::customer, rule.per_customer, call_.facts.customer);
    add(SeenLimit::Per::agent, rule.per_agent, call_.facts.agent);
  }

  SeenSuggestion suggestion(const SeenRule& seen, const rules::Rule& rule, const RuleState* state,
                            std::uint32_t index) {
    SeenSuggestion out;
    out.suggestion = index;
    for (const StandingEntry& entry : state_.standing) {
      if (entry.rule != seen.rule || entry.suggestion != index) continue;
      out.held_back = HeldBack::nothing;
      out.shown = standing_of(plan_, entry, call_.id, state_.agent);
      gaps(out, rule.suggestions[index]);
      return out;
    }
    out.held_back = held_back(seen, rule, state, index);
    if (out.held_back == HeldBack::nothing) outranked(out, seen.rule, rule);
    return out;
  }

  void gaps(SeenSuggestion& out, const rules::Suggestion& of) {
    for (std::size_t i = 0; i < kTexts; ++i) {
      const rules::Text* const text = text_to_fill(of, i);
      if (text == nullptr || out.shown->text(i).value_or("").find('?') == std::string_view::npos)
        continue;
      for (const rules::Text::Part& part : text->parts)
        if (part.program) add_gap(out, *part.program);
    }
  }

  void add_gap(SeenSuggestion& out, const cel::Program& program) {
    cel::Arena arena;
    const cel::Value value = program.run(facts_, now_, arena).value;
    if (!cel::to_text(value, now_)) out.gaps.push_back({program.source(), conditions_.seen(value)});
  }

  /// What keeps it from being due; nothing: it is due, and is outranked.
  HeldBack held_back(const SeenRule& seen, const rules::Rule& rule, const RuleState* state,
                     std::uint32_t suggestion) const {
    if (state == nullptr || !state->holds) return HeldBack::situation;
    if (!seen.in_share) return HeldBack::share;
    if (state->looked_at && !state->admitted) return refused(rule, *state);
    if (const auto off = taken_off(rule, *state, suggestion); off != HeldBack::nothing) return off;
    if (call_.facts.agent.empty()) return HeldBack::no_agent;
    if (!state->looked_at) return HeldBack::admission;
    return shut_for_agent(*state) ? HeldBack::per_agent : HeldBack::nothing;
  }

  /// By the agent, or by the time that it stood. nothing: neither.
  static HeldBack taken_off(const rules::Rule& rule, const RuleState& state,
                            std::uint32_t suggestion) {
    if (!state.record) return HeldBack::nothing;
    if (is_off(state.record->off_for_good, suggestion)) return HeldBack::used_or_dismissed;
    if (!is_off(state.record->off, suggestion)) return HeldBack::nothing;
    if (!rule.again) return HeldBack::expired;
    return rule.suggestions[suggestion].expires_after ? HeldBack::expired_or_taken_off
                                                      : HeldBack::used_or_dismissed;
  }

  bool shut_for_agent(const RuleState& state) const {
    if (!state.record) return false;
    const auto& gates = state.record->gates;
    return std::any_of(gates.begin(), gates.end(), [&](const RuleRecord::Gate& gate) {
      return gate.agent == call_.facts.agent && !gate.open;
    });
  }

  /// What refused the episode, when a suggestion was first due in it. The moment is not kept: it is
  /// that at which the situation began, or the call got its agent.
  HeldBack refused(const rules::Rule& rule, const RuleState& state) const {
    const auto& answered = call_.facts.answered_at;
    const Time then = answered ? std::max(state.held_since, *answered) : state.held_since;
    for (const Time at : {then, now_}) {
      const auto used_up = [&](SeenLimit::Per per, const std::optional<rules::Limit>& limit) {
        return limit && raised(per, *limit, state.rule, &state, at).size() >= limit->count;
      };
      if (used_up(SeenLimit::Per::call, rule.per_call)) return HeldBack::per_call;
      if (!call_.facts.customer.empty() && used_up(SeenLimit::Per::customer, rule.per_customer))
        return HeldBack::per_customer;
      if (const auto until = cooled_down(rule, state); until && at < *until)
        return HeldBack::cooldown;
    }
    return HeldBack::admission;
  }

  /// By which of those that stand before it in the ranking. A shadow suggestion is outranked by
  /// live ones and by those of its own rule.
  void outranked(SeenSuggestion& out, rules::RuleIndex index, const rules::Rule& rule) const {
    const std::uint32_t rank = plan_.suggestion(index, out.suggestion)->rank;
    const rules::Suggestion& wanted = rule.suggestions[out.suggestion];
    out.held_back = HeldBack::max_visible;
    for (const StandingEntry& entry : state_.standing) {
      if (entry.rank > rank || entry.rule == Plan::kOff) continue;
      if (plan_.rule(entry.rule).mode != rules::Mode::live && entry.rule != index) continue;
      const rules::Suggestion& other = plan_.rule(entry.rule).suggestions[entry.suggestion];
      const bool suppressed =
          !wanted.step.empty() && std::find(other.suppress.begin(), other.suppress.end(),
                                            wanted.step) != other.suppress.end();
      const bool group = !wanted.group.empty() && other.group == wanted.group;
      if (!suppressed && !group) continue;
      // What suppresses its step comes before what is of its group.
      if (suppressed || out.held_back == HeldBack::max_visible) {
        out.held_back = suppressed ? HeldBack::suppressed : HeldBack::group;
        out.by = other.name;
      }
      if (suppressed) return;
    }
  }

  const Plan& plan_;
  const Options& options_;
  const facts::World& world_;
  const facts::Call& call_;
  const CallState& state_;
  const std::vector<RaiseHistory>& history_;
  Time now_;
  Activation facts_;
  Foreseen foreseen_;
  ConditionInspector conditions_;
};

}  // namespace

Inspection inspect(const Plan& plan, const Options& options, const facts::World& world,
                   const facts::Call& call, const CallState& state,
                   const std::vector<RaiseHistory>& history, Time now) {
  return Inspector(plan, options, world, call, state, history, now).all();
}

}  // namespace assist::engine
