#pragma once

#include <memory>
#include <vector>

#include "base/free_lists.hpp"
#include "engine/call_state.hpp"
#include "engine/engine.hpp"
#include "engine/limits.hpp"
#include "engine/plan.hpp"
#include "engine/shown.hpp"
#include "engine/situations.hpp"
#include "engine/suggest.hpp"
#include "engine/timers.hpp"
#include "facts/world.hpp"

namespace assist::engine {

struct Engine::State {
  State(std::shared_ptr<const rules::RuleSet> set, Options o)
      : options(o), plan(std::make_unique<Plan>(std::move(set))), world(o.contacts_kept) {
    history.resize(plan->set->rules.size());
    shown.use(plan->set);
    world.listen_for(plan->phrases());
  }

  Options options;
  std::unique_ptr<const Plan> plan;
  facts::World world;
  Time now = Time::min();
  FreeLists call_memory;  // of what `calls` hold, and before them
  CallStates calls;
  std::vector<RaiseHistory> history;
  Situations situations;
  Suggester::Scratch scratch;
  Timers timers{calls};
  Shown shown;
  facts::Changes changes;
  struct InOrder {
    std::uint64_t order;  // of the call
    facts::CallIndex call;
    std::uint32_t touched;  // its place in `changes`
  };
  std::vector<InOrder> in_order;
  TouchedAhead changes_touched, in_order_touched;
  static constexpr std::uint32_t kReadyEvery = 32;  // events: make_ready() is for few of them
  std::uint32_t applied = 0;                        // events, so far
  std::vector<rules::RuleIndex> turned;
  std::vector<facts::CallIndex> due_calls;

  CallState& state_of(facts::CallIndex index, const facts::Call& call);
  void prefetch_order(facts::CallIndex call) const;
  void prefetch_state(facts::CallIndex call) const;
  void prefetch_state_lists(facts::CallIndex call) const;
  std::uint64_t order_of(facts::CallIndex call) const;
  void decide_all(const facts::Changes& from, Time at, Trigger by, Effects& out);
  void decide_or_end(facts::CallIndex call, const facts::Delta& delta, Time at, Trigger by,
                     Effects& out);
  void decide(facts::CallIndex call, const facts::Delta& delta, Time at, Trigger by, Effects& out);
  void end(facts::CallIndex call, Time at, Trigger by, Effects& out);
  Suggester::Cause cause(Time at, Trigger by, facts::FactMask changed);
  void tell_screens(const facts::Call& call, bool other_agent, std::string_view left,
                    const facts::Delta& delta, Effects& out) const;
  void make_ready(Effects& out);
  void remember(const facts::Call& call, facts::CallIndex index);
  Time due(const facts::Call& call, const CallState& state) const;
  Time silence(const facts::Call& call) const;
  void schedule(facts::CallIndex index, const facts::Call& call, const CallState& state);
  void pass(Time at, Effects& out);
  const StandingEntry* find(const Feedback& feedback, facts::CallIndex& call) const;
  void take_off(facts::CallIndex call, rules::RuleIndex rule, std::uint32_t suggestion,
                Feedback::Verdict verdict, Time at, Effects& out);
  void take_off_late(const Shown::One& lately, Feedback::Verdict verdict, Time at, Effects& out);
  CallView view(facts::CallIndex call) const;
  void adopt(facts::CallIndex call, const Plan& before, const std::vector<rules::RuleIndex>& kept);
  void place(facts::CallIndex call);
};

}  // namespace assist::engine
