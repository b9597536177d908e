#pragma once

// The language's own functions: a table of names and signatures, read once.

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cel/cel.hpp"

namespace assist::cel {

/// Looks at the kinds of its arguments itself; none of them is an error.
using Builtin = Value (*)(Run& run, std::span<const Value> args);

/// One line of the table: "string.(string, int) int" is called as text.name(text, n).
struct FunctionRow {
  std::string_view name;
  std::string_view signature;
  Builtin builtin;
};

/// The rows of each library.
std::span<const FunctionRow> standard_functions();
std::span<const FunctionRow> time_functions();
std::span<const FunctionRow> string_functions();
std::span<const FunctionRow> math_functions();
std::span<const FunctionRow> optional_functions();
std::span<const FunctionRow> network_functions();

struct Overload {
  std::vector<Type> params;
  Type result;
  bool member = false;
  bool varargs = false;
  Builtin builtin = nullptr;        // of the language
  NativeFunction native = nullptr;  // of the host, pure
  std::uint32_t function_id = 0;    // of the host
  bool running_ok = false;
};

struct StringHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>()(text);
  }
};
template <class T>
using NameMap = std::unordered_map<std::string, T, StringHash, std::equal_to<>>;
using FunctionMap = NameMap<std::vector<Overload>>;

/// All of the language's functions by name.
const FunctionMap& builtin_functions();

/// "%s".format([..]).
Value format_function(Run& run, std::span<const Value> args);

/// What a regular expression compiled once is asked. See regex.hpp.
class Regex;

}  // namespace assist::cel
