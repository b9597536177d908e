#include "engine/decision.hpp"

namespace assist::engine {

namespace {

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

const rules::Text* text_to_fill(const rules::Suggestion& from, std::size_t number) {
  const rules::Text* const text = text_of(from, number);
  return text != nullptr && !plain(*text) ? text : nullptr;
}

std::optional<std::string_view> Standing::text(std::size_t number) const {
  const rules::Text* const from = text_of(*of, number);
  if (from == nullptr) return std::nullopt;
  if (const auto as_it_is = plain(*from)) return as_it_is;
  const std::uint32_t begin = number == 0 ? 0 : ends[number - 1];
  return std::string_view(filled).substr(begin, ends[number] - begin);
}

}  // namespace assist::engine
