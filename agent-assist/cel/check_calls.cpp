#include <algorithm>

#include "cel/checker.hpp"

namespace assist::cel {

/// Do the arguments go with this overload? Its result type, if so.
bool Checker::matches(const Overload& overload, const std::vector<NodeId>& args, TypeId& result) {
  const std::size_t due = overload.params.size();
  if (overload.varargs ? args.size() < due : args.size() != due) return false;
  std::vector<TypePool::Named> names;
  const auto mark = types().mark();
  for (std::size_t i = 0; i < args.size(); ++i) {
    const TypeId param = types().from(overload.params[std::min(i, due - 1)], names);
    if (!types().assignable(param, type(args[i]))) {
      types().back_to(mark);
      return false;
    }
  }
  result = types().from(overload.result, names);
  return true;
}

TypeId Checker::overloads(NodeId id, std::string_view name, bool member,
                          const std::vector<NodeId>& args, const Functions& functions) {
  Info& info = result_.info[id];
  info.ref = Ref::function;
  TypeId result = kNoType;
  const Overload* first = nullptr;
  const Overload* arity = nullptr;  // one that takes as many
  for (const auto* set : {functions.host, functions.builtin}) {
    if (set == nullptr) continue;
    for (const Overload& overload : *set) {
      if (overload.member != member) continue;
      const bool count = overload.varargs ? args.size() >= overload.params.size()
                                          : args.size() == overload.params.size();
      if (count && arity == nullptr) arity = &overload;
      if (!options_.check) continue;
      // One that takes anything is for what the others do not take.
      if (first != nullptr && !overload.params.empty() && overload.params[0].is(Of::dyn)) continue;
      TypeId one = kNoType;
      if (!matches(overload, args, one)) continue;
      if (first == nullptr) {
        first = &overload;
        result = one;
      } else if (!types().same(one, result)) {
        result = t(Of::dyn);
      }
    }
  }
  if (!options_.check) {
    info.overload = arity;
    if (arity == nullptr) {
      info.ref = Ref::error;
      info.text = keep("there is no " + std::string(name) + "() like this");
    }
    return t(Of::dyn);
  }
  info.overload = first;
  if (first != nullptr) return result;
  if (told_enough()) return t(Of::error_);
  return problem(ast_[id].at, ast_[id].at_end,
                 words_.bad_arguments(name, member, args, functions.host, functions.builtin));
}

Checker::Functions Checker::functions(std::string_view name) const {
  const auto builtin = builtin_functions().find(name);
  return {env_.host_functions(name),
          builtin == builtin_functions().end() ? nullptr : &builtin->second};
}

TypeId Checker::call(NodeId id) {
  const Node& n = ast_[id];
  const bool member = n.kind == NodeKind::member_call;
  std::vector<NodeId> args;
  for (std::size_t i = 0; i < n.count; ++i) args.push_back(ast_.child(n, i));
  std::string before;  // the name: of math.abs(x) the target is no value but `math`
  std::vector<NodeId> chain;
  if (member && chain_of(args[0], chain) && local(ast_[chain[0]].name) == nullptr)
    before = dotted(chain);
  if (!member || !before.empty()) {
    const std::string full = (before.empty() ? "" : before + ".") + std::string(n.name);
    const Functions found = in_container(
        full, n.flag, [this](std::string_view candidate) { return functions(candidate); });
    if (found) {
      for (std::size_t i = member ? 1 : 0; i < args.size(); ++i) visit(args[i]);
      result_.info[id].namespaced = member;
      if (member) args.erase(args.begin());
      return overloads(id, full, false, args, found);
    }
  }
  const Functions found = functions(n.name);
  // Of a macro with a slip in its name nothing inside is known: exist(c, c.at > now).
  const bool macro = member && !found && Words::is_like_macro(n.name);
  // A group is no value; of customer.said() it is told that it is no function.
  const bool group = member && !found && env_.groups.contains(before);
  for (const NodeId arg : args)
    if (arg == args[0] ? !group : !macro) visit(arg);
  if (member && found) return overloads(id, n.name, true, args, found);
  Info& info = result_.info[id];
  info.ref = Ref::error;
  info.text = "a function in it is not known";
  if (told_enough()) return t(Of::error_);
  const std::string text = words_.unknown_function(n);
  info.text = keep(text);
  return problem(n.at, n.at_end, text);
}

}  // namespace assist::cel
