#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "engine/engine.hpp"
#include "events/decode.hpp"
#include "rules/load.hpp"
#include "rules/rule_set.hpp"

namespace assist::trials {

/// One of `tests` of a NAME.test.yaml (contract, section 4), read and checked.
struct RuleTest {
  struct Event {
    Time time;
    std::string json;    // a CloudEvent
    std::size_t offset;  // of the event in the file, in bytes
  };
  /// What holds of a call at a moment; only what is named is compared, as sets.
  struct Expectation {
    struct Names {
      std::vector<std::string> names;  // sorted, each once
      std::size_t offset = 0;          // of the list in the file
    };
    Time at;
    std::string call;
    std::optional<Names> suggestions, situations, suppressed;
  };

  std::string name;
  std::size_t offset = 0;
  Time start;
  std::vector<Event> events;              // as listed
  std::vector<Expectation> expectations;  // by their moments
  bool broken = false;                    // something is wrong with the test itself, and was told
};

/// What is wrong: with the files, or with what came out.
struct RuleTestResult {
  std::string file, name;
  Place place;
  Diagnostics problems;
  bool passed() const { return problems.empty(); }
};

/// Runs rule tests over a rule set, each over an engine of its own, and keeps count of what they
/// made true and false. No I/O; the outcome depends on what is given alone.
class RuleTests {
 public:
  /// `rules`: null where they are wrong. Nothing is run then, no name of a rule, a suggestion or a
  /// step is looked up, and what else is wrong with the tests is told.
  RuleTests(std::shared_ptr<const rules::RuleSet> rules, engine::Options options,
            rules::LoadOptions names, events::Limits limits);

  /// The tests of one file, in its order. A file that cannot be read is one result that failed.
  std::vector<RuleTestResult> run(const rules::SourceFile& file);

  /// Rules whose condition was never true, or never false, for any call of any test so far. One
  /// that is off is no test's to show: it never holds.
  struct Coverage {
    std::vector<std::string> never_true, never_false;
  };
  Coverage coverage() const;

 private:
  class Trial;

  bool rules_known_;
  std::shared_ptr<const rules::RuleSet> rules_;  // an empty set where they are not known
  engine::Options options_;
  rules::LoadOptions names_;
  events::Limits limits_;
  std::vector<std::pair<bool, bool>> seen_;  // by rule: true, false
};

}  // namespace assist::trials
