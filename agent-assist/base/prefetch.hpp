#pragma once

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

/// The same of each cache line of an object.
inline void prefetch(const void* at, unsigned long bytes) {
  for (unsigned long line = 0; line < bytes; line += 64)
    prefetch(static_cast<const char*>(at) + line);
}

}  // namespace assist
