#include <algorithm>
#include <string>

#include "cel/checker.hpp"

namespace assist::cel {

namespace {

constexpr std::string_view kTypeNames[] = {"bool",
                                           "int",
                                           "uint",
                                           "double",
                                           "string",
                                           "bytes",
                                           "list",
                                           "map",
                                           "null_type",
                                           "type",
                                           "google.protobuf.Timestamp",
                                           "google.protobuf.Duration",
                                           "optional_type",
                                           "net.IP",
                                           "net.CIDR"};

}  // namespace

/// What a step of a name adds to it: `hold` in call.hold, `repeat-contact` in
/// situation["repeat-contact"].
std::string_view Checker::step_name(NodeId id) const {
  const Node& n = ast_[id];
  if (n.kind != NodeKind::index) return n.name;
  return ast_[ast_.child(n, 1)].value.as_string();
}

/// The steps of a name from its first, where `id` may be one: a.b.c, a["b"].
bool Checker::chain_of(NodeId id, std::vector<NodeId>& chain) const {
  for (;;) {
    const Node& n = ast_[id];
    chain.push_back(id);
    if (n.kind == NodeKind::ident) break;
    const bool step =
        (n.kind == NodeKind::select && !n.flag) ||
        (n.kind == NodeKind::index && !n.flag && ast_[ast_.child(n, 1)].kind == NodeKind::literal &&
         ast_[ast_.child(n, 1)].value.is(Kind::string_));
    if (!step) return false;
    id = ast_.child(n, 0);
  }
  std::reverse(chain.begin(), chain.end());
  return true;
}

/// The steps as one name.
std::string Checker::dotted(const std::vector<NodeId>& chain) const {
  std::string out;
  for (const NodeId step : chain) out += (out.empty() ? "" : ".") + std::string(step_name(step));
  return out;
}

const Variable* Checker::variable(std::string_view name, bool absolute) const {
  return in_container(name, absolute,
                      [this](std::string_view full) { return env_.variable(full); });
}

/// A type is a value too: type(x) == int.
std::optional<TypeId> Checker::type_as_value(NodeId id, std::string_view name) {
  const auto found = std::find(std::begin(kTypeNames), std::end(kTypeNames), name);
  if (found == std::end(kTypeNames)) return std::nullopt;
  result_.info[id].ref = Ref::type_name;
  result_.info[id].text = *found;
  const TypeId dyn = t(Of::dyn);
  return types().make(Of::type_, {&dyn, 1});
}

/// A name on its own, or the first step of one that select() found no meaning for.
TypeId Checker::name(NodeId id) {
  const Node& n = ast_[id];
  Info& info = result_.info[id];
  if (!n.flag) {
    if (const Local* found = local(n.name)) {
      info.ref = Ref::local;
      info.index = found->index;
      return found->type;
    }
  }
  if (const Variable* found = variable(n.name, n.flag)) {
    info.ref = Ref::variable;
    info.variable = found;
    return to_type(found->type);
  }
  if (const auto type = type_as_value(id, n.name)) return *type;
  return unknown_name(id, {id});
}

TypeId Checker::unknown_name(NodeId id, const std::vector<NodeId>& chain) {
  if (told_enough()) {
    result_.info[id].ref = Ref::error;
    result_.info[id].text = "a name in it is not known";
    return t(Of::error_);
  }
  std::vector<Words::Step> steps;
  for (const NodeId step : chain) steps.push_back({step_name(step), step});
  std::vector<std::string_view> locals;
  for (const Local& l : locals_) locals.push_back(l.name);
  const Words::Said said = words_.unknown_name(steps, locals);
  Info& info = result_.info[id];
  info.ref = Ref::error;
  info.text = keep(said.text);
  return unknown_name(said.begin, said.end, said.text, dotted(chain));
}

TypeId Checker::unknown_name(std::size_t begin, std::size_t end, std::string text,
                             std::string name) {
  const std::size_t before = result_.problems.size();
  const TypeId error = problem(begin, end, std::move(text));
  if (result_.problems.size() > before) result_.problems.back().unknown_name = std::move(name);
  return error;
}

/// has(a.b) is for fields of values. Where a is but the beginning of names, a.b is a variable, and
/// always there, or nothing.
TypeId Checker::has(NodeId id) {
  const Node& n = ast_[id];
  const NodeId target = ast_.child(n, 0);
  std::vector<NodeId> chain;
  if (chain_of(target, chain) && local(ast_[chain[0]].name) == nullptr) {
    const bool absolute = ast_[chain[0]].flag;
    const std::string full = dotted(chain);
    if (variable(full, absolute) == nullptr && env_.groups.contains(full)) {
      const Variable* found = variable(full + "." + std::string(n.name), absolute);
      if (found != nullptr) return problem(n, words_.never_missing(*found));
      chain.push_back(id);
      return unknown_name(id, chain);
    }
  }
  visit(target);
  field(n, type(target), target);
  return t(Of::bool_);
}

TypeId Checker::select(NodeId id) {
  const Node& n = ast_[id];
  std::vector<NodeId> chain;
  const bool is_chain = chain_of(id, chain);
  if (is_chain && (ast_[chain[0]].flag || local(ast_[chain[0]].name) == nullptr)) {
    // The longest prefix that is a variable is meant; here: is all of it one?
    std::string full;
    bool prefix_is_variable = false;
    for (std::size_t i = 0; i < chain.size(); ++i) {
      if (i > 0) full += ".";
      full += step_name(chain[i]);
      if (i + 1 < chain.size() && variable(full, ast_[chain[0]].flag)) prefix_is_variable = true;
    }
    const bool bracketed = n.kind == NodeKind::index;
    const Variable* found = variable(full, ast_[chain[0]].flag);
    if (found != nullptr && !(bracketed && prefix_is_variable)) {
      result_.info[id].ref = Ref::variable;
      result_.info[id].variable = found;
      return to_type(found->type);
    }
    if (const auto type = type_as_value(id, full)) return *type;
    if (!prefix_is_variable) return unknown_name(id, chain);
  }
  const NodeId target = ast_.child(n, 0);
  visit(target);
  if (n.kind == NodeKind::index) return t(Of::dyn);  // index() goes on
  return field(n, type(target), target);
}

/// The type of target.name, for select and has.
TypeId Checker::field(const Node& n, TypeId target, NodeId target_node) {
  const Of of = types().kind(target);
  TypeId result = t(Of::dyn);
  switch (of) {
    case Of::map_:
      result = types().parameter(target, 1);
      break;
    case Of::optional_: {
      const TypeId held = types().parameter(target, 0);
      const TypeId inner = field(n, held, target_node);
      return types().kind(inner) == Of::optional_ ? inner : types().optional(inner);
    }
    case Of::object_: {
      const StructType& object = *types().declared(target)->struct_type();
      const auto found = std::find_if(object.fields.begin(), object.fields.end(),
                                      [&](const StructType::Field& f) { return f.name == n.name; });
      if (found == object.fields.end()) {
        return problem(n.at, n.at_end, words_.unknown_field(n, object));
      }
      result = to_type(found->type);
      break;
    }
    case Of::dyn:
    case Of::error_:
    case Of::parameter_:
      break;
    default:
      return problem(n.at, n.at_end, words_.no_fields(n, target_node));
  }
  return n.kind == NodeKind::select && n.flag ? types().optional(result) : result;
}

/// Told: `call.agent-name`, where call.agent_name is a variable and `name` is none.
bool Checker::is_dashed_name(const Node& n) {
  const NodeId a = ast_.child(n, 0), b = ast_.child(n, 1);
  const Node& rest = ast_[b];
  std::vector<NodeId> chain;
  const bool dashed = n.op == Op::sub && rest.kind == NodeKind::ident && !rest.flag &&
                      ast_[a].end + 1 == rest.begin && local(rest.name) == nullptr &&
                      variable(rest.name, false) == nullptr && chain_of(a, chain);
  if (!dashed || local(ast_[chain[0]].name) != nullptr) return false;
  std::string name = dotted(chain);
  const std::string written = name + "-" + std::string(rest.name);
  name += "_" + std::string(rest.name);
  if (variable(name, ast_[chain[0]].flag) == nullptr) return false;
  unknown_name(n.begin, n.end,
               "\"" + written + "\" is not a known fact. Did you mean \"" + name + "\"?", written);
  return true;
}

}  // namespace assist::cel
