#include "cel/checker.hpp"

namespace assist::cel {
namespace {

bool is_time(Type::Of of) { return of == Type::Of::timestamp_ || of == Type::Of::duration_; }

}  // namespace

TypeId Checker::logic(const Node& n) {
  for (std::size_t i = 0; i < n.count; ++i) {
    visit_child(n, i);
    expect_bool(ast_.child(n, i));
  }
  return t(Of::bool_);
}

TypeId Checker::negate(const Node& n) {
  const TypeId operand = visit_child(n, 0);
  const NodeId child = ast_.child(n, 0);
  const Of of = kind(child);
  if (loose(child) || of == Of::int_ || of == Of::double_ || of == Of::duration_) return operand;
  return problem(n.at, n.at_end, words_.no_negative(child));
}

TypeId Checker::conditional(const Node& n) {
  visit_child(n, 0);
  expect_bool(ast_.child(n, 0));
  const TypeId yes = visit_child(n, 1), no = visit_child(n, 2);
  const auto mark = types().mark();
  if (types().assignable(yes, no)) return types().most_general(yes, no);
  types().back_to(mark);
  return problem(ast_[ast_.child(n, 2)],
                 words_.branches_differ(ast_.child(n, 1), ast_.child(n, 2)));
}

/// One of the two is known.
std::optional<TypeId> Checker::arithmetic_with_loose(Op op, NodeId a, NodeId b) {
  const NodeId other = loose(a) ? b : a;
  const Of known = kind(other);
  const bool left = other == a;
  if (is_number(known))
    return op == Op::mod && known == Of::double_ ? std::nullopt : std::optional(t(known));
  if (op == Op::add) {
    if (known == Of::string_ || known == Of::bytes_ || known == Of::timestamp_) return t(known);
    if (known == Of::duration_) return t(Of::dyn);
    if (known == Of::list_) return type(other);
  }
  if (op == Op::sub && known == Of::timestamp_) return left ? t(Of::dyn) : t(Of::duration_);
  if (op == Op::sub && known == Of::duration_) return left ? t(Of::duration_) : t(Of::dyn);
  return std::nullopt;
}

std::optional<TypeId> Checker::arithmetic(const Node& n, NodeId a, NodeId b) {
  const Of x = kind(a), y = kind(b);
  const Op op = n.op;
  if (loose(a) && loose(b)) return t(Of::dyn);
  if (loose(a) || loose(b)) return arithmetic_with_loose(op, a, b);
  if (x == y && is_number(x)) {
    if (op == Op::mod && x == Of::double_) return std::nullopt;
    return t(x);
  }
  if (op == Op::add) {
    if (x == y && (x == Of::string_ || x == Of::bytes_)) return t(x);
    if (x == Of::list_ && y == Of::list_) {
      const auto mark = types().mark();
      if (types().assignable(type(a), type(b))) return types().most_general(type(a), type(b));
      types().back_to(mark);
      return std::nullopt;
    }
    if (is_time(x) && is_time(y) && (x == Of::duration_ || y == Of::duration_)) {
      return t(x == y ? Of::duration_ : Of::timestamp_);
    }
  }
  if (op == Op::sub && is_time(x) && is_time(y)) {
    if (x == y) return t(Of::duration_);
    if (x == Of::timestamp_) return t(Of::timestamp_);
  }
  return std::nullopt;
}

bool Checker::comparable(NodeId a, NodeId b) {
  if (is_number(kind(a)) && is_number(kind(b))) return true;
  const auto mark = types().mark();
  if (types().assignable(type(a), type(b))) return true;
  types().back_to(mark);
  return false;
}

bool Checker::orderable(NodeId a, NodeId b) {
  const auto has_order = [](Of of) {
    return is_number(of) || is_time(of) || of == Of::string_ || of == Of::bytes_ || of == Of::bool_;
  };
  const Of x = kind(a), y = kind(b);
  if (loose(a)) return loose(b) || has_order(y);
  if (loose(b)) return has_order(x);
  return has_order(x) && (x == y || (is_number(x) && is_number(y)));
}

/// nullopt: the right side holds nothing. false: it holds other things.
std::optional<bool> Checker::contained(NodeId a, NodeId b) {
  if (loose(b)) return true;
  const Of of = kind(b);
  if (of != Of::list_ && of != Of::map_) return std::nullopt;
  const TypeId element = types().parameter(type(b), 0);
  if (is_number(kind(a)) && is_number(types().kind(element))) return true;
  const auto mark = types().mark();
  if (types().assignable(element, type(a))) return true;
  types().back_to(mark);
  return false;
}

TypeId Checker::binary(const Node& n) {
  if (is_dashed_name(n)) return t(Of::error_);
  visit_child(n, 0);
  visit_child(n, 1);
  const NodeId a = ast_.child(n, 0), b = ast_.child(n, 1);
  switch (n.op) {
    case Op::eq:
    case Op::ne:
      if (!comparable(a, b)) problem(n.begin, n.end, words_.cannot_compare(n));
      return t(Of::bool_);
    case Op::lt:
    case Op::le:
    case Op::gt:
    case Op::ge:
      if (!orderable(a, b)) problem(n.begin, n.end, words_.cannot_compare(n));
      return t(Of::bool_);
    case Op::in: {
      const auto fits = contained(a, b);
      if (!fits) problem(ast_[b], words_.not_a_container(b));
      if (fits && !*fits) problem(n.begin, n.end, words_.cannot_contain(n));
      return t(Of::bool_);
    }
    default: {
      const auto result = arithmetic(n, a, b);
      return result ? *result : problem(n.begin, n.end, words_.cannot_compute(n));
    }
  }
}

}  // namespace assist::cel
