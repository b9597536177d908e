#pragma once

#include <string>
#include <string_view>

#include "engine/engine.hpp"
#include "explain/explain.hpp"

namespace assist::explain {

/// What happens to calls, a line each, seconds since 2026-01-05T12:00:00Z (a Monday) first:
///
///     10s call.answered c1 {"agent":"ana"}
///     20s used long_hold          what the agent did: used, dismissed
///     30s time                    passes
///
/// and then what is inspected, at the moment of the last line.
struct Scene {
  std::string rules;  // YAML; "": the rules that ship
  std::string tale;
  std::string call = "c1";
  engine::Options options{};
};

/// The inspection; fails the test where the rules are wrong or the call is not in progress.
engine::Inspection inspect(const Scene& scene);

}  // namespace assist::explain
