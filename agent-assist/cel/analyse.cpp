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
  std::optional<Program::Equality> of_comparison(NodeId id) const;
  std::optional<std::uint32_t> slot(NodeId id, Of& type) const {
    const Info& info = checked_.info[id];
    if (info.ref != Ref::variable || info.variable->is != Variable::Is::slot) return std::nullopt;
    type = kind(id);
    return info.variable->slot;
  }
  static bool plain(const Value& value, Of type) {
    return (value.is(Kind::string_) && type == Of::string_) ||
           (value.is(Kind::bool_) && type == Of::bool_) ||
           (value.is(Kind::int_) && type == Of::int_) ||
           (value.is(Kind::uint_) && type == Of::uint_);
  }

  const Ast& ast_;
  const Checked& checked_;
  const ConstantFolder& constants_;
  ProgramData& out_;
};

std::optional<Program::Equality> Analysis::of_comparison(NodeId id) const {
  const Node& n = ast_[id];
  Of type = Of::dyn;
  if (n.kind == NodeKind::ident || n.kind == NodeKind::select || n.kind == NodeKind::index ||
      n.kind == NodeKind::not_) {
    const bool is_not = n.kind == NodeKind::not_;
    const auto found = slot(is_not ? ast_.child(n, 0) : id, type);
    if (!found || type != Of::bool_) return std::nullopt;
    return Program::Equality{*found, {OwnedConstant(Value::boolean(!is_not))}};
  }
  if (n.kind != NodeKind::binary || (n.op != Op::eq && n.op != Op::in)) return std::nullopt;
  NodeId left = ast_.child(n, 0), right = ast_.child(n, 1);
  if (n.op == Op::eq && constants_[left]) std::swap(left, right);
  const auto found = slot(left, type);
  const auto& value = constants_[right];
  if (!found || !value) return std::nullopt;
  if (n.op == Op::eq) {
    if (!plain(*value, type)) return std::nullopt;
    return Program::Equality{*found, {OwnedConstant(*value)}};
  }
  if (!value->is(Kind::list_) || value->list_view() != nullptr) return std::nullopt;
  Program::Equality result{*found, {}};
  for (std::size_t i = 0; i < value->list_size(); ++i) {
    const Value& item = value->list_data()[i];
    if (!plain(item, type)) return std::nullopt;
    result.values.emplace_back(item);
  }
  return result;
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
      const auto same =
          std::find_if(other.begin(), other.end(), [&](const auto& o) { return o.slot == e.slot; });
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
