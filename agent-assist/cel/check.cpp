#include "cel/check.hpp"

#include <algorithm>
#include <array>

#include "cel/messages.hpp"
#include "cel/ops.hpp"
#include "cel/text.hpp"

namespace assist::cel {
namespace {

using Of = Type::Of;
using Ref = Info::Ref;

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

bool is_number(Of of) { return of == Of::int_ || of == Of::uint_ || of == Of::double_; }
bool is_time(Of of) { return of == Of::timestamp_ || of == Of::duration_; }

class Checker {
 public:
  Checker(const Ast& ast, std::string_view source, const EnvData& env,
          const CompileOptions& options)
      : ast_(ast),
        env_(env),
        options_(options),
        words_(ast, source, env, result_.types, options.suggest_names) {
    result_.info.resize(ast.nodes.size());
  }

  Checked run() && {
    words_.types_of(result_);
    visit(ast_.root);
    if (options_.expected_result) expect_result(*options_.expected_result);
    std::stable_sort(result_.problems.begin(), result_.problems.end(),
                     [](const Problem& a, const Problem& b) { return a.begin < b.begin; });
    return std::move(result_);
  }

 private:
  TypePool& types() { return result_.types; }
  static TypeId t(Of of) { return TypePool::of(of); }
  TypeId type(NodeId id) const { return result_.info[id].type; }
  Of kind(NodeId id) const { return result_.types.kind(type(id)); }
  /// dyn, or not known yet, or found wrong already: goes with everything.
  bool loose(NodeId id) const {
    const Of k = kind(id);
    return k == Of::dyn || k == Of::error_ || k == Of::parameter_;
  }

  TypeId problem(std::size_t begin, std::size_t end, std::string text) {
    if (options_.check && result_.problems.size() < options_.limits.problems) {
      result_.problems.push_back(problem_at(words_.source(), begin, end, std::move(text)));
    }
    return t(Of::error_);
  }
  TypeId problem(const Node& at, std::string text) {
    return problem(at.begin, at.end, std::move(text));
  }

  /// Finding the right words takes time: of thousands of slips only the first are told.
  bool told_enough() const {
    return result_.texts.size() >= 200 ||
           (options_.check && result_.problems.size() >= options_.limits.problems);
  }

  void visit(NodeId id) {
    const TypeId found = deduce(id);
    result_.info[id].type = options_.check ? found : t(Of::dyn);
  }
  TypeId visit_child(const Node& n, std::size_t i) {
    const NodeId child = ast_.child(n, i);
    visit(child);
    return type(child);
  }

  TypeId deduce(NodeId id);
  TypeId literal(const Node& n);
  TypeId name(NodeId id);
  TypeId unknown_name(NodeId id, const std::vector<NodeId>& chain);
  TypeId has(NodeId id);
  bool is_dashed_name(const Node& n);
  TypeId select(NodeId id);
  TypeId field(const Node& n, TypeId target, NodeId target_node);
  TypeId index(NodeId id);
  TypeId list(const Node& n);
  TypeId map(const Node& n);
  TypeId element_of_literal(const Node& n, std::size_t i, bool optional);
  TypeId join(TypeId so_far, TypeId next);
  TypeId logic(const Node& n);
  TypeId conditional(const Node& n);
  TypeId negate(const Node& n);
  TypeId binary(const Node& n);
  std::optional<TypeId> arithmetic(const Node& n, NodeId a, NodeId b);
  bool comparable(NodeId a, NodeId b);
  bool orderable(NodeId a, NodeId b);
  std::optional<bool> contained(NodeId a, NodeId b);
  TypeId comprehension(NodeId id);
  TypeId optional_macro(NodeId id, const Node& n, TypeId range);
  TypeId macro_result(const Node& n);
  TypeId bind(NodeId id);
  TypeId block(NodeId id);
  TypeId call(NodeId id);
  TypeId overloads(NodeId id, std::string_view name, bool member, const std::vector<NodeId>& args,
                   const std::vector<Overload>* host, const std::vector<Overload>* builtin);
  bool matches(const Overload& overload, const std::vector<NodeId>& args, TypeId& result);
  void expect_bool(NodeId id);
  void expect_result(const Type& expected);

  struct Local {
    std::string_view name;
    TypeId type;
    std::uint32_t index;
  };
  const Local* local(std::string_view name) const {
    for (auto at = locals_.rbegin(); at != locals_.rend(); ++at) {
      if (at->name == name) return &*at;
    }
    return nullptr;
  }
  std::uint32_t declare_local(std::string_view name, TypeId type) {
    locals_.push_back({name, type, result_.locals});
    return result_.locals++;
  }

