#include "facts/phrases.hpp"

#include <xxhash.h>

namespace assist::facts {

std::size_t Phrases::Hash::operator()(std::string_view text) const {
  return XXH3_64bits(text.data(), text.size());
}

Phrases::Phrases(const std::vector<std::string>& phrases) {
  ByText<std::uint32_t> numbers;  // by words: phrases that differ in writing alone are one
  for (const std::string& phrase : phrases) {
    std::string words = fold_words(phrase);
    if (words.empty() || written_.contains(phrase)) continue;
    const auto [at, made] = numbers.try_emplace(words, static_cast<std::uint32_t>(words_.size()));
    written_.emplace(phrase, at->second);
    if (!made) continue;
    const std::string_view first = std::string_view(words).substr(1, words.find(' ', 1) - 1);
    lengths_[static_cast<unsigned char>(first[0])] |= length_bit(first);
    by_first_word_[std::string(first)].push_back(at->second);
    words_.push_back(std::move(words));
  }
}

std::optional<std::uint32_t> Phrases::find(std::string_view written) const {
  const auto at = written_.find(written);
  if (at == written_.end()) return std::nullopt;
  return at->second;
}

}  // namespace assist::facts
