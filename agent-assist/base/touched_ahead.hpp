#pragma once

#include <algorithm>
#include <cstddef>

namespace assist {

/// Of memory that may have to be written all at once, as by an incident that thousands of calls are
/// decided for. A page that was never written to costs a microsecond or two when it first is; so
/// such pages are touched before, one at a time, while there is little to do.
class TouchedAhead {
 public:
  /// Touches the next page of so many bytes from `begin` on, which hold nothing.
  void step(void* begin, std::size_t bytes) {
    constexpr std::size_t kPage = 4096;
    auto* const first = static_cast<std::byte*>(begin);
    if (to_ < first || to_ > first + bytes) to_ = first;  // it is other memory, or was used up
    if (to_ == first + bytes) return;
    *to_ = std::byte{0};
    to_ += std::min(kPage, static_cast<std::size_t>(first + bytes - to_));
  }

  /// The same of the place that a list has for items to come, for `count` of them at least.
  template <class List>
  void make_room(List& list, std::size_t count) {
    if (list.capacity() < count) list.reserve(std::max(count, 2 * list.capacity()));
    auto* const end = list.data() + list.size();
    step(end, reinterpret_cast<std::byte*>(list.data() + list.capacity()) -
                  reinterpret_cast<std::byte*>(end));
  }

 private:
  std::byte* to_ = nullptr;  // what is before it was touched
};

}  // namespace assist
