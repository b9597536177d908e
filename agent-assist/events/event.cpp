#include "events/event.hpp"

#include <array>

#include "events/short_text.hpp"

namespace assist::events {
namespace {

/// Finds the type of a name with one look: no two names have the same place in it. The compiler
/// finds the factors that make it so.
class TypeTable {
 public:
  consteval TypeTable() {
    while (!fill()) {
      if (++by_size_ == kPlaces) {
        by_size_ = 0;
        ++by_letter_;
      }
    }
  }

  std::optional<EventType> find(std::string_view name) const {
    if (name.size() < kShortest) return std::nullopt;
    const std::uint8_t type = types_[place(name)];
    if (type == kNone || !same_text(kEventTypeNames[type], name)) return std::nullopt;
    return static_cast<EventType>(type);
  }

 private:
  static constexpr std::size_t kPlaces = 64, kShortest = 7;
  static constexpr std::uint8_t kNone = 0xFF;

  constexpr std::size_t place(std::string_view name) const {
    return (static_cast<unsigned char>(name[0]) +
            by_letter_ * static_cast<unsigned char>(name[kShortest - 1]) + by_size_ * name.size()) %
           kPlaces;
  }

  consteval bool fill() {
    types_.fill(kNone);
    for (std::size_t type = 0; type < kEventTypeCount; ++type) {
      std::uint8_t& at = types_[place(kEventTypeNames[type])];
      if (at != kNone) return false;
      at = static_cast<std::uint8_t>(type);
    }
    return true;
  }

  std::size_t by_letter_ = 1, by_size_ = 0;
  std::array<std::uint8_t, kPlaces> types_{};
};

constexpr TypeTable kTypes;

}  // namespace

std::optional<EventType> event_type(std::string_view name) { return kTypes.find(name); }

void settle_time(Event& event, Time received_at) {
  event.received_at = received_at;
  if (!event.has_time || event.time > received_at + kFutureLimit) event.time = received_at;
}

}  // namespace assist::events
