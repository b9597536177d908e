#include <array>

#include "engine/engine.hpp"

namespace assist::engine {

std::string_view name_of(Action action) {
  constexpr std::array<std::string_view, 3> names{"withdrawn", "raised", "changed"};
  return names[static_cast<std::size_t>(action)];
}

std::string_view name_of(Reason reason) {
  constexpr std::array<std::string_view, 9> names{
      "",     "call_ended", "transferred", "rule_changed", "no_longer_true",
      "used", "dismissed",  "expired",     "outranked"};
  return names[static_cast<std::size_t>(reason)];
}

std::string_view name_of(Trigger trigger) {
  constexpr std::array<std::string_view, 4> names{"event", "clock", "feedback", "reload"};
  return names[static_cast<std::size_t>(trigger)];
}

std::string_view name_of(Hold hold) {
  constexpr std::array<std::string_view, 5> names{"outranked", "per_call", "per_customer",
                                                  "per_agent", "cooldown"};
  return names[static_cast<std::size_t>(hold)];
}

namespace {
constexpr std::array<std::string_view, 4> kVerdicts{"used", "dismissed", "helpful", "unhelpful"};
}

std::optional<Feedback::Verdict> verdict(std::string_view name) {
  for (std::size_t i = 0; i < kVerdicts.size(); ++i)
    if (kVerdicts[i] == name) return static_cast<Feedback::Verdict>(i);
  return std::nullopt;
}

std::string_view name_of(Feedback::Verdict verdict) {
  return kVerdicts[static_cast<std::size_t>(verdict)];
}

}  // namespace assist::engine
