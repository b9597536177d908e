#include <cmath>

#include "cel/functions.hpp"
#include "cel/ops.hpp"
#include "cel/regex.hpp"
#include "cel/text.hpp"
#include "cel/time_math.hpp"
#include "cel/time_text.hpp"

namespace assist::cel {
namespace {

using Args = std::span<const Value>;

Value fail(Run& run, std::string_view text) {
  return run.arena().has_room(text.size()) ? run.error(text) : Value::error("an error");
}

Value text(Run& run, std::string_view s) {
  if (!run.arena().has_room(s.size()) || !run.spend(s.size() / 64)) {
    return Value::error("the text grows too large");
  }
  return Value::string(run.arena().copy(s));
}

Value size(Run& run, Args a) {
  switch (a[0].kind()) {
    case Kind::string_:
      run.spend(a[0].as_string().size() / 64);
      return Value::integer(static_cast<std::int64_t>(code_points(a[0].as_string())));
    case Kind::bytes_:
      return Value::integer(static_cast<std::int64_t>(a[0].as_bytes().size()));
    case Kind::list_:
      return Value::integer(static_cast<std::int64_t>(a[0].list_size()));
    case Kind::map_:
      return Value::integer(static_cast<std::int64_t>(a[0].as_map().size()));
    default:
      return no_overload(run, "size()", a);
  }
}

/// Both text (or, for none of these, bytes): else there is no such function.
bool both_text(Args a) { return a[0].is(Kind::string_) && a[1].is(Kind::string_); }

Value contains(Run& run, Args a) {
  if (!both_text(a)) return no_overload(run, "contains()", a);
  run.spend((a[0].as_string().size() + a[1].as_string().size()) / 4);
  return Value::boolean(find_text(a[0].as_string(), a[1].as_string()) != std::string_view::npos);
}
Value starts_with(Run& run, Args a) {
  if (!both_text(a)) return no_overload(run, "startsWith()", a);
  return Value::boolean(a[0].as_string().starts_with(a[1].as_string()));
}
Value ends_with(Run& run, Args a) {
  if (!both_text(a)) return no_overload(run, "endsWith()", a);
  return Value::boolean(a[0].as_string().ends_with(a[1].as_string()));
}

Value matches(Run& run, Args a) {
  if (!both_text(a)) return no_overload(run, "matches()", a);
  // A pattern that is made while it runs is compiled each time.
  if (!run.spend(20'000 + a[1].as_string().size() * 4 + a[0].as_string().size() / 16)) {
    return Value::error("this takes too long");
  }
  if (a[1].as_string().size() > 10'000) return Value::error("the pattern is too long");
  const Regex regex(a[1].as_string());
  if (!regex.ok()) return fail(run, "the pattern is wrong: " + regex.error());
  return Value::boolean(regex.found_in(a[0].as_string()));
}

Value type_of(Run&, Args a) { return Value::type(type_name(a[0])); }
Value dyn(Run&, Args a) { return a[0]; }

Value to_int(Run& run, Args a) {
  const Value& v = a[0];
  static constexpr char kRange[] = "this number does not fit into a whole number (int)";
  switch (v.kind()) {
    case Kind::int_:
      return v;
    case Kind::uint_:
      return v.as_uint() > INT64_MAX ? Value::error(kRange) : Value::integer(v.as_int());
    case Kind::double_: {
      const double d = v.as_double();
      if (!(d > -9223372036854775808.0 && d < 9223372036854775808.0)) return Value::error(kRange);
      return Value::integer(static_cast<std::int64_t>(d));
    }
    case Kind::string_:
      if (const auto n = parse_int(v.as_string())) return Value::integer(*n);
      return fail(run, "the text " + quote(v.as_string().substr(0, 40)) + " is no whole number");
    case Kind::timestamp_: {
      const Seconds s = value_at(v, run.now_us());
      stays_within(run, v, Nanos{s.seconds} * kSecond, (Nanos{s.seconds} + 1) * kSecond);
      return Value::integer(s.seconds);
    }
    default:
      return no_overload(run, "int()", a);
  }
}

Value to_uint(Run& run, Args a) {
  const Value& v = a[0];
  static constexpr char kRange[] =
      "this number does not fit into a whole number of 0 or more (uint)";
  switch (v.kind()) {
    case Kind::uint_:
      return v;
    case Kind::int_:
      return v.as_int() < 0 ? Value::error(kRange) : Value::unsigned_integer(v.as_uint());
    case Kind::double_: {
      const double d = v.as_double();
      if (!(d >= 0 && d < 18446744073709551616.0)) return Value::error(kRange);
      return Value::unsigned_integer(static_cast<std::uint64_t>(d));
    }
    case Kind::string_:
      if (const auto n = parse_uint(v.as_string())) return Value::unsigned_integer(*n);
      return fail(run, "the text " + quote(v.as_string().substr(0, 40)) +
                           " is no whole number of 0 or more");
    default:
      return no_overload(run, "uint()", a);
  }
}

Value to_double(Run& run, Args a) {
  const Value& v = a[0];
  switch (v.kind()) {
    case Kind::double_:
      return v;
    case Kind::int_:
      return Value::number(static_cast<double>(v.as_int()));
    case Kind::uint_:
      return Value::number(static_cast<double>(v.as_uint()));
    case Kind::string_:
      if (const auto n = parse_double(v.as_string())) return Value::number(*n);
      return fail(run, "the text " + quote(v.as_string().substr(0, 40)) + " is no number");
    default:
      return no_overload(run, "double()", a);
  }
}

Value to_bool(Run& run, Args a) {
  const Value& v = a[0];
  if (v.is(Kind::bool_)) return v;
  if (!v.is(Kind::string_)) return no_overload(run, "bool()", a);
  const auto s = v.as_string();
  for (const auto yes : {"true", "True", "TRUE", "t", "1"}) {
    if (s == yes) return Value::boolean(true);
  }
  for (const auto no : {"false", "False", "FALSE", "f", "0"}) {
    if (s == no) return Value::boolean(false);
  }
  return fail(run, "the text " + quote(s.substr(0, 40)) + " is neither true nor false");
}

Value to_string(Run& run, Args a) {
  const Value v = run.pin(a[0]);
  switch (v.kind()) {
    case Kind::string_:
      return v;
    case Kind::bool_:
      return Value::string(v.as_bool() ? "true" : "false");
    case Kind::int_:
      return text(run, std::to_string(v.as_int()));
    case Kind::uint_:
      return text(run, std::to_string(v.as_uint()));
    case Kind::double_:
      return text(run, double_to_string(v.as_double()));
    case Kind::bytes_:
      run.spend(v.as_bytes().size() / 16);
      if (!is_utf8(v.as_bytes())) return Value::error("these bytes are no text in UTF-8");
      return Value::string(v.as_bytes());
    case Kind::timestamp_:
      return text(run, timestamp_to_string({v.seconds(), v.nanos()}));
    case Kind::duration_:
      return text(run, duration_to_string({v.seconds(), v.nanos()}));
    case Kind::ip_:
      return text(run, ip_to_string(v.as_ip()));
    case Kind::cidr_:
      return text(run, cidr_to_string(v.as_cidr()));
    default:
      return no_overload(run, "string()", a);
  }
}

Value to_bytes(Run& run, Args a) {
  if (a[0].is(Kind::bytes_)) return a[0];
  if (a[0].is(Kind::string_)) return Value::bytes(a[0].as_string());
  return no_overload(run, "bytes()", a);
}

Value to_timestamp(Run& run, Args a) {
  const Value& v = a[0];
  switch (v.kind()) {
    case Kind::timestamp_:
      return v;
    case Kind::int_:
      if (v.as_int() < kMinTimestamp || v.as_int() > kMaxTimestamp) {
        return Value::error("this moment is before the year 1 or after the year 9999");
      }
      return Value::timestamp(v.as_int(), 0);
    case Kind::string_:
      if (const auto s = parse_timestamp(v.as_string())) {
        return Value::timestamp(s->seconds, s->nanos);
      }
      return fail(run, "the text " + quote(v.as_string().substr(0, 40)) +
                           " is no moment: write it as 2026-11-22T10:02:00Z");
    default:
      return no_overload(run, "timestamp()", a);
  }
}

Value to_duration(Run& run, Args a) {
  const Value& v = a[0];
  if (v.is(Kind::duration_)) return v;
  if (!v.is(Kind::string_)) return no_overload(run, "duration()", a);
  if (const auto s = parse_duration_text(v.as_string())) {
    return Value::duration(s->seconds, s->nanos);
  }
  return fail(run, "the text " + quote(v.as_string().substr(0, 40)) +
                       " is no length of time: write it as 90s or 1h30m");
}

Value base64_of(Run& run, Args a) {
  if (!a[0].is(Kind::bytes_)) return no_overload(run, "base64.encode()", a);
  if (!run.arena().has_room(a[0].as_bytes().size() * 2)) return Value::error("too large");
  return text(run, base64_encode(a[0].as_bytes()));
}
Value from_base64(Run& run, Args a) {
  if (!a[0].is(Kind::string_)) return no_overload(run, "base64.decode()", a);
  if (!run.arena().has_room(a[0].as_string().size())) return Value::error("too large");
  run.spend(a[0].as_string().size() / 16);
  const auto bytes = base64_decode(a[0].as_string());
  return bytes ? Value::bytes(run.arena().copy(*bytes))
               : Value::error("this text is not in base64");
}

constexpr FunctionRow kRows[] = {
    {"size", "(string) int", size},
    {"size", "(bytes) int", size},
    {"size", "(list(A)) int", size},
    {"size", "(map(A, B)) int", size},
    {"size", "string.() int", size},
    {"size", "bytes.() int", size},
    {"size", "list(A).() int", size},
    {"size", "map(A, B).() int", size},
    {"contains", "string.(string) bool", contains},
    {"startsWith", "string.(string) bool", starts_with},
    {"endsWith", "string.(string) bool", ends_with},
    {"matches", "string.(string) bool", matches},
    {"matches", "(string, string) bool", matches},
    {"type", "(A) type(A)", type_of},
    {"dyn", "(A) dyn", dyn},
    {"int", "(int) int", to_int},
    {"int", "(uint) int", to_int},
    {"int", "(double) int", to_int},
    {"int", "(string) int", to_int},
    {"int", "(timestamp) int", to_int},
    {"uint", "(uint) uint", to_uint},
    {"uint", "(int) uint", to_uint},
    {"uint", "(double) uint", to_uint},
    {"uint", "(string) uint", to_uint},
    {"double", "(double) double", to_double},
    {"double", "(int) double", to_double},
    {"double", "(uint) double", to_double},
    {"double", "(string) double", to_double},
    {"bool", "(bool) bool", to_bool},
    {"bool", "(string) bool", to_bool},
    {"string", "(string) string", to_string},
    {"string", "(bool) string", to_string},
    {"string", "(int) string", to_string},
    {"string", "(uint) string", to_string},
    {"string", "(double) string", to_string},
    {"string", "(bytes) string", to_string},
    {"string", "(timestamp) string", to_string},
    {"string", "(duration) string", to_string},
    {"string", "(net.IP) string", to_string},
    {"string", "(net.CIDR) string", to_string},
    {"bytes", "(bytes) bytes", to_bytes},
    {"bytes", "(string) bytes", to_bytes},
    {"timestamp", "(timestamp) timestamp", to_timestamp},
    {"timestamp", "(int) timestamp", to_timestamp},
    {"timestamp", "(string) timestamp", to_timestamp},
    {"duration", "(duration) duration", to_duration},
    {"duration", "(string) duration", to_duration},
    {"base64.encode", "(bytes) string", base64_of},
    {"base64.decode", "(string) bytes", from_base64},
};

}  // namespace

std::span<const FunctionRow> standard_functions() { return kRows; }

namespace {

/// "string.(string, int) int": the receiver, if there is one, the arguments, the result.
Overload read_signature(const FunctionRow& row) {
  Overload overload;
  overload.builtin = row.builtin;
  std::string_view s = row.signature;
  // The bracket that opens the arguments follows the start or a dot.
  std::size_t open = 0;
  if (s[0] != '(') {
    open = s.find(".(") + 1;
    overload.member = true;
    overload.params.push_back(*parse_type(s.substr(0, open - 1)));
  }
  int depth = 0;
  std::size_t begin = open + 1, at = open;
  for (;; ++at) {
    if (s[at] == '(') ++depth;
    if (s[at] == ')') --depth;
    const bool close = depth == 0;
    if (close || (depth == 1 && s[at] == ',')) {
      std::string_view one = s.substr(begin, at - begin);
      while (one.starts_with(' ')) one.remove_prefix(1);
      if (one == "...") {
        overload.varargs = true;
      } else if (!one.empty()) {
        overload.params.push_back(*parse_type(one));
      }
      begin = at + 1;
    }
    if (close) break;
  }
  overload.result = *parse_type(s.substr(at + 2));
  return overload;
}

}  // namespace

const FunctionMap& builtin_functions() {
  static const FunctionMap kFunctions = [] {
    FunctionMap functions;
    for (const auto rows : {standard_functions(), time_functions(), string_functions(),
                            math_functions(), optional_functions(), network_functions()}) {
      for (const FunctionRow& row : rows) {
        functions[std::string(row.name)].push_back(read_signature(row));
      }
    }
    return functions;
  }();
  return kFunctions;
}

}  // namespace assist::cel
