#pragma once

#include <cstdint>
#include <string>

#include "engine/decision.hpp"

namespace assist::trials {

/// Appends a decision as `replay` prints it (contract, section 5), with its line break.
void append_decision_line(std::string& out, const engine::Decision& decision, std::uint64_t seq);

}  // namespace assist::trials
