#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace assist::events {

/// Where the quotes of a JSON text stand that open and close its strings, found 64 bytes at a time:
/// what must be known to read its strings without looking for their ends one after the other.
class Quotes {
 public:
  /// What else the text holds.
  struct Found {
    bool escapes = false;       // a backslash
    bool controls = false;      // below the space: white space too
    bool beyond_ascii = false;  // a byte above 0x7F
  };

  /// What this processor has for it.
  enum class Instructions : std::uint8_t { none, avx2, avx512 };
  static Instructions best();

  explicit Quotes(Instructions instructions = best()) : instructions_(instructions) {}

  /// `text` is followed by kJsonPadding bytes. Quotes behind an odd number of backslashes are left
  /// out: in a string they are part of it, and elsewhere no backslash may stand. False: this
  /// processor lacks what it takes (AVX2; with AVX-512 it is quicker).
  bool find(std::string_view text, Found& found);

  std::size_t size() const { return size_; }
  /// The positions, rising. Four more follow that lie in the padding, two bytes away from
  /// everything.
  const std::uint32_t* begin() const { return positions_.data(); }

 private:
  static constexpr std::size_t kSentinels = 4;
  static constexpr std::size_t kSentinelDistance = 16;

  void drop_escaped(std::string_view text);

  Instructions instructions_;
  std::vector<std::uint32_t> positions_;
  std::size_t size_ = 0;
};

}  // namespace assist::events
