#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes16.hpp"

namespace assist::facts {

/// What was said, as the words that phrases are compared by (contract, section 4): runs of letters,
/// digits, marks and inner apostrophes, by simple case folding, a space before and behind each word
/// (" i'm going to cancel "). Empty: there is no word in it. `text` is UTF-8.
std::string fold_words(std::string_view text);
/// The same, behind what `out` holds.
void append_words(std::string& out, std::string_view text);

/// Calls `take` with the place of each word, and the word. `words` as fold_words() made them.
template <class Take>
void visit_words(std::string_view words, Take take) {
  constexpr std::size_t kBlock = 64;  // at once: where a word ends is no pattern
  std::size_t word = 1;
  for (std::size_t at = 0; at < words.size(); at += kBlock) {
    std::uint64_t spaces = 0;
    const std::size_t end = std::min(words.size(), at + kBlock);
    for (std::size_t part = at; part < end; part += Bytes16::kSize) {
      const Bytes16 some = load_or(words.substr(part), '.');
      spaces |= std::uint64_t{(some == Bytes16::all(' ')).signs()} << (part - at);
    }
    if (at == 0) spaces &= ~std::uint64_t{1};
    for (; spaces != 0; spaces &= spaces - 1) {
      const std::size_t space = at + static_cast<std::size_t>(std::countr_zero(spaces));
      take(word, words.substr(word, space - word));
      word = space + 1;
    }
  }
}

/// Whether the words of `phrase` follow each other in `utterance`; both as fold_words() made them.
inline bool says(std::string_view utterance, std::string_view phrase) {
  return utterance.find(phrase) != std::string_view::npos;
}

}  // namespace assist::facts
