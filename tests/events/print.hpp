#pragma once

#include <ostream>
#include <string>
#include <string_view>

#include "events/decode.hpp"

namespace assist::events {

/// All of an event but `raw` and `received_at`, as one line.
std::string print(const Event& event);

/// What one message became: a line for each event ("0 call.held ..."), and one for each rejection
/// ("1 bad_data /data/agent"), in order of index.
std::string print(const Batch& batch);

/// Decodes a message with a decoder of its own. The batch must outlive what is read from it.
Batch decode(std::string_view message, Shape shape = Shape::event_or_batch, Limits limits = {});

/// The code of the first rejection, or "accept"; "nothing" if the message held no event.
std::string verdict(const Batch& batch);

std::string read_file(const std::string& path);

}  // namespace assist::events
