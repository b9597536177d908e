// For LD_PRELOAD: the nth request for memory by operator new fails, in whichever thread it is.
//
// FAILING_NEW names a file of three words of 64 bits: how many requests there were (written here),
// which one fails (0: none), and whether all later ones fail too (1). The test writes to it while
// the program runs.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace {

struct Shared {
  std::atomic<std::uint64_t> requests, fails_at, stays;
};

Shared* map() {
  const char* const name = std::getenv("FAILING_NEW");
  const int file = name ? ::open(name, O_RDWR | O_CLOEXEC) : -1;
  if (file < 0) return nullptr;
  void* const at = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  ::close(file);
  return at == MAP_FAILED ? nullptr : static_cast<Shared*>(at);
}

bool refused() {
  static Shared* const shared = map();
  if (shared == nullptr) return false;
  const auto number = shared->requests.fetch_add(1) + 1;
  const auto fails_at = shared->fails_at.load();
  return fails_at != 0 && (number == fails_at || (number > fails_at && shared->stays.load() != 0));
}

}  // namespace

void* operator new(std::size_t size) {
  void* const memory = refused() ? nullptr : std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

void* operator new(std::size_t size, std::align_val_t alignment) {
  const auto step = static_cast<std::size_t>(alignment);
  void* const memory =
      refused() ? nullptr : std::aligned_alloc(step, (size + step - 1) / step * step);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
