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
/// up costs one cache miss, which may be asked for ahead. At most about 3 of 4 places are taken.
///
/// It grows in steps: the larger piece stands beside the smaller one, and each key that comes
/// brings some of the old ones over, so that none waits for all others to be moved. Keys stand
/// near the order of their hash, in both: what is moved is read and written in one stream, and of
/// which piece a key is follows from its hash. The larger has `kGrowth` percent of the places: less
/// memory, or fewer moves.
template <class Value, std::size_t kGrowth = 200>
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
    const Slots& slots = piece_of(key);
    if (slots.empty()) return;
    // With those behind it, which may be in the next cache lines.
    constexpr std::size_t kLooks = 8;  // beyond them look but few, until it is nearly full
    assist::prefetch(&slots[home(slots, key)], kLooks * sizeof(Slot));
  }

  /// nullptr: it is not there. Good until the next insert() or erase().
  const Value* find(const Key& key) const {
    const Slots& slots = piece_of(key);
    if (slots.empty()) return nullptr;
    const Slot& slot = slots[place_of(slots, key)];
    return slot.key.empty() ? nullptr : &slot.value;
  }
  bool contains(const Key& key) const { return find(key) != nullptr; }

  /// False: it was there, and stays as it is.
  bool insert(const Key& key, Value value = {}) {
    if (size_ >= most(now_.size())) grow(now_.size() * kGrowth / 100);
    if (!before_.empty()) move(kStep);
    Slots& slots = piece_of(key);
    Slot& slot = slots[place_of(slots, key)];
    if (!slot.key.empty()) return false;
    slot = {key, value};
    ++size_;
    return true;
  }

  void erase(const Key& key) {
    Slots& slots = piece_of(key);
    if (slots.empty()) return;
    std::size_t hole = place_of(slots, key);
    if (slots[hole].key.empty()) return;
    --size_;
    // What stands behind it moves up, as far as that brings it no further than its home.
    for (std::size_t at = next(slots, hole); !slots[at].key.empty(); at = next(slots, at)) {
      const std::size_t from_home = distance(slots, home(slots, slots[at].key), at);
      if (from_home < distance(slots, hole, at)) continue;
      slots[hole] = slots[at];
      hole = at;
    }
    slots[hole] = Slot{};
  }

  /// In no order.
  template <class Visit>
  void visit(Visit visit) const {
    for (std::size_t at = 0; at < now_.size(); ++at)
      if (!now_[at].key.empty()) visit(now_[at].key, now_[at].value);
    for (std::size_t at = 0; at < before_.size(); ++at)
      if (!before_[at].key.empty() && home(before_, before_[at].key) >= moved_)
        visit(before_[at].key, before_[at].value);
  }

 private:
  struct Slot {
    Key key;
    [[no_unique_address]] Value value;
  };
  static_assert(std::is_trivially_copyable_v<Slot>);
  using Slots = ZeroedArray<Slot>;  // zeros: no key

  static constexpr std::size_t kFewest = 16;
  /// Places of `before_` that an insert() empties, and then as many as it takes to one that is
  /// empty already. It is done long before the larger piece is full.
  static constexpr std::size_t kStep = 16;

  static std::size_t most(std::size_t places) { return places - places / 4; }
  /// Order is kept: of two keys the one with the lower hash has no higher home.
  static std::size_t home(const Slots& slots, const Key& key) {
    return static_cast<std::size_t>((static_cast<unsigned __int128>(key.low) * slots.size()) >> 64);
  }
  static std::size_t next(const Slots& slots, std::size_t place) {
    return place + 1 == slots.size() ? 0 : place + 1;
  }
  static std::size_t distance(const Slots& slots, std::size_t from, std::size_t to) {
    return to >= from ? to - from : to + slots.size() - from;
  }
  /// Where it stands, or else would.
  static std::size_t place_of(const Slots& slots, const Key& key) {
    std::size_t at = home(slots, key);
    while (!slots[at].key.empty() && !(slots[at].key == key)) at = next(slots, at);
    return at;
  }

  /// Keys with a home below `moved_` were moved. They are left in `before_` as they were, so that
  /// one that stands there around its end is found.
  const Slots& piece_of(const Key& key) const {
    return before_.empty() || home(before_, key) < moved_ ? now_ : before_;
  }
  Slots& piece_of(const Key& key) { return const_cast<Slots&>(std::as_const(*this).piece_of(key)); }

  void grow(std::size_t places) {
    move(before_.size());
    Slots larger(places < kFewest ? kFewest : places);
    before_ = std::exchange(now_, std::move(larger));
    moved_ = 0;
    if (size_ == 0) before_ = Slots();
  }
  /// Of the next `places` of `before_` and on to an empty one, so that no key beyond stands where
  /// it does because of one that was moved.
  void move(std::size_t places) {
    for (std::size_t left = places; moved_ < before_.size(); ++moved_) {
      const Slot& slot = before_[moved_];
      if (left > 0) --left;
      if (!slot.key.empty()) {
        if (home(before_, slot.key) <= moved_) take(slot);
      } else if (left == 0) {
        ++moved_;
        break;
      }
    }
    if (moved_ < before_.size()) return;
    // What stood around its end.
    for (std::size_t at = 0; at < before_.size() && !before_[at].key.empty(); ++at)
      if (home(before_, before_[at].key) > at) take(before_[at]);
    before_ = Slots();
    moved_ = 0;
  }
  void take(const Slot& slot) { now_[place_of(now_, slot.key)] = slot; }

  Slots now_;     // all, but for what waits in `before_`
  Slots before_;  // the smaller piece, while it is emptied: keys with a home from `moved_` on
  std::size_t moved_ = 0;
  std::size_t size_ = 0;
};

}  // namespace assist::events
