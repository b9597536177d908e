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

std::string number_in_words(Of of) {
  return of == Of::double_ ? "a number with a fraction"
         : of == Of::uint_ ? "a uint"
                           : "a whole number";
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

std::string did_you_mean(std::string_view name) {
  return name.empty() ? "" : " Did you mean \"" + std::string(name) + "\"?";
}

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

}  // namespace assist::cel
