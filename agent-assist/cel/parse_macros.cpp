#include "cel/parser.hpp"

namespace assist::cel {
namespace {

/// A macro of the form range.name(var.., ...): how many variables and arguments it takes.
struct MacroForm {
  std::string_view name;
  Macro macro;
  std::size_t vars, args;  // args: all that stand between the parentheses
};
constexpr MacroForm kMacros[] = {
    {"all", Macro::all, 1, 2},
    {"all", Macro::all, 2, 3},
    {"exists", Macro::exists, 1, 2},
    {"exists", Macro::exists, 2, 3},
    {"exists_one", Macro::exists_one, 1, 2},
    {"exists_one", Macro::exists_one, 2, 3},
    {"existsOne", Macro::exists_one, 1, 2},
    {"existsOne", Macro::exists_one, 2, 3},
    {"map", Macro::map, 1, 2},
    {"map", Macro::map, 1, 3},
    {"filter", Macro::filter, 1, 2},
    {"transformList", Macro::transform_list, 2, 3},
    {"transformList", Macro::transform_list, 2, 4},
    {"transformMap", Macro::transform_map, 2, 3},
    {"transformMap", Macro::transform_map, 2, 4},
    {"transformMapEntry", Macro::transform_map_entry, 2, 3},
    {"transformMapEntry", Macro::transform_map_entry, 2, 4},
    {"optMap", Macro::opt_map, 1, 2},
    {"optFlatMap", Macro::opt_flat_map, 1, 2},
};

}  // namespace

NodeId Parser::has_macro(const Lexeme& at, std::uint32_t begin, const std::vector<NodeId>& args) {
  if (args.size() != 1) {
    return fail(at.begin, at.end, "has() takes one field, as in has(call.attributes.plan)");
  }
  const Node& field = ast_.nodes[args[0]];
  if (field.kind == NodeKind::index) {
    const Node& map = ast_.nodes[ast_.child(field, 0)];
    const Node& key = ast_.nodes[ast_.child(field, 1)];
    const auto written = [this](const Node& n) {
      return std::string(source_.substr(n.begin, n.end - n.begin));
    };
    if (map.kind == NodeKind::select)
      return fail(at.begin, field.end,
                  "has() takes a name behind a dot: write " + written(key) + " in " + written(map) +
                      " instead");
  }
  if (field.kind != NodeKind::select) {
    return fail(field.begin, field.end,
                "has() takes a field, as in has(call.attributes.plan): write NAME.FIELD in it");
  }
  Node n = node(NodeKind::has, begin);
  n.at = field.at;
  n.at_end = field.at_end;
  n.name = field.name;
  n.flag = field.flag;
  return add(n, {ast_.child(field, 0)});
}

/// What a macro's variable is called: a name, or cel.iterVar(n, m).
std::optional<std::string_view> Parser::variable_name(NodeId id) const {
  const Node& n = ast_.nodes[id];
  if (n.kind == NodeKind::ident && !n.flag) return n.name;
  return std::nullopt;
}

std::optional<NodeId> Parser::macro(NodeId target, const Lexeme& at, std::uint32_t begin,
                                    const std::vector<NodeId>& args) {
  bool known = false;
  for (const MacroForm& form : kMacros) {
    if (form.name != at.text) continue;
    known = true;
    if (form.args != args.size()) continue;
    Node n = node_at(NodeKind::comprehension, begin, at);
    n.macro = form.macro;
    for (std::size_t i = 0; i < form.vars; ++i) {
      const auto name = variable_name(args[i]);
      if (!name) {
        const Node& bad = ast_.nodes[args[i]];
        return fail(bad.begin, bad.end,
                    "here comes a name of your choice for each element, as in " +
                        std::string(at.text) + "(c, ...)");
      }
      (i == 0 ? n.var1 : n.var2) = *name;
    }
    if (form.vars == 2 && n.var1 == n.var2) {
      const Node& bad = ast_.nodes[args[1]];
      return fail(bad.begin, bad.end,
                  "the two names of " + std::string(at.text) + "() must differ");
    }
    std::vector<NodeId> children{target};
    children.insert(children.end(), args.begin() + static_cast<std::ptrdiff_t>(form.vars),
                    args.end());
    return add(n, children);
  }
  if (known && args.empty()) {
    return fail(at.begin, at.end,
                std::string(at.text) +
                    "() takes a name for each element and an expression, as in " +
                    std::string(at.text) + "(c, c == 1)");
  }
  return std::nullopt;
}

NodeId Parser::bind_macro(const Lexeme& at, std::uint32_t begin, const std::vector<NodeId>& args) {
  const auto name = variable_name(args[0]);
  if (!name) {
    const Node& bad = ast_.nodes[args[0]];
    return fail(bad.begin, bad.end, "cel.bind() takes a name first, as in cel.bind(x, 1, x + x)");
  }
  Node n = node_at(NodeKind::bind, begin, at);
  n.var1 = *name;
  return add(n, {args[1], args[2]});
}

NodeId Parser::block_macro(const Lexeme& at, std::uint32_t begin, const std::vector<NodeId>& args) {
  const Node list = ast_.nodes[args[0]];
  if (list.kind != NodeKind::list) {
    return fail(list.begin, list.end, "cel.block() takes a list of expressions first");
  }
  std::vector<NodeId> children;
  for (std::size_t i = 0; i < list.count; ++i) children.push_back(ast_.child(list, i));
  children.push_back(args[1]);
  return add(node_at(NodeKind::block, begin, at), children);
}

std::optional<NodeId> Parser::cel_macro(const Lexeme& at, std::uint32_t begin,
                                        const std::vector<NodeId>& args) {
  const auto literal_int = [&](NodeId id) -> std::optional<std::int64_t> {
    const Node& n = ast_.nodes[id];
    if (n.kind != NodeKind::literal || !n.value.is(Kind::int_) || n.value.as_int() < 0) {
      return std::nullopt;
    }
    return n.value.as_int();
  };
  const auto named = [&](std::string name) {
    ast_.texts.push_back(std::move(name));
    Node n = node_at(NodeKind::ident, begin, at);
    n.name = ast_.texts.back();
    return add(n);
  };
  if (at.text == "bind" && args.size() == 3) return bind_macro(at, begin, args);
  if (at.text == "block" && args.size() == 2) return block_macro(at, begin, args);
  if (at.text == "index" && args.size() == 1) {
    const auto n = literal_int(args[0]);
    if (!n) return fail(at.begin, at.end, "cel.index() takes a whole number");
    return named("@index" + std::to_string(*n));
  }
  if ((at.text == "iterVar" || at.text == "accuVar") && args.size() == 2) {
    const auto depth = literal_int(args[0]), unique = literal_int(args[1]);
    if (!depth || !unique) {
      return fail(at.begin, at.end, "cel." + std::string(at.text) + "() takes two whole numbers");
    }
    return named((at.text == "iterVar" ? "@it:" : "@ac:") + std::to_string(*depth) + ":" +
                 std::to_string(*unique));
  }
  return std::nullopt;
}

}  // namespace assist::cel
