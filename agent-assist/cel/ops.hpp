#pragma once

// The operators, over values of any kind. An argument that is an error is the result. Values that
// run are taken as such: results run too, or narrow the run's validity exactly.

#include "cel/ast.hpp"
#include "cel/cel.hpp"

namespace assist::cel {

enum class Ordering : std::uint8_t { less, equal, greater, unordered };

// ops_arithmetic.cpp
Value op_add(Run& run, const Value& a, const Value& b);
Value op_sub(Run& run, const Value& a, const Value& b);
Value op_mul(Run& run, const Value& a, const Value& b);
Value op_div(Run& run, const Value& a, const Value& b);
Value op_mod(Run& run, const Value& a, const Value& b);
Value op_negate(Run& run, const Value& a);
Value op_not(Run& run, const Value& a);

// ops_comparison.cpp
/// lt, le, gt, ge.
Value op_order(Run& run, Op op, const Value& a, const Value& b);
Value op_equal(Run& run, const Value& a, const Value& b, bool negated);

// ops_access.cpp: into lists, maps and records.
Value op_in(Run& run, const Value& needle, const Value& haystack);
Value op_index(Run& run, const Value& target, const Value& key, bool optional);
Value op_select(Run& run, const Value& target, const Value& name, bool optional);
/// The presence test. `name` is text.
Value op_has(Run& run, const Value& target, const Value& name);

/// Equality where neither is an error; looks into lists and maps, narrows validity.
bool values_equal(Run& run, const Value& a, const Value& b, int depth = 0);
/// Of two numbers of any types.
Ordering compare_numbers(const Value& a, const Value& b);

/// The first of the two that is an error, or nullptr.
inline const Value* error_of(const Value& a, const Value& b) {
  return a.is_error() ? &a : b.is_error() ? &b : nullptr;
}
/// "no such operation: ..." with what was given, for an operator or function.
Value no_overload(Run& run, std::string_view name, std::span<const Value> args);
inline Value no_overload(Run& run, std::string_view name, const Value& a, const Value& b) {
  const Value args[] = {a, b};
  return no_overload(run, name, args);
}
/// "text", "a number": a kind in words.
std::string_view kind_in_words(const Value& value);
/// The name of a value's type, as type() gives it.
std::string_view type_name(const Value& value);

/// A timestamp or duration of base + rate * now that is in range, or an error.
Value checked_time(Run& run, Kind kind, __int128 base, int rate);

std::string ip_to_string(const IpData& ip);
std::string cidr_to_string(const CidrData& cidr);

}  // namespace assist::cel
