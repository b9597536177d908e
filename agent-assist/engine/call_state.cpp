#include "engine/call_state.hpp"

namespace assist::engine {

void put_together(const Plan& plan, const StandingEntry& entry, std::string_view call,
                  std::string_view agent, Standing& out) {
  out.key = entry.key;
  out.call = std::string(call);
  out.agent = std::string(agent);
  out.rules = plan.set;
  out.by = &plan.rule(entry.rule);
  // Not by way of the rule, which is in no cache where there are thousands.
  out.of = plan.suggestion(entry.rule, entry.suggestion)->of;
  out.raised_at = entry.raised_at;
  out.filled = entry.filled;
}

Standing standing_of(const Plan& plan, const StandingEntry& entry, std::string_view call,
                     std::string_view agent) {
  Standing out;
  put_together(plan, entry, call, agent, out);
  return out;
}

}  // namespace assist::engine
