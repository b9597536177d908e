#include <algorithm>

#include "cel/program.hpp"

namespace assist::cel {
namespace {

using Of = Type::Of;
using Ref = Info::Ref;

/// Reads from a tree, once it is checked, what the host wants to know before it runs.
class Analysis {
 public:
  Analysis(const Ast& ast, const Checked& checked, const ConstantFolder& constants,
           ProgramData& out)
      : ast_(ast), checked_(checked), constants_(constants), out_(out) {}

  void run(std::vector<Problem>& problems) {
    for (NodeId id = 0; id < ast_.nodes.size(); ++id) {
      if (source_of_time(id)) out_.uses_now = true;
      if (every_moment(id)) {
        out_.changes_every_moment = true;
        if (out_.options.refuse_changes_every_moment) refuse(id, problems);
      }
    }
    out_.equalities = necessary(ast_.root);
    if (ast_[ast_.root].kind != NodeKind::and_ && out_.equalities.size() == 1)
      out_.equalities[0].exact = of_comparison(ast_.root).has_value();
    const Node& root = ast_[ast_.root];
    auto& [any, negated] = out_.comparisons;
    negated = root.kind == NodeKind::not_;
    if (!alternatives(negated ? ast_.child(root, 0) : ast_.root, any)) any.clear();
    split(ast_.root);
  }

 private:
  Of kind(NodeId id) const { return checked_.types.kind(checked_.info[id].type); }

  /// `now`, or a fact that may run.
  bool source_of_time(NodeId id) const {
    const Info& info = checked_.info[id];
    if (info.ref == Ref::variable) {
      if (info.variable->is == Variable::Is::now) return true;
      return info.variable->is == Variable::Is::slot && may_run(info.variable->type, 0);
    }
    if (info.ref == Ref::function && info.overload != nullptr &&
        info.overload->builtin == nullptr && info.overload->native == nullptr) {
      return true;  // a host function may look at the clock
    }
    return false;
  }

  static bool may_run(const Type& type, int depth) {
    switch (type.of()) {
      case Of::duration_:
      case Of::dyn:
        return true;
      case Of::list_:
      case Of::map_:
      case Of::optional_:
        return depth < 4 && may_run(type.element(), depth + 1);
      case Of::object_:
        return std::any_of(type.struct_type()->fields.begin(), type.struct_type()->fields.end(),
                           [&](const auto& f) { return depth < 4 && may_run(f.type, depth + 1); });
      default:
        return false;
    }
  }

  /// The value is a moment or length that runs, as far as can be told.
  bool runs(NodeId id) const {
    const Node& n = ast_[id];
    const Info& info = checked_.info[id];
    if (constants_[id]) return constants_[id]->runs();
    if (kind(id) != Of::duration_ && kind(id) != Of::timestamp_) return false;
    if (info.ref == Ref::variable) {
      return info.variable->is == Variable::Is::slot && kind(id) == Of::duration_;
    }
    for (std::size_t i = 0; i < n.count; ++i) {
      if (n.kind == NodeKind::conditional && i == 0) continue;
      if (runs(ast_.child(n, i))) return true;
    }
    return false;
  }

  /// Text of a value that runs is another at each microsecond.
  bool every_moment(NodeId id) const {
    const Node& n = ast_[id];
    const bool is_call = n.kind == NodeKind::call || n.kind == NodeKind::member_call;
    if (!is_call || (n.name != "string" && n.name != "format")) return false;
    for (std::size_t i = 0; i < n.count; ++i) {
      const NodeId child = ast_.child(n, i);
      if (runs(child)) return true;
      const Node& c = ast_[child];
      for (std::size_t k = 0; c.kind == NodeKind::list && k < c.count; ++k) {
        if (runs(ast_.child(c, k))) return true;
      }
    }
    return false;
  }

  void refuse(NodeId id, std::vector<Problem>& problems) {
    const Node& n = ast_[id];
    problems.push_back(problem_at(
        out_.source, n.begin, n.end,
        "this text is another at every moment, so no moment can be told at which the condition "
        "turns: compare the length of time itself, as in call.hold > minutes(2)"));
  }

  std::vector<Program::Equality> necessary(NodeId id) const;
  std::optional<Program::Comparison> comparison(NodeId id) const;
  /// Of what a host function gives for constant arguments.
  Program::Comparison of_function(NodeId call, std::uint32_t function, Program::Comparison::Is is,
                                  const Value& value) const;
  bool alternatives(NodeId id, std::vector<Program::Comparison>& out) const;
  std::optional<Program::Equality> of_comparison(NodeId id) const;
  std::optional<Program::Equality> of_membership(NodeId needle, NodeId range) const;
  void split(NodeId id) {
    const Node& n = ast_[id];
    if (n.kind != NodeKind::and_) {
      out_.conjuncts.emplace_back(n.begin, n.end);
      return;
    }
    for (std::size_t i = 0; i < n.count; ++i) split(ast_.child(n, i));
  }

