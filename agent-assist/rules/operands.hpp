#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/pieces.hpp"

namespace assist::rules {

/// A value that is written out in an expression.
struct Literal {
  enum class Kind : std::uint8_t { text, yes_no, number, length, moment, list, other };

  Kind kind = Kind::other;
  std::size_t begin = 0, end = 0;  // pieces
  std::vector<Literal> items;      // of a list
};

/// What a literal is: a text, a number (of yes and no 1 and 0), of a length or moment its seconds.
struct LiteralValue {
  Literal::Kind kind;
  double number = 0;
  std::string text;

  bool operator==(const LiteralValue&) const = default;
};

/// The pieces of an expression as sides of comparisons, for checks of what is wrong at every run.
class Operands {
 public:
  /// `pieces` must outlive it.
  explicit Operands(const std::vector<Piece>& pieces) : pieces_(pieces) {}

  std::size_t size() const { return pieces_.size(); }
  const Piece& at(std::size_t i) const { return pieces_[i]; }
  // Beyond the last piece there is none of these.
  std::string_view word(std::size_t i) const;
  char sign(std::size_t i) const;
  bool is_text(std::size_t i) const { return i < size() && at(i).is_text; }
  bool is_plain_text(std::size_t i) const { return i < size() && at(i).is_plain; }

  // Where an operand begins and ends: what stands beside it binds no tighter than a comparison.
  bool opens(std::size_t i) const;
  bool closes(std::size_t i) const;
  /// The comparison at `i`, which moves behind it. "": none.
  std::string operator_at(std::size_t& i) const;
  std::optional<Literal> literal_at(std::size_t i) const;
  /// nullopt: it is a list, or it has to be computed.
  std::optional<LiteralValue> value_of(const Literal& literal) const;

 private:
  std::optional<LiteralValue> number_in(std::size_t begin, std::size_t end, Literal::Kind kind,
                                        double times) const;
  std::optional<LiteralValue> time_of(const Literal& literal) const;
  std::size_t number_end(std::size_t i) const;
  std::optional<Literal> time_at(std::size_t i) const;
  std::optional<Literal> list_at(std::size_t i) const;

  const std::vector<Piece>& pieces_;
};

}  // namespace assist::rules
