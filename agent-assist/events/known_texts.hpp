#pragma once

#include <array>
#include <string>
#include <string_view>

#include "events/short_text.hpp"

namespace assist::events {

/// Some texts that were met before, so that what was found of them need not be found again. A new
/// one takes the place of another.
class KnownTexts {
 public:
  bool contains(std::string_view text) const { return same_text(places_[place(text)], text); }
  /// Not empty; long ones are not kept.
  void add(std::string_view text) {
    if (text.size() <= kBytesMax) places_[place(text)] = text;
  }

 private:
  static constexpr std::size_t kBytesMax = 256;
  static constexpr int kBits = 6;

  static std::size_t place(std::string_view text) {
    return (last_word(text) + text.size()) * 0x9E3779B97F4A7C15 >> (64 - kBits);
  }

  std::array<std::string, std::size_t{1} << kBits> places_;
};

}  // namespace assist::events
