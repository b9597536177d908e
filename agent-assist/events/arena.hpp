#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace assist::events {

/// Memory of one batch: given out piece by piece, taken back all at once, kept for the next batch.
/// What it holds stays where it is until clear().
class Arena {
 public:
  /// `size` bytes, aligned for anything.
  char* bytes(std::size_t size) {
    size = (size + kAlign - 1) / kAlign * kAlign;
    if (size > left_) grow(size);
    char* const at = next_;
    next_ += size;
    left_ -= size;
    return at;
  }

  /// A copy of `items` that stays.
  template <class T>
  std::span<const T> keep(std::span<const T> items) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (items.empty()) return {};
    char* const at = bytes(items.size_bytes());
    std::memcpy(at, items.data(), items.size_bytes());
    return {reinterpret_cast<const T*>(at), items.size()};
  }
  std::string_view keep(std::string_view text) {
    const auto kept = keep(std::span<const char>(text.data(), text.size()));
    return {kept.data(), kept.size()};
  }

  void clear();

 private:
  static constexpr std::size_t kAlign = alignof(std::max_align_t);
  struct Chunk {
    std::unique_ptr<char[]> bytes;
    std::size_t size = 0;
  };
  void grow(std::size_t size);

  std::vector<Chunk> chunks_;
  std::size_t used_ = 0;  // chunks in use; those behind wait
  char* next_ = nullptr;
  std::size_t left_ = 0;
};

}  // namespace assist::events
