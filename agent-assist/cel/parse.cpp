#include <algorithm>

#include "cel/parser.hpp"
#include "cel/text.hpp"

namespace assist::cel {
namespace {

constexpr std::string_view kReserved[] = {
    "as",  "break", "const",   "continue",  "else",   "for", "function", "if",   "import",
    "let", "loop",  "package", "namespace", "return", "var", "void",     "while"};

bool is_reserved(std::string_view name) {
  return std::find(std::begin(kReserved), std::end(kReserved), name) != std::end(kReserved);
}

struct BinaryOp {
  std::string_view text;
  Op op;
  int level;
};
constexpr BinaryOp kBinaryOps[] = {{"<", Op::lt, 0},  {"<=", Op::le, 0}, {">", Op::gt, 0},
                                   {">=", Op::ge, 0}, {"==", Op::eq, 0}, {"!=", Op::ne, 0},
                                   {"+", Op::add, 1}, {"-", Op::sub, 1}, {"*", Op::mul, 2},
                                   {"/", Op::div, 2}, {"%", Op::mod, 2}};

std::optional<BinaryOp> binary_op(const Lexeme& token) {
  if (token.token == Token::ident && token.text == "in") return BinaryOp{"in", Op::in, 0};
  if (token.token != Token::punct) return std::nullopt;
  for (const BinaryOp& op : kBinaryOps) {
    if (op.text == token.text) return op;
  }
  return std::nullopt;
}

}  // namespace

bool Parser::expect(std::string_view punct, std::string text) {
  if (failed_) return false;
  if (!token_.is(punct)) {
    if (!other_spelling()) fail_here(std::move(text));
    return false;
  }
  advance();
  return !failed_;
}

bool Parser::close(const Lexeme& open, std::string_view otherwise) {
  if (failed_) return false;
  const std::string_view closing = open.is("(") ? ")" : open.is("[") ? "]" : "}";
  if (token_.token == Token::end) {
    fail(open.begin, open.end,
         "the " + std::string(open.text) + " that opens here is not closed: a " +
             std::string(closing) + " is missing");
    return false;
  }
  if (!otherwise.empty()) return expect(closing, std::string(otherwise));
  if (!token_.is(closing)) {
    unexpected_after_operand();
    return false;
  }
  advance();
  return !failed_;
}

NodeId Parser::add(Node node, std::span<const NodeId> children) {
  if (failed_) return kNoNode;
  node.first = static_cast<std::uint32_t>(ast_.children.size());
  node.count = static_cast<std::uint32_t>(children.size());
  std::uint16_t depth = 0;
  for (const NodeId child : children) {
    depth = std::max(depth, ast_.nodes[child & ~kOptionalMark].depth);
    ast_.children.push_back(child);
  }
  node.depth = static_cast<std::uint16_t>(depth + 1);
  if (node.depth > 3 * limits_.depth) {
    return fail(node.begin, node.end, "this expression is nested too deeply");
  }
  if (ast_.nodes.size() >= limits_.nodes) {
    return fail(node.begin, node.end, "this expression has too many parts");
  }
  ast_.nodes.push_back(node);
  return static_cast<NodeId>(ast_.nodes.size() - 1);
}

NodeId Parser::expression() {
  if (failed_) return kNoNode;
  if (++depth_ > limits_.depth) {
    return fail_here("this expression is nested too deeply (more than " +
                     std::to_string(limits_.depth) + " levels)");
  }
  const NodeId result = conditional();
  --depth_;
  return result;
}

NodeId Parser::conditional() {
  const std::uint32_t begin = token_.begin;
  const NodeId condition = logic(true);
  if (!token_.is("?")) return condition;
  const Lexeme at = token_;
  advance();
  const NodeId yes = logic(true);
  if (!expect(":", "after CONDITION ? VALUE comes : and the other value")) return kNoNode;
  const NodeId no = expression();
  return add(node_at(NodeKind::conditional, begin, at), {condition, yes, no});
}

/// A chain of || (of && chains), or of &&: one node however long, so that depth stays small.
NodeId Parser::logic(bool is_or) {
  const std::uint32_t begin = token_.begin;
  const std::string_view op = is_or ? "||" : "&&";
  const NodeId first = is_or ? logic(false) : binary(0);
  if (!token_.is(op)) return first;
  const Lexeme at = token_;
  std::vector<NodeId> parts{first};
  while (token_.is(op)) {
    advance();
    parts.push_back(is_or ? logic(false) : binary(0));
  }
  return add(node_at(is_or ? NodeKind::or_ : NodeKind::and_, begin, at), parts);
}

NodeId Parser::binary(int level) {
  const std::uint32_t begin = token_.begin;
  NodeId left = unary();
  for (;;) {
    const auto op = binary_op(token_);
    if (failed_ || !op || op->level < level) return left;
    const Lexeme at = token_;
    advance();
    const NodeId right = binary(op->level + 1);
    Node n = node_at(NodeKind::binary, begin, at);
    n.op = op->op;
    left = add(n, {left, right});
  }
}

NodeId Parser::unary() {
  if (!token_.is("!") && !token_.is("-")) return member();
  // A run of signs is counted, not nested: `!!!!x` of any length is one level of recursion.
  std::vector<Lexeme> signs;
  const bool negation = token_.is("-");
  while (token_.is(negation ? "-" : "!")) {
    signs.push_back(token_);
    advance();
  }
  if (negation ? token_.is("!") : token_.is("-")) {
    if (++depth_ > limits_.depth) return fail_here("this expression is nested too deeply");
  }
  NodeId operand;
  const bool number = token_.token == Token::int_ || token_.token == Token::double_;
  if (negation && number) {
    // The sign belongs to the number, so that the smallest int can be written.
    const std::uint32_t begin = signs.back().begin;
    signs.pop_back();
    operand = steps_of(number_literal(true, begin), begin);
  } else if (negation ? token_.is("!") : token_.is("-")) {
    operand = unary();
    --depth_;
  } else {
    operand = member();
  }
  for (auto sign = signs.rbegin(); sign != signs.rend(); ++sign) {
    operand =
        add(node_at(negation ? NodeKind::negate : NodeKind::not_, sign->begin, *sign), {operand});
  }
  return operand;
}

NodeId Parser::member() {
  const std::uint32_t begin = token_.begin;
  return steps_of(primary(), begin);
}

/// Reads the .NAME, .NAME(..) and [..] that follow a value.
NodeId Parser::steps_of(NodeId target, std::uint32_t begin) {
  while (!failed_ && (token_.is(".") || token_.is("["))) {
    target = token_.is(".") ? select_or_call(target, begin) : index(target, begin);
  }
  return target;
}

NodeId Parser::select_or_call(NodeId target, std::uint32_t begin) {
  advance();
  const bool optional = take("?");
  if (failed_) return kNoNode;
  if (token_.token != Token::ident && token_.token != Token::quoted_ident) {
    return fail_here("a name is missing after the dot");
  }
  const Lexeme name = token_;
  const bool keyword = name.token == Token::ident && (name.text == "true" || name.text == "false" ||
                                                      name.text == "null" || name.text == "in");
  if (keyword) {
    return fail_here("\"" + std::string(name.text) + "\" cannot follow a dot: write [\"" +
                     std::string(name.text) + "\"]");
  }
  advance();
  if (token_.is("(") && name.token == Token::ident && !optional) {
    return call(target, name.text, name, begin, false);
  }
  Node n = node_at(NodeKind::select, begin, name);
  n.name = name.text;
  n.flag = optional;
  return add(n, {target});
}

NodeId Parser::index(NodeId target, std::uint32_t begin) {
  const Lexeme at = token_;
  advance();
  const bool optional = take("?");
  const NodeId key = expression();
  if (!close(at)) return kNoNode;
  Node n = node_at(NodeKind::index, begin, at);
  n.flag = optional;
  return add(n, {target, key});
}

NodeId Parser::number_literal(bool negative, std::uint32_t begin) {
  const Lexeme token = token_;
  const std::string text = (negative ? "-" : "") + std::string(token.text);
  const bool hex = token.text.size() > 1 && (token.text[1] == 'x' || token.text[1] == 'X');
  Value value;
  if (token.token == Token::double_) {
    const auto number = parse_double(text);
    if (!number) return fail(begin, token.end, text + " is too large for a number");
    value = Value::number(*number);
  } else {
    unsigned __int128 magnitude = 0;
    bool large = false;
    for (const char c : token.text.substr(hex ? 2 : 0)) {
      const unsigned digit = static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
      magnitude = magnitude * (hex ? 16 : 10) + digit;
      large = large || magnitude > UINT64_MAX;
      if (large) break;
    }
    const auto m = static_cast<std::uint64_t>(magnitude);
    constexpr std::uint64_t kLimit = std::uint64_t{1} << 63;
    if (token.token == Token::uint_) {
      if (large) return fail(begin, token.end, text + "u is too large for a whole number");
      value = Value::unsigned_integer(m);
    } else {
      if (large || m > kLimit || (m == kLimit && !negative)) {
        return fail(begin, token.end, text + " is too large for a whole number");
      }
      value = Value::integer(static_cast<std::int64_t>(negative ? 0 - m : m));
    }
  }
  advance();
  Node n = node(NodeKind::literal, begin);
  n.value = value;
  return add(n);
}

NodeId Parser::primary() {
  if (failed_) return kNoNode;
  const std::uint32_t begin = token_.begin;
  switch (token_.token) {
    case Token::int_:
    case Token::uint_:
    case Token::double_:
      return number_literal(false, begin);
    case Token::string:
    case Token::bytes: {
      const Lexeme token = token_;
      if (token.token == Token::string && !is_utf8(token.text)) {
        return fail_here("this text is not UTF-8");
      }
      advance();
      Node n = node(NodeKind::literal, begin);
      n.value = token.token == Token::string ? Value::string(token.text) : Value::bytes(token.text);
      return add(n);
    }
    case Token::quoted_ident:
      return fail_here("a name between ` can only follow a dot");
    case Token::ident:
      return name();
    case Token::punct:
      if (token_.is("(")) {
        const Lexeme open = token_;
        advance();
        const NodeId inner = expression();
        if (!close(open)) return kNoNode;
        ast_.nodes[inner].parenthesized = true;
        return inner;
      }
      if (token_.is("[")) return list(begin);
      if (token_.is("{")) return map(begin);
      if (token_.is(".")) return name();
      unexpected_operand();
      return kNoNode;
    case Token::end:
    case Token::error:
      unexpected_operand();
      return kNoNode;
  }
  return kNoNode;
}

/// A name, a call or one of the literals that are words.
NodeId Parser::name() {
  const std::uint32_t begin = token_.begin;
  const bool leading_dot = take(".");
  if (leading_dot && token_.token != Token::ident)
    return fail_here("a name is missing after the dot");
  const Lexeme name = token_;
  if (!leading_dot && (name.text == "true" || name.text == "false" || name.text == "null")) {
    advance();
    Node n = node(NodeKind::literal, begin);
    if (name.text != "null") n.value = Value::boolean(name.text == "true");
    return add(n);
  }
  if (name.text == "in") return fail_here("a value is missing before \"in\"");
  if (is_reserved(name.text)) {
    const std::string hint = instead_of(name.text);
    return fail_here("\"" + std::string(name.text) + "\" is a reserved word" +
                     (hint.empty() ? "" : ": " + hint));
  }
  advance();
  if (token_.is("(")) return call(kNoNode, name.text, name, begin, leading_dot);
  if (!failed_ && token_.token != Token::end && token_.token != Token::punct &&
      !(token_.token == Token::ident && token_.text == "in")) {
    // `not x`: the word is the slip, not what follows.
    if (name.text == "not" || name.text == "NOT" || name.text == "Not") {
      return fail(name.begin, name.end, instead_of(name.text));
    }
  }
  Node n = node_at(NodeKind::ident, begin, name);
  n.name = name.text;
  n.flag = leading_dot;
  return add(n);
}

NodeId Parser::list(std::uint32_t begin) {
  const Lexeme open = token_;
  advance();
  std::vector<NodeId> items;
  while (!failed_ && !token_.is("]")) {
    const NodeId mark = take("?") ? kOptionalMark : 0;
    const NodeId item = expression();
    if (failed_) return kNoNode;
    items.push_back(item | mark);
    if (!take(",")) break;
  }
  if (!close(open, "this list is not closed: ] or a comma is missing")) return kNoNode;
  return add(node(NodeKind::list, begin), items);
}

NodeId Parser::map(std::uint32_t begin) {
  const Lexeme open = token_;
  advance();
  std::vector<NodeId> items;
  while (!failed_ && !token_.is("}")) {
    const NodeId mark = take("?") ? kOptionalMark : 0;
    const NodeId key = expression();
    if (!expect(":", "after a key of a map comes : and its value; a list is written in [ ]"))
      return kNoNode;
    const NodeId value = expression();
    if (failed_) return kNoNode;
    items.push_back(key | mark);
    items.push_back(value);
    if (!take(",")) break;
  }
  if (!close(open, "this map is not closed: } or a comma is missing")) return kNoNode;
  return add(node(NodeKind::map, begin), items);
}

bool Parser::arguments(std::vector<NodeId>& out) {
  const Lexeme open = token_;
  advance();
  while (!failed_ && !token_.is(")")) {
    const NodeId argument = expression();
    if (failed_) return false;
    out.push_back(argument);
    if (!take(",")) break;
    if (token_.is(")")) {
      fail_here("a value is missing after the comma");
      return false;
    }
  }
  return close(open, "this call is not closed: ) or a comma is missing");
}

NodeId Parser::call(NodeId target, std::string_view name, const Lexeme& at, std::uint32_t begin,
                    bool leading_dot) {
  std::vector<NodeId> args;
  if (!arguments(args)) return kNoNode;
  if (target == kNoNode) {
    if (name == "has" && !leading_dot) return has_macro(at, begin, args);
    Node n = node_at(NodeKind::call, begin, at);
    n.name = name;
    n.flag = leading_dot;
    return add(n, args);
  }
  const Node& t = ast_.nodes[target];
  if (t.kind == NodeKind::ident && t.name == "cel" && !t.flag) {
    if (const auto made = cel_macro(at, begin, args)) return *made;
  } else if (const auto made = macro(target, at, begin, args)) {
    return *made;
  }
  Node n = node_at(NodeKind::member_call, begin, at);
  n.name = name;
  args.insert(args.begin(), target);
  return add(n, args);
}

std::variant<Ast, Problem> parse(std::string_view source, const Limits& limits) {
  if (source.size() > limits.source_bytes) {
    return problem_at(
        source, 0, 0,
        "this expression is longer than " + std::to_string(limits.source_bytes) + " bytes");
  }
  return Parser(source, limits).run();
}

std::string print_tree(std::string_view source, const Limits& limits) {
  auto parsed = parse(source, limits);
  if (const auto* problem = std::get_if<Problem>(&parsed)) {
    return std::to_string(problem->line) + ":" + std::to_string(problem->column) + ": " +
           problem->text;
  }
  return print(std::get<Ast>(parsed));
}

}  // namespace assist::cel
