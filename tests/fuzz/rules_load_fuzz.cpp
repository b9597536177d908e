#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string>

#include "rules/load.hpp"
#include "rules/yaml.hpp"

// Rule files as people, and others, may write them. A set is taken whole, or each error has a place
// in its file, in order.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace assist;
  const std::string text(reinterpret_cast<const char*>(data), size);
  rules::LoadOptions options;
  options.steps = {"greeting", "verify"};
  options.attributes_open = size % 2 == 0;
  options.attributes = {{"call", "vip", facts::FactType::boolean, {}, "", ""}};
  options.warnings = true;
  const rules::Loaded loaded = rules::load({{"f.yaml", "f.yaml", text}}, options);
  assert((loaded.rules == nullptr) != loaded.errors.empty());
  std::uint32_t line = 1;
  for (const Diagnostic& error : loaded.errors) {
    assert(error.place.line >= line && error.place.column >= 1 && !error.text.empty());
    line = error.place.line;
  }
  if (loaded.rules) {
    assert(loaded.rules->order.size() == loaded.rules->rules.size());
    for (const rules::Rule& rule : loaded.rules->rules)
      assert(rule.when_tree && rule.unless.size() == rule.unless_trees.size());
  }
  return 0;
}
