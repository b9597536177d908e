#include <cmath>
#include <functional>

#include "cel/ops.hpp"

namespace assist::cel {
namespace {

/// A double that is a whole number, as that: keys meet without rounding.
Value whole(const Value& key) {
  if (!key.is(Kind::double_)) return key;
  const double d = key.as_double();
  if (d != std::floor(d)) return key;
  if (d >= -9223372036854775808.0 && d < 9223372036854775808.0) {
    return Value::integer(static_cast<std::int64_t>(d));
  }
  if (d > 0 && d < 18446744073709551616.0) {
    return Value::unsigned_integer(static_cast<std::uint64_t>(d));
  }
  return key;
}

/// A number by its value alone, so that 1, 1u and 1.0 meet.
std::size_t hash_key(const Value& any) {
  const Value key = whole(any);
  switch (key.kind()) {
    case Kind::string_:
      return std::hash<std::string_view>()(key.as_string());
    case Kind::bool_:
      return key.as_bool() ? 0x9E3779B97F4A7C15 : 0x7F4A7C159E3779B9;
    case Kind::double_:
      return std::hash<double>()(key.as_double());
    default:
      return std::hash<std::int64_t>()(key.as_int()) * 0x9E3779B97F4A7C15;
  }
}

bool same_key(const Value& a, const Value& b) {
  if (a.is_number() && b.is_number()) {
    const Value x = whole(a), y = whole(b);
    return x.is(Kind::double_) == y.is(Kind::double_) && compare_numbers(x, y) == Ordering::equal;
  }
  if (a.kind() != b.kind()) return false;
  return a.is(Kind::string_) ? a.as_string() == b.as_string() : a.as_int() == b.as_int();
}

/// Pairs in an arena, in the order in which they were given; with a table of places once there are
/// more than a few.
class ArenaMap final : public MapView {
 public:
  static constexpr std::size_t kFew = 8;

  ArenaMap(const Value* keys, const Value* values, std::size_t size)
      : keys_(keys), values_(values), size_(size) {}

  /// False: two keys are equal.
  bool index(Arena& arena) {
    if (size_ <= kFew) {
      for (std::size_t i = 0; i < size_; ++i) {
        for (std::size_t k = 0; k < i; ++k) {
          if (same_key(keys_[i], keys_[k])) return false;
        }
      }
      return true;
    }
    std::size_t capacity = 32;
    while (capacity < size_ * 2) capacity *= 2;
    table_ = static_cast<std::uint32_t*>(arena.allocate(capacity * sizeof(std::uint32_t)));
    std::fill(table_, table_ + capacity, 0u);
    mask_ = capacity - 1;
    for (std::size_t i = 0; i < size_; ++i) {
      std::size_t at = hash_key(keys_[i]) & mask_;
      for (; table_[at] != 0; at = (at + 1) & mask_) {
        if (same_key(keys_[table_[at] - 1], keys_[i])) return false;
      }
      table_[at] = static_cast<std::uint32_t>(i + 1);
    }
    return true;
  }

  std::size_t size() const override { return size_; }

  std::optional<Value> find(const Value& key, Arena&) const override {
    if (table_ == nullptr) {
      for (std::size_t i = 0; i < size_; ++i) {
        if (same_key(keys_[i], key)) return values_[i];
      }
      return std::nullopt;
    }
    for (std::size_t at = hash_key(key) & mask_; table_[at] != 0; at = (at + 1) & mask_) {
      if (same_key(keys_[table_[at] - 1], key)) return values_[table_[at] - 1];
    }
    return std::nullopt;
  }

  std::pair<Value, Value> entry(std::size_t index, Arena&) const override {
    return {keys_[index], values_[index]};
  }

 private:
  const Value* keys_;
  const Value* values_;
  std::size_t size_;
  std::uint32_t* table_ = nullptr;  // places + 1
  std::size_t mask_ = 0;
};

}  // namespace

Value make_map(std::span<const Value> keys, std::span<const Value> values, Arena& arena) {
  for (const Value& key : keys) {
    const bool ok =
        key.is(Kind::string_) || key.is(Kind::bool_) || key.is(Kind::int_) || key.is(Kind::uint_);
    if (!ok) return Value::error("a key of a map must be text, a whole number, true or false");
  }
  const auto k = arena.values(keys.size()), v = arena.values(values.size());
  std::copy(keys.begin(), keys.end(), k.begin());
  std::copy(values.begin(), values.end(), v.begin());
  auto* map = arena.make<ArenaMap>(k.data(), v.data(), k.size());
  if (!map->index(arena)) return Value::error("a key stands in this map more than once");
  return Value::map(*map);
}

}  // namespace assist::cel
