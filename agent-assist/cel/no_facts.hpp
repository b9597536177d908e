#pragma once

#include "cel/cel.hpp"

namespace assist::cel {

/// Of what is worked out outside of a run: there is nothing to load.
class NoFacts final : public Activation {
 public:
  Value load(std::uint32_t, Run& run) override { return run.error("no value"); }
  Value call(std::uint32_t, std::span<const Value>, Run& run) override {
    return run.error("no function");
  }
};

}  // namespace assist::cel
