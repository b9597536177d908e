#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cel/messages.hpp"
#include "cel/nearest.hpp"
#include "cel/text.hpp"

namespace assist::cel {
namespace {

using Of = Type::Of;

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

/// What other languages write for true, false and null. "": it is none of these.
std::string_view literal_called_elsewhere(std::string_view name) {
  static constexpr std::pair<std::string_view, std::string_view> kOthers[] = {
      {"true", "true"},   {"yes", "true"},  {"on", "true"},   {"always", "true"},
      {"false", "false"}, {"no", "false"},  {"off", "false"}, {"never", "false"},
      {"null", "null"},   {"none", "null"}, {"nil", "null"},
  };
  const std::string lower = ascii_lower(name);
  for (const auto& [other, literal] : kOthers)
    if (other == lower) return literal;
  return "";
}

/// The steps from the one at `from` on as one name.
std::string joined(const std::vector<Words::Step>& steps, std::size_t from) {
  std::string out;
  for (std::size_t i = from; i < steps.size(); ++i)
    out += (i > from ? "." : "") + std::string(steps[i].name);
  return out;
}

std::string in_quotes_it_is_text(std::string_view word) {
  return " Text is written in quotes: \"" + std::string(word) + "\".";
}

}  // namespace

Words::Said Words::unknown_name(const std::vector<Step>& steps,
                                const std::vector<std::string_view>& locals) const {
  std::string group, name;  // `call.` and `call.hodl`: the name ends where no fact goes on so
  NodeId at = kNoNode;
  for (const Step& step : steps) {
    name += (name.empty() ? "" : ".") + std::string(step.name);
    at = step.node;
    if (&step == &steps.back() || !env_.groups.contains(name)) break;
    group = name + ".";
  }
  const Node& wrong = ast_[at];
  const std::string text = not_known(steps, group, name, locals);
  if (wrong.kind != NodeKind::index) return {wrong.at, wrong.at_end, text};
  const Node& key = ast_[ast_.child(wrong, 1)];
  return {key.begin, key.end, text};
}

std::string Words::not_known(const std::vector<Step>& steps, const std::string& group,
                             const std::string& name,
                             const std::vector<std::string_view>& locals) const {
  const bool alone = steps.size() == 1;
  if (env_.groups.contains(name)) return is_group(name);
  if (group.empty() && env_.host_functions(name) != nullptr &&
      ast_[steps[0].node].kind == NodeKind::ident)
    return "\"" + name + "\" is a function: write " + name +
           "(...) with what it asks about in its brackets";
  const auto literal = literal_called_elsewhere(name);
  if (alone && !literal.empty()) return "write " + std::string(literal) + " instead of " + name;
  // Of a group that is not known its fact is told too: cal.hold, not cal.
  const bool whole_group = group.empty() && !alone;
  const std::string is_not =
      quoted_name(whole_group ? name + "." + std::string(steps[1].name) : name) +
      " is not a known fact.";
  std::vector<std::string_view> known;
  if (suggest_names_)
    for (const Variable& v : env_.variables) known.push_back(v.name);
  if (alone) known.insert(known.end(), locals.begin(), locals.end());
  // One word alone is more often a text without quotes than a fact with a part left out.
  const auto best = alone ? nearest_slip(name, known) : nearest(name, known);
  if (best.empty() && group.empty()) {
    const std::string meant = other_group(steps, name, known);
    if (!meant.empty()) return is_not + meant;
  }
  if (!best.empty() && best != name) {
    const bool entry = whole_group && is_map(best);
    return is_not + did_you_mean(entry ? std::string(best) + "." + std::string(steps[1].name)
                                       : spelled(best));
  }
  const std::string rest = joined(steps, 1);
  if (env_.variable(rest) != nullptr) return is_not + did_you_mean(spelled(rest));
  if (!group.empty() && suggest_names_)
    for (const Variable& v : env_.variables)
      if (v.name.starts_with(group) && is_map(v.name))
        return is_not + did_you_mean(v.name + name.substr(group.size() - 1));
  return alone ? is_not + in_quotes_it_is_text(name) : is_not;
}

std::string Words::is_group(const std::string& name) const {
  constexpr int kMost = 3;
  std::string some;
  int count = 0;
  for (const Variable& v : env_.variables) {
    if (!v.name.starts_with(name + ".")) continue;
    if (++count > kMost) break;
    some += (some.empty() ? "" : ", ") + spelled(v.name);
  }
  return "\"" + name + "\" is a group of facts, not one: write " + some +
         (count > kMost ? ", ..." : "");
}

bool Words::is_map(std::string_view name) const {
  const Variable* found = env_.variable(name);
  return found != nullptr && found->type.is(Of::map_);
}

std::string Words::other_group(const std::vector<Step>& steps, const std::string& name,
                               const std::vector<std::string_view>& known) const {
  std::vector<std::string_view> groups(env_.groups.begin(), env_.groups.end());
  std::sort(groups.begin(), groups.end());
  const auto group = nearest(steps[0].name, groups);
  if (!group.empty() && steps.size() > 1) {
    const auto found = nearest(std::string(group) + "." + std::string(steps[1].name), known);
    if (!found.empty()) return did_you_mean(spelled(found));
  }
  for (const auto fact : known) {
    if (!fact.ends_with("." + name)) continue;
    if (!fact.starts_with("situation.")) return did_you_mean(spelled(fact));
    return in_quotes_it_is_text(name) + " The situation is " + spelled(fact) + ".";
  }
  return group.empty() ? "" : did_you_mean(group);
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

std::string Words::no_fields(const Node& n, NodeId target) const {
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

}  // namespace assist::cel
