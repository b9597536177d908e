#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "cel/cel.hpp"
#include "facts/vocabulary.hpp"
#include "rules/active.hpp"

namespace assist::rules {

using RuleIndex = std::uint32_t;

/// A text that a rule writes, with its `${ EXPRESSION }` compiled.
struct Text {
  struct Part {
    std::string literal;  // where there is no program
    std::optional<cel::Program>
        program;  // string, int, uint, bool, double, duration, timestamp, dyn
  };
  std::vector<Part> parts;
  facts::FactMask reads = 0;          // facts that its expressions read
  std::vector<RuleIndex> situations;  // situations that its expressions read, sorted
};

enum class Kind : std::uint8_t { say, suppress, offer, escalate_to, ask, follow_up };
/// As the contract writes them: the key's name, or "say".
std::string_view name_of(Kind kind);

enum class Priority : std::uint8_t { urgent, high, normal, low };
std::string_view name_of(Priority priority);

enum class Mode : std::uint8_t { live, shadow, off };
std::string_view name_of(Mode mode);

struct Offer {
  std::string gesture;
  std::optional<double> amount;
  std::string currency;
};

struct Suggestion {
  std::string id;    // "" where a rule's lone suggestion has none
  std::string name;  // RULE.SUGGESTION, or the rule's id: as decisions name it
  Kind kind = Kind::say;
  std::vector<std::string> suppress;  // script steps (Kind::suppress)
  std::optional<Offer> offer;         // Kind::offer
  std::string escalate_to;            // Kind::escalate_to
  std::string ask;                    // Kind::ask
  std::string follow_up;              // Kind::follow_up
  Text headline;
  std::optional<Text> say, because;  // nullopt: not given, null in decisions
  Priority priority = Priority::normal;
  std::optional<Duration> expires_after;
  std::string step;   // the script step it belongs to, or ""
  std::string group;  // or ""
};

struct Limit {
  std::uint32_t count = 1;
  std::optional<Duration> within;
};

/// A condition as its file has it: for people who ask why it holds or not.
struct Condition {
  enum class Op : std::uint8_t { all, any, none, leaf, expression };
  Op op = Op::expression;
  std::vector<Condition> parts;  // of all, any, none
  std::string source;            // the expression that stands for it
  /// Of a leaf: the fact ("call.hold", "contacts"), its test ("over"; "" for words of the
  /// vocabulary) and the value as written ("2m").
  std::string fact, test, value;
  Place place;
};

struct Rule {
  std::string id;
  std::string title;
  std::string file;                           // path below the rules directory
  Place place;                                // of the rule's `id`
  cel::Program when = cel::Program(nullptr);  // bool; of all the `when`, plain leaves included
  std::vector<cel::Program> unless;           // bool each; an error in one makes that one false
  Duration for_{0};
  Duration keep_for{0};
  std::optional<Duration> cooldown;
  std::optional<Limit> per_call, per_customer, per_agent;
  bool again = false;
  Mode mode = Mode::live;
  std::uint32_t share_ppm = 1'000'000;  // calls in a million
  std::optional<Active> active;
  std::vector<std::string> tags;
  std::string owner;
  std::vector<Suggestion> suggestions;  // empty: a named situation

  facts::FactMask reads = 0;          // facts that `when` and `unless` read
  std::vector<RuleIndex> situations;  // rules whose situation they read, sorted
  /// Equal for rules of equal meaning: all but title, place, file, tags and owner. Lists count by
  /// what they hold.
  std::string fingerprint;
  std::shared_ptr<const Condition> when_tree;                  // what `when` was made of
  std::vector<std::shared_ptr<const Condition>> unless_trees;  // in the order of `unless`
};

/// One suggestion of the set, in ranking order.
struct Ranked {
  RuleIndex rule;
  std::uint32_t suggestion;
};

/// A set of rules, checked and compiled. Immutable; shared by the engine and whoever explains it.
struct RuleSet {
  std::vector<Rule> rules;       // in the order of files (bytewise), and in them
  std::vector<RuleIndex> order;  // every rule after those whose situation it reads
  std::vector<Ranked> ranking;   // all suggestions: priority, then files, rules, suggestions
  std::vector<std::pair<std::string, cel::Value>> lists;  // lists.NAME by slot (kListSlots + i)
  std::shared_ptr<const void> list_memory;                // what the values above point into
  std::string version;  // hash of all files' paths and texts: 16 hex digits
};

}  // namespace assist::rules
