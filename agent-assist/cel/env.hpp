#pragma once

#include <deque>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "cel/functions.hpp"

namespace assist::cel {

struct Variable {
  enum class Is : std::uint8_t { slot, constant, now };
  std::string name;
  Type type;
  Is is = Is::slot;
  std::uint32_t slot = 0;
  OwnedConstant constant;
};

struct EnvData {
  std::deque<Variable> variables;
  NameMap<const Variable*> by_name;
  std::unordered_set<std::string, StringHash, std::equal_to<>> groups;  // "call" of "call.hold"
  std::vector<std::unique_ptr<StructType>> structs;
  FunctionMap functions;

  const Variable* variable(std::string_view name) const {
    const auto found = by_name.find(name);
    return found == by_name.end() ? nullptr : found->second;
  }
  /// Host functions first: a host may give a name of the language more overloads.
  const std::vector<Overload>* host_functions(std::string_view name) const {
    const auto found = functions.find(name);
    return found == functions.end() ? nullptr : &found->second;
  }
};

}  // namespace assist::cel
