#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory_resource>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace assist {

/// Bytes of a memory resource, which outlives them: as a vector of them that copies them at once,
/// not each by itself (what std::pmr::vector does). At most 4 GB: more throws length_error.
class Bytes {
 public:
  explicit Bytes(std::pmr::memory_resource* memory = std::pmr::get_default_resource())
      : memory_(memory) {}
  Bytes(Bytes&& other) noexcept
      : memory_(other.memory_),
        data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  Bytes& operator=(Bytes other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }
  ~Bytes() {
    if (data_ != nullptr) memory_->deallocate(data_, capacity_);
  }

  std::string_view view() const { return {data_, size_}; }
  const char* end() const { return data_ + size_; }
  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }
  void clear() { size_ = 0; }

  /// Room for so many bytes in all, exactly.
  void reserve(std::size_t capacity) {
    if (capacity <= capacity_) return;
    if (capacity > UINT32_MAX) throw std::length_error("too many bytes in one piece");
    char* const data = static_cast<char*>(memory_->allocate(capacity));
    if (data_ != nullptr) {
      std::memcpy(data, data_, size_);
      memory_->deallocate(data_, capacity_);
    }
    data_ = data;
    capacity_ = static_cast<std::uint32_t>(capacity);
  }
  void append(std::string_view bytes) {
    if (bytes.empty()) return;
    if (size_ + bytes.size() > capacity_)
      reserve(std::max(size_ + bytes.size(), std::size_t{2} * capacity_));
    std::memcpy(data_ + size_, bytes.data(), bytes.size());
    size_ += static_cast<std::uint32_t>(bytes.size());
  }

 private:
  std::pmr::memory_resource* memory_;
  char* data_ = nullptr;
  std::uint32_t size_ = 0, capacity_ = 0;
};

}  // namespace assist
