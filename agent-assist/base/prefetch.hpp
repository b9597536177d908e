#pragma once

#include <cstdint>

namespace assist {

/// Asks for memory that will be read soon, so that it is at hand by then. Any address will do.
///
/// Not the compiler's builtin: g++ 12 takes a function that does nothing else for one that does
/// nothing, and leaves out its calls.
inline void prefetch(const void* at) {
#if defined(__x86_64__)
  asm volatile("prefetcht0 (%0)" : : "r"(at));
#else
  __builtin_prefetch(at);
#endif
}

/// The same of so many bytes of an object that begins at a cache line.
template <unsigned long kBytes>
inline void prefetch_lines(const void* at) {
  for (unsigned long i = 0; i < kBytes; i += 64) prefetch(static_cast<const char*>(at) + i);
}

/// The same of each cache line of an object, wherever in the first one it begins.
inline void prefetch(const void* at, unsigned long bytes) {
  constexpr std::uintptr_t kLine = 64;
  const auto begin = reinterpret_cast<std::uintptr_t>(at);
  for (std::uintptr_t line = begin & ~(kLine - 1); line < begin + bytes; line += kLine)
    prefetch(reinterpret_cast<const void*>(line));
}

}  // namespace assist
