#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "simulation/people.hpp"

namespace assist::simulation {

/// One thing that happens in a call, so long after the one before it.
struct Beat {
  enum class Kind : std::uint8_t {
    step,       // text: the script step
    customer,   // text: what the customer says
    agent,      // text: what the agent says
    sentiment,  // value: hundredths
    topic,      // text
    note,       // text: attributes as JSON
    resolved,   // the agent marks it so while the caller is still there
    hold,
    resume,
    to_queue,  // value: Queue; ends the plan
    to_agent,  // value: Queue whose agents it may be
    end,       // value: resolved (0, 1)
  };
  Duration after{};
  Kind kind = Kind::step;
  std::string_view text = {};
  int value = 0;
};

/// What a conversation is about, and in what mood.
struct Mood {
  Queue queue = billing;
  std::string_view topic;
  bool in_outage = false;      // the customer's area is affected
  bool repeated = false;       // called lately
  Duration waited{};           // before the answer
  std::uint8_t transfers = 0;  // so far
};

/// What customers call about, by queue.
std::string_view pick_topic(Queue queue, Random& random);

/// The conversation from the answer on, beat by beat, to the call's end or its transfer.
void plan_conversation(const Mood& mood, Random& random, std::vector<Beat>& out);

}  // namespace assist::simulation
