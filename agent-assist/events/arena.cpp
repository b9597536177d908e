#include "events/arena.hpp"

#include <algorithm>

namespace assist::events {
namespace {
constexpr std::size_t kSmallest = 4 << 10;
constexpr std::size_t kLargest = 256 << 10;
}  // namespace

void Arena::grow(std::size_t size) {
  while (used_ < chunks_.size() && chunks_[used_].size < size) {
    // Too small for what is asked: drop it, or a run of odd sizes would keep ever more of them.
    chunks_.erase(chunks_.begin() + static_cast<std::ptrdiff_t>(used_));
  }
  if (used_ == chunks_.size()) {
    const std::size_t last = chunks_.empty() ? kSmallest / 2 : chunks_.back().size;
    const std::size_t n = std::max(size, std::min(last * 2, kLargest));
    chunks_.push_back({std::make_unique_for_overwrite<char[]>(n), n});
  }
  next_ = chunks_[used_].bytes.get();
  left_ = chunks_[used_].size;
  ++used_;
}

void Arena::clear() {
  used_ = 0;
  next_ = nullptr;
  left_ = 0;
}

}  // namespace assist::events
