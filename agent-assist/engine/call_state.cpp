#include "engine/call_state.hpp"

namespace assist::engine {

std::shared_ptr<const Standing> standing_of(const Plan& plan, const StandingEntry& entry,
                                            std::string_view call, std::string_view agent) {
  auto out = std::make_shared<Standing>();
  out->key = entry.key;
  out->call = call;
  out->agent = agent;
  out->rules = plan.set;
  out->by = &plan.rule(entry.rule);
  out->of = &out->by->suggestions[entry.suggestion];
  out->raised_at = entry.raised_at;
  if (entry.expires_at != kNever) out->expires_at = entry.expires_at;
  out->filled = entry.filled;
  return out;
}

}  // namespace assist::engine
