#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.hpp"
#include "engine/model/model.hpp"
#include "events/decode.hpp"

namespace assist::model {

/// The lengths of time that rules write, also in expressions: `2m`, `seconds(5)`, `"90s"`.
std::set<Duration> lengths_in(std::string_view yaml);

/// An engine and a model that are told the same, and compared after each step.
class Both {
 public:
  Both(std::shared_ptr<const rules::RuleSet> rules, engine::Options options, Moments moments,
       bool with_model = true);

  /// Each gives what the engine decided thereby.
  std::vector<Decision> advance(Time now);
  /// `json` is a CloudEvent that is no duplicate; `now` the clock. What is refused is a difference.
  std::vector<Decision> event(std::string_view json, Time now);
  /// On what stands, or, late, on what stood last.
  std::vector<Decision> feedback(const std::string& call, const std::string& suggestion, bool used,
                                 Time now);
  std::vector<Decision> reload(std::shared_ptr<const rules::RuleSet> rules, Time now);

  std::size_t live_calls() const { return engine_.live_calls(); }
  const engine::Engine& engine() const { return engine_; }
  /// The first difference between the two; "" if there was none.
  const std::string& difference() const { return difference_; }

 private:
  std::vector<Decision> compare(std::string_view step);
  Decision common(const engine::Decision& decision);
  void check_standing();

  engine::Engine engine_;
  std::optional<Model> model_;
  events::Decoder decoder_;
  events::Batch batch_;
  engine::Effects effects_;
  std::vector<Decision> expected_;
  std::map<std::string, std::size_t> raises_;           // by id
  std::map<std::string, std::string> standing_ids_;     // by call and suggestion
  std::map<std::string, engine::Standing> last_shown_;  // by the same
  std::string difference_;
};

}  // namespace assist::model
