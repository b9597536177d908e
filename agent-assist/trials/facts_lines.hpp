#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "events/decode.hpp"
#include "events/duplicates.hpp"
#include "facts/world.hpp"

namespace assist::trials {

/// Folds CloudEvents lines and tells, after each, the facts of every call that it changed, as
/// `facts` prints them (contract, section 5): lengths of time in seconds.
class FactsLines {
 public:
  FactsLines(Duration contacts_kept, Duration silence, events::Limits limits);

  /// Takes in the next line; appends a line for each call that it changed, by their first events.
  /// `arrival`: the time of its receipt, where it is known; else the clock is the greatest `time`
  /// so far. An error: the line was refused.
  Result<void> line(std::string_view text, std::optional<Time> arrival, std::string& out);

 private:
  void end_silent_calls(Time now);
  void append(std::string& out, const facts::Call& call) const;

  facts::World world_;
  Duration silence_;
  events::Decoder decoder_;
  events::Batch batch_;
  events::Duplicates duplicates_;
  facts::Changes changes_;
  Time clock_ = Time::min();
  Time next_silence_ = Time::min();  // no call ends by silence before
  std::uint64_t lines_ = 0;
};

}  // namespace assist::trials
