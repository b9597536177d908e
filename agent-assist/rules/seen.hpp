#pragma once

#include <cstdint>

#include "rules/reader.hpp"

namespace assist::rules {

/// How a text of a rule is held against what a call has.
enum class Compared : std::uint8_t {
  whole,  // equal to it
  part,   // found in it: blanks at its ends may be meant
  words,  // word by word
};

/// Whether the text is what it looks like. One with a typographic quote where a quote is due, or
/// with a character that nobody sees, would never match, and nobody would know why: that is told.
/// What is written as an escape is meant.
bool is_as_seen(Reader& reader, const yaml::Node& node, Compared compared);

/// The same of a text in an expression: of the node's text what stands there between quotes, from
/// byte `begin` to `end`. It is told at the character that is not seen.
bool is_as_seen(Reader& reader, const yaml::Node& node, std::size_t begin, std::size_t end,
                Compared compared);

}  // namespace assist::rules
