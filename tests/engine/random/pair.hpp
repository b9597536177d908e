#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "engine/model/compare.hpp"

namespace assist::random {

class Random;

/// A rule as pieces of YAML, so that a failing one can be made smaller.
struct RuleText {
  std::string file;                // a.yaml or b.yaml
  std::string head;                // id, title and when
  std::vector<std::string> parts;  // the other keys, and suggestions, each on its own
  std::vector<std::string> suggestions;
};
using RuleTexts = std::vector<RuleText>;

struct Op {
  enum class Kind : std::uint8_t { event, pass, feedback, reload };
  Kind kind = Kind::event;
  Duration at{0};          // the clock, since the start
  std::string json;        // of an event
  std::string call, name;  // of feedback: the suggestion, as decisions name it
  bool used = false;
};

/// A rule set and what happens to calls under it.
struct Pair {
  RuleTexts rules, later_rules;  // later: after a reload
  std::vector<Op> ops;
  Time start{};
  engine::Options options;
  std::vector<Duration> offsets;  // of moments at which something may turn, from whole seconds
};

struct Traits {
  bool replay = false;  // the clock is the events' own: no feedback, no reload, no future
};

Pair generate(Random& random, Traits traits);

/// nullptr: they are no valid set (`errors` says why).
std::shared_ptr<const rules::RuleSet> load(const RuleTexts& rules, std::string& errors);

struct Outcome {
  std::string difference;  // between the engine and the model; "": none
  std::vector<model::Decision> decisions;
  bool valid = true;  // the rules could be loaded
};
Outcome run(const Pair& pair);

/// The smallest pair found that still shows a difference.
Pair shrink(Pair pair);

/// For people: rules, and events as JSON lines.
std::string print(const Pair& pair);

}  // namespace assist::random
