#pragma once

#include <boost/container/string.hpp>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/short_vector.hpp"
#include "cel/value.hpp"
#include "events/json.hpp"
#include "facts/name.hpp"

namespace assist::facts {

struct Archive;
class AttributeList;
class AttributeMap;

/// A text of an attribute: of up to 22 bytes in place, in 24 bytes.
using AttributeText = boost::container::string;

/// A JSON value that owns what it holds, as attributes keep it.
using AttributeValue =
    std::variant<std::monostate, bool, std::int64_t, double, AttributeText,
                 std::shared_ptr<const AttributeList>, std::shared_ptr<const AttributeMap>>;

/// Attributes by name: what expressions see as map(string, dyn), in the order of names.
class AttributeMap final : public cel::MapView {
 public:
  using Member = std::pair<Name, AttributeValue>;
  using Members = ShortVector<Member, std::pmr::polymorphic_allocator<Member>>;  // sorted by name

  AttributeMap() = default;
  /// Its members are of `memory`, which outlives it.
  explicit AttributeMap(std::pmr::memory_resource* memory) : members_(memory) {}

  std::size_t size() const override { return members_.size(); }
  std::optional<cel::Value> find(const cel::Value& key, cel::Arena& arena) const override;
  std::pair<cel::Value, cel::Value> entry(std::size_t index, cel::Arena& arena) const override;

  bool empty() const { return members_.empty(); }
  const Members& members() const { return members_; }
  friend bool operator==(const AttributeMap& a, const AttributeMap& b);

  /// Applies a JSON merge patch (RFC 7396): null removes, objects merge, all else replaces. True:
  /// it thereby holds something else. Names of members are of `names`, here and below.
  bool merge(events::JsonObject patch, Names& names);

 private:
  friend struct Archive;
  Members members_;
};

class AttributeList final : public cel::ListView {
 public:
  explicit AttributeList(std::vector<AttributeValue> values) : values_(std::move(values)) {}
  std::size_t size() const override { return values_.size(); }
  cel::Value at(std::size_t index, cel::Arena& arena) const override;
  const std::vector<AttributeValue>& values() const { return values_; }

 private:
  std::vector<AttributeValue> values_;
};

bool equal(const AttributeValue& a, const AttributeValue& b);

/// `base` (nullptr: nothing) with a JSON merge patch applied: see AttributeMap::merge().
std::shared_ptr<const AttributeMap> merged(const AttributeMap* base, events::JsonObject patch,
                                           Names& names);

cel::Value to_cel(const AttributeValue& value);

/// The map, or an empty one for nullptr.
const AttributeMap& or_empty(const AttributeMap* map);
inline const AttributeMap& or_empty(const std::shared_ptr<const AttributeMap>& map) {
  return or_empty(map.get());
}

}  // namespace assist::facts
