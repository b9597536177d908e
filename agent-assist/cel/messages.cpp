#include "cel/messages.hpp"

#include <algorithm>
#include <array>

#include "cel/check.hpp"
#include "cel/nearest.hpp"
#include "cel/text.hpp"
#include "cel/time_words.hpp"

namespace assist::cel {
namespace {

using Of = Type::Of;

constexpr std::array<std::string_view, 5> kMacros = {"all", "exists", "exists_one", "map",
                                                     "filter"};

std::string did_you_mean(std::string_view name) {
  return name.empty() ? "" : " Did you mean \"" + std::string(name) + "\"?";
}

std::string number_in_words(Of of) {
  return of == Of::double_ ? "a number with a fraction"
         : of == Of::uint_ ? "a uint"
                           : "a whole number";
}

/// What other languages call a function. "": it is none of these.
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

/// As a condition would spell the dotted name.
std::string spelled(std::string_view name) {
  const auto dot = name.rfind('.');
  const auto last = dot == std::string_view::npos ? name : name.substr(dot + 1);
  const bool plain = std::all_of(last.begin(), last.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
  if (plain && !last.empty() && !(last[0] >= '0' && last[0] <= '9')) return std::string(name);
  return std::string(name.substr(0, dot)) + "[\"" + std::string(last) + "\"]";
}

std::string quoted_name(std::string_view name) {
  const std::string as = spelled(name);
  return as.find('"') == std::string::npos ? "\"" + as + "\"" : as;
}

std::string example_of(Type::Of of) {
  switch (of) {
    case Of::string_:
      return " == \"...\"";
    case Of::duration_:
      return " > minutes(2)";
    case Of::timestamp_:
      return " > now - days(7)";
    case Of::list_:
    case Of::map_:
      return ".size() > 0";
    default:
      return " > 0";
  }
}

}  // namespace

std::string Words::text(NodeId id) const {
  const Node& n = ast_[id];
  std::string result;
  bool space = false;
  for (const char c : source_.substr(n.begin, n.end - n.begin)) {
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f') {
      space = !result.empty();
      continue;
    }
    if (space) result += ' ';
    space = false;
    result += c;
  }
  if (code_points(result) > 40) result = result.substr(0, byte_of(result, 37)) + "...";
  return result;
}

Type Words::type(NodeId id) const { return types_.to(checked_->info[id].type); }

std::string Words::with_text(NodeId id) const {
  return type(id).in_words() + " (" + text(id) + ")";
}

Words::Said Words::unknown_name(const std::vector<Step>& steps,
                                const std::vector<std::string_view>& locals) const {
  std::size_t wrong = 0;
  std::string prefix, full;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    full += (i > 0 ? "." : "") + std::string(steps[i].name);
    if (i + 1 == steps.size() || !env_.groups.contains(full)) {
      wrong = i;
      break;
    }
    prefix = full + ".";
  }
  const Node& at = ast_[steps[wrong].node];
  std::size_t begin = at.at, end = at.at_end;
  if (at.kind == NodeKind::index) {
    const Node& key = ast_[ast_.child(at, 1)];
    begin = key.begin;
    end = key.end;
  }
  if (env_.groups.contains(full)) {
    std::string some;
    int count = 0;
    for (const Variable& v : env_.variables) {
      if (!v.name.starts_with(full + ".")) continue;
      if (++count > 3) break;
      some += (some.empty() ? "" : ", ") + spelled(v.name);
    }
    return {begin, end,
            "\"" + full + "\" is a group of facts, not one: write " + some +
                (count > 3 ? ", ..." : "")};
  }
  std::vector<std::string_view> known;
  if (suggest_names_)
    for (const Variable& v : env_.variables) known.push_back(v.name);
  // Of a group that is not known its fact is told too: cal.hold, not cal.
  const bool whole_group = prefix.empty() && steps.size() > 1;
  const std::string is_not =
      quoted_name(whole_group ? full + "." + std::string(steps[1].name) : full) +
      " is not a known fact.";
  if (prefix.empty() && env_.host_functions(steps[0].name) != nullptr &&
      ast_[steps[0].node].kind == NodeKind::ident) {
    return {begin, end,
            "\"" + std::string(steps[0].name) + "\" is a function: write " +
                std::string(steps[0].name) + "(...) with what it asks about in its brackets"};
  }
  if (prefix.empty() && steps.size() == 1) {
    const std::string lower = ascii_lower(full);
    if (lower == "true" || lower == "false" || lower == "null") {
      return {begin, end, "write " + lower + " instead of " + full};
    }
    if (lower == "yes" || lower == "on" || lower == "always")
      return {begin, end, "write true instead of " + full};
    if (lower == "no" || lower == "off" || lower == "never")
      return {begin, end, "write false instead of " + full};
    if (lower == "none" || lower == "nil") return {begin, end, "write null instead of " + full};
    for (const auto local : locals) known.push_back(local);
  }
  // One word alone is more often a text without quotes than a fact with a part left out.
  std::string_view best =
      steps.size() == 1 && prefix.empty() ? nearest_slip(full, known) : nearest(full, known);
  if (best.empty() && prefix.empty() && !steps.empty()) {
    // The group may be what is wrong (cal.hold), or missing (hold).
    std::vector<std::string_view> groups(env_.groups.begin(), env_.groups.end());
    std::sort(groups.begin(), groups.end());
    const auto group = nearest(steps[0].name, groups);
    if (!group.empty() && steps.size() > 1) {
      const std::string whole = std::string(group) + "." + std::string(steps[1].name);
      const auto found = nearest(whole, known);
      if (!found.empty()) return {begin, end, is_not + did_you_mean(spelled(found))};
    }
    for (const auto name : known) {
      if (!name.ends_with("." + full)) continue;
      if (!name.starts_with("situation."))
        return {begin, end, is_not + did_you_mean(spelled(name))};
      return {begin, end,
              is_not + " Text is written in quotes: \"" + full + "\". The situation is " +
                  spelled(name) + "."};
    }
    if (!group.empty()) return {begin, end, is_not + did_you_mean(group)};
  }
  if (!best.empty() && best == full) best = "";
  const auto is_map = [this](std::string_view name) {
    const Variable* found = env_.variable(name);
    return found != nullptr && found->type.is(Of::map_);
  };
  if (whole_group && is_map(best))
    return {begin, end,
            is_not + did_you_mean(std::string(best) + "." + std::string(steps[1].name))};
  std::string rest;  // without the first step
  for (std::size_t i = 1; i < steps.size(); ++i)
    rest += (rest.empty() ? "" : ".") + std::string(steps[i].name);
  if (best.empty() && env_.variable(rest) != nullptr)
    return {begin, end, is_not + did_you_mean(spelled(rest))};
  if (best.empty() && !prefix.empty() && suggest_names_)
    for (const Variable& v : env_.variables)
      if (v.name.starts_with(prefix) && is_map(v.name))
        return {begin, end, is_not + did_you_mean(v.name + full.substr(prefix.size() - 1))};
  if (prefix.empty() && best.empty() && steps.size() == 1) {
    return {begin, end, is_not + " Text is written in quotes: \"" + full + "\"."};
  }
  return {begin, end, is_not + did_you_mean(best.empty() ? "" : spelled(best))};
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

std::string Words::unknown_field(const Node& n, const StructType& object) const {
  std::vector<std::string_view> known;
  for (const auto& field : object.fields) known.push_back(field.name);
  std::string result = with_article(object.name) + " has no field \"" + std::string(n.name) + "\".";
  const auto best = nearest(n.name, known);
  if (!best.empty()) return result + did_you_mean(best);
  result += " It has ";
  for (std::size_t i = 0; i < known.size(); ++i)
    result += (i > 0 ? ", " : "") + std::string(known[i]);
  return result + ".";
}

std::string Words::no_fields(const Node& n, NodeId target, TypeId) const {
  std::string result = with_text(target) + " has no field \"" + std::string(n.name) + "\"";
  if (builtin_functions().find(n.name) != builtin_functions().end()) {
    return result + ": to call it, write " + text(target) + "." + std::string(n.name) + "()";
  }
  const auto other = function_called_elsewhere(n.name);
  const bool of_time = other.starts_with("get");
  const Type of = type(target);
  if (of.is(Of::list_) && !of.parameters().empty() && of.parameters()[0].is(Of::object_) &&
      other.empty())
    return result + ": to ask for any of them, write " + text(target) + ".exists(x, x." +
           std::string(n.name) + " == ...)";
  if (of.is(Of::duration_) && of_time) return result + ": compare it with minutes(2), say";
  if (of.is(Of::timestamp_) ? of_time : !of_time && !other.empty())
    return result + ": write " + text(target) + "." + std::string(other) + "()";
  return result;
}

std::string Words::bad_index(NodeId key) const {
  return "the place in a list is a whole number, counted from 0; this is " + with_text(key);
}
std::string Words::bad_key(NodeId key, const Type& due) const {
  return "the keys of this map are " + due.to_string() + "s; this is " + with_text(key);
}
std::string Words::not_indexable(NodeId target) const {
  return with_text(target) + " cannot be looked into with [ ]: only lists and maps can";
}

std::string Words::not_bool(NodeId id) const {
  const Type t = type(id);
  std::string result = with_text(id) + " stands where true or false is due";
  const Node& n = ast_[id];
  if (n.kind == NodeKind::ident || n.kind == NodeKind::select) {
    result += ": compare it, as in " + text(id) + example_of(t.of());
  } else if (n.kind == NodeKind::literal && t.is(Of::string_)) {
    result += ": to ask for one of several, write FACT in [\"...\", " + text(id) + "]";
  } else if (is_number(t.of()) && n.kind != NodeKind::literal) {
    result += ": compare it, as in " + text(id) + " > 0";
  }
  return result;
}

std::string Words::never_missing(const Variable& variable) const {
  const std::string name = spelled(variable.name);
  const auto instead = [&]() -> std::string {
    switch (variable.type.of()) {
      case Of::string_:
        return "write " + name + " != \"\"";
      case Of::bool_:
        return "write " + name + " alone";
      case Of::duration_:
        return "write " + name + " > seconds(0)";
      case Of::int_:
      case Of::uint_:
      case Of::double_:
        return "write " + name + " != 0";
      case Of::list_:
        return "write " + name + ".size() > 0";
      case Of::map_:
        return "write has(" + name + ".NAME) for an entry of it";
      default:
        return "delete has(" + name + ")";
    }
  };
  return "has() asks for what may be missing, and " + quoted_name(variable.name) +
         " is always there: " + instead();
}

std::string Words::no_negative(NodeId id) const { return "there is no minus of " + with_text(id); }

std::string Words::branches_differ(NodeId yes, NodeId no) const {
  return "both values of ? : must be of one kind: here are " + with_text(yes) + " and " +
         with_text(no);
}

std::string Words::cannot_compare(const Node& n) const {
  const NodeId a = ast_.child(n, 0), b = ast_.child(n, 1);
  const Type x = type(a), y = type(b);
  std::string result;
  if (x.in_words() == y.in_words()) {
    result = x.in_words() + " (" + text(a) + ") has no order: only == and != compare such values";
    if (n.op == Op::eq || n.op == Op::ne) {
      result = "you compare " + x.to_string() + " (" + text(a) + ") with " + y.to_string() + " (" +
               text(b) + ")";
    }
    return result;
  }
  result = "you compare " + with_text(a) + " with " + with_text(b);
  const auto is_text_number = [&](NodeId id) {
    const Node& l = ast_[id];
    return l.kind == NodeKind::literal && l.value.is(Kind::string_) &&
           parse_double(l.value.as_string()).has_value();
  };
  const auto as_bool = [&](NodeId id) -> std::string {
    const Node& l = ast_[id];
    if (l.kind != NodeKind::literal || !l.value.is(Kind::string_)) return "";
    const std::string_view word = l.value.as_string();
    return word == "yes" || word == "on" || word == "true"    ? "true, without quotes"
           : word == "no" || word == "off" || word == "false" ? "false, without quotes"
                                                              : "";
  };
  const bool duration_a = x.is(Of::duration_), duration_b = y.is(Of::duration_);
  if (duration_a && is_number(y.of())) {
    return result + ": write seconds(" + text(b) + ") or minutes(" + text(b) + ")";
  }
  if (duration_b && is_number(x.of())) {
    return result + ": write seconds(" + text(a) + ") or minutes(" + text(a) + ")";
  }
  if (duration_a && y.is(Of::string_)) return result + as_length(b);
  if (duration_b && x.is(Of::string_)) return result + as_length(a);
  if (x.is(Of::timestamp_) && y.is(Of::string_)) return result + as_moment(b);
  if (y.is(Of::timestamp_) && x.is(Of::string_)) return result + as_moment(a);
  if (x.is(Of::timestamp_) && duration_b && text(a) != "now") {
    return result + ": write now - " + text(a) + " for the time since then";
  }
  const Node& left = ast_[a];
  const bool comparison =
      left.kind == NodeKind::binary &&
      (left.op == Op::lt || left.op == Op::le || left.op == Op::gt || left.op == Op::ge);
  if (comparison && n.op != Op::eq && n.op != Op::ne)
    return result + ": write two comparisons, joined by &&";
  if (x.is(Of::string_) && y.is(Of::null_)) return result + ": write \"\" for what is not known";
  if (x.is(Of::string_) && is_number(y.of()) && ast_[b].kind == NodeKind::literal)
    return result + ": write \"" + text(b) + "\"";
  if (x.is(Of::bool_) && !as_bool(b).empty()) return result + ": write " + as_bool(b);
  if (y.is(Of::bool_) && !as_bool(a).empty()) return result + ": write " + as_bool(a);
  if (x.is(Of::list_) && is_number(y.of())) return result + ": write " + text(a) + ".size()";
  if (y.is(Of::list_) && is_number(x.of())) return result + ": write " + text(b) + ".size()";
  if (is_number(x.of()) && is_text_number(b)) {
    return result + ": write the number without quotes";
  }
  if (is_number(y.of()) && is_text_number(a)) {
    return result + ": write the number without quotes";
  }
  if (y.is(Of::list_) && (n.op == Op::eq)) {
    return result + ": write in to ask whether it is one of them";
  }
  return result;
}

std::string Words::cannot_compute(const Node& n) const {
  const NodeId a = ast_.child(n, 0), b = ast_.child(n, 1);
  const Type x = type(a), y = type(b);
  std::string result = "there is no " + std::string(op_text(n.op)) + " between ";
  if (is_number(x.of()) && is_number(y.of())) {
    result += number_in_words(x.of()) + " (" + text(a) + ") and " + number_in_words(y.of()) + " (" +
              text(b) + ")";
    if (x.of() == y.of()) return result;
    const NodeId whole = x.is(Of::double_) ? b : a;
    if (x.is(Of::double_) || y.is(Of::double_)) {
      return result + ": write double(" + text(whole) + ")";
    }
    return result + ": write int(" + text(x.is(Of::uint_) ? a : b) + ")";
  }
  result += with_text(a) + " and " + with_text(b);
  const bool left_is_time = x.is(Of::timestamp_) || x.is(Of::duration_);
  if (left_is_time && !length_in(b).empty()) return result + as_length(b);
  const bool sum = n.op == Op::add || n.op == Op::sub;
  const auto in_seconds = [&](NodeId id) {
    return result + ": write seconds(" + text(id) + ") or minutes(" + text(id) + ")";
  };
  if (sum && left_is_time && is_number(y.of())) return in_seconds(b);
  if (n.op == Op::add && is_number(x.of()) && (y.is(Of::duration_) || y.is(Of::timestamp_)))
    return in_seconds(a);
  if (n.op == Op::add && x.is(Of::string_) && !y.is(Of::list_) && !y.is(Of::map_)) {
    return result + ": write string(" + text(b) + ")";
  }
  if (n.op == Op::add && y.is(Of::string_) && !x.is(Of::list_) && !x.is(Of::map_)) {
    return result + ": write string(" + text(a) + ")";
  }
  return result;
}

std::string Words::not_a_container(NodeId id) const {
  std::string result = "after \"in\" comes a list or a map; this is " + with_text(id);
  if (type(id).is(Of::string_)) result += ": write [" + text(id) + "], or .contains() for text";
  return result;
}

std::string Words::cannot_contain(const Node& n) const {
  const NodeId a = ast_.child(n, 0), b = ast_.child(n, 1);
  const Type element = type(b).parameters().empty() ? Type::dyn() : type(b).parameters()[0];
  return "you look for " + with_text(a) + " in " + (type(b).is(Of::map_) ? "a map" : "a list") +
         " that holds " + (element.is(Of::string_) ? "text" : element.in_words()) + " (" + text(b) +
         ")";
}

std::string Words::no_elements(const Node& n) const {
  return std::string(macro_name(n.macro)) + "() goes through a list or a map; this is " +
         with_text(ast_.child(n, 0));
}

std::string Words::length_in(NodeId id) const {
  const Node& n = ast_[id];
  const bool literal = n.kind == NodeKind::literal && n.value.is(Kind::string_);
  return literal ? length_as_expression(n.value.as_string()) : "";
}

std::string Words::as_length(NodeId id) const {
  if (is_number(type(id).of()))
    return ": write minutes(" + text(id) + ") or days(" + text(id) + ")";
  if (ast_[id].kind != NodeKind::literal) return "";
  const std::string length = length_in(id);
  return ": write " + (length.empty() ? "minutes(2) or days(7), for example" : length);
}

std::string Words::as_moment(NodeId id) const {
  const Node& n = ast_[id];
  if (n.kind != NodeKind::literal) return "";
  const std::string_view written = n.value.as_string();
  const bool clock = written.size() >= 4 && written.size() <= 8 && written.find(':') < 3;
  if (clock)
    return ": of the time of day write now.getHours(\"America/Denver\") >= 17, say, or let the "
           "rule "
           "have \"active: {hours: ...}\"";
  const std::string moment = moment_as_text(written);
  return moment.empty() ? ": write a moment as timestamp(\"2026-11-22T10:02:00Z\")"
                        : ": write timestamp(\"" + moment + "\")";
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
