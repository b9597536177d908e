// Any bytes as a condition over a call's facts: a program, or problems with place and words.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "cel/world.hpp"

using namespace cel_test;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const World world;
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  CompileOptions options;
  options.limits.source_bytes = 5'000;
  options.expected_result = Type::boolean();
  options.refuse_changes_every_moment = true;
  const auto built = compile(source, world.env, options);
  if (const auto* problems = std::get_if<std::vector<Problem>>(&built)) {
    if (problems->empty()) std::abort();
    for (const Problem& problem : *problems) {
      if (problem.begin > problem.end || problem.end > source.size()) std::abort();
      if (problem.text.empty()) std::abort();
      snippet(source, problem);
    }
    return 0;
  }
  const Program& program = std::get<Program>(built);
  program.print();
  program.type().to_string();
  return 0;
}
