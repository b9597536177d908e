#include "cel/ast.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "cel/text.hpp"

namespace assist::cel {

std::string_view op_text(Op op) {
  constexpr std::array<std::string_view, 12> kTexts = {"+",  "-", "*",  "/",  "%",  "<",
                                                       "<=", ">", ">=", "==", "!=", "in"};
  return kTexts[static_cast<std::size_t>(op)];
}

std::string_view macro_name(Macro macro) {
  constexpr std::array<std::string_view, 10> kNames = {
      "all",           "exists",       "exists_one",        "map",    "filter",
      "transformList", "transformMap", "transformMapEntry", "optMap", "optFlatMap"};
  return kNames[static_cast<std::size_t>(macro)];
}

Problem problem_at(std::string_view source, std::size_t begin, std::size_t end, std::string text) {
  begin = std::min(begin, source.size());
  Problem problem;
  problem.begin = begin;
  problem.end = std::clamp(end, begin, source.size());
  const auto before = source.substr(0, begin);
  const auto line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  problem.line = 1 + static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n'));
  problem.column = 1 + static_cast<std::uint32_t>(code_points(before.substr(line_start)));
  problem.text = std::move(text);
  return problem;
}

namespace {

void print_node(const Ast& ast, NodeId id, std::string& out) {
  const Node& n = ast[id];
  const auto children = [&](std::size_t from = 0) {
    for (std::size_t i = from; i < n.count; ++i) {
      out += ast.child_optional(n, i) ? " ?" : " ";
      print_node(ast, ast.child(n, i), out);
    }
    out += ")";
  };
  switch (n.kind) {
    case NodeKind::literal:
      out += to_literal(n.value, Time());
      return;
    case NodeKind::ident:
      out += (n.flag ? "." : "") + std::string(n.name);
      return;
    case NodeKind::select:
    case NodeKind::has:
      out += n.kind == NodeKind::has ? "(has " : "(";
      out += n.flag ? ".?" : ".";
      out += std::string(n.name);
      return children();
    case NodeKind::index:
      out += n.flag ? "([?]" : "([]";
      return children();
    case NodeKind::call:
      out += "(" + std::string(n.flag ? "." : "") + std::string(n.name);
      return children();
    case NodeKind::member_call:
      out += "(-> " + std::string(n.name);
      return children();
    case NodeKind::list:
      out += "(list";
      return children();
    case NodeKind::map:
      out += "(map";
      return children();
    case NodeKind::not_:
      out += "(!";
      return children();
    case NodeKind::negate:
      out += "(-";
      return children();
    case NodeKind::and_:
      out += "(&&";
      return children();
    case NodeKind::or_:
      out += "(||";
      return children();
    case NodeKind::conditional:
      out += "(?:";
      return children();
    case NodeKind::binary:
      out += "(" + std::string(op_text(n.op));
      return children();
    case NodeKind::comprehension:
      out += "(" + std::string(macro_name(n.macro)) + " " + std::string(n.var1);
      if (!n.var2.empty()) out += " " + std::string(n.var2);
      return children();
    case NodeKind::bind:
      out += "(bind " + std::string(n.var1);
      return children();
    case NodeKind::block:
      out += "(block";
      return children();
  }
}

}  // namespace

std::string print(const Ast& ast) {
  std::string out;
  print_node(ast, ast.root, out);
  return out;
}

}  // namespace assist::cel
