#include <algorithm>

#include "engine/state.hpp"

/// What the engine shows of itself: it decides nothing, and changes nothing.
namespace assist::engine {

CallView Engine::State::view(facts::CallIndex index) const {
  const facts::Call& call = world.call(index);
  const facts::CallFacts& f = call.facts;
  CallView out;
  out.id = std::string_view(call.id);
  out.customer = f.customer.text();
  out.queue = f.queue.text();
  out.channel = f.channel.text();
  out.agent = f.agent.text();
  out.step = f.step.text();
  out.started_at = f.started_at;
  out.answered_at = f.answered_at.optional();
  out.on_hold = f.on_hold();
  out.waiting = f.wait.since.has_value();
  out.wait = f.wait.at(now);
  out.hold_total = f.hold_total.at(now);
  out.held_at = f.held_since.optional();
  if (index >= calls.size() || calls[index].order != call.order) return out;
  const CallState& state = calls[index];
  for (const StandingEntry& entry : state.standing)
    if (plan->rule(entry.rule).mode == rules::Mode::live)
      out.suggestions.push_back(standing_of(*plan, entry, out.id, state.agent));
  std::stable_sort(
      out.suggestions.begin(), out.suggestions.end(), [](const auto& a, const auto& b) {
        return std::pair(a.priority(), a.raised_at) < std::pair(b.priority(), b.raised_at);
      });
  return out;
}

std::vector<CallView> Engine::calls_of(std::string_view agent) const {
  std::vector<CallView> out;
  const facts::Agent* found = state_->world.agent(agent);
  if (found == nullptr) return out;
  std::vector<facts::CallIndex> calls(found->calls.begin(), found->calls.end());
  std::sort(calls.begin(), calls.end(), [&](facts::CallIndex a, facts::CallIndex b) {
    return state_->world.call(a).order < state_->world.call(b).order;
  });
  for (const facts::CallIndex index : calls) out.push_back(state_->view(index));
  return out;
}

std::optional<CallView> Engine::call(std::string_view id) const {
  const std::int64_t index = state_->world.find(id);
  if (index < 0) return std::nullopt;
  return state_->view(static_cast<facts::CallIndex>(index));
}

std::vector<SituationView> Engine::situations(std::string_view call) const {
  std::vector<SituationView> out;
  const std::int64_t index = state_->world.find(call);
  if (index < 0 || static_cast<std::size_t>(index) >= state_->calls.size()) return out;
  const CallState& state = state_->calls[static_cast<std::size_t>(index)];
  if (state.order != state_->world.call(static_cast<facts::CallIndex>(index)).order) return out;
  for (const RulePlan& rule : state_->plan->order) out.push_back({rule.rule, false, false});
  for (const RuleState& rule : state.rules)
    out[rule.position] = {rule.rule, rule.truth, rule.holds};
  return out;
}

std::optional<Inspection> Engine::inspect(std::string_view call) const {
  const State& s = *state_;
  const std::int64_t found = s.world.find(call);
  if (found < 0 || static_cast<std::size_t>(found) >= s.calls.size()) return std::nullopt;
  const auto index = static_cast<facts::CallIndex>(found);
  if (s.calls[index].order != s.world.call(index).order) return std::nullopt;
  return engine::inspect(*s.plan, s.options, s.world, s.world.call(index), s.calls[index],
                         s.history, s.now);
}

std::vector<std::pair<std::string, std::uint64_t>> Engine::errors() const {
  std::vector<std::pair<std::string, std::uint64_t>> out;
  const auto& counts = state_->situations.errors;
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (counts[i] > 0)
      out.emplace_back(state_->plan->rule(static_cast<rules::RuleIndex>(i)).id, counts[i]);
  return out;
}

}  // namespace assist::engine
