#include <cstring>

#include "cel/ops.hpp"
#include "cel/time_math.hpp"

namespace assist::cel {
namespace {

constexpr char kOverflow[] = "the result is too large for a whole number";
constexpr char kRange[] = "the result is too far away for a moment or length of time";

Value concatenate(Run& run, const Value& a, const Value& b) {
  const std::string_view x = a.as_string(), y = b.as_string();
  const std::size_t size = x.size() + y.size();
  if (!run.arena().has_room(size) || !run.spend(size / 64)) {
    return Value::error("the text grows too large");
  }
  auto* data = static_cast<char*>(run.arena().allocate(size));
  std::memcpy(data, x.data(), x.size());
  std::memcpy(data + x.size(), y.data(), y.size());
  return a.is(Kind::string_) ? Value::string({data, size}) : Value::bytes({data, size});
}

Value concatenate_lists(Run& run, const Value& a, const Value& b) {
  const std::size_t x = a.list_size(), y = b.list_size();
  if (y == 0) return a;
  if (x == 0) return b;
  if (!run.arena().has_room((x + y) * sizeof(Value)) || !run.spend((x + y) / 8)) {
    return Value::error("the list grows too large");
  }
  const auto items = run.arena().values(x + y);
  for (std::size_t i = 0; i < x; ++i) items[i] = a.list_at(i, run.arena());
  for (std::size_t i = 0; i < y; ++i) items[x + i] = b.list_at(i, run.arena());
  return Value::list(items);
}

bool in_range(Kind kind, Nanos ns) {
  constexpr Nanos kDuration = Nanos{1} << 63;
  if (kind == Kind::duration_) return ns >= -kDuration && ns < kDuration;
  return ns >= Nanos{kMinTimestamp} * kSecond && ns < (Nanos{kMaxTimestamp} + 1) * kSecond;
}

Value make_time(Kind kind, Nanos base, int rate) {
  const Seconds s = split_ns(base);
  return kind == Kind::duration_ ? Value::running_duration(s.seconds, s.nanos, rate)
                                 : Value::running_timestamp(s.seconds, s.nanos, rate);
}

/// int, uint or double arithmetic; `Fn` gives nullopt on overflow.
template <class IntFn, class UintFn, class DoubleFn>
Value arithmetic(Run& run, std::string_view name, const Value& a, const Value& b, IntFn ints,
                 UintFn uints, DoubleFn doubles) {
  if (const Value* error = error_of(a, b)) return *error;
  if (a.kind() == b.kind()) {
    switch (a.kind()) {
      case Kind::int_:
        return ints(a.as_int(), b.as_int());
      case Kind::uint_:
        return uints(a.as_uint(), b.as_uint());
      case Kind::double_:
        return doubles(a.as_double(), b.as_double());
      default:
        break;
    }
  }
  return no_overload(run, name, a, b);
}

}  // namespace

Value checked_time(Run& run, Kind kind, __int128 base, int rate) {
  if (rate < -100 || rate > 100) {  // leaves what a value can carry: good for this moment alone
    run.narrow(run.now_us() + 1);
    base += Nanos{rate} * run.now_us() * 1000;
    rate = 0;
  }
  if (rate == 0) return in_range(kind, base) ? make_time(kind, base, 0) : Value::error(kRange);
  // Within a thousand years of `now` a moment stays one, whatever `now` is.
  constexpr Nanos kNear = Nanos{kSecond} * 365 * 86400 * 1000;
  if (kind == Kind::timestamp_ && rate == 1 && base > -kNear && base < kNear) {
    return make_time(kind, base, rate);
  }
  constexpr Nanos kDuration = Nanos{1} << 63;
  const bool duration = kind == Kind::duration_;
  const Nanos low = duration ? -kDuration : Nanos{kMinTimestamp} * kSecond;
  const Nanos high = duration ? kDuration : (Nanos{kMaxTimestamp} + 1) * kSecond;
  const Nanos now = base + Nanos{rate} * run.now_us() * 1000;
  if (now < low) {
    run.narrow(leaves_at(base, rate, -kFar, low));
    return Value::error(kRange);
  }
  if (now >= high) {
    run.narrow(leaves_at(base, rate, high, kFar));
    return Value::error(kRange);
  }
  run.narrow(leaves_at(base, rate, low, high));
  return make_time(kind, base, rate);
}

Value op_add(Run& run, const Value& a, const Value& b) {
  if (const Value* error = error_of(a, b)) return *error;
  const Kind x = a.kind(), y = b.kind();
  if (a.is_time() && b.is_time() && (x == Kind::duration_ || y == Kind::duration_)) {
    const Kind kind = x == y ? Kind::duration_ : Kind::timestamp_;
    return checked_time(run, kind, base_ns(a) + base_ns(b), a.rate() + b.rate());
  }
  if (x == y && (x == Kind::string_ || x == Kind::bytes_)) return concatenate(run, a, b);
  if (x == y && x == Kind::list_) return concatenate_lists(run, a, b);
  return arithmetic(
      run, "+", a, b,
      [](std::int64_t i, std::int64_t j) {
        std::int64_t r;
        return __builtin_add_overflow(i, j, &r) ? Value::error(kOverflow) : Value::integer(r);
      },
      [](std::uint64_t i, std::uint64_t j) {
        std::uint64_t r;
        return __builtin_add_overflow(i, j, &r) ? Value::error(kOverflow)
                                                : Value::unsigned_integer(r);
      },
      [](double i, double j) { return Value::number(i + j); });
}

Value op_sub(Run& run, const Value& a, const Value& b) {
  if (const Value* error = error_of(a, b)) return *error;
  const Kind x = a.kind(), y = b.kind();
  if (a.is_time() && b.is_time() && !(x == Kind::duration_ && y == Kind::timestamp_)) {
    const Kind kind = x == y ? Kind::duration_ : Kind::timestamp_;
    return checked_time(run, kind, base_ns(a) - base_ns(b), a.rate() - b.rate());
  }
  return arithmetic(
      run, "-", a, b,
      [](std::int64_t i, std::int64_t j) {
        std::int64_t r;
        return __builtin_sub_overflow(i, j, &r) ? Value::error(kOverflow) : Value::integer(r);
      },
      [](std::uint64_t i, std::uint64_t j) {
        return j > i ? Value::error("the result is less than 0, which a uint cannot be")
                     : Value::unsigned_integer(i - j);
      },
      [](double i, double j) { return Value::number(i - j); });
}

Value op_mul(Run& run, const Value& a, const Value& b) {
  return arithmetic(
      run, "*", a, b,
      [](std::int64_t i, std::int64_t j) {
        std::int64_t r;
        return __builtin_mul_overflow(i, j, &r) ? Value::error(kOverflow) : Value::integer(r);
      },
      [](std::uint64_t i, std::uint64_t j) {
        std::uint64_t r;
        return __builtin_mul_overflow(i, j, &r) ? Value::error(kOverflow)
                                                : Value::unsigned_integer(r);
      },
      [](double i, double j) { return Value::number(i * j); });
}

Value op_div(Run& run, const Value& a, const Value& b) {
  static constexpr char kZero[] = "a division by zero";
  return arithmetic(
      run, "/", a, b,
      [&](std::int64_t i, std::int64_t j) {
        if (j == 0) return Value::error(kZero);
        if (i == INT64_MIN && j == -1) return Value::error(kOverflow);
        return Value::integer(i / j);
      },
      [&](std::uint64_t i, std::uint64_t j) {
        return j == 0 ? Value::error(kZero) : Value::unsigned_integer(i / j);
      },
      [](double i, double j) { return Value::number(i / j); });
}

Value op_mod(Run& run, const Value& a, const Value& b) {
  if (const Value* error = error_of(a, b)) return *error;
  if (a.is(Kind::double_)) return no_overload(run, "%", a, b);
  static constexpr char kZero[] = "a remainder of a division by zero";
  return arithmetic(
      run, "%", a, b,
      [&](std::int64_t i, std::int64_t j) {
        if (j == 0) return Value::error(kZero);
        if (i == INT64_MIN && j == -1) return Value::error(kOverflow);
        return Value::integer(i % j);
      },
      [&](std::uint64_t i, std::uint64_t j) {
        return j == 0 ? Value::error(kZero) : Value::unsigned_integer(i % j);
      },
      [](double, double) { return Value(); });
}

Value op_negate(Run& run, const Value& a) {
  switch (a.kind()) {
    case Kind::error_:
      return a;
    case Kind::int_:
      return a.as_int() == INT64_MIN ? Value::error(kOverflow) : Value::integer(-a.as_int());
    case Kind::double_:
      return Value::number(-a.as_double());
    case Kind::duration_:
      return checked_time(run, Kind::duration_, -base_ns(a), -a.rate());
    default:
      return no_overload(run, "minus sign", {&a, 1});
  }
}

Value op_not(Run& run, const Value& a) {
  if (a.is(Kind::bool_)) return Value::boolean(!a.as_bool());
  return a.is_error() ? a : no_overload(run, "!", {&a, 1});
}

}  // namespace assist::cel
