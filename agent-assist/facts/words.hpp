#pragma once

#include <string>
#include <string_view>

namespace assist::facts {

/// What was said, as the words that phrases are compared by (contract, section 4): runs of letters,
/// digits, marks and inner apostrophes, by simple case folding, a space before and behind each word
/// (" i'm going to cancel "). Empty: there is no word in it. `text` is UTF-8.
std::string fold_words(std::string_view text);
/// The same, behind what `out` holds.
void append_words(std::string& out, std::string_view text);

/// Whether the words of `phrase` follow each other in `utterance`; both as fold_words() made them.
inline bool says(std::string_view utterance, std::string_view phrase) {
  return utterance.find(phrase) != std::string_view::npos;
}

}  // namespace assist::facts
