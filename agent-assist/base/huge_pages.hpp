#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace assist {

inline constexpr std::size_t kHugePage = std::size_t{2} << 20;  // bytes

/// Asks for pages of 2 MiB for what of the memory fills whole ones, so that finding the page is no
/// cache miss of its own. Where there are none, it stays as ever.
inline void ask_for_huge_pages(void* memory, std::size_t bytes) {
  const auto begin = reinterpret_cast<std::uintptr_t>(memory);
  const std::uintptr_t first = (begin + kHugePage - 1) / kHugePage * kHugePage;
  const std::uintptr_t last = (begin + bytes) / kHugePage * kHugePage;
  if (first < last)
    static_cast<void>(::madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE));
}

/// For what is large and looked into anywhere: lies in huge pages. What would fill but half of one
/// is allocated as ever.
template <class T>
struct HugePages {
  using value_type = T;

  HugePages() = default;
  template <class U>
  HugePages(const HugePages<U>&) {}  // NOLINT: allocators convert

  T* allocate(std::size_t count) {
    const std::size_t bytes = count * sizeof(T);
    if (bytes <= kHugePage / 2) return static_cast<T*>(::operator new(bytes));
    const std::size_t whole = (bytes + kHugePage - 1) / kHugePage * kHugePage;
    void* const memory = std::aligned_alloc(kHugePage, whole);
    if (memory == nullptr) throw std::bad_alloc();
    ask_for_huge_pages(memory, whole);
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t count) {
    if (count * sizeof(T) <= kHugePage / 2) return ::operator delete(memory);
    std::free(memory);
  }
  friend bool operator==(const HugePages&, const HugePages&) { return true; }
};

}  // namespace assist
