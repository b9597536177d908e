#include "trials/recorded_line.hpp"

#include <algorithm>
#include <limits>

namespace assist::trials {
namespace {

/// What was accepted once is accepted again, whatever the limits are now.
events::Limits all_that_was_accepted() {
  events::Limits limits;
  limits.message_bytes_max = 1 << 30;
  limits.nesting_max = 1024;
  limits.attributes_per_event_max = std::numeric_limits<std::size_t>::max();
  limits.text_bytes_max = 1 << 30;
  return limits;
}

}  // namespace

RecordedLine::RecordedLine() : decoder_(all_that_was_accepted()) {}

Result<std::string_view> RecordedLine::write(std::string_view json, Time at) {
  decoder_.decode(json, events::Shape::event, batch_);
  if (batch_.events.size() != 1) return batch_.rejected.front().error;
  auto& event = batch_.events.front();
  const auto given = event.has_time ? std::optional(event.time) : std::nullopt;
  events::settle_time(event, at);
  line_ = json;
  // In JSON a line break stands between tokens only.
  std::replace_if(
      line_.begin(), line_.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  while (line_.back() != '}') line_.pop_back();
  if (given != event.time) {
    // Of repeated names the last one counts.
    line_.pop_back();
    line_ += ",\"time\":\"" + format_rfc3339(event.time) + "\"}";
  }
  line_ += '\n';
  return std::string_view(line_);
}

}  // namespace assist::trials
