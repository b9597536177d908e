#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/touched_ahead.hpp"
#include "engine/decision.hpp"
#include "events/key.hpp"
#include "facts/name.hpp"
#include "facts/subjects.hpp"
#include "rules/rule_set.hpp"

namespace assist::engine {

/// What suggestions of a name have in common, for their keys.
std::uint64_t seed_of(std::string_view name);
/// What a suggestion's id is made of. Derived: the same events, times and rules give the same.
/// `raises`: how many suggestions were raised for the call before it.
events::Key suggestion_key(std::string_view call, std::uint64_t seed, std::uint32_t raises);

/// Who was shown what, as far as feedback may still come: the last suggestions that were raised.
/// Much is shown, and little of it is asked for once it is gone: there is no index of ids, and
/// find() looks through them, from the newest on (at most some 0.1 ms).
class Shown {
 public:
  struct One {
    events::Key id;
    facts::Name agent;
    std::uint64_t order = 0;  // of the call; 0: of one that is gone
    facts::CallIndex call = 0;
    rules::RuleIndex rule = 0;
    std::uint32_t suggestion = 0;
    bool before = false;  // by rules of a set before the present one
  };

  /// What is raised from now on is of rules of this set. Of those before it the names alone are
  /// kept.
  void use(std::shared_ptr<const rules::RuleSet> set);
  /// Takes up what was shown before, oldest first, by rules of `before`. From now on `set` is used.
  void restore(std::shared_ptr<const rules::RuleSet> before,
               std::shared_ptr<const rules::RuleSet> set, std::vector<One> shown);
  void add(One one);
  /// A step towards so many that may be added at once.
  void make_ready(std::size_t count);
  /// nullptr: there is none of the id, or it was shown long ago.
  const One* find(std::string_view id) const;
  /// The rule that it was raised by, as that was.
  const rules::Rule& rule(const One& one) const {
    return (one.before ? before_ : set_)->rules[one.rule];
  }

  /// Oldest first.
  template <class Visit>
  void visit(Visit visit) const {
    for (std::size_t i = 0; i < last_.size(); ++i) visit(last_[(next_ + i) % last_.size()]);
  }
  std::size_t size() const { return last_.size(); }
  static constexpr std::size_t kMost = 100'000;

 private:
  std::size_t before(std::size_t place, std::size_t by) const {
    return place >= by ? place - by : place + last_.size() - by;
  }

  std::vector<One> last_;             // a ring, once it is full
  std::vector<std::uint64_t> marks_;  // half of each one's id, for looking through them
  TouchedAhead last_touched_, marks_touched_;
  std::size_t next_ = 0;                                // the oldest
  std::size_t newest_ = 0;                              // its place
  std::shared_ptr<const rules::RuleSet> set_, before_;  // `before_`: ids and names alone
};

}  // namespace assist::engine
