#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace assist::random {

/// Seeded draws that are the same on every machine, and a count of what was drawn.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  /// From 0 to n - 1.
  std::uint64_t below(std::uint64_t n) { return engine_() % n; }
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low + 1)));
  }
  bool percent(std::uint64_t p) { return below(100) < p; }
  template <class T>
  const T& one_of(const std::vector<T>& from) {
    return from[below(from.size())];
  }
  std::string word(std::string_view bar_separated) {
    std::vector<std::string> words(1);
    for (const char c : bar_separated) {
      if (c == '|') {
        words.emplace_back();
      } else {
        words.back() += c;
      }
    }
    return one_of(words);
  }
  template <class T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

  /// Says that something was drawn; gives it back.
  std::string drew(std::string what) {
    ++drawn[what];
    return what;
  }
  std::map<std::string, std::uint64_t> drawn;

 private:
  std::mt19937_64 engine_;
};

}  // namespace assist::random
