#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string>

#include "rules/yaml.hpp"

namespace {

using assist::rules::yaml::Node;

/// Every place that a node may be asked for lies in the file.
void check(const Node& node, std::size_t size) {
  assert(node.begin <= size && node.end <= size && node.cut <= size);
  for (std::size_t i = 0; i <= node.text.size(); i += 1 + node.text.size() / 64)
    assert(node.in_file(i) <= size);
  for (const Node& item : node.items) check(item, size);
  for (const auto& entry : node.entries) {
    check(entry.key, size);
    check(entry.value, size);
  }
}

}  // namespace

// The strict reader of YAML: a tree, or an error with a place.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace assist::rules;
  assist::Diagnostics errors;
  const Source source("f.yaml", std::string(reinterpret_cast<const char*>(data), size));
  Report report(source, errors);
  const auto root = yaml::read(source, report);
  assert(root || !errors.empty());
  for (const auto& error : errors) assert(error.place.line >= 1 && error.place.column >= 1);
  if (root) check(*root, size);
  return 0;
}
