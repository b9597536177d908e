#include <algorithm>

#include "cel/checker.hpp"

namespace assist::cel {

Checked Checker::run() && {
  words_.types_of(result_);
  visit(ast_.root);
  if (options_.expected_result) expect_result(*options_.expected_result);
  std::stable_sort(result_.problems.begin(), result_.problems.end(),
                   [](const Problem& a, const Problem& b) { return a.begin < b.begin; });
  return std::move(result_);
}

TypeId Checker::deduce(NodeId id) {
  const Node& n = ast_[id];
  switch (n.kind) {
    case NodeKind::literal:
      return literal(n);
    case NodeKind::ident:
      return name(id);
    case NodeKind::select:
      return select(id);
    case NodeKind::has:
      return has(id);
    case NodeKind::index:
      return index(id);
    case NodeKind::call:
    case NodeKind::member_call:
      return call(id);
    case NodeKind::list:
      return list(n);
    case NodeKind::map:
      return map(n);
    case NodeKind::not_:
    case NodeKind::and_:
    case NodeKind::or_:
      return logic(n);
    case NodeKind::negate:
      return negate(n);
    case NodeKind::conditional:
      return conditional(n);
    case NodeKind::binary:
      return binary(n);
    case NodeKind::comprehension:
      return comprehension(id);
    case NodeKind::bind:
      return bind(id);
    case NodeKind::block:
      return block(id);
  }
  return t(Of::dyn);
}

TypeId Checker::literal(const Node& n) {
  switch (n.value.kind()) {
    case Kind::bool_:
      return t(Of::bool_);
    case Kind::int_:
      return t(Of::int_);
    case Kind::uint_:
      return t(Of::uint_);
    case Kind::double_:
      return t(Of::double_);
    case Kind::string_:
      return t(Of::string_);
    case Kind::bytes_:
      return t(Of::bytes_);
    default:
      return t(Of::null_);
  }
}

TypeId Checker::index(NodeId id) {
  const Node& n = ast_[id];
  const NodeId target = ast_.child(n, 0), key = ast_.child(n, 1);
  const Node& k = ast_[key];
  if (!n.flag && k.kind == NodeKind::literal && k.value.is(Kind::string_)) {
    visit(key);
    const TypeId found = select(id);  // visits the target where it is no name
    if (result_.info[id].ref != Ref::none) return found;
  } else {
    visit(target);
    visit(key);
  }
  TypeId container = type(target);
  const bool chained = types().kind(container) == Of::optional_;
  if (chained) container = types().parameter(container, 0);
  TypeId result = t(Of::dyn);
  const Of of = types().kind(container);
  if (of == Of::list_) {
    if (!loose(key) && kind(key) != Of::int_) {
      return problem(k, words_.bad_index(key));
    }
    result = types().parameter(container, 0);
  } else if (of == Of::map_) {
    const TypeId due = types().parameter(container, 0);
    const bool numbers = is_number(types().kind(due)) && is_number(kind(key));
    if (!numbers && !types().assignable(due, type(key))) {
      return problem(k, words_.bad_key(key, types().to(due)));
    }
    result = types().parameter(container, 1);
  } else if (of != Of::dyn && of != Of::error_ && of != Of::parameter_) {
    return problem(ast_[target], words_.not_indexable(target));
  }
  return n.flag || chained ? types().optional(result) : result;
}

/// The type that goes with both, dyn where they differ.
TypeId Checker::join(TypeId so_far, TypeId next) {
  if (so_far == kNoType) return next;
  const auto mark = types().mark();
  if (types().assignable(so_far, next)) return types().most_general(so_far, next);
  types().back_to(mark);
  return t(Of::dyn);
}

TypeId Checker::element_of_literal(const Node& n, std::size_t i, bool optional) {
  const NodeId child = ast_.child(n, i);
  visit(child);
  if (!optional) return type(child);
  if (kind(child) == Of::optional_) return types().parameter(type(child), 0);
  if (!loose(child)) {
    problem(ast_[child], "after ? comes an optional value, such as optional.of(x); this is " +
                             types().to(type(child)).in_words());
  }
  return t(Of::dyn);
}

TypeId Checker::list(const Node& n) {
  TypeId element = kNoType;
  for (std::size_t i = 0; i < n.count; ++i) {
    element = join(element, element_of_literal(n, i, ast_.child_optional(n, i)));
  }
  if (element == kNoType) element = options_.check ? types().variable() : t(Of::dyn);
  return types().list(element);
}

TypeId Checker::map(const Node& n) {
  TypeId key = kNoType, value = kNoType;
  for (std::size_t i = 0; i + 1 < n.count; i += 2) {
    const NodeId k = ast_.child(n, i);
    visit(k);
    const Of of = kind(k);
    const bool ok =
        loose(k) || of == Of::bool_ || of == Of::int_ || of == Of::uint_ || of == Of::string_;
    if (!ok) {
      problem(ast_[k], "a key of a map is text, a whole number, true or false; this is " +
                           types().to(type(k)).in_words());
    }
    key = join(key, ok ? type(k) : t(Of::error_));
    value = join(value, element_of_literal(n, i + 1, ast_.child_optional(n, i)));
  }
  if (key == kNoType) {
    key = options_.check ? types().variable() : t(Of::dyn);
    value = options_.check ? types().variable() : t(Of::dyn);
  }
  return types().map(key, value);
}

void Checker::expect_bool(NodeId id) {
  if (loose(id) || kind(id) == Of::bool_) return;
  if (kind(id) == Of::wrapper_ && types().kind(types().parameter(type(id), 0)) == Of::bool_) return;
  problem(ast_[id], words_.not_bool(id));
}

void Checker::expect_result(const Type& expected) {
  if (!options_.check || expected.is(Of::dyn) || loose(ast_.root)) return;
  const auto mark = types().mark();
  if (types().assignable(types().from(expected), type(ast_.root))) return;
  types().back_to(mark);
  const Node& root = ast_[ast_.root];
  if (expected.is(Of::bool_)) {
    problem(root, words_.not_bool(ast_.root));
  } else {
    problem(root, "this is " + types().to(type(ast_.root)).in_words() + "; " + expected.in_words() +
                      " is due here");
  }
}

Checked check(const Ast& ast, std::string_view source, const EnvData& env,
              const CompileOptions& options) {
  return Checker(ast, source, env, options).run();
}

}  // namespace assist::cel
