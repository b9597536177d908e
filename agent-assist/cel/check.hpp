#pragma once

// What the names of a tree mean and which types its parts have.

#include <string>
#include <vector>

#include "cel/ast.hpp"
#include "cel/env.hpp"
#include "cel/types.hpp"

namespace assist::cel {

/// What was found out about one node.
struct Info {
  enum class Ref : std::uint8_t {
    none,
    variable,   // variable: of the host
    local,      // index: a macro's variable, by its number
    type_name,  // text: a type as a value
    function,   // overloads: the candidates; builtin or host
    error,      // text: what it comes to when it runs (where types are not checked)
  };
  TypeId type = 0;
  Ref ref = Ref::none;
  bool namespaced = false;  // a member call that is a function with a dotted name
  std::uint32_t index = 0;  // local; of a comprehension or bind: the first of its variables
  const Variable* variable = nullptr;
  const Overload* overload = nullptr;
  std::string_view text;
};

struct Checked {
  std::vector<Info> info;  // a place for each node
  TypePool types;
  std::deque<std::string> texts;
  std::uint32_t locals = 0;
  std::vector<Problem> problems;
};

/// Never fails: all that is wrong is in `problems`. With `check` false only names are resolved, and
/// what has no meaning is an error when it runs.
Checked check(const Ast& ast, std::string_view source, const EnvData& env,
              const CompileOptions& options);

}  // namespace assist::cel
