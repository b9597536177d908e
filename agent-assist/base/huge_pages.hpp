#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <new>

namespace assist {

/// For what is large and looked into anywhere: asks for pages of 2 MiB, so that finding the page is
/// no cache miss of its own. What would fill but half of such a page is allocated as ever.
template <class T>
struct HugePages {
  using value_type = T;
  static constexpr std::size_t kPage = std::size_t{2} << 20;

  HugePages() = default;
  template <class U>
  HugePages(const HugePages<U>&) {}  // NOLINT: allocators convert

  T* allocate(std::size_t count) {
    const std::size_t bytes = count * sizeof(T);
    if (bytes <= kPage / 2) return static_cast<T*>(::operator new(bytes));
    const std::size_t whole = (bytes + kPage - 1) / kPage * kPage;
    void* const memory = std::aligned_alloc(kPage, whole);
    if (memory == nullptr) throw std::bad_alloc();
    static_cast<void>(::madvise(memory, whole, MADV_HUGEPAGE));  // where there are none: as ever
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t count) {
    if (count * sizeof(T) <= kPage / 2) return ::operator delete(memory);
    std::free(memory);
  }
  friend bool operator==(const HugePages&, const HugePages&) { return true; }
};

}  // namespace assist
