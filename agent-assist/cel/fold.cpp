#include "cel/no_facts.hpp"
#include "cel/ops.hpp"
#include "cel/program.hpp"

namespace assist::cel {
namespace {

constexpr std::int64_t kFoldSteps = 10'000;

/// && or || of values; nullopt: it is an error.
std::optional<Value> fold_logic(std::span<const Value> operands, bool is_or) {
  bool unclear = false;
  for (const Value& v : operands) {
    if (!v.is(Kind::bool_)) {
      unclear = true;
    } else if (v.as_bool() == is_or) {
      return v;
    }
  }
  if (unclear) return std::nullopt;
  return Value::boolean(!is_or);
}

std::optional<Value> fold_list(std::span<const Value> items, Arena& arena) {
  const auto copy = arena.values(items.size());
  std::copy(items.begin(), items.end(), copy.begin());
  return Value::list(copy);
}

std::optional<Value> fold_map(std::span<const Value> items, Arena& arena) {
  std::vector<Value> keys, values;
  for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
    keys.push_back(items[i]);
    values.push_back(items[i + 1]);
  }
  return make_map(keys, values, arena);
}

}  // namespace

ConstantFolder::ConstantFolder(const Ast& ast, const Checked& checked, Arena& arena)
    : ast_(ast), checked_(checked), arena_(arena), values_(ast.nodes.size()) {
  // Children stand before their parents.
  for (NodeId id = 0; id < ast.nodes.size(); ++id) {
    auto value = fold(id);
    if (value && !value->is_error()) values_[id] = *value;
  }
}

std::optional<Value> ConstantFolder::fold(NodeId id) {
  const Node& n = ast_[id];
  const Info& info = checked_.info[id];
  switch (info.ref) {
    case Info::Ref::variable:
      if (info.variable->is == Variable::Is::constant) return info.variable->constant.value();
      if (info.variable->is == Variable::Is::now) return Value::running_timestamp(0, 0, 1);
      return std::nullopt;
    case Info::Ref::type_name:
      return Value::type(info.text);
    case Info::Ref::local:
    case Info::Ref::error:
      return std::nullopt;
    default:
      break;
  }
  if (n.kind == NodeKind::literal) return n.value;
  if (n.kind == NodeKind::ident || n.kind == NodeKind::comprehension || n.kind == NodeKind::bind ||
      n.kind == NodeKind::block) {
    return std::nullopt;
  }
  Value few[8];
  std::vector<Value> many;
  std::size_t count = 0;
  if (n.count > 8) many.resize(n.count);
  Value* children = n.count > 8 ? many.data() : few;
  for (std::size_t i = info.namespaced ? 1 : 0; i < n.count; ++i) {
    const auto& child = values_[ast_.child(n, i)];
    if (!child || ast_.child_optional(n, i)) return std::nullopt;
    // What runs is carried through sums alone: the rest is for the moment that asks.
    if (child->runs() && n.kind != NodeKind::binary) return std::nullopt;
    children[count++] = *child;
  }
  return fold_operation(n, info, {children, count});
}

std::optional<Value> ConstantFolder::fold_operation(const Node& n, const Info& info,
                                                    std::span<const Value> c) {
  NoFacts facts;
  Run run(facts, Time(), arena_);
  run.set_steps(kFoldSteps);
  std::optional<Value> result;
  switch (n.kind) {
    case NodeKind::select:
      result = op_select(run, c[0], Value::string(n.name), n.flag);
      break;
    case NodeKind::has:
      result = op_has(run, c[0], Value::string(n.name));
      break;
    case NodeKind::index:
      result = op_index(run, c[0], c[1], n.flag);
      break;
    case NodeKind::call:
    case NodeKind::member_call:
      if (info.overload == nullptr) return std::nullopt;
      if (info.overload->builtin != nullptr) {
        result = info.overload->builtin(run, c);
      } else if (info.overload->native != nullptr) {
        result = info.overload->native(c, arena_);
      }
      break;
    case NodeKind::list:
      result = fold_list(c, arena_);
      break;
    case NodeKind::map:
      result = fold_map(c, arena_);
      break;
    case NodeKind::not_:
      result = op_not(run, c[0]);
      break;
    case NodeKind::negate:
      result = op_negate(run, c[0]);
      break;
    case NodeKind::and_:
    case NodeKind::or_:
      result = fold_logic(c, n.kind == NodeKind::or_);
      break;
    case NodeKind::conditional:
      if (!c[0].is(Kind::bool_)) return std::nullopt;
      result = c[0].as_bool() ? c[1] : c[2];
      break;
    case NodeKind::binary:
      switch (n.op) {
        case Op::add:
          result = op_add(run, c[0], c[1]);
          break;
        case Op::sub:
          result = op_sub(run, c[0], c[1]);
          break;
        case Op::mul:
          result = op_mul(run, c[0], c[1]);
          break;
        case Op::div:
          result = op_div(run, c[0], c[1]);
          break;
        case Op::mod:
          result = op_mod(run, c[0], c[1]);
          break;
        case Op::eq:
        case Op::ne:
          result = op_equal(run, c[0], c[1], n.op == Op::ne);
          break;
        case Op::in:
          result = op_in(run, c[0], c[1]);
          break;
        default:
          result = op_order(run, n.op, c[0], c[1]);
          break;
      }
      break;
    default:
      break;
  }
  // Whatever depends on the moment, or costs much, is left to the run.
  if (run.valid_us() != INT64_MAX || run.spent()) return std::nullopt;
  return result;
}

}  // namespace assist::cel
