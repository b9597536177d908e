#include "cel/functions.hpp"
#include "cel/ops.hpp"

namespace assist::cel {
namespace {

using Args = std::span<const Value>;

Value none(Run&, Args) { return Value::optional_none(); }
Value of(Run& run, Args a) { return make_optional(a[0], run.arena()); }

bool is_zero(const Value& v) {
  switch (v.kind()) {
    case Kind::null_:
      return true;
    case Kind::bool_:
    case Kind::int_:
    case Kind::uint_:
      return v.as_int() == 0;
    case Kind::double_:
      return v.as_double() == 0;
    case Kind::string_:
    case Kind::bytes_:
      return v.as_string().empty();
    case Kind::list_:
      return v.list_size() == 0;
    case Kind::map_:
      return v.as_map().size() == 0;
    case Kind::duration_:
      return v.seconds() == 0 && v.nanos() == 0;
    case Kind::timestamp_:
      return v.seconds() == -62135596800 && v.nanos() == 0;
    case Kind::optional_:
      return v.optional_value() == nullptr;
    default:
      return false;
  }
}

Value of_non_zero(Run& run, Args a) {
  // Of one that runs it is told for this moment.
  const Value v = run.pin(a[0]);
  return is_zero(v) ? Value::optional_none() : make_optional(a[0], run.arena());
}

Value has_value(Run& run, Args a) {
  if (!a[0].is(Kind::optional_)) return no_overload(run, "hasValue()", a);
  return Value::boolean(a[0].optional_value() != nullptr);
}
Value value(Run& run, Args a) {
  if (!a[0].is(Kind::optional_)) return no_overload(run, "value()", a);
  return a[0].optional_value() != nullptr ? *a[0].optional_value()
                                          : Value::error("the optional value is not there");
}
Value or_optional(Run& run, Args a) {
  if (!a[0].is(Kind::optional_) || !a[1].is(Kind::optional_)) return no_overload(run, "or()", a);
  return a[0].optional_value() != nullptr ? a[0] : a[1];
}
Value or_value(Run& run, Args a) {
  if (!a[0].is(Kind::optional_)) return no_overload(run, "orValue()", a);
  return a[0].optional_value() != nullptr ? *a[0].optional_value() : a[1];
}

Value unwrap(Run& run, Args a) {
  if (!a[0].is(Kind::list_)) return no_overload(run, "optional.unwrap()", a);
  const std::size_t size = a[0].list_size();
  if (!run.arena().has_room(size * sizeof(Value)) || !run.spend(size / 8)) {
    return Value::error("the list is too large");
  }
  const auto items = run.arena().values(size);
  std::size_t count = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const Value item = a[0].list_at(i, run.arena());
    if (!item.is(Kind::optional_)) return no_overload(run, "optional.unwrap()", {&item, 1});
    if (item.optional_value() != nullptr) items[count++] = *item.optional_value();
  }
  return Value::list(items.data(), count);
}

Value first(Run& run, Args a) {
  if (!a[0].is(Kind::list_)) return no_overload(run, "first()", a);
  if (a[0].list_size() == 0) return Value::optional_none();
  return make_optional(a[0].list_at(0, run.arena()), run.arena());
}
Value last(Run& run, Args a) {
  if (!a[0].is(Kind::list_)) return no_overload(run, "last()", a);
  if (a[0].list_size() == 0) return Value::optional_none();
  return make_optional(a[0].list_at(a[0].list_size() - 1, run.arena()), run.arena());
}

constexpr FunctionRow kRows[] = {
    {"optional.none", "() optional_type(A)", none},
    {"optional.of", "(A) optional_type(A)", of},
    {"optional.ofNonZeroValue", "(A) optional_type(A)", of_non_zero},
    {"optional.unwrap", "(list(optional_type(A))) list(A)", unwrap},
    {"unwrapOpt", "list(optional_type(A)).() list(A)", unwrap},
    {"hasValue", "optional_type(A).() bool", has_value},
    {"value", "optional_type(A).() A", value},
    {"or", "optional_type(A).(optional_type(A)) optional_type(A)", or_optional},
    {"orValue", "optional_type(A).(A) A", or_value},
    {"first", "list(A).() optional_type(A)", first},
    {"last", "list(A).() optional_type(A)", last},
};

}  // namespace

std::span<const FunctionRow> optional_functions() { return kRows; }

}  // namespace assist::cel
