#pragma once

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/words.hpp"

namespace assist::facts {

/// The phrases that rules listen for. What is said is held against all of them once, when it is
/// said; a call keeps which of them were.
class Phrases {
 public:
  Phrases() = default;
  /// As rules write them, doubles too.
  explicit Phrases(const std::vector<std::string>& phrases);

  /// The number of a phrase as it is written in a rule; nullopt: it is not listened for.
  std::optional<std::uint32_t> find(std::string_view written) const;
  bool empty() const { return words_.empty(); }

  /// Calls `said` with the number of each phrase in an utterance (as fold_words() made it).
  template <class Said>
  void visit(std::string_view utterance, Said said) const {
    visit_words(utterance, [&](std::size_t at, std::string_view word) {
      if (!may_begin(word)) return;
      const auto found = by_first_word_.find(word);
      if (found == by_first_word_.end()) return;
      for (const std::uint32_t phrase : found->second)
        if (utterance.substr(at - 1).starts_with(words_[phrase])) said(phrase);
    });
  }

 private:
  struct Hash {
    using is_transparent = void;
    using is_avalanching = void;
    std::size_t operator()(std::string_view text) const;
  };
  template <class T>
  using ByText = boost::unordered_flat_map<std::string, T, Hash, std::equal_to<>>;

  static std::uint32_t length_bit(std::string_view word) {
    return std::uint32_t{1} << (word.size() < 31 ? word.size() : 31);
  }
  /// Most words begin no phrase: told by their first byte and their length alone.
  bool may_begin(std::string_view word) const {
    return (lengths_[static_cast<unsigned char>(word[0])] & length_bit(word)) != 0;
  }

  std::vector<std::string> words_;  // as fold_words() has them, by number
  ByText<std::uint32_t> written_;
  ByText<std::vector<std::uint32_t>> by_first_word_;
  std::array<std::uint32_t, 256> lengths_{};
};

}  // namespace assist::facts
