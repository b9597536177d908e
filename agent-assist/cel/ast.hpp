#pragma once

// What an expression is read as: nodes in one vector, children by index. No pointers, so that a
// tree is made and dropped in a few allocations.

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cel/cel.hpp"

namespace assist::cel {

using NodeId = std::uint32_t;
inline constexpr NodeId kNoNode = UINT32_MAX;
/// On a child of a list or map literal: it was written with `?`.
inline constexpr NodeId kOptionalMark = 0x8000'0000;

enum class NodeKind : std::uint8_t {
  literal,        // value
  ident,          // name; `flag`: written with a leading dot
  select,         // child 0, name; `flag`: written .?
  has,            // the presence test of select: child 0, name; `flag`: written .?
  index,          // child 0 [ child 1 ]; `flag`: written [?
  call,           // name(children); `flag`: leading dot
  member_call,    // child 0 . name(the other children)
  list,           // children
  map,            // children: key, value, key, value ..; the mark is on the key
  not_,           // ! child 0
  negate,         // - child 0
  and_,           // children, two or more
  or_,            // children, two or more
  conditional,    // child 0 ? child 1 : child 2
  binary,         // child 0 op child 1
  comprehension,  // macro over child 0 with var1, var2; the other children as the macro has them
  bind,           // cel.bind: var1 = child 0 in child 1
  block,          // cel.block: children but the last are @index0.., the last is the result
};

enum class Op : std::uint8_t { add, sub, mul, div, mod, lt, le, gt, ge, eq, ne, in };

enum class Macro : std::uint8_t {
  all,
  exists,
  exists_one,
  map,                  // children: range, [filter,] transform
  filter,               // children: range, predicate
  transform_list,       // children: range, [filter,] transform
  transform_map,        // children: range, [filter,] value
  transform_map_entry,  // children: range, [filter,] map
  opt_map,              // over an optional: its value or none
  opt_flat_map,
};

struct Node {
  NodeKind kind = NodeKind::literal;
  Op op = Op::add;
  Macro macro = Macro::all;
  bool flag = false;
  bool parenthesized = false;
  std::uint16_t depth = 1;
  std::uint32_t begin = 0, end = 0;    // source bytes of the whole
  std::uint32_t at = 0, at_end = 0;    // of the name or operator
  std::uint32_t first = 0, count = 0;  // in Ast::children
  std::string_view name, var1, var2;   // in the source or in Ast::texts
  Value value;
};

struct Ast {
  std::vector<Node> nodes;
  std::vector<NodeId> children;
  std::deque<std::string> texts;  // of literals with escapes
  NodeId root = kNoNode;

  const Node& operator[](NodeId id) const { return nodes[id]; }
  NodeId child(const Node& node, std::size_t i) const {
    return children[node.first + i] & ~kOptionalMark;
  }
  bool child_optional(const Node& node, std::size_t i) const {
    return (children[node.first + i] & kOptionalMark) != 0;
  }
};

std::string_view op_text(Op op);
std::string_view macro_name(Macro macro);

/// Reads `source`; views in the tree point into it. On failure the first problem alone.
std::variant<Ast, Problem> parse(std::string_view source, const Limits& limits);

/// Line and column of the byte at `begin`, from 1, columns in code points.
Problem problem_at(std::string_view source, std::size_t begin, std::size_t end, std::string text);

/// The tree as text: `(&& (> call.hold (minutes 2)) ..)`.
std::string print(const Ast& ast);

}  // namespace assist::cel
