#include "rules/fields.hpp"

#include <algorithm>

#include "cel/nearest.hpp"
#include "rules/key_slips.hpp"
#include "rules/wording.hpp"

namespace assist::rules {
namespace {

using yaml::Node;

bool is_one_of(std::string_view name, const std::vector<std::string_view>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Fields::Fields(Reader& reader, const Node& map, std::string_view what,
               const std::vector<std::string_view>& keys)
    : reader_(reader), map_(map), what_(what) {
  for (const yaml::Entry& entry : map.entries) {
    if (entry.key.text == "<<" && entry.value.broken) continue;  // a merge key: told
    if (is_one_of(entry.key.text, keys)) continue;
    if (!is_left_behind(static_cast<std::size_t>(&entry - map.entries.data()), keys))
      tell_unknown(entry.key, keys);
  }
}

void Fields::tell_unknown(const Node& key, const std::vector<std::string_view>& keys) {
  if (std::string advice = missing_space(key.text); !advice.empty()) {
    told_.push_back(key.text.substr(0, key.text.find(':')));
    reader_.error(key, std::move(advice));
    return;
  }
  std::string advice = where_it_belongs(key.text, what_);
  const std::string_view meant = key_called_otherwise(what_, key.text);
  if (advice.empty() && !meant.empty() && this->key(meant) == nullptr) {
    told_.emplace_back(meant);
    advice = " Did you mean " + in_quotes(meant) + "?";
  }
  if (advice.empty()) {
    const auto near = cel::nearest(key.text, keys);
    if (!near.empty()) told_.emplace_back(near);
    advice = did_you_mean(key.text, keys);
  }
  reader_.error(key, in_quotes(key.text) + " is not a key of " + what_ + "." +
                         (advice.empty() ? " It has " + one_of(keys) + "." : advice));
}

/// Whether an unknown key belongs to the value of the key above it, which has none: `when:` and
/// below it, not indented, `call.on_hold: yes`. The first such key is told, for all of them.
bool Fields::is_left_behind(std::size_t entry, const std::vector<std::string_view>& keys) {
  static const std::vector<std::string_view> kHolders = {
      "rules", "when", "unless", "suggest", "limit", "active", "offer", "events", "expect", "data"};
  std::size_t first = entry;
  while (first > 0 && !is_one_of(map_.entries[first - 1].key.text, keys)) --first;
  if (first == 0) return false;
  const auto& [key, value] = map_.entries[first - 1];
  if (!value.missing || value.broken || !is_one_of(key.text, kHolders)) return false;
  const Node& below = map_.entries[first].key;
  if (!cel::nearest(below.text, keys).empty()) return false;
  if (first == entry) {
    told_.push_back(key.text);
    reader_.error(below, indent_below(key.text));
  }
  return true;
}

bool Fields::is_told(std::string_view key) const {
  return std::find(told_.begin(), told_.end(), key) != told_.end();
}

const Node* Fields::key(std::string_view key) const {
  for (const yaml::Entry& entry : map_.entries)
    if (entry.key.text == key) return &entry.key;
  return nullptr;
}

const Node* Fields::find(std::string_view key) {
  for (const yaml::Entry& entry : map_.entries) {
    if (entry.key.text != key) continue;
    if (entry.value.broken) return nullptr;
    if (!yaml::is_null(entry.value)) return &entry.value;
    if (is_told(key)) return nullptr;
    reader_.error(entry.key, no_value(key));
    return nullptr;
  }
  return nullptr;
}

const Node* Fields::require(std::string_view key) {
  if (this->key(key) != nullptr) return find(key);
  if (map_.incomplete || is_told(key)) return nullptr;
  reader_.error(map_, "\"" + std::string(key) + "\" is missing: " + what_ + " needs one.");
  return nullptr;
}

}  // namespace assist::rules
