#include <cmath>

#include "cel/functions.hpp"
#include "cel/ops.hpp"

namespace assist::cel {
namespace {

using Args = std::span<const Value>;

/// The first of those that are greatest (or least).
Value extreme(Run& run, std::string_view name, Ordering better, std::size_t count,
              const auto& item_at) {
  Value best;
  for (std::size_t i = 0; i < count; ++i) {
    const Value item = item_at(i);
    if (!item.is_number()) return no_overload(run, name, {&item, 1});
    if (i == 0) {
      best = item;
      continue;
    }
    const Ordering order = compare_numbers(item, best);
    if (order == Ordering::unordered) return Value::error("NaN is neither greater nor less");
    if (order == better) best = item;
  }
  return best;
}

template <bool kGreatest>
Value greatest_or_least(Run& run, Args a) {
  constexpr std::string_view kName = kGreatest ? "math.greatest()" : "math.least()";
  constexpr Ordering kBetter = kGreatest ? Ordering::greater : Ordering::less;
  if (a.size() == 1 && a[0].is(Kind::list_)) {
    const std::size_t size = a[0].list_size();
    if (size == 0) return Value::error("an empty list has neither a greatest nor a least");
    run.spend(size / 8);
    return extreme(run, kName, kBetter, size,
                   [&](std::size_t i) { return a[0].list_at(i, run.arena()); });
  }
  return extreme(run, kName, kBetter, a.size(), [&](std::size_t i) { return a[i]; });
}

template <double (*kFunction)(double)>
Value rounded(Run& run, Args a) {
  if (!a[0].is(Kind::double_)) return no_overload(run, "rounding", a);
  return Value::number(kFunction(a[0].as_double()));
}

Value absolute(Run& run, Args a) {
  switch (a[0].kind()) {
    case Kind::int_:
      if (a[0].as_int() == INT64_MIN) {
        return Value::error("the result is too large for a whole number");
      }
      return Value::integer(a[0].as_int() < 0 ? -a[0].as_int() : a[0].as_int());
    case Kind::uint_:
      return a[0];
    case Kind::double_:
      return Value::number(std::fabs(a[0].as_double()));
    default:
      return no_overload(run, "math.abs()", a);
  }
}

Value sign(Run& run, Args a) {
  switch (a[0].kind()) {
    case Kind::int_:
      return Value::integer((a[0].as_int() > 0) - (a[0].as_int() < 0));
    case Kind::uint_:
      return Value::unsigned_integer(a[0].as_uint() > 0 ? 1 : 0);
    case Kind::double_: {
      const double d = a[0].as_double();
      if (std::isnan(d)) return a[0];
      return Value::number(static_cast<double>((d > 0) - (d < 0)));
    }
    default:
      return no_overload(run, "math.sign()", a);
  }
}

Value square_root(Run& run, Args a) {
  switch (a[0].kind()) {
    case Kind::int_:
      return Value::number(std::sqrt(static_cast<double>(a[0].as_int())));
    case Kind::uint_:
      return Value::number(std::sqrt(static_cast<double>(a[0].as_uint())));
    case Kind::double_:
      return Value::number(std::sqrt(a[0].as_double()));
    default:
      return no_overload(run, "math.sqrt()", a);
  }
}

template <bool (*kTest)(double)>
Value tested(Run& run, Args a) {
  if (!a[0].is(Kind::double_)) return no_overload(run, "math test", a);
  return Value::boolean(kTest(a[0].as_double()));
}
bool is_nan(double d) { return std::isnan(d); }
bool is_inf(double d) { return std::isinf(d); }
bool is_finite(double d) { return std::isfinite(d); }

Value same_kind(Kind kind, std::uint64_t bits) {
  return kind == Kind::int_ ? Value::integer(static_cast<std::int64_t>(bits))
                            : Value::unsigned_integer(bits);
}

enum class Bits : std::uint8_t { and_, or_, xor_ };
template <Bits kBits>
Value bitwise(Run& run, Args a) {
  const Kind kind = a[0].kind();
  if (kind != a[1].kind() || (kind != Kind::int_ && kind != Kind::uint_)) {
    return no_overload(run, "bit operation", a);
  }
  const std::uint64_t x = a[0].as_uint(), y = a[1].as_uint();
  return same_kind(kind, kBits == Bits::and_ ? x & y : kBits == Bits::or_ ? x | y : x ^ y);
}

Value bit_not(Run& run, Args a) {
  if (!a[0].is(Kind::int_) && !a[0].is(Kind::uint_)) return no_overload(run, "math.bitNot()", a);
  return same_kind(a[0].kind(), ~a[0].as_uint());
}

template <bool kLeft>
Value shift(Run& run, Args a) {
  if ((!a[0].is(Kind::int_) && !a[0].is(Kind::uint_)) || !a[1].is(Kind::int_)) {
    return no_overload(run, "bit shift", a);
  }
  const std::int64_t by = a[1].as_int();
  if (by < 0) return Value::error("bits are shifted by 0 or more places");
  if (by >= 64) return same_kind(a[0].kind(), 0);
  const std::uint64_t x = a[0].as_uint();
  return same_kind(a[0].kind(), kLeft ? x << by : x >> by);
}

double round_half_away(double d) { return std::round(d); }
double truncated(double d) { return std::trunc(d); }
double ceiling(double d) { return std::ceil(d); }
double flooring(double d) { return std::floor(d); }

constexpr FunctionRow kRows[] = {
    {"math.greatest", "(int, ...) int", greatest_or_least<true>},
    {"math.greatest", "(uint, ...) uint", greatest_or_least<true>},
    {"math.greatest", "(double, ...) double", greatest_or_least<true>},
    {"math.greatest", "(list(int)) int", greatest_or_least<true>},
    {"math.greatest", "(list(uint)) uint", greatest_or_least<true>},
    {"math.greatest", "(list(double)) double", greatest_or_least<true>},
    {"math.greatest", "(dyn, ...) dyn", greatest_or_least<true>},
    {"math.least", "(int, ...) int", greatest_or_least<false>},
    {"math.least", "(uint, ...) uint", greatest_or_least<false>},
    {"math.least", "(double, ...) double", greatest_or_least<false>},
    {"math.least", "(list(int)) int", greatest_or_least<false>},
    {"math.least", "(list(uint)) uint", greatest_or_least<false>},
    {"math.least", "(list(double)) double", greatest_or_least<false>},
    {"math.least", "(dyn, ...) dyn", greatest_or_least<false>},
    {"math.ceil", "(double) double", rounded<ceiling>},
    {"math.floor", "(double) double", rounded<flooring>},
    {"math.round", "(double) double", rounded<round_half_away>},
    {"math.trunc", "(double) double", rounded<truncated>},
    {"math.abs", "(int) int", absolute},
    {"math.abs", "(uint) uint", absolute},
    {"math.abs", "(double) double", absolute},
    {"math.sign", "(int) int", sign},
    {"math.sign", "(uint) uint", sign},
    {"math.sign", "(double) double", sign},
    {"math.sqrt", "(int) double", square_root},
    {"math.sqrt", "(uint) double", square_root},
    {"math.sqrt", "(double) double", square_root},
    {"math.isNaN", "(double) bool", tested<is_nan>},
    {"math.isInf", "(double) bool", tested<is_inf>},
    {"math.isFinite", "(double) bool", tested<is_finite>},
    {"math.bitAnd", "(int, int) int", bitwise<Bits::and_>},
    {"math.bitAnd", "(uint, uint) uint", bitwise<Bits::and_>},
    {"math.bitOr", "(int, int) int", bitwise<Bits::or_>},
    {"math.bitOr", "(uint, uint) uint", bitwise<Bits::or_>},
    {"math.bitXor", "(int, int) int", bitwise<Bits::xor_>},
    {"math.bitXor", "(uint, uint) uint", bitwise<Bits::xor_>},
    {"math.bitNot", "(int) int", bit_not},
    {"math.bitNot", "(uint) uint", bit_not},
    {"math.bitShiftLeft", "(int, int) int", shift<true>},
    {"math.bitShiftLeft", "(uint, int) uint", shift<true>},
    {"math.bitShiftRight", "(int, int) int", shift<false>},
    {"math.bitShiftRight", "(uint, int) uint", shift<false>},
};

}  // namespace

std::span<const FunctionRow> math_functions() { return kRows; }

}  // namespace assist::cel
