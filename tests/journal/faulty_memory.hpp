#pragma once

#include <cstdint>

namespace assist::testing {

/// SQLite's memory: the nth request from now on fails (0: none). Tells how many there were.
struct FaultyMemory {
  static void fail_at(std::uint64_t nth);
  static std::uint64_t requests();
};

}  // namespace assist::testing
