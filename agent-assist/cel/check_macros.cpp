#include "cel/checker.hpp"

namespace assist::cel {

TypeId Checker::macro_result(const Node& n) {
  const auto body = [&](std::size_t i) {
    visit_child(n, i);
    return type(ast_.child(n, i));
  };
  const std::size_t last = n.count - 1;
  if (n.macro != Macro::all && n.macro != Macro::exists && n.macro != Macro::exists_one &&
      n.macro != Macro::filter && n.count == 3) {
    body(1);
    expect_bool(ast_.child(n, 1));
  }
  const TypeId result = body(last);
  switch (n.macro) {
    case Macro::all:
    case Macro::exists:
    case Macro::exists_one:
      expect_bool(ast_.child(n, last));
      return t(Of::bool_);
    case Macro::filter:
      expect_bool(ast_.child(n, last));
      return kNoType;  // as the elements are
    case Macro::map:
    case Macro::transform_list:
      return types().list(result);
    case Macro::transform_map_entry: {
      const NodeId entry = ast_.child(n, last);
      if (!loose(entry) && kind(entry) != Of::map_) {
        return problem(ast_[entry], "transformMapEntry() takes a map of one entry here");
      }
      return result;
    }
    default:
      return result;  // transform_map: of the values
  }
}

TypeId Checker::optional_macro(NodeId id, const Node& n, TypeId range) {
  const bool known = types().kind(range) == Of::optional_;
  if (!known && !loose(ast_.child(n, 0))) {
    return problem(n.at, n.at_end,
                   std::string(macro_name(n.macro)) + "() is for an optional value; this is " +
                       types().to(range).in_words());
  }
  const TypeId held = known ? types().parameter(range, 0) : t(Of::dyn);
  result_.info[id].index = declare_local(n.var1, held);
  const TypeId body = visit_child(n, 1);
  locals_.pop_back();
  if (n.macro == Macro::opt_map) return types().optional(body);
  const NodeId child = ast_.child(n, 1);
  if (loose(child)) return types().optional(t(Of::dyn));
  if (kind(child) != Of::optional_) {
    return problem(ast_[child], "optFlatMap() takes an expression that gives an optional value");
  }
  return body;
}

TypeId Checker::comprehension(NodeId id) {
  const Node& n = ast_[id];
  const TypeId range = visit_child(n, 0);
  if (n.macro == Macro::opt_map || n.macro == Macro::opt_flat_map) {
    return optional_macro(id, n, range);
  }
  const Of of = types().kind(range);
  TypeId key = t(Of::dyn), value = t(Of::dyn);
  if (of == Of::list_) {
    key = t(Of::int_);
    value = types().parameter(range, 0);
  } else if (of == Of::map_) {
    key = types().parameter(range, 0);
    value = types().parameter(range, 1);
  } else if (!loose(ast_.child(n, 0))) {
    problem(ast_[ast_.child(n, 0)], words_.no_elements(n));
    key = value = t(Of::error_);
  }
  const std::size_t before = locals_.size();
  if (n.var2.empty()) {
    result_.info[id].index = declare_local(n.var1, of == Of::map_ ? key : value);
  } else {
    result_.info[id].index = declare_local(n.var1, key);
    declare_local(n.var2, value);
  }
  const TypeId result = macro_result(n);
  locals_.resize(before);
  if (n.macro == Macro::transform_map) return types().map(key, result);
  if (n.macro != Macro::filter) return result;
  return types().list(of == Of::map_ ? key : value);
}

TypeId Checker::bind(NodeId id) {
  const Node& n = ast_[id];
  const TypeId value = visit_child(n, 0);
  result_.info[id].index = declare_local(n.var1, value);
  const TypeId result = visit_child(n, 1);
  locals_.pop_back();
  return result;
}

TypeId Checker::block(NodeId id) {
  const Node& n = ast_[id];
  const std::size_t before = locals_.size();
  result_.info[id].index = result_.locals;
  // The places come first, in one run, as the compiler expects them.
  std::vector<std::uint32_t> places;
  for (std::size_t i = 0; i + 1 < n.count; ++i) places.push_back(result_.locals++);
  for (std::size_t i = 0; i + 1 < n.count; ++i) {
    const TypeId value = visit_child(n, i);
    locals_.push_back({keep("@index" + std::to_string(i)), value, places[i]});
  }
  const TypeId result = visit_child(n, n.count - 1);
  locals_.resize(before);
  return result;
}

}  // namespace assist::cel
