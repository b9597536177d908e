#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "cel/cel.hpp"
#include "facts/activation.hpp"

namespace assist::engine {

enum class Truth : std::uint8_t { no, yes, error, unknown };

/// What a condition came to, and until when it stays so, as long as no fact changes.
struct Verdict {
  Truth truth;
  Time valid_until;
};

/// A fact against a constant, or whether an incident of a kind affects the call, without the
/// language's machinery. Small, as there are many; a text is that of the program that it is of.
class Compare {
 public:
  /// nullopt: it is of types that only the language knows to compare.
  static std::optional<Compare> of(const cel::Program::Comparison& from);

  /// Yes or no; unknown: this time the program has to be asked.
  Verdict operator()(facts::CallActivation& of, Time now) const;

  /// Of `over` and `at_least` on a length that runs: it is true once that is so long.
  struct Once {
    facts::Fact fact;
    Duration length;
  };
  std::optional<Once> once() const;
  bool looks_through_incidents() const { return type_ == Type::incident; }

 private:
  using Is = cel::Program::Comparison::Is;
  enum class Type : std::uint8_t {
    length,
    count,
    queue_waiting,
    sentiment,
    text,
    customer_area,
    customer_tier,
    contacts,
    incident
  };

  static std::optional<Compare> of_function(const cel::Program::Comparison& from);
  static std::optional<Type> type_of(facts::Fact fact);
  void be(Is is);
  template <class T>
  Verdict ordered(const T& value, const T& limit) const;
  Verdict equal(const facts::Name& name) const;
  Verdict length(const facts::Clock& clock, Time now) const;

  Type type_{};
  /// Whether it is true where the fact is less than the limit, equal to it, more: a bit each, the
  /// lowest first.
  std::uint8_t true_where_ = 0;
  Is is_{};
  facts::Fact fact_{};
  union {  // the limit, as type_ has it
    std::int64_t whole_ = 0;
    double number_;
    Duration length_;
  };
  union {  // of a count, of a text
    std::uint32_t facts::CallFacts::*count_ = nullptr;
    facts::Name facts::CallFacts::*name_;
  };
  std::string_view text_;  // of an incident its kind
};

/// The commonest conditions there are: a comparison, one of a few, or none of them. Says exactly
/// what its program says: the tests hold them against each other.
class Compares {
 public:
  /// None.
  Compares() = default;
  /// nullopt: the program says something else. It outlives what comes of it.
  static std::optional<Compares> of(const cel::Program& program);
  bool empty() const { return !lone_ && any_ == nullptr; }
  /// Yes or no; unknown: this time the program has to be asked. Of none: no.
  Verdict operator()(facts::CallActivation& of, Time now) const {
    return lone_ ? first_(of, now) : any(of, now);
  }
  /// See Compare::once(): it is true once one of these is so long. Empty: it is no such thing.
  std::vector<Compare::Once> onces() const;
  /// It looks through the call's incidents: the verdict is worth keeping for all rules that ask.
  bool looks_through_incidents() const;

 private:
  /// Of longer ones the program keeps its verdict for all rules of an event, and searches by
  /// halves.
  static constexpr std::size_t kMost = 8;
  Verdict any(facts::CallActivation& of, Time now) const;
  std::span<const Compare> all() const;

  bool lone_ = false;  // it is one comparison, as it is: the first
  bool negated_ = false;
  Compare first_;
  std::unique_ptr<const std::vector<Compare>> any_;  // all, unless it is lone
};

/// A call's length that may run.
inline facts::Clock clock_of(facts::Fact fact, const facts::CallFacts& f) {
  switch (fact) {
    case facts::Fact::call_hold:
      return f.hold();
    case facts::Fact::call_hold_total:
      return f.hold_total;
    case facts::Fact::call_wait:
      return f.wait;
    case facts::Fact::call_age:
      return f.age();
    default:
      return f.talk();
  }
}

}  // namespace assist::engine
