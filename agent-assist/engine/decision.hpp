#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "rules/rule_set.hpp"

namespace assist::engine {

enum class Action : std::uint8_t { withdrawn, raised, changed };
std::string_view name_of(Action action);

/// Why a suggestion was withdrawn, in the contract's order of precedence (section 7).
enum class Reason : std::uint8_t {
  none,
  call_ended,
  transferred,
  rule_changed,
  no_longer_true,
  used,
  dismissed,
  expired,
  outranked,
};
std::string_view name_of(Reason reason);

/// A suggestion as it stands (or stood) on a screen: what a `raised` carries.
struct Standing {
  std::string id;  // derived: the same events, times and rules give the same
  std::string call;
  std::string agent;
  std::string rule;  // the rule's id
  std::string name;  // RULE.SUGGESTION or RULE
  rules::Kind kind;
  rules::Mode mode;
  rules::Priority priority;
  std::string headline;
  std::optional<std::string> say, because;
  std::vector<std::string> steps;  // script steps it suppresses
  std::optional<rules::Offer> offer;
  std::optional<std::string> escalate_to, ask, follow_up;
  Time raised_at;
  std::optional<Time> expires_at;
};

/// One thing that the engine decided.
struct Decision {
  Time at;  // the moment it is true of
  Action action;
  Reason reason = Reason::none;                // of a withdrawal
  std::shared_ptr<const Standing> suggestion;  // with the texts as they (last) stood
  std::string outranked_by;                    // suggestion name or "max_visible", where outranked
  std::string version;                         // of the rule set
  bool by_clock = false;                       // no event caused it
};

}  // namespace assist::engine
