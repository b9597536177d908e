#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/short_vector.hpp"
#include "base/time.hpp"

namespace assist {

/// Writes a state as bytes: little-endian, lengths before what is of many bytes. Equal states give
/// equal bytes.
///
/// The order of what a hash table holds is none of a state: such records are put in order by
/// finish(), which may be called from another thread than the one that owns the state.
class ArchiveWriter {
 public:
  static constexpr bool kReads = false;

  ArchiveWriter() = default;
  ArchiveWriter(ArchiveWriter&&) = default;
  ArchiveWriter& operator=(ArchiveWriter&&) = default;

  void byte(std::uint8_t value) { append(reinterpret_cast<const char*>(&value), 1); }
  /// In as few bytes as it takes.
  void count(std::uint64_t value) {
    char bytes[10];
    std::size_t size = 0;
    for (; value >= 0x80; value >>= 7) bytes[size++] = static_cast<char>(value | 0x80);
    bytes[size++] = static_cast<char>(value);
    append(bytes, size);
  }
  void word(std::uint64_t value) {
    char bytes[8];
    for (unsigned i = 0; i < 8; ++i) bytes[i] = static_cast<char>(value >> (8 * i));
    append(bytes, sizeof bytes);
  }
  void text(std::string_view text) {
    count(text.size());
    append(text.data(), text.size());
  }

  /// Records whose order tells nothing, each begun by record(). Not one within another.
  void begin_records(std::size_t how_many);
  /// The same, of records that are all of `stride` bytes: record() is not called.
  void begin_records(std::size_t how_many, std::size_t stride);
  void record() { sections_.back().starts.push_back(size()); }
  void end_records() { sections_.back().end = size(); }

  /// All that was written, closed with a checksum.
  std::string finish() &&;

 private:
  struct Section {
    std::size_t begin = 0, end = 0, stride = 0;
    std::vector<std::size_t> starts;
  };
  /// Pieces of equal size: a state is large, and is not to be copied while it grows.
  static constexpr std::size_t kPiece = 1 << 20;

  std::size_t size() const { return pieces_.size() * kPiece - left_; }
  void append(const char* bytes, std::size_t size) {
    if (size == 0) return;  // of what may be nowhere
    if (size > left_) return append_more(bytes, size);
    std::memcpy(next_, bytes, size);
    next_ += size;
    left_ -= size;
  }
  void append_more(const char* bytes, std::size_t size);

  std::vector<std::unique_ptr<char[]>> pieces_;
  char* next_ = nullptr;  // in the last piece
  std::size_t left_ = 0;  // there
  std::vector<Section> sections_;
};

/// Reads back what an ArchiveWriter wrote. Once something is wrong it stays so, and gives zeros and
/// nothing more: look at done() before what was read is believed.
class ArchiveReader {
 public:
  static constexpr bool kReads = true;

  /// `bytes` as finish() gave them, which outlive the reader. An error: they are damaged.
  static Result<ArchiveReader> open(std::string_view bytes);
  /// Without a checksum.
  explicit ArchiveReader(std::string_view bytes) : rest_(bytes), size_(bytes.size()) {}

  std::uint8_t byte() {
    if (rest_.empty()) return fail("it is cut short"), std::uint8_t{0};
    const auto value = static_cast<std::uint8_t>(rest_[0]);
    rest_.remove_prefix(1);
    return value;
  }
  std::uint64_t count() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint8_t part = byte();
      if (shift == 63 && part > 1) break;
      value |= std::uint64_t{part & 0x7Fu} << shift;
      if (part < 0x80) return value;
    }
    return fail("a number is too large"), 0;
  }
  std::uint64_t word() {
    if (rest_.size() < 8) return fail("it is cut short"), 0;
    std::uint64_t value = 0;
    for (unsigned i = 0; i < 8; ++i)
      value |= std::uint64_t{static_cast<unsigned char>(rest_[i])} << (8 * i);
    rest_.remove_prefix(8);
    return value;
  }
  /// A view into the bytes.
  std::string_view text() {
    const std::uint64_t size = count();
    if (size > rest_.size()) return fail("it is cut short"), std::string_view();
    const auto text = rest_.substr(0, static_cast<std::size_t>(size));
    rest_.remove_prefix(text.size());
    return text;
  }
  /// How many items follow, of a byte at least each.
  std::size_t items() {
    const std::uint64_t count = this->count();
    if (count > rest_.size()) return fail("it is cut short"), 0;
    return static_cast<std::size_t>(count);
  }

  std::size_t left() const { return rest_.size(); }  // bytes

  /// `why` is a literal. What was told first stays.
  void fail(const char* why);
  bool ok() const { return why_ == nullptr; }
  /// An error, unless all of it was read and is right.
  Result<void> done() const;

  int depth = 0;  // of what nests, for whoever reads that

 private:
  std::string_view rest_;
  std::size_t size_;
  std::size_t failed_at_ = 0;
  const char* why_ = nullptr;
};

