#include "events/event.hpp"

namespace assist::events {

std::optional<EventType> event_type(std::string_view name) {
  for (std::size_t i = 0; i < kEventTypeCount; ++i) {
    if (kEventTypeNames[i] == name) return static_cast<EventType>(i);
  }
  return std::nullopt;
}

void settle_time(Event& event, Time received_at) {
  event.received_at = received_at;
  if (!event.has_time || event.time > received_at + kFutureLimit) event.time = received_at;
}

}  // namespace assist::events
