#pragma once

#include "explain/explain.hpp"
#include "explain/words.hpp"

namespace assist::explain {

/// What is said of a rule beside its condition: timers, windows, limits, and what holds its
/// suggestions back.
class Notes {
 public:
  Notes(const engine::Inspection& of, const rules::Rule& rule, const Clock& clock)
      : of_(of), rule_(rule), clock_(clock) {}

  // Sentences without a full stop.
  std::string waits(const engine::SeenRule& seen) const;
  std::string not_active(const engine::SeenRule& seen) const;

  /// Sentences, each with its full stop.
  std::vector<std::string> all(const engine::SeenRule& seen, State state) const;
  Suggestion suggestion(const engine::SeenRule& seen, const engine::SeenSuggestion& one) const;

 private:
  void bounds(const engine::SeenRule& seen, State state, std::vector<std::string>& out) const;
  void incidents(const engine::SeenRule& seen, std::vector<std::string>& out) const;
  std::string elsewhere(const engine::SeenIncident& incident) const;
  std::string ends_early(const engine::SeenRule& seen) const;
  std::string window() const;
  std::string stands(const engine::SeenSuggestion& one) const;
  std::string held_back(const engine::SeenRule& seen, const engine::SeenSuggestion& one) const;
  std::string limit(const engine::SeenRule& seen, engine::SeenLimit::Per per) const;
  std::string without_agent(const engine::SeenRule& seen) const;
  /// As it is told: one that `over` a length made, a microsecond after it, without that, unless it
  /// is so near that it matters.
  Time told(Time at) const;
  std::string ago(Time at) const;
  std::string in(Time at) const;

  const engine::Inspection& of_;
  const rules::Rule& rule_;
  const Clock& clock_;
};

}  // namespace assist::explain
