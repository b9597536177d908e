#pragma once

#include <cstdint>
#include <string>

#include "engine/decision.hpp"

namespace assist::trials {

/// Appends a decision as `replay` prints it (contract, section 5), with its line break.
void append_decision_line(std::string& out, const engine::Decision& decision, std::uint64_t seq);

/// An event, as a cause.
struct EventId {
  std::string source, id;
};

/// The same for the audit: with the version of the rules, the cause, and what outranked it.
/// `event`: that caused it; nullptr: none did.
void append_audit_line(std::string& out, const engine::Decision& decision, std::uint64_t seq,
                       const EventId* event);
/// What was held back, as a line of the audit whose action is `held_back`.
void append_audit_line(std::string& out, const engine::Withheld& withheld, std::uint64_t seq,
                       const EventId* event);

}  // namespace assist::trials
