#include "faulty_memory.hpp"

#include <sqlite3.h>

#include <atomic>

namespace assist::testing {
namespace {

std::atomic<std::uint64_t> requests_made{0}, fails_at{0};
sqlite3_mem_methods system_memory;

bool refused() { return ++requests_made == fails_at; }

void* take(int size) { return refused() ? nullptr : system_memory.xMalloc(size); }
void* retake(void* old, int size) {
  return refused() ? nullptr : system_memory.xRealloc(old, size);
}

/// SQLite takes its allocator before its first use, and never again.
const int configured = [] {
  sqlite3_config(SQLITE_CONFIG_GETMALLOC, &system_memory);
  auto ours = system_memory;
  ours.xMalloc = take;
  ours.xRealloc = retake;
  return sqlite3_config(SQLITE_CONFIG_MALLOC, &ours);
}();

}  // namespace

void FaultyMemory::fail_at(std::uint64_t nth) {
  if (configured != SQLITE_OK) throw "SQLite was in use before its memory could be watched";
  requests_made = 0;
  fails_at = nth;
}

std::uint64_t FaultyMemory::requests() { return requests_made; }

}  // namespace assist::testing
