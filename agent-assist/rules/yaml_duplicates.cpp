#include <algorithm>
#include <unordered_set>

#include "rules/yaml_parser.hpp"

namespace assist::rules::yaml {
namespace {

constexpr std::size_t kItemKeys = 30;   // an item of a list hardly has more
constexpr std::size_t kLinearKeys = 8;  // a map this small needs no index of its keys

/// The keys that stand in their map a second time, each at the second.
std::vector<const Node*> duplicates_of(const Node& map, std::unordered_set<std::string>& seen) {
  std::vector<const Node*> out;
  seen.clear();
  for (std::size_t i = 0; i < map.entries.size(); ++i) {
    const Node& key = map.entries[i].key;
    bool again = false;
    if (map.entries.size() > kLinearKeys) {
      again = !seen.insert(key.text).second;
    } else {
      for (std::size_t k = 0; k < i; ++k) again |= map.entries[k].key.text == key.text;
    }
    if (again && !key.missing) out.push_back(&key);
  }
  return out;
}

/// Whether the map begins anew in its midst, with the key that it begins with: two items of a list,
/// the second without its dash.
bool lacks_dash(const Node& map, const std::vector<const Node*>& duplicates) {
  if (duplicates.size() < 2 || map.in_braces) return false;
  const std::size_t last = std::min(map.entries.size(), kItemKeys) - 1;
  return duplicates[0]->text == map.entries[0].key.text &&
         duplicates[1]->text != duplicates[0]->text &&
         duplicates[0]->begin <= map.entries[last].key.begin;
}

/// Tells each key that stands twice, at the second.
void report_duplicates(const Node& node, Report& report, std::unordered_set<std::string>& seen) {
  if (node.is_map()) {
    const auto duplicates = duplicates_of(node, seen);
    if (lacks_dash(node, duplicates)) {
      const Node& key = *duplicates[0];
      report.add(key.begin, "\"" + key.text + "\" stands twice in this map (first in line " +
                                std::to_string(report.source().place(node.begin).line) +
                                "), and so do keys below it. Is a dash missing before this one?");
    } else {
      for (const Node* key : duplicates)
        report.add(key->begin,
                   "\"" + key->text + "\" stands twice in this map; one would be lost.");
    }
  }
  for (const Node& item : node.items) report_duplicates(item, report, seen);
  for (const Entry& entry : node.entries) report_duplicates(entry.value, report, seen);
}

}  // namespace

void report_duplicates(const Node& root, Report& report) {
  std::unordered_set<std::string> seen;
  report_duplicates(root, report, seen);
}

}  // namespace assist::rules::yaml
