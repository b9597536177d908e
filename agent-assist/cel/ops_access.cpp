#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "cel/ops.hpp"
#include "cel/text.hpp"

namespace assist::cel {
namespace {

bool is_key(const Value& value) {
  return value.is(Kind::bool_) || value.is(Kind::string_) || value.is_number();
}

/// Some element equals the needle: true for as long as the one that does so longest.
Value in_list(Run& run, const Value& needle, const Value& list) {
  const std::size_t size = list.list_size();
  if (!run.spend(size / 8)) return Value::boolean(false);
  const std::int64_t outer = run.valid_us();
  std::int64_t found = INT64_MIN, none = INT64_MAX;
  for (std::size_t i = 0; i < size; ++i) {
    run.set_valid(INT64_MAX);
    const bool same = values_equal(run, needle, list.list_at(i, run.arena()));
    if (same) {
      found = std::max(found, run.valid_us());
      if (found == INT64_MAX) break;
    } else {
      none = std::min(none, run.valid_us());
    }
  }
  const bool result = found != INT64_MIN;
  run.set_valid(std::min(outer, result ? found : none));
  return Value::boolean(result);
}

Value no_such_key(Run& run, const Value& key) {
  if (!run.arena().has_room(256) || !run.spend(2)) return Value::error("there is no such key");
  std::string text = "there is no key ";
  text += key.is(Kind::string_) ? quote(key.as_string().substr(0, 60)) : to_literal(key, run.now());
  return run.error(text);
}

Value held_or_none(Run& run, const std::optional<Value>& found) {
  return found ? make_optional(*found, run.arena()) : Value::optional_none();
}

/// The place that a key names in a list, or nullopt: it is no whole number.
std::optional<std::int64_t> list_index(const Value& key) {
  switch (key.kind()) {
    case Kind::int_:
      return key.as_int();
    case Kind::uint_:
      return key.as_uint() > INT64_MAX ? INT64_MAX : key.as_int();
    case Kind::double_: {
      const double d = key.as_double();
      if (!(d > -9e18 && d < 9e18) || d != std::floor(d)) return std::nullopt;
      return static_cast<std::int64_t>(d);
    }
    default:
      return std::nullopt;
  }
}

Value index_list(Run& run, const Value& list, const Value& key, bool optional) {
  const auto place = list_index(key);
  if (!place) {
    return key.is_number() ? Value::error("the place in a list must be a whole number")
                           : no_overload(run, "[...]", list, key);
  }
  const std::size_t size = list.list_size();
  if (*place < 0 || static_cast<std::uint64_t>(*place) >= size) {
    if (optional) return Value::optional_none();
    if (!run.arena().has_room(128) || !run.spend(2)) return Value::error("outside the list");
    return run.error("the list has no place " + std::to_string(*place) + ": it holds " +
                     std::to_string(size) + ", counted from 0");
  }
  const Value found = list.list_at(static_cast<std::size_t>(*place), run.arena());
  return optional ? make_optional(found, run.arena()) : found;
}

/// A field by its name, or nullopt.
std::optional<Value> field_of(Run& run, const Value& object, std::string_view name) {
  const StructType& type = object.object_type();
  for (std::uint32_t i = 0; i < type.fields.size(); ++i) {
    if (type.fields[i].name == name) return type.get(object.object_data(), i, run.arena());
  }
  return std::nullopt;
}

}  // namespace

Value op_in(Run& run, const Value& needle, const Value& haystack) {
  if (const Value* error = error_of(needle, haystack)) return *error;
  if (haystack.is(Kind::list_)) return in_list(run, needle, haystack);
  if (haystack.is(Kind::map_)) {
    if (!is_key(needle)) return Value::boolean(false);
    return Value::boolean(haystack.as_map().find(needle, run.arena()).has_value());
  }
  return no_overload(run, "in", needle, haystack);
}

Value op_index(Run& run, const Value& target, const Value& key, bool optional) {
  if (const Value* error = error_of(target, key)) return *error;
  switch (target.kind()) {
    case Kind::list_:
      return index_list(run, target, key, optional);
    case Kind::map_: {
      if (!is_key(key)) {
        return optional ? no_overload(run, "[?...]", target, key) : no_such_key(run, key);
      }
      const auto found = target.as_map().find(key, run.arena());
      if (optional) return held_or_none(run, found);
      return found ? *found : no_such_key(run, key);
    }
    case Kind::optional_:
      if (target.optional_value() == nullptr) return target;
      return op_index(run, *target.optional_value(), key, true);
    default:
      return no_overload(run, "[...]", target, key);
  }
}

Value op_select(Run& run, const Value& target, const Value& name, bool optional) {
  switch (target.kind()) {
    case Kind::error_:
      return target;
    case Kind::map_: {
      const auto found = target.as_map().find(name, run.arena());
      if (optional) return held_or_none(run, found);
      return found ? *found : no_such_key(run, name);
    }
    case Kind::object_: {
      const auto found = field_of(run, target, name.as_string());
      if (!found) return no_such_key(run, name);
      return optional ? make_optional(*found, run.arena()) : *found;
    }
    case Kind::optional_:
      if (target.optional_value() == nullptr) return target;
      return op_select(run, *target.optional_value(), name, true);
    default:
      return no_overload(run, "field", {&target, 1});
  }
}

Value op_has(Run& run, const Value& target, const Value& name) {
  switch (target.kind()) {
    case Kind::error_:
      return target;
    case Kind::map_:
      return Value::boolean(target.as_map().find(name, run.arena()).has_value());
    case Kind::object_: {
      const auto found = field_of(run, target, name.as_string());
      return found ? Value::boolean(!found->is(Kind::null_)) : no_such_key(run, name);
    }
    case Kind::optional_:
      if (target.optional_value() == nullptr) return Value::boolean(false);
      return op_has(run, *target.optional_value(), name);
    default:
      return no_overload(run, "field", {&target, 1});
  }
}

}  // namespace assist::cel
