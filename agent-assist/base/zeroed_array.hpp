#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>

#include "base/huge_pages.hpp"

namespace assist {

/// A piece of memory whose items are zeros to begin with. A large one is not written to for that:
/// its pages come as they are touched, of 2 MiB where there are such, so that finding a page is no
/// cache miss of its own and no one waits for all of them.
template <class T>
class ZeroedArray {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  ZeroedArray() = default;
  /// Throws bad_alloc.
  explicit ZeroedArray(std::size_t count) : items_(allocate(count)), size_(count) {}
  ZeroedArray(ZeroedArray&& other) noexcept
      : items_(std::exchange(other.items_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  ZeroedArray& operator=(ZeroedArray&& other) noexcept {
    std::swap(items_, other.items_);
    std::swap(size_, other.size_);
    ZeroedArray gone = std::move(other);
    return *this;
  }
  ~ZeroedArray() {
    if (large(size_))
      std::free(items_);
    else
      ::operator delete(items_);
  }

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  T& operator[](std::size_t at) { return items_[at]; }
  const T& operator[](std::size_t at) const { return items_[at]; }

 private:
  static bool large(std::size_t count) { return count > kHugePage / 2 / sizeof(T); }

  static T* allocate(std::size_t count) {
    if (!large(count)) {
      void* const memory = ::operator new(count * sizeof(T));
      return static_cast<T*>(std::memset(memory, 0, count * sizeof(T)));
    }
    void* const memory = std::calloc(count, sizeof(T));
    if (memory == nullptr) throw std::bad_alloc();
    ask_for_huge_pages(memory, count * sizeof(T));
    return static_cast<T*>(memory);
  }

  T* items_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace assist
