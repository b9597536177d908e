#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "engine/model/facts.hpp"
#include "engine/model/world.hpp"

namespace assist::model {

/// A decision as both the engine's and the model's are compared: all of it but ids, for which
/// `raise` stands (the how manieth suggestion of all that were raised it is).
struct Decision {
  Time at;
  std::string action, name, rule, kind, mode, call, agent, reason, outranked_by;
  std::string headline;
  std::optional<std::string> say, because;
  std::optional<Time> expires_at;
  std::size_t raise = 0;
  bool by_clock = false;

  friend bool operator==(const Decision&, const Decision&) = default;
};
std::string print(const Decision& decision);

/// At which moments the model looks at everything.
struct Moments {
  /// Every multiple of `unit` after `start`, and these little offsets from it.
  Time start{};
  Duration unit{0};  // 0: no grid
  std::vector<Duration> offsets;
  /// Lengths that the rules and options write: whatever began may turn so long after it, or a
  /// microsecond later.
  std::set<Duration> lengths;
};

/// Decides every rule for every call from scratch, at each event and at each moment at which
/// anything could turn. No index, no timers, no increments.
class Model {
 public:
  Model(std::shared_ptr<const rules::RuleSet> rules, engine::Options options, Moments moments);

  void advance(Time now, std::vector<Decision>& out);
  void apply(Event event, std::vector<Decision>& out);
  bool feedback(const std::string& call, const std::string& suggestion, bool used, Time at,
                std::vector<Decision>& out);
  void reload(std::shared_ptr<const rules::RuleSet> rules, Time at, std::vector<Decision>& out);

  std::size_t live_calls() const { return world_.live().size(); }
  const World& world() const { return world_; }

 private:
  struct Episode {
    bool looked_at = false, admitted = false, raised = false;
    std::map<std::string, bool> agents;  // whether per_agent lets it be raised to them
    std::set<std::string> counted;       // agents to whom it was raised
    std::set<std::size_t> off;
  };
  struct Situation {
    bool truth = false, holds = false;
    Time true_since{}, held_since{};
    Episode episode;
    std::vector<Time> raised;  // episodes
    std::optional<Time> last_ended;
    std::set<std::size_t> off;
  };
  struct Shown {
    std::string rule;  // its id
    std::size_t suggestion;
    Decision as;  // as it stands
    Time raised_at;
    std::string leaving;
  };
  struct State {
    std::map<std::string, Situation> situations;  // by rule
    std::vector<Shown> standing;                  // in order of ranking
  };
  struct Due {
    const rules::Rule* rule;
    std::size_t suggestion;
    bool stands = false;
    std::string outranked_by;
  };
  struct Cause {
    const World* before = nullptr;  // where an event was: what was known just before it
    std::set<std::string> turned;   // situations
  };

  void decide_all(Time now, const World* before, std::vector<Decision>& out);
  void decide(const Call& call, Time now, const World* before, std::vector<Decision>& out);
  void decide_situations(const Call& call, State& state, Time now, std::set<std::string>& turned);
  bool truth(const rules::Rule& rule, Facts& facts, Time now) const;
  std::vector<Due> due(const Call& call, State& state, Time now);
  bool admits(const rules::Rule& rule, const Call& call, Situation& situation, Time now);
  void walk(std::vector<Due>& due, const rules::Rule* shadow) const;
  std::string why_withdrawn(const Shown& shown, const Call& call, State& state,
                            const std::vector<Due>& due, std::string& outranked_by) const;
  void raise(const Due& due, const Call& call, State& state, Facts& facts, Time now, bool by_clock,
             std::vector<Decision>& out);
  bool reads_changed(const rules::Suggestion& suggestion, const Call& call, const Cause& cause,
                     Time now) const;
  void fill(Decision& to, const rules::Suggestion& from, Facts& facts, Time now) const;
  std::string fill(const rules::Text& text, Facts& facts, Time now) const;
  std::set<std::string> holding(const State& state) const;
  const rules::Rule* rule(const std::string& id) const;
  std::size_t rank(const rules::Rule& rule, std::size_t suggestion) const;
  void sort_standing(State& state) const;
  std::set<Time> turning_points() const;
  Time next_moment(Time limit) const;

  std::shared_ptr<const rules::RuleSet> rules_;
  engine::Options options_;
  Moments moments_;
  Time now_ = Time::min();
  std::vector<Event> events_;
  World world_;
  std::map<std::string, State> states_;  // by call
  struct Raised {
    std::string who;
    Time at;
  };
  std::map<std::string, std::vector<Raised>> by_customer_, by_agent_;  // by rule
  std::size_t raises_ = 0;
  std::map<std::pair<std::string, std::string>, std::string> shown_to_;  // by call, suggestion
};

/// Whether a rule's window is open, by the clock of UTC. The model knows no other zone.
bool active_in_utc(const rules::Active::Spec& spec, Time now);

}  // namespace assist::model
