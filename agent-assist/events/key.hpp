#pragma once

#include <cstdint>
#include <string_view>

namespace assist::events {

/// A text, or two, in 16 bytes (XXH3, 128 bits). Two that differ have equal keys with a chance of
/// 2^-128 a pair: a billion make it 10^-21.
struct Key {
  std::uint64_t low = 0, high = 0;

  /// No key of anything.
  bool empty() const { return (low | high) == 0; }
  friend bool operator==(const Key&, const Key&) = default;
};

/// Of an event: where the one text ends and the other begins is part of it.
Key key_of(std::string_view source, std::string_view id);
/// Of a subject.
Key key_of(std::string_view id);

}  // namespace assist::events
