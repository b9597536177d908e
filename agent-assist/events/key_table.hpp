#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/huge_pages.hpp"
#include "base/prefetch.hpp"
#include "events/key.hpp"

namespace assist::events {

/// Keys, each with a value, in one piece of memory (open addressing, linear probing): looking one
/// up costs one cache miss, which may be asked for ahead. At most 3 of 4 places are taken.
template <class Value>
class KeyTable {
 public:
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  void clear() { *this = {}; }

  void reserve(std::size_t keys) {
    std::size_t places = kFewest;
    while (most(places) < keys) places *= 2;
    if (places > slots_.size()) grow(places);
  }

  /// Asks for the memory of a key that will be looked up soon.
  void prefetch(const Key& key) const {
    if (!slots_.empty()) assist::prefetch(&slots_[home(key)]);
  }

  /// nullptr: it is not there. Good until the next insert() or erase().
  const Value* find(const Key& key) const {
    if (slots_.empty()) return nullptr;
    const Slot& slot = slots_[place_of(key)];
    return slot.key.empty() ? nullptr : &slot.value;
  }
  bool contains(const Key& key) const { return find(key) != nullptr; }

  /// False: it was there, and stays as it is.
  bool insert(const Key& key, Value value = {}) {
    if (size_ >= most(slots_.size())) grow(slots_.empty() ? kFewest : 2 * slots_.size());
    Slot& slot = slots_[place_of(key)];
    if (!slot.key.empty()) return false;
    slot = {key, std::move(value)};
    ++size_;
    return true;
  }

  void erase(const Key& key) {
    if (slots_.empty()) return;
    std::size_t hole = place_of(key);
    if (slots_[hole].key.empty()) return;
    --size_;
    // What stands behind it moves up, as far as that brings it no further than its home.
    for (std::size_t at = next(hole); !slots_[at].key.empty(); at = next(at)) {
      const std::size_t from_home = (at - home(slots_[at].key)) & (slots_.size() - 1);
      const std::size_t from_hole = (at - hole) & (slots_.size() - 1);
      if (from_home < from_hole) continue;
      slots_[hole] = std::move(slots_[at]);
      hole = at;
    }
    slots_[hole] = Slot{};
  }

  /// In no order.
  template <class Visit>
  void visit(Visit visit) const {
    for (const Slot& slot : slots_)
      if (!slot.key.empty()) visit(slot.key, slot.value);
  }

 private:
  struct Slot {
    Key key;
    [[no_unique_address]] Value value;
  };
  static constexpr std::size_t kFewest = 16;
  static std::size_t most(std::size_t places) { return places - places / 4; }

  std::size_t home(const Key& key) const { return key.low & (slots_.size() - 1); }
  std::size_t next(std::size_t place) const { return (place + 1) & (slots_.size() - 1); }
  /// Where it stands, or else would.
  std::size_t place_of(const Key& key) const {
    std::size_t at = home(key);
    while (!slots_[at].key.empty() && !(slots_[at].key == key)) at = next(at);
    return at;
  }
  void grow(std::size_t places) {
    auto old = std::exchange(slots_, decltype(slots_)(places));
    for (Slot& slot : old)
      if (!slot.key.empty()) slots_[place_of(slot.key)] = std::move(slot);
  }

  std::vector<Slot, HugePages<Slot>> slots_;  // a power of two, or none
  std::size_t size_ = 0;
};

}  // namespace assist::events
