#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "base/prefetch.hpp"
#include "base/zeroed_array.hpp"
#include "events/key.hpp"

namespace assist::events {

/// Keys, each with a value, in one piece of memory (open addressing, linear probing): looking one
/// up costs one cache miss, which may be asked for ahead. At most 3 of 4 places are taken.
///
/// It grows in steps: the larger piece stands beside the smaller one, and each key that comes
/// brings a few of the old ones over, so that no key waits for all others to be moved. Keys stand
/// in order of their hash, in both: what is moved is read and written in one stream.
template <class Value>
class KeyTable {
 public:
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  void clear() { *this = {}; }

  /// At once, not in steps.
  void reserve(std::size_t keys) {
    const std::size_t places = keys + keys / 2;
    if (most(places) < keys || places <= now_.size()) return;
    grow(places);
    move(before_.size());
  }

  /// Asks for the memory of a key that will be looked up soon.
  void prefetch(const Key& key) const {
    if (!now_.empty()) assist::prefetch(&now_[home(now_, key)]);
    if (!before_.empty()) assist::prefetch(&before_[home(before_, key)]);
  }

  /// nullptr: it is not there. Good until the next insert() or erase().
  const Value* find(const Key& key) const {
    if (now_.empty()) return nullptr;
    const Slot& slot = now_[place_of(now_, key)];
    if (!slot.key.empty()) return &slot.value;
    const Slot* const old = unmoved(key);
    return old == nullptr ? nullptr : &old->value;
  }
  bool contains(const Key& key) const { return find(key) != nullptr; }

  /// False: it was there, and stays as it is.
  bool insert(const Key& key, Value value = {}) {
    if (size_ >= most(now_.size())) grow(now_.size() + now_.size() / 2);
    if (!before_.empty()) move(kStep);
    Slot& slot = now_[place_of(now_, key)];
    if (!slot.key.empty() || unmoved(key) != nullptr) return false;
    slot = {key, value};
    ++size_;
    return true;
  }

  void erase(const Key& key) {
    if (now_.empty()) return;
    std::size_t hole = place_of(now_, key);
    if (now_[hole].key.empty()) {
      if (const Slot* const old = unmoved(key)) {
        before_[static_cast<std::size_t>(old - &before_[0])].key = kGone;
        --size_;
      }
      return;
    }
    --size_;
    // What stands behind it moves up, as far as that brings it no further than its home.
    for (std::size_t at = next(now_, hole); !now_[at].key.empty(); at = next(now_, at)) {
      if (distance(home(now_, now_[at].key), at) < distance(hole, at)) continue;
      now_[hole] = now_[at];
      hole = at;
    }
    now_[hole] = Slot{};
  }

  /// In no order.
  template <class Visit>
  void visit(Visit visit) const {
    for (std::size_t at = 0; at < now_.size(); ++at)
      if (!now_[at].key.empty()) visit(now_[at].key, now_[at].value);
    for (std::size_t at = moved_; at < before_.size(); ++at)
      if (stays(before_[at])) visit(before_[at].key, before_[at].value);
  }

 private:
  struct Slot {
    Key key;
    [[no_unique_address]] Value value;
  };
  static_assert(std::is_trivially_copyable_v<Slot>);
  using Slots = ZeroedArray<Slot>;  // zeros: no key

  static constexpr std::size_t kFewest = 16;
  /// Places of `before_` that an insert() empties. Half as many places again come with each growth,
  /// so that 8 of 3 would do for it to be done before the next.
  static constexpr std::size_t kStep = 8;
  /// Was in `before_`, and is erased. No key of anything, as an empty one.
  static constexpr Key kGone{~std::uint64_t{0}, ~std::uint64_t{0}};

  static std::size_t most(std::size_t places) { return places - places / 4; }
  /// Order is kept: of two keys the one with the lower hash has no higher home.
  static std::size_t home(const Slots& slots, const Key& key) {
    return static_cast<std::size_t>((static_cast<unsigned __int128>(key.low) * slots.size()) >> 64);
  }
  static std::size_t next(const Slots& slots, std::size_t place) {
    return place + 1 == slots.size() ? 0 : place + 1;
  }
  std::size_t distance(std::size_t from, std::size_t to) const {
    return to >= from ? to - from : to + now_.size() - from;
  }
  /// Where it stands, or else would.
  static std::size_t place_of(const Slots& slots, const Key& key) {
    std::size_t at = home(slots, key);
    while (!slots[at].key.empty() && !(slots[at].key == key)) at = next(slots, at);
    return at;
  }

  static bool stays(const Slot& slot) { return !slot.key.empty() && !(slot.key == kGone); }
  /// Its slot in `before_`, if it stands there and was not moved yet. What was moved is left there
  /// as it was, so that what stands behind it is found.
  const Slot* unmoved(const Key& key) const {
    if (before_.empty()) return nullptr;
    const std::size_t at = place_of(before_, key);
    return at < moved_ || before_[at].key.empty() ? nullptr : &before_[at];
  }

  void grow(std::size_t places) {
    move(before_.size());
    Slots larger(places < kFewest ? kFewest : places);
    before_ = std::exchange(now_, std::move(larger));
    moved_ = 0;
    if (size_ == 0) before_ = Slots();
  }
  /// The next `places` of `before_`.
  void move(std::size_t places) {
    for (; places > 0 && moved_ < before_.size(); --places, ++moved_) {
      const Slot& slot = before_[moved_];
      if (stays(slot)) now_[place_of(now_, slot.key)] = slot;
    }
    if (moved_ < before_.size()) return;
    before_ = Slots();
    moved_ = 0;
  }

  Slots now_;     // all, but for what waits in `before_`
  Slots before_;  // the smaller piece, while it is emptied: of the places from `moved_` on
  std::size_t moved_ = 0;
  std::size_t size_ = 0;
};

}  // namespace assist::events
