#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cel/cel.hpp"
#include "facts/world.hpp"

namespace assist::engine {

/// The commonest condition there is, a fact against a constant, without the language's machinery.
/// Says exactly what its program says: the tests hold them against each other.
class Compare {
 public:
  /// nullopt: the program is no such comparison, or of types that only it knows to compare.
  static std::optional<Compare> of(const cel::Program& program);

  struct Verdict {
    bool truth;
    Time valid_until;  // as long as no fact changes
  };
  /// nullopt: this time the program has to be asked.
  std::optional<Verdict> operator()(const facts::Call& call, Time now) const;

  /// Of `over` and `at_least` on a length that runs: it is true once that is so long.
  struct Once {
    facts::Fact fact;
    Duration length;
  };
  std::optional<Once> once() const;

 private:
  using Is = cel::Program::Comparison::Is;
  enum class Type : std::uint8_t { length, whole, number, text, contacts };

  template <class T>
  bool holds(const T& value, const T& limit) const;
  Verdict length(const facts::Clock& clock, Time now) const;

  facts::Fact fact_{};
  Type type_{};
  Is is_{};
  Duration length_{0};
  std::int64_t whole_ = 0;
  double number_ = 0;
  std::string text_;
};

/// A call's length that may run.
facts::Clock clock_of(facts::Fact fact, const facts::CallFacts& facts);

}  // namespace assist::engine
