#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/condition.hpp"
#include "rules/operands.hpp"

namespace assist::rules {

/// What a condition says of one thing: of a fact, or of what a function gives for some arguments.
struct Claim {
  enum class Is : std::uint8_t {
    less,
    at_least,
    over,
    at_most,
    among,
    not_among,
    so,  // it is true
    not_so,
    itself,  // it equals itself
    not_itself,
  };

  std::string subject;  // without blanks; call.attributes["x"] as call.attributes.x
  Is is = Is::so;
  std::vector<LiteralValue> values;  // of one kind; of less, over and the like one
  std::string text;                  // as the file has it
  std::size_t offset = 0;            // where
  bool denied = false;               // `text` says the contrary: it stands under none or unless
  bool plain = false;                // it is a plain leaf, not of an expression
};

/// What a condition says, as far as its words alone tell it.
struct Said {
  enum class Kind : std::uint8_t { all, any, claim, nothing };
  Kind kind = Kind::nothing;
  std::vector<Said> parts;  // of all and any: none of these is of the kind of the whole
  Claim claim;
};

/// What an expression that compiles says; offsets are bytes of `source`.
Said said_by(std::string_view source, const Names& names);

/// The contrary, with each claim `denied` that was not, and the other way round.
Said negated(const Said& said);

/// Two claims that are never both so, or one that is never so by itself.
struct Contradiction {
  Claim claim;
  std::optional<Claim> other;
};

/// Why `said` can never hold where all of `context` does. nullopt: it may.
std::optional<Contradiction> contradiction_in(const Said& said, std::vector<Claim> context = {});

/// What a claim never so by itself goes against: `call.sentiment lies between -1 and 1`.
std::string limits_in_words(const Claim& claim);

}  // namespace assist::rules