  bool chain_of(NodeId id, std::vector<NodeId>& chain) const;
  std::string_view step_name(NodeId id) const;
  const Variable* variable(std::string_view name, bool absolute) const;
  TypeId to_type(const Type& type) { return types().from(type); }
  TypeId open_or_dyn(TypeId id) { return options_.check ? id : t(Of::dyn); }
  std::string_view keep(std::string text) {
    result_.texts.push_back(std::move(text));
    return result_.texts.back();
  }

  const Ast& ast_;
  const EnvData& env_;
  const CompileOptions& options_;
  Checked result_;
  Words words_;
  std::vector<Local> locals_;
};

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

/// In the container `a.b` a name y is a.b.y, then a.y, then y.
const Variable* Checker::variable(std::string_view name, bool absolute) const {
  std::string_view container = absolute ? std::string_view() : options_.container;
  while (!container.empty()) {
    const std::string full = std::string(container) + "." + std::string(name);
    if (const Variable* found = env_.variable(full)) return found;
    const auto dot = container.rfind('.');
    container = dot == std::string_view::npos ? std::string_view() : container.substr(0, dot);
  }
  return env_.variable(name);
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
  for (const auto type_name : kTypeNames) {
    if (type_name == n.name) {
      info.ref = Ref::type_name;
      info.text = type_name;
      const TypeId dyn = t(Of::dyn);
      return types().make(Of::type_, {&dyn, 1});
    }
  }
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
  return problem(said.begin, said.end, said.text);
}

/// has(a.b) is for fields of values. Where a is but the beginning of names, a.b is a variable, and
/// always there, or nothing.
TypeId Checker::has(NodeId id) {
  const Node& n = ast_[id];
  const NodeId target = ast_.child(n, 0);
  std::vector<NodeId> chain;
  if (chain_of(target, chain) && local(ast_[chain[0]].name) == nullptr) {
    const bool absolute = ast_[chain[0]].flag;
    std::string full;
    for (const NodeId step : chain)
      full += (full.empty() ? "" : ".") + std::string(step_name(step));
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
    for (const auto type_name : kTypeNames) {
      if (type_name == full) {
        result_.info[id].ref = Ref::type_name;
        result_.info[id].text = type_name;
        const TypeId dyn = t(Of::dyn);
        return types().make(Of::type_, {&dyn, 1});
      }
    }
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
      return problem(n.at, n.at_end, words_.no_fields(n, target_node, type(target_node)));
  }
  return n.kind == NodeKind::select && n.flag ? types().optional(result) : result;
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
  if (so_far == UINT32_MAX) return next;
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
  TypeId element = UINT32_MAX;
  for (std::size_t i = 0; i < n.count; ++i) {
    element = join(element, element_of_literal(n, i, ast_.child_optional(n, i)));
  }
  if (element == UINT32_MAX) element = options_.check ? types().variable() : t(Of::dyn);
  return types().list(element);
}

TypeId Checker::map(const Node& n) {
  TypeId key = UINT32_MAX, value = UINT32_MAX;
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
  if (key == UINT32_MAX) {
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

std::optional<TypeId> Checker::arithmetic(const Node& n, NodeId a, NodeId b) {
  const Of x = kind(a), y = kind(b);
  const bool loose_a = loose(a), loose_b = loose(b);
  const Op op = n.op;
  if (loose_a && loose_b) return t(Of::dyn);
  if (loose_a || loose_b) {
    const Of known = loose_a ? y : x;
    if (is_number(known)) {
      if (op == Op::mod && known == Of::double_) return std::nullopt;
      return t(known);
    }
    if (op == Op::add) {
      if (known == Of::string_ || known == Of::bytes_ || known == Of::timestamp_) return t(known);
      if (known == Of::duration_) return t(Of::dyn);
      if (known == Of::list_) return loose_a ? type(b) : type(a);
    }
    if (op == Op::sub && known == Of::timestamp_) return loose_a ? t(Of::duration_) : t(Of::dyn);
    if (op == Op::sub && known == Of::duration_) return loose_a ? t(Of::dyn) : t(Of::duration_);
    return std::nullopt;
  }
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

/// Told: `call.agent-name`, where call.agent_name is a variable and `name` is none.
bool Checker::is_dashed_name(const Node& n) {
  const NodeId a = ast_.child(n, 0), b = ast_.child(n, 1);
  const Node& rest = ast_[b];
  std::vector<NodeId> chain;
  const bool dashed = n.op == Op::sub && rest.kind == NodeKind::ident && !rest.flag &&
                      ast_[a].end + 1 == rest.begin && local(rest.name) == nullptr &&
                      variable(rest.name, false) == nullptr && chain_of(a, chain);
  if (!dashed || local(ast_[chain[0]].name) != nullptr) return false;
  std::string name;
  for (const NodeId step : chain) name += (name.empty() ? "" : ".") + std::string(step_name(step));
  const std::string written = name + "-" + std::string(rest.name);
  name += "_" + std::string(rest.name);
  if (variable(name, ast_[chain[0]].flag) == nullptr) return false;
  problem(n.begin, n.end,
          "\"" + written + "\" is not a known fact. Did you mean \"" + name + "\"?");
  return true;
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
      return UINT32_MAX;  // as the elements are
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
                          const std::vector<NodeId>& args, const std::vector<Overload>* host,
                          const std::vector<Overload>* builtin) {
  Info& info = result_.info[id];
  info.ref = Ref::function;
  TypeId result = UINT32_MAX;
  const Overload* first = nullptr;
  const Overload* arity = nullptr;  // one that takes as many
  for (const auto* set : {host, builtin}) {
    if (set == nullptr) continue;
    for (const Overload& overload : *set) {
      if (overload.member != member) continue;
      const bool count = overload.varargs ? args.size() >= overload.params.size()
                                          : args.size() == overload.params.size();
      if (count && arity == nullptr) arity = &overload;
      if (!options_.check) continue;
      // One that takes anything is for what the others do not take.
      if (first != nullptr && !overload.params.empty() && overload.params[0].is(Of::dyn)) continue;
      TypeId one = UINT32_MAX;
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
                 words_.bad_arguments(name, member, args, host, builtin));
}

TypeId Checker::call(NodeId id) {
  const Node& n = ast_[id];
  const bool member = n.kind == NodeKind::member_call;
  std::vector<NodeId> args;
  for (std::size_t i = 0; i < n.count; ++i) args.push_back(ast_.child(n, i));
  std::string qualified;
  if (member) {
    // math.abs(x) and the like: the target is no value but the first part of the name.
    std::vector<NodeId> chain;
    if (chain_of(args[0], chain) && local(ast_[chain[0]].name) == nullptr) {
      for (const NodeId step : chain) qualified += std::string(step_name(step)) + ".";
    }
  }
  const auto find = [&](const std::string& name) {
    const auto* host = env_.host_functions(name);
    const auto found = builtin_functions().find(name);
    const auto* builtin = found == builtin_functions().end() ? nullptr : &found->second;
    return std::pair(host, builtin);
  };
  const std::string full = qualified + std::string(n.name);
  if (!member || !qualified.empty()) {
    std::string_view container = n.flag ? std::string_view() : options_.container;
    for (;;) {
      const std::string candidate = container.empty() ? full : std::string(container) + "." + full;
      const auto [host, builtin] = find(candidate);
      if (host != nullptr || builtin != nullptr) {
        const std::size_t skip = member ? 1 : 0;
        for (std::size_t i = skip; i < args.size(); ++i) visit(args[i]);
        result_.info[id].namespaced = member;
        if (member) args.erase(args.begin());
        return overloads(id, full, false, args, host, builtin);
      }
      if (container.empty()) break;
      const auto dot = container.rfind('.');
      container = dot == std::string_view::npos ? std::string_view() : container.substr(0, dot);
    }
  }
  const auto [host, builtin] = find(std::string(n.name));
  // Of a macro with a slip in its name nothing inside is known: exist(c, c.at > now).
  const bool macro =
      member && host == nullptr && builtin == nullptr && Words::is_like_macro(n.name);
  // A group is no value; of customer.said() it is told that it is no function.
  const bool group = member && host == nullptr && builtin == nullptr && !qualified.empty() &&
                     env_.groups.contains(qualified.substr(0, qualified.size() - 1));
  for (const NodeId arg : args)
    if (arg == args[0] ? !group : !macro) visit(arg);
  if (member && (host != nullptr || builtin != nullptr)) {
    return overloads(id, n.name, true, args, host, builtin);
  }
  Info& info = result_.info[id];
  info.ref = Ref::error;
  info.text = "a function in it is not known";
  if (told_enough()) return t(Of::error_);
  const std::string text = words_.unknown_function(n);
  info.text = keep(text);
  return problem(n.at, n.at_end, text);
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

}  // namespace

Checked check(const Ast& ast, std::string_view source, const EnvData& env,
              const CompileOptions& options) {
  return Checker(ast, source, env, options).run();
}

}  // namespace assist::cel
