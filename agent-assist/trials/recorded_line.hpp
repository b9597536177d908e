#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "events/decode.hpp"

namespace assist::trials {

/// Writes recorded events as lines that a replay reads, each with the `time` at which it counted.
class RecordedLine {
 public:
  RecordedLine();

  /// One line, with its line break. `json` is the event as it was recorded, `at` the clock at which
  /// it was applied. Valid until the next call. An error: it is no event that this program knows.
  Result<std::string_view> write(std::string_view json, Time at);

 private:
  events::Decoder decoder_;
  events::Batch batch_;
  std::string line_;
};

}  // namespace assist::trials
