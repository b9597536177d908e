// Any bytes as an expression, checked or not: what comes out is bounded, the same each time, and
// stays until the moment that is reported.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "cel/world.hpp"

using namespace cel_test;

namespace {

bool same(const Value& a, const Value& b, Time at) {
  if (a.is_error() || b.is_error()) return a.is_error() == b.is_error();
  // NaN equals nothing, itself included: then the text must do.
  return equal(a, b, at) || to_literal(a, at) == to_literal(b, at);
}

void run(const World& shape, std::string_view source, bool check) {
  static World world;
  CompileOptions options;
  options.check = check;
  options.limits.source_bytes = 2'000;
  options.limits.steps = 20'000;
  const auto built = compile(source, shape.env, options);
  if (built.index() != 0) return;
  const Program& program = std::get<Program>(built);
  Arena arena(1 << 20), later_arena(1 << 20);
  const Time now = world.held_at + seconds(90);
  const Outcome outcome = program.run(world, now, arena);
  if (outcome.valid_until <= now) std::abort();
  if (!outcome.value.is_error()) {
    // Errors of limits may come earlier or later: validity is promised for values.
    const Time last = outcome.valid_until == kNever ? now + std::chrono::hours(24 * 365)
                                                    : outcome.valid_until - Duration(1);
    for (const Time at : {now, last, now + (last - now) / 2}) {
      later_arena.reset();
      const Outcome later = program.run(world, at, later_arena);
      if (!later.value.is_error() && !same(outcome.value, later.value, at)) std::abort();
    }
  }
  Arena explain_arena(1 << 20);
  program.explain(world, now, explain_arena);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static World shape;
  if (shape.contacts.empty()) shape.contacts.push_back({});
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  run(shape, source, true);
  run(shape, source, false);
  return 0;
}