// One function writes and reads a type, so that the two never differ: item(archive, value), found
// by the type. Structs are taken apart by structured bindings: a member that is added and not
// archived does not compile.

template <class A, class... T>
void items(A& a, T&... values) {
  (item(a, values), ...);
}

template <class A>
void item(A& a, bool& value) {
  if constexpr (A::kReads) {
    const std::uint8_t byte = a.byte();
    if (byte > 1) a.fail("a yes or no is neither");
    value = byte == 1;
  } else {
    a.byte(value ? 1 : 0);
  }
}

template <class A>
void item(A& a, std::uint64_t& value) {
  if constexpr (A::kReads) {
    value = a.count();
  } else {
    a.count(value);
  }
}

template <class A>
void item(A& a, std::uint32_t& value) {
  if constexpr (A::kReads) {
    const std::uint64_t read = a.count();
    if (read > UINT32_MAX) a.fail("a number is too large");
    value = static_cast<std::uint32_t>(read);
  } else {
    a.count(value);
  }
}

template <class A>
void item(A& a, std::int64_t& value) {
  if constexpr (A::kReads) {
    value = static_cast<std::int64_t>(a.word());
  } else {
    a.word(static_cast<std::uint64_t>(value));
  }
}

template <class A>
void item(A& a, double& value) {
  static_assert(sizeof value == sizeof(std::uint64_t));
  if constexpr (A::kReads) {
    value = std::bit_cast<double>(a.word());
  } else {
    a.word(std::bit_cast<std::uint64_t>(value));
  }
}

/// One of those up to `last`.
template <class Enum, class A>
void choice(A& a, Enum& value, Enum last) {
  if constexpr (A::kReads) {
    const std::uint8_t read = a.byte();
    if (read > static_cast<std::uint8_t>(last)) a.fail("a kind is unknown");
    value = static_cast<Enum>(a.ok() ? read : 0);
  } else {
    a.byte(static_cast<std::uint8_t>(value));
  }
}

template <class A>
void item(A& a, std::string& value) {
  if constexpr (A::kReads) {
    value = a.text();
  } else {
    a.text(value);
  }
}

/// Far beyond what can be written, and far from where sums overflow.
inline constexpr std::int64_t kFarMicros = std::int64_t{1} << 61;

template <class A>
void item(A& a, Duration& value) {
  std::int64_t micros = value.count();
  item(a, micros);
  if constexpr (A::kReads) {
    if (micros > kFarMicros || micros < -kFarMicros)
      a.fail("a length is out of bounds"), micros = 0;
    value = Duration(micros);
  }
}

template <class A>
void item(A& a, Time& value) {
  Duration since = value.time_since_epoch();
  item(a, since);
  if constexpr (A::kReads) value = Time(since);
}

/// A moment that may be kNever, or Time::min().
template <class A>
void open_time(A& a, Time& value) {
  std::uint8_t which = value == kNever ? 2 : value == Time::min() ? 1 : 0;
  if constexpr (A::kReads) {
    which = a.byte();
    if (which > 2) a.fail("a moment is unknown");
    value = which == 2 ? kNever : Time::min();
  } else {
    a.byte(which);
  }
  if (which == 0) item(a, value);
}

template <class A, class T>
void item(A& a, std::optional<T>& value) {
  bool given = value.has_value();
  item(a, given);
  if constexpr (A::kReads) {
    value.reset();
    if (given) value.emplace();
  }
  if (given) item(a, *value);
}

template <class A, class T>
void item(A& a, std::unique_ptr<T>& value) {
  bool given = value != nullptr;
  item(a, given);
  if constexpr (A::kReads) value = given ? std::make_unique<T>() : nullptr;
  if (given) item(a, *value);
}

template <class A, class Vector>
void vector_item(A& a, Vector& values);

template <class A, class T, class Memory>
void item(A& a, std::vector<T, Memory>& values) {
  vector_item(a, values);
}
template <class A, class T, class Memory>
void item(A& a, ShortVector<T, Memory>& values) {
  vector_item(a, values);
}
template <class A, class Vector>
void vector_item(A& a, Vector& values) {
  if constexpr (A::kReads) {
    values.clear();
    std::size_t left = a.items();
    // What is claimed is not believed: a damaged count must not take all memory.
    values.reserve(std::min<std::size_t>(left, 64));
    for (; left > 0 && a.ok(); --left) item(a, values.emplace_back());
  } else {
    a.count(values.size());
    for (auto& value : values) item(a, value);
  }
}

template <class A>
void item(A& a, std::vector<bool>& values) {
  if constexpr (A::kReads) {
    values.clear();
    for (std::size_t left = a.items(); left > 0 && a.ok(); --left) {
      bool value = false;
      item(a, value);
      values.push_back(value);
    }
  } else {
    a.count(values.size());
    for (const bool value : values) a.byte(value ? 1 : 0);
  }
}

}  // namespace assist
