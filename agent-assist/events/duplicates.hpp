#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace assist::events {

/// `source` and `id` of an event in 16 bytes (XXH3, 128 bits). Two events that differ have equal
/// keys with a chance of 2^-128 a pair: a billion events make it 10^-21.
struct EventKey {
  std::uint64_t low = 0, high = 0;
  friend bool operator==(const EventKey&, const EventKey&) = default;
};

/// The events that were seen, by `source` and `id` (contract, section 1). About 20 to 40 bytes an
/// event. Not thread-safe: the writer owns it.
class Duplicates {
 public:
  /// True: the event is new, and is now known. False: it was known.
  bool insert(std::string_view source, std::string_view id) { return insert(key(source, id)); }
  bool insert(EventKey event) { return seen_.insert(event).second; }

  bool contains(std::string_view source, std::string_view id) {
    return seen_.contains(key(source, id));
  }
  /// Forgets an event, so that it may be delivered again.
  void erase(std::string_view source, std::string_view id) { seen_.erase(key(source, id)); }

  void reserve(std::size_t events) { seen_.reserve(events); }
  std::size_t size() const { return seen_.size(); }
  void clear() { seen_.clear(); }

  EventKey key(std::string_view source, std::string_view id);

 private:
  struct Hash {
    using is_avalanching = void;  // the key is a hash already
    std::size_t operator()(const EventKey& event) const noexcept { return event.low; }
  };

  boost::unordered_flat_set<EventKey, Hash> seen_;
  std::string scratch_;
};

}  // namespace assist::events
