#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "engine/inspect.hpp"

/// Why each rule holds or not for a call, in a supervisor's words. Pure: an inspection goes in,
/// sentences come out.
namespace assist::explain {

/// A part of a condition, in words.
struct Line {
  std::string op;  // all, any, none, leaf, expression; in an expression &&, ||, or "" for a test
  std::string source;                 // as an expression; "" of a group
  std::string fact, test, needs;      // of a plain leaf, as written
  std::optional<engine::Seen> value;  // of its fact, or of what an expression compares
  std::optional<bool> holds;          // nullopt: an error
  std::string error;
  bool wanted = true;        // false: under none, unless or a `!`: it must not hold
  bool fails_first = false;  // the first part that keeps the whole from being as it is wanted
  std::string text;          // a sentence without its full stop; of a group its heading
  Time until = kNever;       // the clock alone does not turn it before
  Place place;
  std::vector<Line> parts;

  /// It is as it is wanted to be.
  bool good() const { return holds.has_value() && *holds == wanted; }
};

struct Suggestion {
  std::string name;
  bool stands = false;  // on the screen; of a shadow rule: in the record
  engine::HeldBack held_back = engine::HeldBack::situation;
  std::string by;    // what outranks it
  std::string text;  // a sentence
  std::optional<engine::Standing> shown;
};

/// What a rule is doing.
enum class State : std::uint8_t {
  holds,
  keeps,  // holds, though its condition is false by now: keep_for
  waits,  // its condition is true, but not for long enough: for
  does_not_hold,
  off
};
std::string_view name_of(State state);

struct Rule {
  const rules::Rule* rule = nullptr;
  const engine::SeenRule* seen = nullptr;
  State state = State::does_not_hold;
  std::string why;                 // one sentence: the reason before all others
  std::vector<std::string> notes;  // sentences: timers, limits, windows, modes
  Line when;
  std::vector<Line> unless;
  std::vector<Suggestion> suggestions;
};

/// The rules that hold come first, then those that wait, then the others; in the order of files.
/// Points into the inspection, which must outlive it.
struct Report {
  const engine::Inspection* of = nullptr;
  std::optional<Time> ended;
  std::string heading;
  std::vector<Rule> rules;
  std::string summary;
};

struct Options {
  std::chrono::minutes offset{0};   // from UTC: the clock by which moments are written
  std::optional<Time> ended{};      // the call ended then, and this is how it was just before
  std::vector<std::string> only{};  // ids of rules; empty: all
  std::optional<Time> told{};       // the end was told then only: that is what `just before` means
};
Report report(const engine::Inspection& inspection, const Options& options = {});

/// For people: a block a rule, the summary last. `colours`: for a terminal that shows them.
std::string to_text(const Report& report, bool colours);
/// For programs: one JSON object and a line break (docs/explain.md).
std::string to_json(const Report& report);

}  // namespace assist::explain
