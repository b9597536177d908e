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
    for (T* one : at_)
      if (one != nullptr) one->~T();
    for (T* chunk : chunks_) memory_.deallocate(chunk, kInChunk);
  }

  /// One past the greatest number that was in use so far.
  std::size_t size() const { return at_.size(); }
  /// nullptr: there is none (any more).
  T* operator[](std::size_t number) const { return at_[number]; }
  /// Of one that is there. Where it is follows from its number: nothing needs to be looked up.
  T& at(std::size_t number) const { return *place(number); }

  /// One of the next number.
  T& add(T value = {}) {
    at_.push_back(nullptr);
    if (chunks_.size() * kInChunk < at_.size()) chunks_.push_back(memory_.allocate(kInChunk));
    return put(at_.size() - 1, std::move(value));
  }
  /// In the place of one that is gone.
  T& put(std::size_t number, T value = {}) {
    return *(at_[number] = new (place(number)) T(std::move(value)));
  }
  void remove(std::size_t number) {
    at_[number]->~T();
    at_[number] = nullptr;
  }

 private:
  T* place(std::size_t number) const { return chunks_[number / kInChunk] + number % kInChunk; }

  static constexpr std::size_t kInChunk = HugePages<T>::kPage / sizeof(T);

  [[no_unique_address]] HugePages<T> memory_;
  std::vector<T*> at_;
  std::vector<T*> chunks_;
};

}  // namespace assist
