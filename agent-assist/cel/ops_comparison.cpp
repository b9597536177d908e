#include <algorithm>
#include <cmath>
#include <cstring>

#include "cel/no_facts.hpp"
#include "cel/ops.hpp"
#include "cel/time_math.hpp"

namespace assist::cel {
namespace {

template <class T>
Ordering order_of(T x, T y) {
  return x < y ? Ordering::less : x > y ? Ordering::greater : Ordering::equal;
}

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

Ordering compare_numbers(const Value& a, const Value& b) {
  if (a.is(Kind::double_) && b.is(Kind::double_)) {
    const double x = a.as_double(), y = b.as_double();
    if (std::isnan(x) || std::isnan(y)) return Ordering::unordered;
    return order_of(x, y);
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
    return order_of(
        a.is(Kind::int_) ? static_cast<double>(a.as_int()) : static_cast<double>(a.as_uint()), y);
  }
  if (a.is(Kind::int_) && b.is(Kind::int_)) return order_of(a.as_int(), b.as_int());
  if (a.is(Kind::uint_) && b.is(Kind::uint_)) return order_of(a.as_uint(), b.as_uint());
  if (a.is(Kind::int_)) {
    if (a.as_int() < 0) return Ordering::less;
    return order_of(static_cast<std::uint64_t>(a.as_int()), b.as_uint());
  }
  if (b.as_int() < 0) return Ordering::greater;
  return order_of(a.as_uint(), static_cast<std::uint64_t>(b.as_int()));
}

Value op_order(Run& run, Op op, const Value& a, const Value& b) {
  if (a.kind() == b.kind()) {
    switch (a.kind()) {
      case Kind::duration_:
      case Kind::timestamp_:
        return Value::boolean(order_times(run, op, a, b));
      case Kind::string_:
      case Kind::bytes_:
        return Value::boolean(ordered_as(op, order_of(a.as_string().compare(b.as_string()), 0)));
      case Kind::bool_:
        return Value::boolean(ordered_as(op, order_of(a.as_bool(), b.as_bool())));
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

bool equal(const Value& a, const Value& b, Time now) {
  NoFacts facts;
  Arena arena;
  Run run(facts, now, arena);
  run.set_steps(INT64_MAX);
  return !a.is_error() && !b.is_error() && values_equal(run, a, b);
}

}  // namespace assist::cel
