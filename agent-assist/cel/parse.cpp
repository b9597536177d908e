#include <algorithm>
#include <array>
#include <utility>

#include "cel/ast.hpp"
#include "cel/lex.hpp"
#include "cel/text.hpp"

namespace assist::cel {

std::string_view op_text(Op op) {
  constexpr std::array<std::string_view, 12> kTexts = {"+",  "-", "*",  "/",  "%",  "<",
                                                       "<=", ">", ">=", "==", "!=", "in"};
  return kTexts[static_cast<std::size_t>(op)];
}

std::string_view macro_name(Macro macro) {
  constexpr std::array<std::string_view, 10> kNames = {
      "all",           "exists",       "exists_one",        "map",    "filter",
      "transformList", "transformMap", "transformMapEntry", "optMap", "optFlatMap"};
  return kNames[static_cast<std::size_t>(macro)];
}

Problem problem_at(std::string_view source, std::size_t begin, std::size_t end, std::string text) {
  begin = std::min(begin, source.size());
  Problem problem;
  problem.begin = begin;
  problem.end = std::clamp(end, begin, source.size());
  const auto before = source.substr(0, begin);
  const auto line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  problem.line = 1 + static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n'));
  problem.column = 1 + static_cast<std::uint32_t>(code_points(before.substr(line_start)));
  problem.text = std::move(text);
  return problem;
}

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

constexpr std::string_view kReserved[] = {
    "as",  "break", "const",   "continue",  "else",   "for", "function", "if",   "import",
    "let", "loop",  "package", "namespace", "return", "var", "void",     "while"};

bool is_reserved(std::string_view name) {
  return std::find(std::begin(kReserved), std::end(kReserved), name) != std::end(kReserved);
}

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

  bool expect(std::string_view punct, std::string text) {
    if (failed_) return false;
    if (!token_.is(punct)) {
      if (!other_spelling()) fail_here(std::move(text));
      return false;
    }
    advance();
    return !failed_;
  }