  /// The host function that is called with constants alone.
  std::optional<std::uint32_t> host_function(NodeId id) const {
    const Node& n = ast_[id];
    const Info& info = checked_.info[id];
    if (n.kind != NodeKind::call || info.ref != Ref::function || info.overload == nullptr ||
        info.overload->builtin != nullptr || info.overload->native != nullptr)
      return std::nullopt;
    for (std::size_t i = 0; i < n.count; ++i)
      if (!constants_[ast_.child(n, i)] || constants_[ast_.child(n, i)]->runs())
        return std::nullopt;
    return info.overload->function_id;
  }

  /// A fact, or a member of one that is a map.
  struct Subject {
    std::uint32_t slot;
    std::optional<std::string> member;
    Of type;
  };
  std::optional<Subject> subject(NodeId id) const {
    const Node& n = ast_[id];
    const Info& info = checked_.info[id];
    if (info.ref == Ref::variable) {
      if (info.variable->is != Variable::Is::slot) return std::nullopt;
      return Subject{info.variable->slot, std::nullopt, kind(id)};
    }
    if ((n.kind != NodeKind::select && n.kind != NodeKind::index) || n.flag) return std::nullopt;
    const NodeId map = ast_.child(n, 0);
    const Info& of = checked_.info[map];
    if (of.ref != Ref::variable || of.variable->is != Variable::Is::slot || kind(map) != Of::map_)
      return std::nullopt;
    if (n.kind == NodeKind::select)
      return Subject{of.variable->slot, std::string(n.name), kind(id)};
    const auto& key = constants_[ast_.child(n, 1)];
    if (!key || !key->is(Kind::string_)) return std::nullopt;
    return Subject{of.variable->slot, std::string(key->as_string()), kind(id)};
  }
  static bool plain(const Value& value, Of type) {
    return (value.is(Kind::string_) && (type == Of::string_ || type == Of::dyn)) ||
           (value.is(Kind::bool_) && type == Of::bool_) ||
           (value.is(Kind::int_) && type == Of::int_) ||
           (value.is(Kind::uint_) && type == Of::uint_);
  }

