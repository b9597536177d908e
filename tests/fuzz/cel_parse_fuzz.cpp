// Any bytes as an expression: a tree or a problem that lies in the source, in bounded time.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "cel/ast.hpp"

using namespace assist::cel;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  Limits limits;
  limits.source_bytes = 20'000;
  const auto parsed = parse(source, limits);
  if (const auto* problem = std::get_if<Problem>(&parsed)) {
    if (problem->begin > problem->end || problem->end > source.size()) std::abort();
    if (problem->text.empty() || problem->line == 0 || problem->column == 0) std::abort();
    snippet(source, *problem);
    return 0;
  }
  const Ast& ast = std::get<Ast>(parsed);
  for (const Node& n : ast.nodes) {
    if (n.begin > n.end || n.end > source.size() || n.at > n.at_end || n.at_end > source.size()) {
      std::abort();
    }
  }
  print(ast);
  return 0;
}
