#include "cel/ops.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "cel/text.hpp"
#include "cel/time_math.hpp"

namespace assist::cel {

Value Run::pin(const Value& value) {
  if (!value.runs()) return value;
  narrow(now_ + 1);
  return value.at(now());
}

std::string_view kind_in_words(const Value& value) {
  switch (value.kind()) {
    case Kind::null_:
      return "null";
    case Kind::bool_:
      return "true or false";
    case Kind::int_:
    case Kind::uint_:
      return "a whole number";
    case Kind::double_:
      return "a number with a fraction";
    case Kind::string_:
      return "text";
    case Kind::bytes_:
      return "bytes";
    case Kind::list_:
      return "a list";
    case Kind::map_:
      return "a map";
    case Kind::timestamp_:
      return "a moment";
    case Kind::duration_:
      return "a length of time";
    case Kind::type_:
      return "a type";
    case Kind::optional_:
      return "an optional value";
    case Kind::object_:
      return "a record";
    case Kind::ip_:
      return "an IP address";
    case Kind::cidr_:
      return "a network";
    case Kind::error_:
      return "an error";
  }
  return "";
}

std::string_view type_name(const Value& value) {
  switch (value.kind()) {
    case Kind::null_:
      return "null_type";
    case Kind::bool_:
      return "bool";
    case Kind::int_:
      return "int";
    case Kind::uint_:
      return "uint";
    case Kind::double_:
      return "double";
    case Kind::string_:
      return "string";
    case Kind::bytes_:
      return "bytes";
    case Kind::list_:
      return "list";
    case Kind::map_:
      return "map";
    case Kind::timestamp_:
      return "google.protobuf.Timestamp";
    case Kind::duration_:
      return "google.protobuf.Duration";
    case Kind::type_:
      return "type";
    case Kind::optional_:
      return "optional_type";
    case Kind::object_:
      return value.object_type().name;
    case Kind::ip_:
      return "net.IP";
    case Kind::cidr_:
      return "net.CIDR";
    case Kind::error_:
      return "error";
  }
  return "";
}

Value no_overload(Run& run, std::string_view name, std::span<const Value> args) {
  if (!run.arena().has_room(256) || !run.spend(4)) return Value::error("no such operation");
  std::string text = "there is no " + std::string(name.substr(0, 60)) + " for ";
  for (std::size_t i = 0; i < args.size() && i < 6; ++i) {
    if (i > 0) text += i + 1 == args.size() ? " and " : ", ";
    text += kind_in_words(args[i]);
  }
  return run.error(text);
}

namespace {

constexpr char kOverflow[] = "the result is too large for a whole number";
constexpr char kRange[] = "the result is too far away for a moment or length of time";

/// The first of the two that is an error, or nullptr.
const Value* error_of(const Value& a, const Value& b) {
  return a.is_error() ? &a : b.is_error() ? &b : nullptr;
}

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

Ordering compare_numbers(const Value& a, const Value& b) {
  const auto order = [](auto x, auto y) {
    return x < y ? Ordering::less : x > y ? Ordering::greater : Ordering::equal;
  };
  if (a.is(Kind::double_) && b.is(Kind::double_)) {
    const double x = a.as_double(), y = b.as_double();
    if (std::isnan(x) || std::isnan(y)) return Ordering::unordered;
    return order(x, y);
  }
  if (a.is(Kind::double_)) {
    const Ordering turned = compare_numbers(b, a);
    return turned == Ordering::less      ? Ordering::greater
           : turned == Ordering::greater ? Ordering::less
                                         : turned;
  }
  if (b.is(Kind::double_)) {
    // The whole number is rounded to a double, as the conformance cases have it.
    const double y = b.as_double();
    if (std::isnan(y)) return Ordering::unordered;
    return order(
        a.is(Kind::int_) ? static_cast<double>(a.as_int()) : static_cast<double>(a.as_uint()), y);
  }
  if (a.is(Kind::int_) && b.is(Kind::int_)) return order(a.as_int(), b.as_int());
  if (a.is(Kind::uint_) && b.is(Kind::uint_)) return order(a.as_uint(), b.as_uint());
  if (a.is(Kind::int_)) {
    if (a.as_int() < 0) return Ordering::less;
    return order(static_cast<std::uint64_t>(a.as_int()), b.as_uint());
  }
  if (b.as_int() < 0) return Ordering::greater;
  return order(a.as_uint(), static_cast<std::uint64_t>(b.as_int()));
}

namespace {

/// a < b and the like of two moments or two lengths, with the moment at which it turns.
bool order_times(Run& run, Op op, const Value& a, const Value& b) {
  const Nanos base = base_ns(a) - base_ns(b);
  const int rate = a.rate() - b.rate();
  // The answer is one on [-far, limit) and the other on [limit, far).
  const Nanos limit = op == Op::lt || op == Op::ge ? 0 : 1;
  const Nanos difference = rate == 0 ? base : base + Nanos{rate} * run.now_us() * 1000;
  const bool below = difference < limit;
  if (rate != 0) {
    run.narrow(below ? leaves_at(base, rate, -kFar, limit) : leaves_at(base, rate, limit, kFar));
  }
  return op == Op::lt || op == Op::le ? below : !below;
}

bool ordered_as(Op op, Ordering ordering) {
  switch (op) {
    case Op::lt:
      return ordering == Ordering::less;
    case Op::le:
      return ordering == Ordering::less || ordering == Ordering::equal;
    case Op::gt:
      return ordering == Ordering::greater;
    default:
      return ordering == Ordering::greater || ordering == Ordering::equal;
  }
}

}  // namespace

Value op_order(Run& run, Op op, const Value& a, const Value& b) {
  if (a.kind() == b.kind()) {
    switch (a.kind()) {
      case Kind::duration_:
      case Kind::timestamp_:
        return Value::boolean(order_times(run, op, a, b));
      case Kind::string_:
      case Kind::bytes_: {
        const int c = a.as_string().compare(b.as_string());
        return Value::boolean(ordered_as(op, c < 0   ? Ordering::less
                                             : c > 0 ? Ordering::greater
                                                     : Ordering::equal));
      }
      case Kind::bool_: {
        const int c = static_cast<int>(a.as_bool()) - static_cast<int>(b.as_bool());
        return Value::boolean(ordered_as(op, c < 0   ? Ordering::less
                                             : c > 0 ? Ordering::greater
                                                     : Ordering::equal));
      }
      default:
        break;
    }
  }
  if (a.is_number() && b.is_number()) {
    return Value::boolean(ordered_as(op, compare_numbers(a, b)));
  }
  if (const Value* error = error_of(a, b)) return *error;
  return no_overload(run, op_text(op), a, b);
}

namespace {

bool equal_times(Run& run, const Value& a, const Value& b) {
  const Nanos base = base_ns(a) - base_ns(b);
  const int rate = a.rate() - b.rate();
  const Nanos difference = rate == 0 ? base : base + Nanos{rate} * run.now_us() * 1000;
  if (rate != 0) {
    if (difference == 0) {
      run.narrow(leaves_at(base, rate, 0, 1));
    } else {
      // They meet at one moment, or step past each other between two microseconds.
      const std::int64_t meet =
          difference < 0 ? leaves_at(base, rate, -kFar, 0) : leaves_at(base, rate, 1, kFar);
      if (meet != INT64_MAX && base + Nanos{rate} * meet * 1000 == 0) run.narrow(meet);
    }
  }
  return difference == 0;
}

/// All pairs are equal; the first that is not says until when.
template <class Pair>
bool all_equal(Run& run, std::size_t count, Pair pair) {
  const std::int64_t outer = run.valid_us();
  std::int64_t all = INT64_MAX;
  for (std::size_t i = 0; i < count; ++i) {
    run.set_valid(INT64_MAX);
    const bool same = pair(i);
    const std::int64_t valid = run.valid_us();
    if (!same) {
      run.set_valid(std::min(outer, valid));
      return false;
    }
    all = std::min(all, valid);
  }
  run.set_valid(std::min(outer, all));
  return true;
}

bool equal_lists(Run& run, const Value& a, const Value& b, int depth) {
  const std::size_t size = a.list_size();
  if (size != b.list_size()) return false;
  return all_equal(run, size, [&](std::size_t i) {
    return values_equal(run, a.list_at(i, run.arena()), b.list_at(i, run.arena()), depth + 1);
  });
}

bool equal_maps(Run& run, const Value& a, const Value& b, int depth) {
  const MapView &x = a.as_map(), &y = b.as_map();
  if (x.size() != y.size()) return false;
  return all_equal(run, x.size(), [&](std::size_t i) {
    const auto [key, held] = x.entry(i, run.arena());
    const auto other = y.find(key, run.arena());
    return other && values_equal(run, held, *other, depth + 1);
  });
}

bool equal_objects(Run& run, const Value& a, const Value& b, int depth) {
  const StructType& type = a.object_type();
  if (&type != &b.object_type()) return false;
  if (a.object_data() == b.object_data()) return true;
  return all_equal(run, type.fields.size(), [&](std::size_t i) {
    const auto field = static_cast<std::uint32_t>(i);
    return values_equal(run, type.get(a.object_data(), field, run.arena()),
                        type.get(b.object_data(), field, run.arena()), depth + 1);
  });
}

/// An address of IPv4 that is written as one of IPv6 is the same address.
IpData unmapped(const IpData& ip) {
  constexpr std::uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (!ip.v6 || std::memcmp(ip.bytes, kMapped, sizeof kMapped) != 0) return ip;
  IpData v4;
  std::memcpy(v4.bytes, ip.bytes + 12, 4);
  return v4;
}

bool equal_ips(const IpData& a, const IpData& b) {
  const IpData x = unmapped(a), y = unmapped(b);
  return x.v6 == y.v6 && std::memcmp(x.bytes, y.bytes, sizeof x.bytes) == 0;
}

}  // namespace

bool values_equal(Run& run, const Value& a, const Value& b, int depth) {
  if (a.kind() != b.kind()) {
    return a.is_number() && b.is_number() && compare_numbers(a, b) == Ordering::equal;
  }
  if (depth > 500 || !run.spend(depth > 0 ? 1 : 0)) return false;
  switch (a.kind()) {
    case Kind::null_:
      return true;
    case Kind::bool_:
    case Kind::int_:
    case Kind::uint_:
      return a.as_int() == b.as_int();
    case Kind::double_:
      return a.as_double() == b.as_double();
    case Kind::string_:
    case Kind::bytes_:
    case Kind::type_:
      return a.as_string() == b.as_string();
    case Kind::timestamp_:
    case Kind::duration_:
      return equal_times(run, a, b);
    case Kind::list_:
      return equal_lists(run, a, b, depth);
    case Kind::map_:
      return equal_maps(run, a, b, depth);
    case Kind::optional_: {
      const Value *x = a.optional_value(), *y = b.optional_value();
      if (x == nullptr || y == nullptr) return x == y;
      return values_equal(run, *x, *y, depth + 1);
    }
    case Kind::object_:
      return equal_objects(run, a, b, depth);
    case Kind::ip_:
      return equal_ips(a.as_ip(), b.as_ip());
    case Kind::cidr_:
      return a.as_cidr().prefix == b.as_cidr().prefix && equal_ips(a.as_cidr().ip, b.as_cidr().ip);
    case Kind::error_:
      return false;
  }
  return false;
}

Value op_equal(Run& run, const Value& a, const Value& b, bool negated) {
  if (const Value* error = error_of(a, b)) return *error;
  return Value::boolean(values_equal(run, a, b) != negated);
}

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

namespace {

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

namespace {
/// For equality outside of a run: there is nothing to load.
class NoFacts final : public Activation {
 public:
  Value load(std::uint32_t, Run& run) override { return run.error("no value"); }
  Value call(std::uint32_t, std::span<const Value>, Run& run) override {
    return run.error("no function");
  }
};
}  // namespace

bool equal(const Value& a, const Value& b, Time now) {
  NoFacts facts;
  Arena arena;
  Run run(facts, now, arena);
  run.set_steps(INT64_MAX);
  return !a.is_error() && !b.is_error() && values_equal(run, a, b);
}

}  // namespace assist::cel