  const Ast& ast_;
  const Checked& checked_;
  const ConstantFolder& constants_;
  ProgramData& out_;
};

/// `"x" in fact`: of a list an entry, of a map that it has such a member.
std::optional<Program::Equality> Analysis::of_membership(NodeId needle, NodeId range) const {
  const auto& value = constants_[needle];
  const auto found = subject(range);
  if (!value || !value->is(Kind::string_) || !found || found->member) return std::nullopt;
  if (found->type == Of::map_) {
    Program::Equality has{found->slot, std::string(value->as_string()), {}};
    has.presence = true;
    return has;
  }
  if (found->type != Of::list_) return std::nullopt;
  const Type& type = checked_.info[range].variable->type;
  if (type.element().of() != Of::string_) return std::nullopt;
  return Program::Equality{found->slot, std::nullopt, {OwnedConstant(*value)}};
}

std::optional<Program::Equality> Analysis::of_comparison(NodeId id) const {
  const Node& n = ast_[id];
  if (n.kind == NodeKind::ident || n.kind == NodeKind::select || n.kind == NodeKind::index ||
      n.kind == NodeKind::not_) {
    const bool is_not = n.kind == NodeKind::not_;
    const auto found = subject(is_not ? ast_.child(n, 0) : id);
    if (!found || found->type != Of::bool_) return std::nullopt;
    return Program::Equality{found->slot, found->member, {OwnedConstant(Value::boolean(!is_not))}};
  }
  if (n.kind != NodeKind::binary || (n.op != Op::eq && n.op != Op::in)) return std::nullopt;
  NodeId left = ast_.child(n, 0), right = ast_.child(n, 1);
  if (n.op == Op::eq && constants_[left]) std::swap(left, right);
  if (n.op == Op::in && constants_[left]) return of_membership(left, right);
  const auto found = subject(left);
  const auto& value = constants_[right];
  if (!found || !value) return std::nullopt;
  if (n.op == Op::eq) {
    if (!plain(*value, found->type)) return std::nullopt;
    return Program::Equality{found->slot, found->member, {OwnedConstant(*value)}};
  }
  if (!value->is(Kind::list_) || value->list_view() != nullptr) return std::nullopt;
  Program::Equality result{found->slot, found->member, {}};
  for (std::size_t i = 0; i < value->list_size(); ++i) {
    const Value& item = value->list_data()[i];
    if (!plain(item, found->type)) return std::nullopt;
    result.values.emplace_back(item);
  }
  return result;
}

std::optional<Program::Comparison> Analysis::comparison(NodeId id) const {
  using Is = Program::Comparison::Is;
  const Node& n = ast_[id];
  if (kind(id) == Of::bool_)
    if (const auto function = host_function(id))
      return of_function(id, *function, Is::equal, Value::boolean(true));
  if (n.kind != NodeKind::binary) return std::nullopt;
  struct Row {
    Op op;
    Is is, flipped;  // flipped: constant op fact
  };
  static constexpr Row kRows[] = {
      {Op::lt, Is::less, Is::over},   {Op::le, Is::at_most, Is::at_least},
      {Op::gt, Is::over, Is::less},   {Op::ge, Is::at_least, Is::at_most},
      {Op::eq, Is::equal, Is::equal}, {Op::ne, Is::unequal, Is::unequal}};
  const auto* row =
      std::find_if(std::begin(kRows), std::end(kRows), [&](const Row& r) { return r.op == n.op; });
  if (row == std::end(kRows)) return std::nullopt;
  const NodeId left = ast_.child(n, 0), right = ast_.child(n, 1);
  const bool flipped = constants_[left].has_value();
  const NodeId side = flipped ? right : left;
  const auto& constant = constants_[flipped ? left : right];
  if (!constant || constant->runs()) return std::nullopt;
  const Is is = flipped ? row->flipped : row->is;
  if (const auto function = host_function(side)) return of_function(side, *function, is, *constant);
  const auto found = subject(side);
  if (!found || found->member) return std::nullopt;
  return Program::Comparison{found->slot, is, OwnedConstant(*constant), std::nullopt, {}};
}

Program::Comparison Analysis::of_function(NodeId call, std::uint32_t function,
                                          Program::Comparison::Is is, const Value& value) const {
  Program::Comparison out{0, is, OwnedConstant(value), function, {}};
  for (std::size_t i = 0; i < ast_[call].count; ++i)
    out.args.emplace_back(*constants_[ast_.child(ast_[call], i)]);
  return out;
}

/// False: it says something else than that one of some comparisons is so.
bool Analysis::alternatives(NodeId id, std::vector<Program::Comparison>& out) const {
  const Node& n = ast_[id];
  if (n.kind == NodeKind::or_) {
    for (std::size_t i = 0; i < n.count; ++i)
      if (!alternatives(ast_.child(n, i), out)) return false;
    return true;
  }
  if (n.kind != NodeKind::binary || n.op != Op::in) {
    auto one = comparison(id);
    if (one) out.push_back(std::move(*one));
    return one.has_value();
  }
  auto among = of_comparison(id);
  if (!among || among->member || among->presence || constants_[ast_.child(n, 0)]) return false;
  for (OwnedConstant& value : among->values)
    out.push_back(
        {among->slot, Program::Comparison::Is::equal, std::move(value), std::nullopt, {}});
  return true;
}

std::vector<Program::Equality> Analysis::necessary(NodeId id) const {
  const Node& n = ast_[id];
  std::vector<Program::Equality> result;
  if (n.kind == NodeKind::and_) {
    for (std::size_t i = 0; i < n.count; ++i) {
      for (auto& e : necessary(ast_.child(n, i))) result.push_back(std::move(e));
    }
    return result;
  }
  if (n.kind != NodeKind::or_) {
    if (auto one = of_comparison(id)) result.push_back(std::move(*one));
    return result;
  }
  // Of alternatives: a fact that every one of them ties down is one of all their values.
  result = necessary(ast_.child(n, 0));
  for (std::size_t i = 1; i < n.count && !result.empty(); ++i) {
    const auto other = necessary(ast_.child(n, i));
    std::vector<Program::Equality> both;
    for (auto& e : result) {
      const auto same = std::find_if(other.begin(), other.end(), [&](const auto& o) {
        return o.slot == e.slot && o.member == e.member && o.presence == e.presence;
      });
      if (same == other.end()) continue;
      for (const auto& value : same->values) {
        if (std::find(e.values.begin(), e.values.end(), value) == e.values.end()) {
          e.values.push_back(value);
        }
      }
      both.push_back(std::move(e));
    }
    result = std::move(both);
  }
  return result;
}

}  // namespace

void analyse(const Ast& ast, const Checked& checked, const ConstantFolder& constants,
             ProgramData& program, std::vector<Problem>& problems) {
  Analysis(ast, checked, constants, program).run(problems);
}

}  // namespace assist::cel
