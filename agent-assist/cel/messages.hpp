#pragma once

// What is said of a slip, in a supervisor's words: what stands there, why it cannot be, what to
// write.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cel/ast.hpp"
#include "cel/env.hpp"
#include "cel/types.hpp"

namespace assist::cel {

struct Checked;

/// ` Did you mean "name"?`; "" of no name.
std::string did_you_mean(std::string_view name);
/// What the language calls a function that other languages call `name`. "": it is none of these.
std::string_view function_called_elsewhere(std::string_view name);

class Words {
 public:
  Words(const Ast& ast, std::string_view source, const EnvData& env, TypePool& types,
        bool suggest_names)
      : ast_(ast), source_(source), env_(env), types_(types), suggest_names_(suggest_names) {}

  std::string_view source() const { return source_; }
  void types_of(const Checked& checked) { checked_ = &checked; }

  struct Step {
    std::string_view name;
    NodeId node;
  };
  struct Said {
    std::size_t begin, end;
    std::string text;
  };
  // messages_names.cpp
  /// A name none of whose beginnings is known.
  Said unknown_name(const std::vector<Step>& steps,
                    const std::vector<std::string_view>& locals) const;
  std::string unknown_field(const Node& n, const StructType& object) const;
  std::string no_fields(const Node& n, NodeId target) const;
  /// Of has() with a variable, which always has a value.
  std::string never_missing(const Variable& variable) const;

  // messages_functions.cpp
  /// Whether `name` is one of exists(), all() and the like but for a slip.
  static bool is_like_macro(std::string_view name);
  std::string unknown_function(const Node& n) const;
  std::string bad_arguments(std::string_view name, bool member, const std::vector<NodeId>& args,
                            const std::vector<Overload>* host,
                            const std::vector<Overload>* builtin) const;

  // messages.cpp: types that do not go together.
  std::string bad_index(NodeId key) const;
  std::string bad_key(NodeId key, const Type& due) const;
  std::string not_indexable(NodeId target) const;
  std::string not_bool(NodeId id) const;
  std::string no_negative(NodeId id) const;
  std::string branches_differ(NodeId yes, NodeId no) const;
  std::string cannot_compare(const Node& n) const;
  std::string cannot_compute(const Node& n) const;
  std::string not_a_container(NodeId id) const;
  std::string cannot_contain(const Node& n) const;
  std::string no_elements(const Node& n) const;

 private:
  /// The source of a node, cut where it is long.
  std::string text(NodeId id) const;
  Type type(NodeId id) const;
  /// "a number (call.holds)".
  std::string with_text(NodeId id) const;
  /// The length of time that a literal has as text, as an expression; "": none.
  std::string length_in(NodeId id) const;
  /// `: write days(7)`, of what stands where a length of time is due.
  std::string as_length(NodeId id) const;
  /// `: write timestamp("2026-01-01T00:00:00Z")`, of text where a moment is due.
  std::string as_moment(NodeId id) const;
  /// The same of a name that goes wrong at `name`, which is not in `group` ("call." or "").
  std::string not_known(const std::vector<Step>& steps, const std::string& group,
                        const std::string& name, const std::vector<std::string_view>& locals) const;
  /// The group may be what is wrong (cal.hold), or missing (hold). "": neither.
  std::string other_group(const std::vector<Step>& steps, const std::string& name,
                          const std::vector<std::string_view>& known) const;
  std::string is_group(const std::string& name) const;
  bool is_map(std::string_view variable) const;
  std::string question_of_value(const Node& n) const;
  std::optional<NodeId> should_be_length(const Overload& overload,
                                         const std::vector<NodeId>& args) const;

  const Ast& ast_;
  std::string_view source_;
  const EnvData& env_;
  TypePool& types_;
  const Checked* checked_ = nullptr;
  bool suggest_names_;
};

}  // namespace assist::cel
