#pragma once

// The reader of expressions, which parse.cpp, parse_macros.cpp and parse_slips.cpp share.

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "cel/ast.hpp"
#include "cel/lex.hpp"

namespace assist::cel {

/// What to write instead of an operator that is written as a word: `and`, `is`, `between`. "": it
/// is none.
std::string instead_of(std::string_view word);

/// Recursive descent, bounded by Limits::depth; binary operators by precedence. Stops at the first
/// problem: what follows a slip of grammar is guesswork.
class Parser {
 public:
  Parser(std::string_view source, const Limits& limits)
      : source_(source), limits_(limits), lexer_(source, ast_.texts) {
    ast_.nodes.reserve(32);
    ast_.children.reserve(32);
    advance();
  }

  std::variant<Ast, Problem> run() {
    const NodeId root = expression();
    if (!failed_ && token_.token != Token::end) unexpected_after_operand();
    if (failed_) return std::move(problem_);
    ast_.root = root;
    return std::move(ast_);
  }

 private:
  void advance() {
    previous_end_ = token_.end;
    token_ = lexer_.next();
    if (token_.token == Token::error) fail(token_.begin, token_.end, std::string(token_.text));
  }

  NodeId fail(std::size_t begin, std::size_t end, std::string text) {
    if (!failed_) problem_ = problem_at(source_, begin, end, std::move(text));
    failed_ = true;
    token_ = Lexeme{};  // as at the end: all loops stop
    return kNoNode;
  }
  NodeId fail_here(std::string text) { return fail(token_.begin, token_.end, std::move(text)); }

  /// Past `punct`, where it is what comes.
  bool take(std::string_view punct) {
    if (!token_.is(punct)) return false;
    advance();
    return true;
  }
  /// The same; what stands there instead is told, as `text` where nothing better is known of it.
  bool expect(std::string_view punct, std::string text);
  /// Past the bracket that closes `open`. Where the text ends before, the one that opens is told:
  /// nobody finds by the end which of several it is. `otherwise`: of another token; "": what is
  /// said of one that cannot follow a value.
  bool close(const Lexeme& open, std::string_view otherwise = "");

  NodeId add(Node node, std::span<const NodeId> children = {});
  NodeId add(Node node, std::initializer_list<NodeId> children) {
    return add(node, std::span<const NodeId>(children.begin(), children.size()));
  }

  Node node(NodeKind kind, std::uint32_t begin) const {
    Node n;
    n.kind = kind;
    n.begin = begin;
    n.end = previous_end_;
    n.at = begin;
    n.at_end = n.end;
    return n;
  }
  Node node_at(NodeKind kind, std::uint32_t begin, const Lexeme& at) const {
    Node n = node(kind, begin);
    n.at = at.begin;
    n.at_end = at.end;
    return n;
  }

  // parse.cpp: the grammar.
  NodeId expression();
  NodeId conditional();
  NodeId logic(bool is_or);
  NodeId binary(int level);
  NodeId unary();
  NodeId member();
  NodeId steps_of(NodeId target, std::uint32_t begin);
  NodeId primary();
  NodeId name();
  NodeId number_literal(bool negative, std::uint32_t begin);
  NodeId select_or_call(NodeId target, std::uint32_t begin);
  NodeId index(NodeId target, std::uint32_t begin);
  NodeId list(std::uint32_t begin);
  NodeId map(std::uint32_t begin);
  NodeId call(NodeId target, std::string_view name, const Lexeme& at, std::uint32_t begin,
              bool leading_dot);
  bool arguments(std::vector<NodeId>& out);

  // parse_macros.cpp: calls that are no calls. nullopt: it is one after all.
  std::optional<NodeId> macro(NodeId target, const Lexeme& at, std::uint32_t begin,
                              const std::vector<NodeId>& args);
  std::optional<NodeId> cel_macro(const Lexeme& at, std::uint32_t begin,
                                  const std::vector<NodeId>& args);
  NodeId bind_macro(const Lexeme& at, std::uint32_t begin, const std::vector<NodeId>& args);
  NodeId block_macro(const Lexeme& at, std::uint32_t begin, const std::vector<NodeId>& args);
  NodeId has_macro(const Lexeme& at, std::uint32_t begin, const std::vector<NodeId>& args);
  std::optional<std::string_view> variable_name(NodeId id) const;

  // parse_slips.cpp: what is said of what the grammar does not take.
  /// `and` for &&, `2m` for minutes(2), `=` for ==: what other languages write. False: none of
  /// these.
  bool other_spelling();
  bool two_word_operator();
  bool length_with_unit();
  void unexpected_after_operand();
  void unexpected_comma();
  void unexpected_operand();

  std::string_view source_;
  const Limits& limits_;
  Ast ast_;
  Lexer lexer_;
  Lexeme token_;
  std::uint32_t previous_end_ = 0;
  std::size_t depth_ = 0;
  bool failed_ = false;
  Problem problem_;
};

}  // namespace assist::cel
