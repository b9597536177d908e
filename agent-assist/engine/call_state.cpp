#include "engine/call_state.hpp"

namespace assist::engine {

Standing standing_of(const Plan& plan, const StandingEntry& entry, std::string_view call,
                     std::string_view agent) {
  return {entry.key, std::string(call), std::string(agent), plan.set, &plan.rule(entry.rule),
          // Not by way of the rule, which is in no cache where there are thousands.
          plan.suggestion(entry.rule, entry.suggestion)->of, entry.raised_at, entry.filled};
}

}  // namespace assist::engine
