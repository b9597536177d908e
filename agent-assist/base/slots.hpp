#pragma once

#include <cstddef>
#include <new>
#include <utility>
#include <vector>

#include "base/huge_pages.hpp"

namespace assist {

/// Objects by number, side by side in large pieces of memory. They stay where they are.
template <class T>
class Slots {
 public:
  Slots() = default;
  Slots(const Slots&) = delete;
  Slots& operator=(const Slots&) = delete;
  ~Slots() {
    for (std::size_t i = 0; i < there_.size(); ++i)
      if (there_[i]) place(i)->~T();
    for (T* chunk : chunks_) memory_.deallocate(chunk, kInChunk);
  }

  /// One past the greatest number that was in use so far.
  std::size_t size() const { return there_.size(); }
  /// nullptr: there is none (any more).
  T* operator[](std::size_t number) const { return there_[number] ? place(number) : nullptr; }
  /// Of one that is there. Where it is follows from its number: nothing needs to be looked up.
  T& at(std::size_t number) const { return *place(number); }

  /// One of the next number.
  T& add(T value = {}) {
    if (chunks_.size() * kInChunk == there_.size()) chunks_.push_back(memory_.allocate(kInChunk));
    there_.push_back(false);
    return put(there_.size() - 1, std::move(value));
  }
  /// In the place of one that is gone.
  T& put(std::size_t number, T value = {}) {
    T* const made = new (place(number)) T(std::move(value));
    there_[number] = true;
    return *made;
  }
  void remove(std::size_t number) {
    place(number)->~T();
    there_[number] = false;
  }

 private:
  T* place(std::size_t number) const { return chunks_[number / kInChunk] + number % kInChunk; }

  /// A power of two, so that a place is quickly found. What is not used of a chunk is not touched,
  /// and takes no memory; that all of it are whole pages is for those between chunks.
  static constexpr std::size_t kInChunk = kHugePage / 16;

  [[no_unique_address]] HugePages<T> memory_;
  std::vector<bool> there_;
  std::vector<T*> chunks_;
};

}  // namespace assist
