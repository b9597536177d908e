#pragma once

// The deducer of names and types, which the check*.cpp share.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cel/check.hpp"
#include "cel/messages.hpp"

namespace assist::cel {

/// Finds what each name means and which type each part has, and tells what does not go together.
class Checker {
  using Of = Type::Of;
  using Ref = Info::Ref;

 public:
  Checker(const Ast& ast, std::string_view source, const EnvData& env,
          const CompileOptions& options)
      : ast_(ast),
        env_(env),
        options_(options),
        words_(ast, source, env, result_.types, options.suggest_names) {
    result_.info.resize(ast.nodes.size());
  }

  Checked run() &&;

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

  // check.cpp: literals of all kinds, and what the whole gives.
  TypeId deduce(NodeId id);
  TypeId literal(const Node& n);
  TypeId index(NodeId id);
  TypeId list(const Node& n);
  TypeId map(const Node& n);
  TypeId element_of_literal(const Node& n, std::size_t i, bool optional);
  TypeId join(TypeId so_far, TypeId next);
  void expect_bool(NodeId id);
  void expect_result(const Type& expected);

  // check_names.cpp: variables, fields, types as values.
  TypeId name(NodeId id);
  TypeId has(NodeId id);
  TypeId select(NodeId id);
  TypeId field(const Node& n, TypeId target, NodeId target_node);
  TypeId unknown_name(NodeId id, const std::vector<NodeId>& chain);
  TypeId unknown_name(std::size_t begin, std::size_t end, std::string text, std::string name);
  std::optional<TypeId> type_as_value(NodeId id, std::string_view name);
  bool is_dashed_name(const Node& n);
  bool chain_of(NodeId id, std::vector<NodeId>& chain) const;
  std::string_view step_name(NodeId id) const;
  std::string dotted(const std::vector<NodeId>& chain) const;
  const Variable* variable(std::string_view name, bool absolute) const;

  // check_operators.cpp
  TypeId logic(const Node& n);
  TypeId conditional(const Node& n);
  TypeId negate(const Node& n);
  TypeId binary(const Node& n);
  std::optional<TypeId> arithmetic(const Node& n, NodeId a, NodeId b);
  std::optional<TypeId> arithmetic_with_loose(Op op, NodeId a, NodeId b);
  bool comparable(NodeId a, NodeId b);
  bool orderable(NodeId a, NodeId b);
  std::optional<bool> contained(NodeId a, NodeId b);

  // check_macros.cpp: what declares names of its own.
  TypeId comprehension(NodeId id);
  TypeId optional_macro(NodeId id, const Node& n, TypeId range);
  TypeId macro_result(const Node& n);
  TypeId bind(NodeId id);
  TypeId block(NodeId id);

  // check_calls.cpp
  /// The functions of one name.
  struct Functions {
    const std::vector<Overload>* host = nullptr;
    const std::vector<Overload>* builtin = nullptr;
    explicit operator bool() const { return host != nullptr || builtin != nullptr; }
  };
  TypeId call(NodeId id);
  Functions functions(std::string_view name) const;
  TypeId overloads(NodeId id, std::string_view name, bool member, const std::vector<NodeId>& args,
                   const Functions& functions);
  bool matches(const Overload& overload, const std::vector<NodeId>& args, TypeId& result);

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

  /// What `find` has for a name: in the container `a.b` a name y is a.b.y, then a.y, then y.
  template <class Find>
  auto in_container(std::string_view name, bool absolute, Find find) const {
    std::string_view container = absolute ? std::string_view() : options_.container;
    while (!container.empty()) {
      const std::string full = std::string(container) + "." + std::string(name);
      if (auto found = find(std::string_view(full))) return found;
      const auto dot = container.rfind('.');
      container = dot == std::string_view::npos ? std::string_view() : container.substr(0, dot);
    }
    return find(name);
  }

  TypeId to_type(const Type& type) { return types().from(type); }
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

}  // namespace assist::cel