  /// Past the bracket that closes `open`. Where the text ends before, the one that opens is told:
  /// nobody finds by the end which of several it is. `otherwise`: of another token; "": what is
  /// said of one that cannot follow a value.
  bool close(const Lexeme& open, std::string_view otherwise = "") {
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

  NodeId add(Node node, std::span<const NodeId> children = {}) {
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

  NodeId expression();
  NodeId conditional();
  NodeId logic(bool is_or);
  NodeId binary(int level);
  NodeId unary();
  NodeId member();
  NodeId primary();
  NodeId number_literal(bool negative, std::uint32_t begin);
  NodeId select_or_call(NodeId target, std::uint32_t begin);
  NodeId index(NodeId target, std::uint32_t begin);
  NodeId list(std::uint32_t begin);
  NodeId map(std::uint32_t begin);
  NodeId call(NodeId target, std::string_view name, const Lexeme& at, std::uint32_t begin,
              bool leading_dot);
  bool arguments(std::vector<NodeId>& out);
  std::optional<NodeId> macro(NodeId target, const Lexeme& at, std::uint32_t begin,
                              const std::vector<NodeId>& args);
  std::optional<NodeId> cel_macro(const Lexeme& at, std::uint32_t begin,
                                  const std::vector<NodeId>& args);
  NodeId has_macro(const Lexeme& at, std::uint32_t begin, const std::vector<NodeId>& args);
  std::optional<std::string_view> variable_name(NodeId id);
  bool other_spelling();
  void unexpected_after_operand();
  void unexpected_comma();
  bool length_with_unit();
  bool two_word_operator();
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

/// Names that people write for operators.
std::string instead_of(std::string_view word) {
  std::string lower(word);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  const auto say = [&](std::string_view right) {
    return "write " + std::string(right) + " instead of " + std::string(word);
  };
  if (lower == "and") return say("&&");
  if (lower == "or") return say("||");
  if (lower == "not") return say("!");
  if (lower == "is" || lower == "equals" || lower == "eq") return say("==");
  if (lower == "ne") return say("!=");
  if (lower == "gt") return say(">");
  if (lower == "ge") return say(">=");
  if (lower == "lt") return say("<");
  if (lower == "le") return say("<=");
  if (lower == "mod") return say("%");
  if (lower == "div") return say("/");
  if (lower == "like" || lower == "matches") return "write .matches(\"...\") here";
  if (lower == "starts_with" || lower == "startswith" || lower == "begins")
    return "write .startsWith(\"...\") here";
  if (lower == "ends_with" || lower == "endswith") return "write .endsWith(\"...\") here";
  if (lower == "between") return "write two comparisons, joined by &&, instead of between";
  if (lower == "xor") return say("!=");
  if (lower == "contains") return "write .contains(\"...\") here";
  if (lower == "then" || lower == "else" || lower == "if") {
    return "write CONDITION ? VALUE : OTHER instead of " + std::string(word);
  }
  return "";
}

/// The function that makes a length of time of a number with this unit; "": it is none.
std::string_view function_of_unit(std::string_view unit) {
  struct Unit {
    std::string_view function;
    std::string_view names[5];
  };
  static constexpr Unit kUnits[] = {{"seconds", {"s", "sec", "secs", "second", "seconds"}},
                                    {"minutes", {"m", "min", "mins", "minute", "minutes"}},
                                    {"hours", {"h", "hr", "hrs", "hour", "hours"}},
                                    {"days", {"d", "day", "days"}}};
  for (const auto& [function, names] : kUnits)
    if (std::find(std::begin(names), std::end(names), unit) != std::end(names)) return function;
  return "";
}

/// Where the number begins that ends before `end`. `end`: there is none.
std::size_t number_before(std::string_view source, std::size_t end) {
  const auto is_part = [](char c) { return (c >= '0' && c <= '9') || c == '.'; };
  std::size_t start = end;
  while (start > 0 && is_part(source[start - 1])) --start;
  const bool name = start > 0 && (source[start - 1] == '_' || source[start - 1] == ')' ||
                                  std::isalpha(static_cast<unsigned char>(source[start - 1])));
  return name ? end : start;
}

/// `2m`, `1.5 hours`: told as minutes(2), hours(1.5).
bool Parser::length_with_unit() {
  const std::size_t start = number_before(source_, previous_end_);
  if (start == previous_end_ || token_.text.empty()) return false;
  const std::string number(source_.substr(start, previous_end_ - start));
  const std::string_view function = function_of_unit(token_.text);
  if (function.empty() && token_.text != "ms") return false;
  const std::string right = function.empty() ? "duration(\"" + number + "ms\")"
                                             : std::string(function) + "(" + number + ")";
  fail(start, token_.end,
       "write " + right + " instead of " + std::string(source_.substr(start, token_.end - start)));
  return true;
}

/// `x not in y`, `x is not y`, with the cursor at the first of the two words.
bool Parser::two_word_operator() {
  std::string_view rest = source_.substr(token_.end);
  rest.remove_prefix(std::min(rest.find_first_not_of(" \n\t"), rest.size()));
  const std::string_view next = rest.substr(0, rest.find_first_of(" \n\t[(\"'"));
  if (token_.text == "not" && next == "in")
    fail_here(
        "write !(A in B) instead of A not in B, with the ! and its brackets around all of it");
  else if (token_.text == "is" && next == "not")
    fail_here("write != instead of is not");
  else
    return false;
  return true;
}

/// `and` for &&, `2m` for minutes(2), `=` for ==: what other languages write. False: none of these.
bool Parser::other_spelling() {
  if (token_.token == Token::ident) {
    if (two_word_operator()) return true;
    if (std::string text = instead_of(token_.text); !text.empty()) {
      fail_here(std::move(text));
      return true;
    }
    return length_with_unit();
  }
  if (token_.token != Token::punct) return false;
  struct Spelling {
    std::string_view wrong, text;
  };
  static constexpr Spelling kSpellings[] = {
      {"=", "write == to compare (a single = means nothing here)"},
      {"===", "write == instead of ==="},
      {"!==", "write != instead of !=="},
      {"<>", "write != instead of <>"},
      {"=>", "write >= instead of =>"},
      {"=~", "write .matches(\"...\") instead of =~"},
      {"&", "write && instead of &"},
      {"|", "write || instead of |"},
  };
  for (const Spelling& spelling : kSpellings) {
    if (token_.text != spelling.wrong) continue;
    fail_here(std::string(spelling.text));
    return true;
  }
  return false;
}

void Parser::unexpected_after_operand() {
  if (other_spelling()) return;
  if (token_.token == Token::ident) {
    if (token_.text == "in") {
      fail_here("\"in\" stands where it cannot");
      return;
    }
    fail_here("there is no operator, such as && or ==, before \"" + std::string(token_.text) +
              "\"");
    return;
  }
  if (token_.token == Token::punct) {
    const auto text = token_.text;
    if (text == "!") return void(fail_here("there is no operator before this !"));
    if (text == ")") return void(fail_here("this ) closes nothing: there is no ( for it"));
    if (text == "]") return void(fail_here("this ] closes nothing: there is no [ for it"));
    if (text == "}") return void(fail_here("this } closes nothing: there is no { for it"));
    if (text == ",") return unexpected_comma();
    if (text == ":") return void(fail_here("this : has no ? before it"));
    if (text == "{") {
      return void(fail_here("records are not written as NAME{...}: a map is {\"key\": value}"));
    }
  }
  if (token_.token == Token::string && !token_.space_before) {
    fail_here("there is no operator between this text and what is before it");
    return;
  }
  fail_here("there is no operator, such as && or ==, before this");
}

void Parser::unexpected_comma() {
  const std::string_view rest = source_.substr(token_.end);
  const bool digit = !rest.empty() && rest[0] >= '0' && rest[0] <= '9';
  const bool number = digit && number_before(source_, previous_end_) < previous_end_ &&
                      previous_end_ == token_.begin;
  fail_here(number ? "a number has no comma: write 0.5 for 0,5, and 1000 for 1,000"
                   : "a comma stands only between the parts of a list or call: a list is written "
                     "in square brackets, as in [\"a\", \"b\"]");
}

void Parser::unexpected_operand() {
  if (token_.token == Token::end) {
    fail(source_.size(), source_.size(),
         ast_.nodes.empty() && previous_end_ == 0 ? "there is no expression here"
                                                  : "the expression ends too early: a value is "
                                                    "missing at its end");
    return;
  }
  if (token_.token == Token::punct) {
    const auto text = token_.text;
    if (text == "=" || text == "&" || text == "|") return unexpected_after_operand();
    const bool arrow = text == ">" && previous_end_ == token_.begin &&
                       source_.substr(0, previous_end_).ends_with('-');
    if (arrow)
      fail(previous_end_ - 1, token_.end, "write . instead of ->");
    else
      fail_here("a value is missing before this " + std::string(text));
    return;
  }
  fail_here("a value is missing here");
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
    operand = number_literal(true, begin);
    if (!failed_ && (token_.is(".") || token_.is("["))) {
      while (!failed_ && (token_.is(".") || token_.is("["))) {
        operand = token_.is(".") ? select_or_call(operand, begin) : index(operand, begin);
      }
    }
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
  NodeId target = primary();
  while (!failed_ && (token_.is(".") || token_.is("["))) {
    target = token_.is(".") ? select_or_call(target, begin) : index(target, begin);
  }
  return target;
}

NodeId Parser::select_or_call(NodeId target, std::uint32_t begin) {
  advance();
  bool optional = false;
  if (token_.is("?")) {
    optional = true;
    advance();
  }
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
  bool optional = false;
  if (token_.is("?")) {
    optional = true;
    advance();
  }
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
      break;
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
      if (token_.is(".")) break;
      unexpected_operand();
      return kNoNode;
    case Token::end:
    case Token::error:
      unexpected_operand();
      return kNoNode;
  }
  bool leading_dot = false;
  if (token_.is(".")) {
    leading_dot = true;
    advance();
    if (token_.token != Token::ident) return fail_here("a name is missing after the dot");
  }
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
    NodeId mark = 0;
    if (token_.is("?")) {
      mark = kOptionalMark;
      advance();
    }
    const NodeId item = expression();
    if (failed_) return kNoNode;
    items.push_back(item | mark);
    if (!token_.is(",")) break;
    advance();
  }
  if (!close(open, "this list is not closed: ] or a comma is missing")) return kNoNode;
  return add(node(NodeKind::list, begin), items);
}

NodeId Parser::map(std::uint32_t begin) {
  const Lexeme open = token_;
  advance();
  std::vector<NodeId> items;
  while (!failed_ && !token_.is("}")) {
    NodeId mark = 0;
    if (token_.is("?")) {
      mark = kOptionalMark;
      advance();
    }
    const NodeId key = expression();
    if (!expect(":", "after a key of a map comes : and its value; a list is written in [ ]"))
      return kNoNode;
    const NodeId value = expression();
    if (failed_) return kNoNode;
    items.push_back(key | mark);
    items.push_back(value);
    if (!token_.is(",")) break;
    advance();
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
    if (!token_.is(",")) break;
    advance();
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
std::optional<std::string_view> Parser::variable_name(NodeId id) {
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
  if (at.text == "bind" && args.size() == 3) {
    const auto name = variable_name(args[0]);
    if (!name) {
      const Node& bad = ast_.nodes[args[0]];
      return fail(bad.begin, bad.end, "cel.bind() takes a name first, as in cel.bind(x, 1, x + x)");
    }
    Node n = node_at(NodeKind::bind, begin, at);
    n.var1 = *name;
    return add(n, {args[1], args[2]});
  }
  if (at.text == "block" && args.size() == 2) {
    const Node list = ast_.nodes[args[0]];
    if (list.kind != NodeKind::list) {
      return fail(list.begin, list.end, "cel.block() takes a list of expressions first");
    }
    std::vector<NodeId> children;
    for (std::size_t i = 0; i < list.count; ++i) children.push_back(ast_.child(list, i));
    children.push_back(args[1]);
    return add(node_at(NodeKind::block, begin, at), children);
  }
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

}  // namespace

std::variant<Ast, Problem> parse(std::string_view source, const Limits& limits) {
  if (source.size() > limits.source_bytes) {
    return problem_at(
        source, 0, 0,
        "this expression is longer than " + std::to_string(limits.source_bytes) + " bytes");
  }
  return Parser(source, limits).run();
}

namespace {

void print_node(const Ast& ast, NodeId id, std::string& out) {
  const Node& n = ast[id];
  const auto children = [&](std::size_t from = 0) {
    for (std::size_t i = from; i < n.count; ++i) {
      out += ast.child_optional(n, i) ? " ?" : " ";
      print_node(ast, ast.child(n, i), out);
    }
    out += ")";
  };
  switch (n.kind) {
    case NodeKind::literal:
      out += to_literal(n.value, Time());
      return;
    case NodeKind::ident:
      out += (n.flag ? "." : "") + std::string(n.name);
      return;
    case NodeKind::select:
    case NodeKind::has:
      out += n.kind == NodeKind::has ? "(has " : "(";
      out += n.flag ? ".?" : ".";
      out += std::string(n.name);
      return children();
    case NodeKind::index:
      out += n.flag ? "([?]" : "([]";
      return children();
    case NodeKind::call:
      out += "(" + std::string(n.flag ? "." : "") + std::string(n.name);
      return children();
    case NodeKind::member_call:
      out += "(-> " + std::string(n.name);
      return children();
    case NodeKind::list:
      out += "(list";
      return children();
    case NodeKind::map:
      out += "(map";
      return children();
    case NodeKind::not_:
      out += "(!";
      return children();
    case NodeKind::negate:
      out += "(-";
      return children();
    case NodeKind::and_:
      out += "(&&";
      return children();
    case NodeKind::or_:
      out += "(||";
      return children();
    case NodeKind::conditional:
      out += "(?:";
      return children();
    case NodeKind::binary:
      out += "(" + std::string(op_text(n.op));
      return children();
    case NodeKind::comprehension:
      out += "(" + std::string(macro_name(n.macro)) + " " + std::string(n.var1);
      if (!n.var2.empty()) out += " " + std::string(n.var2);
      return children();
    case NodeKind::bind:
      out += "(bind " + std::string(n.var1);
      return children();
    case NodeKind::block:
      out += "(block";
      return children();
  }
}

}  // namespace

std::string print(const Ast& ast) {
  std::string out;
  print_node(ast, ast.root, out);
  return out;
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
