#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>

#include "base/archive.hpp"
#include "base/time.hpp"
#include "events/event.hpp"
#include "events/key_table.hpp"

namespace assist::events {

/// The events that were seen, by `source` and `id` (contract, section 1). About 20 to 40 bytes an
/// event. Not thread-safe: the writer owns it.
///
/// Bounded by age and number, where bounds are given: two generations, of which the older one is
/// forgotten whole. An event is known for `kept` at least, unless half of `events_max` others or
/// more came after it.
class Duplicates {
 public:
  struct Bounds {
    Duration kept = Duration::max();
    std::size_t events_max = std::numeric_limits<std::size_t>::max();
  };

  Duplicates() = default;
  explicit Duplicates(const Bounds& bounds) : bounds_(bounds) {}

  /// The clock stands at `now`: what is too old, or too much, is forgotten.
  void pass(Time now) {
    if (seen_.empty()) began_ = now;
    if (now - began_ < bounds_.kept && seen_.size() < bounds_.events_max / 2) return;
    older_ = std::exchange(seen_, {});
    seen_.reserve(older_.size());  // as many may come again, and need not be moved about then
    began_ = now;
  }

  /// True: the event is new, and is now known. False: it was known.
  bool insert(std::string_view source, std::string_view id) { return insert(key_of(source, id)); }
  bool insert(const Event& event) { return insert(event.known_key()); }
  bool insert(const Key& event) { return !in_older(event) && seen_.insert(event); }
  /// Asks for the memory of an event that will come soon.
  void prefetch(const Key& event) const {
    seen_.prefetch(event);
    older_.prefetch(event);
  }

  bool contains(std::string_view source, std::string_view id) const {
    return contains(key_of(source, id));
  }
  bool contains(const Key& event) const { return seen_.contains(event) || in_older(event); }
  /// Forgets an event, so that it may be delivered again.
  void erase(std::string_view source, std::string_view id) {
    const Key event = key_of(source, id);
    seen_.erase(event);
    older_.erase(event);
  }

  void reserve(std::size_t events) { seen_.reserve(events); }
  std::size_t size() const { return seen_.size() + older_.size(); }
  void clear() {
    seen_.clear();
    older_.clear();
  }

  /// Without the bounds: these are whoever restores it's.
  template <class A>
  friend void item(A& a, Duplicates& duplicates) {
    auto& [bounds, seen, older, began] = duplicates;
    archive_keys(a, seen);
    archive_keys(a, older);
    item(a, began);
  }

 private:
  struct Nothing {};
  using Keys = KeyTable<Nothing>;
  bool in_older(const Key& event) const { return !older_.empty() && older_.contains(event); }

  template <class A>
  static void archive_keys(A& a, Keys& keys) {
    if constexpr (A::kReads) {
      keys.clear();
      std::size_t left = a.items();
      keys.reserve(std::min(left, a.left() / kKeyBytes));
      for (; left > 0 && a.ok(); --left) {
        const std::uint64_t low = a.word();
        keys.insert({low, a.word()});
      }
    } else {
      a.begin_records(keys.size(), kKeyBytes);
      keys.visit([&](const Key& key, Nothing) {
        a.word(key.low);
        a.word(key.high);
      });
      a.end_records();
    }
  }
  static constexpr std::size_t kKeyBytes = 16;

  Bounds bounds_;
  Keys seen_, older_;
  Time began_{};  // the generation of `seen_`
};

}  // namespace assist::events
