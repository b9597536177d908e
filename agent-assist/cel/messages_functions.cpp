#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cel/messages.hpp"
#include "cel/nearest.hpp"

namespace assist::cel {
namespace {

using Of = Type::Of;

constexpr std::array<std::string_view, 5> kMacros = {"all", "exists", "exists_one", "map",
                                                     "filter"};

}  // namespace

std::string_view function_called_elsewhere(std::string_view name) {
  static constexpr std::pair<std::string_view, std::string_view> kOthers[] = {
      {"len", "size"},
      {"length", "size"},
      {"count", "size"},
      {"lower", "lowerAscii"},
      {"lowercase", "lowerAscii"},
      {"toLower", "lowerAscii"},
      {"toLowerCase", "lowerAscii"},
      {"upper", "upperAscii"},
      {"uppercase", "upperAscii"},
      {"toUpper", "upperAscii"},
      {"toUpperCase", "upperAscii"},
      {"max", "math.greatest"},
      {"min", "math.least"},
      {"any", "exists"},
      {"some", "exists"},
      {"every", "all"},
      {"where", "filter"},
      {"includes", "contains"},
      {"hour", "getHours"},
      {"hours", "getHours"},
      {"minute", "getMinutes"},
      {"minutes", "getMinutes"},
      {"second", "getSeconds"},
      {"seconds", "getSeconds"},
      {"date", "getDate"},
      {"month", "getMonth"},
      {"year", "getFullYear"},
      {"weekday", "getDayOfWeek"},
      {"dayOfWeek", "getDayOfWeek"},
  };
  for (const auto& [other, function] : kOthers)
    if (other == name) return function;
  return "";
}

bool Words::is_like_macro(std::string_view name) {
  const auto other = function_called_elsewhere(name);
  return !nearest_slip(name, {kMacros.begin(), kMacros.end()}).empty() ||
         std::find(kMacros.begin(), kMacros.end(), other) != kMacros.end();
}

std::string Words::unknown_function(const Node& n) const {
  const bool member = n.kind == NodeKind::member_call;
  if (!member && n.name == "not") return "write ! instead of not";
  if (!member && env_.variable(n.name) != nullptr)
    return "\"" + std::string(n.name) + "\" is a fact, and no function: write it without ( )";
  if (!member && env_.groups.contains(n.name))
    return "\"" + std::string(n.name) +
           "\" is a group of facts, and none of them a function: write " + std::string(n.name) +
           ".NAME";
  std::vector<std::string_view> known;
  for (const auto& [name, unused] : env_.functions) known.push_back(name);
  for (const auto& [name, unused] : builtin_functions()) known.push_back(name);
  if (n.kind == NodeKind::member_call) {
    known.insert(known.end(), kMacros.begin(), kMacros.end());
  }
  std::sort(known.begin(), known.end());
  std::string full(n.name);
  if (n.kind == NodeKind::member_call) {
    const Node& target = ast_[ast_.child(n, 0)];
    if (target.kind == NodeKind::ident) {
      const std::string dotted = std::string(target.name) + "." + full;
      const auto best = nearest(dotted, known);
      if (env_.variable(dotted) != nullptr)
        return "\"" + dotted + "\" is a fact, and no function: write it without ( )";
      const std::string joined = std::string(target.name) + "_" + full;
      if (env_.host_functions(joined) != nullptr)
        return "\"" + dotted + "\" is not a known function." + did_you_mean(joined);
      if (best.find('.') != std::string_view::npos) {
        return "\"" + dotted + "\" is not a known function." + did_you_mean(best);
      }
    }
  }
  for (const auto macro : kMacros) {
    if (n.name == macro) {
      return std::string(n.name) + "() takes a name for each element and an expression, as in " +
             full + "(c, c == 1)";
    }
  }
  const std::string is_not = "\"" + full + "\" is not a known function.";
  const auto other = function_called_elsewhere(n.name);
  const bool macro = std::find(kMacros.begin(), kMacros.end(), other) != kMacros.end();
  if (const std::string advice = question_of_value(n); !advice.empty()) return is_not + advice;
  if (!member && macro)
    return is_not + " Write " + (other == "all" ? "&&" : "||") + " between the conditions";
  const bool has_value = n.count > 0;
  const bool of_time = other.starts_with("get");
  const bool no_time = of_time && (!has_value || !type(ast_.child(n, 0)).is(Of::timestamp_));
  if (other.empty() || no_time) return is_not + did_you_mean(nearest(full, known));
  const std::string value = has_value ? text(ast_.child(n, 0)) : "VALUE";
  if (other.starts_with("math."))
    return is_not + " Write " + std::string(other) + "(" + value + (n.count > 1 ? ", ..." : "") +
           ")";
  if (member || other == "size") return is_not + did_you_mean(other);
  return is_not + " Write " + value + "." + std::string(other) + "(" + (n.count > 1 ? "..." : "") +
         ")";
}

/// ` Write call.topic == ""` of empty(call.topic), isset(x) and the like; "": it is something else.
std::string Words::question_of_value(const Node& n) const {
  constexpr std::string_view kEmpty[] = {"empty", "isEmpty", "is_empty", "isNull", "is_null"};
  constexpr std::string_view kThere[] = {"isset", "defined", "is_set", "notEmpty", "not_empty"};
  const bool empty = std::find(std::begin(kEmpty), std::end(kEmpty), n.name) != std::end(kEmpty);
  const bool there = std::find(std::begin(kThere), std::end(kThere), n.name) != std::end(kThere);
  if (n.count != 1 || (!empty && !there)) return "";
  const NodeId value = ast_.child(n, 0);
  const Type of = type(value);
  if (of.is(Of::string_)) return " Write " + text(value) + (empty ? " == \"\"" : " != \"\"");
  if (of.is(Of::list_)) return " Write " + text(value) + (empty ? ".size() == 0" : ".size() > 0");
  if (of.is(Of::dyn) && ast_[value].kind == NodeKind::select)
    return std::string(" Write ") + (empty ? "!" : "") + "has(" + text(value) + ")";
  return "";
}

/// The one argument that does not fit, where a length of time is due and a number or a text stands.
std::optional<NodeId> Words::should_be_length(const Overload& overload,
                                              const std::vector<NodeId>& args) const {
  if (overload.params.size() != args.size()) return std::nullopt;
  std::optional<NodeId> out;
  for (std::size_t i = 0; i < args.size(); ++i) {
    const Type given = type(args[i]);
    if (given == overload.params[i] || given.is(Of::dyn)) continue;
    const bool length =
        overload.params[i].is(Of::duration_) && (given.is(Of::string_) || is_number(given.of()));
    if (!length || out) return std::nullopt;
    out = args[i];
  }
  return out;
}

std::string Words::bad_arguments(std::string_view name, bool member,
                                 const std::vector<NodeId>& args, const std::vector<Overload>* host,
                                 const std::vector<Overload>* builtin) const {
  if (name == "duration" && args.size() == 1 && is_number(type(args[0]).of()))
    return "duration() takes text: write seconds(" + text(args[0]) + ") or minutes(" +
           text(args[0]) + ")";
  if (member && name == "contains" && args.size() == 2 && type(args[0]).is(Of::list_))
    return "a list is not asked so: write " + text(args[1]) + " in " + text(args[0]);
  std::string given;
  for (std::size_t i = member ? 1 : 0; i < args.size(); ++i) {
    given += (given.empty() ? "" : ", ") + with_text(args[i]);
  }
  if (host != nullptr && !member)
    for (const Overload& overload : *host)
      if (const auto argument = should_be_length(overload, args))
        return std::string(name) + "() wants a length of time, and this is " +
               with_text(*argument) + as_length(*argument);
  std::vector<std::string> ways;
  bool other_style = true;
  for (const auto* set : {host, builtin}) {
    if (set == nullptr) continue;
    for (const Overload& o : *set) {
      std::string way;
      const std::size_t first = o.member ? 1 : 0;
      if (o.member) way = o.params[0].to_string() + ".";
      way += std::string(name) + "(";
      for (std::size_t i = first; i < o.params.size(); ++i) {
        way += (i > first ? ", " : "") + o.params[i].to_string();
      }
      if (o.varargs) way += ", ...";
      way += ")";
      if (o.member == member) other_style = false;
      if (std::find(ways.begin(), ways.end(), way) == ways.end()) ways.push_back(way);
    }
  }
  std::string result;
  if (other_style && !ways.empty()) {
    result =
        std::string(name) + (member ? "() is not called on a value" : "() is called on a value");
  } else if (member) {
    result = with_text(args[0]) + " has no " + std::string(name) + "(" +
             (given.empty() ? "" : given) + ")";
  } else {
    result = given.empty() ? std::string(name) + "() needs a value between its brackets"
                           : std::string(name) + "() does not take " + given;
  }
  result += ": it is ";
  for (std::size_t i = 0; i < ways.size() && i < 4; ++i) result += (i > 0 ? " or " : "") + ways[i];
  return result;
}

}  // namespace assist::cel
