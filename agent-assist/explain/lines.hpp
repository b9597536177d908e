#pragma once

#include "explain/explain.hpp"
#include "explain/words.hpp"

namespace assist::explain {

/// A condition in words. `wanted`: whether the rule needs it true (`when`) or false (`unless`).
Line line_of(const engine::SeenCondition& seen, bool wanted, const Clock& clock);

/// Marks the path to the first part that is not as it is wanted.
void mark_first_failure(Line& line);

/// The sentence that says why the whole is (not) as it is wanted: that of its first part that
/// fails; of `any` those of all its parts, what is nearest in time first.
std::string reason_of(const Line& line);

// The sentences of single tests, for lines.cpp alone.

/// What is looked at, and what is asked of it.
struct Test {
  Subject subject;
  engine::Seen value;
  std::string_view fact;  // where it is one
  std::string_view name;  // of the test, as leaves have it: "over"
  std::string needs;      // in words: "2m", "billing, retention"
  std::optional<Duration> needed_length;
  bool holds = false;
  bool wanted = true;
};
std::string sentence(Test test, const Clock& clock);

/// The sentence of part `at` of an expression: a test without && or || in it.
std::string sentence(const std::vector<engine::SeenPart>& parts, std::size_t at,
                     const std::vector<std::string>& said, bool wanted, const Clock& clock);

/// The sentence of a plain leaf.
std::string sentence(const engine::SeenCondition& leaf, bool wanted, const Clock& clock);

/// Why an error came out, in words.
std::string error_words(std::string_view error);

}  // namespace assist::explain
