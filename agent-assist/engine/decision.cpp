#include "engine/decision.hpp"

#include <cstring>

namespace assist::engine {

namespace {

constexpr char kDigits[] = "0123456789abcdefghjkmnpqrstvwxyz";

/// Two digits at a time.
struct Pairs {
  std::array<std::array<char, 2>, 1024> of{};
  constexpr Pairs() {
    for (std::size_t i = 0; i < of.size(); ++i) of[i] = {kDigits[i >> 5], kDigits[i & 31]};
  }
};
constexpr Pairs kPairs;

/// nullptr: it has none of this number.
const rules::Text* text_of(const rules::Suggestion& from, std::size_t number) {
  if (number == 0) return &from.headline;
  const auto& other = number == 1 ? from.say : from.because;
  return other ? &*other : nullptr;
}

/// A text without expressions is as the rule has it; nullopt: one with some.
std::optional<std::string_view> plain(const rules::Text& text) {
  if (text.parts.empty()) return std::string_view();
  if (text.parts.size() > 1 || text.parts[0].program) return std::nullopt;
  return text.parts[0].literal;
}

}  // namespace

/// Five bits a character, from the last one on: two at a time, twelve of a word.
SuggestionId id_of(const events::Key& suggestion) {
  char text[SuggestionId::kSize];
  char* at = text + sizeof text;
  const auto [low, high] = suggestion;
  const auto put = [&](std::uint64_t part, int pairs) {
    for (; pairs > 0; --pairs, part >>= 10) std::memcpy(at -= 2, kPairs.of[part & 1023].data(), 2);
  };
  put(low, 6);
  put(low >> 60 | high << 4, 6);
  put(high >> 56, 1);
  return SuggestionId({text, sizeof text});
}

std::optional<events::Key> key_of_id(std::string_view id) {
  if (id.size() != SuggestionId::kSize) return std::nullopt;
  events::Key out;
  for (const char c : id) {
    const std::size_t digit = std::string_view(kDigits).find(c);
    if (digit == std::string_view::npos || out.high >> 59 != 0) return std::nullopt;
    out.high = out.high << 5 | out.low >> 59;
    out.low = out.low << 5 | digit;
  }
  return out;
}

const rules::Text* text_to_fill(const rules::Suggestion& from, std::size_t number) {
  const rules::Text* const text = text_of(from, number);
  return text != nullptr && !plain(*text) ? text : nullptr;
}

std::optional<std::string_view> Standing::text(std::size_t number) const {
  const rules::Text* const from = text_of(*of, number);
  if (from == nullptr) return std::nullopt;
  if (const auto as_it_is = plain(*from)) return as_it_is;
  const std::uint32_t begin = number == 0 ? 0 : filled->ends[number - 1];
  return std::string_view(filled->text).substr(begin, filled->ends[number] - begin);
}

}  // namespace assist::engine
