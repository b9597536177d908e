#pragma once

#include <array>
#include <cstddef>
#include <memory_resource>
#include <utility>
#include <vector>

#include "base/huge_pages.hpp"
#include "base/touched_ahead.hpp"

namespace assist {

/// Memory for what grows by steps and is let go of again, time after time: what was given back is
/// handed out to the next one of its size, at the cost of a pointer. Not thread-safe. Pieces of
/// over kLargest bytes are the heap's.
class FreeLists final : public std::pmr::memory_resource {
 public:
  FreeLists() = default;
  FreeLists(const FreeLists&) = delete;
  FreeLists& operator=(const FreeLists&) = delete;
  ~FreeLists() override {
    for (std::byte* chunk : chunks_) memory_.deallocate(chunk, kChunk);
    if (spare_ != nullptr) memory_.deallocate(spare_, kChunk);
  }

  /// Once some of it is in use: a step towards much that may be asked for at once.
  void make_ready() {
    if (chunks_.empty()) return;
    if (left_ > kChunk / 2) return touched_.step(next_, left_);
    if (spare_ == nullptr) spare_ = memory_.allocate(kChunk);
    spare_touched_.step(spare_, kChunk);
  }

  static constexpr std::size_t kStep = 16, kLargest = 4096;
  /// The size that a piece of so many bytes really has.
  static constexpr std::size_t whole(std::size_t bytes) {
    return bytes > kLargest ? bytes : (bytes + kStep - 1) / kStep * kStep;
  }

 private:
  struct Free {
    Free* next;
  };
  static constexpr std::size_t kChunk = kHugePage;

  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    if (bytes > kLargest || alignment > kStep || bytes == 0)
      return std::pmr::new_delete_resource()->allocate(bytes, alignment);
    Free*& first = free_[whole(bytes) / kStep];
    if (first == nullptr) return carve(whole(bytes));
    Free* const piece = first;
    first = piece->next;
    return piece;
  }
  void do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) override {
    if (bytes > kLargest || alignment > kStep || bytes == 0)
      return std::pmr::new_delete_resource()->deallocate(memory, bytes, alignment);
    Free*& first = free_[whole(bytes) / kStep];
    first = new (memory) Free{first};
  }
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }

  std::byte* carve(std::size_t bytes) {
    if (left_ < bytes) {
      chunks_.push_back(spare_ != nullptr ? std::exchange(spare_, nullptr)
                                          : memory_.allocate(kChunk));
      next_ = chunks_.back();
      left_ = kChunk;
    }
    std::byte* const piece = next_;
    next_ += bytes;
    left_ -= bytes;
    return piece;
  }

  [[no_unique_address]] HugePages<std::byte> memory_;
  std::vector<std::byte*> chunks_;
  std::byte* next_ = nullptr;
  std::size_t left_ = 0;
  std::byte* spare_ = nullptr;  // the next chunk, where it is there before it is needed
  TouchedAhead touched_, spare_touched_;
  std::array<Free*, kLargest / kStep + 1> free_{};
};

}  // namespace assist
