#include <algorithm>

#include "cel/ops.hpp"
#include "cel/program.hpp"
#include "cel/regex.hpp"
#include "cel/text.hpp"

namespace assist::cel {
namespace {

using Ref = Info::Ref;

constexpr std::uint32_t kNone = UINT32_MAX;

/// Walks the tree once. `gen(node, dst)` emits what puts the node's value in register dst, using
/// registers above dst alone.
class Generator {
 public:
  Generator(const Ast& ast, const Checked& checked, const ConstantFolder& constants, bool explain,
            ProgramData& program, std::vector<Problem>& problems)
      : ast_(ast),
        checked_(checked),
        explain_(explain),
        out_(program),
        problems_(problems),
        constants_(constants),
        local_register_(checked.locals, 0) {}

  void run() {
    gen(ast_.root, 0);
    emit({Code::end, 0, 0, 0, 0, 0, 0});
    out_.registers = registers_;
    out_.marks = marks_;
    std::sort(out_.reads.begin(), out_.reads.end());
    out_.reads.erase(std::unique(out_.reads.begin(), out_.reads.end()), out_.reads.end());
    const auto& whole = constants_[ast_.root];
    if (whole && !whole->runs()) out_.constant = OwnedConstant(*whole);
  }

 private:
  std::uint32_t here() const { return static_cast<std::uint32_t>(out_.code.size()); }
  std::uint32_t emit(Instruction i) {
    out_.code.push_back(i);
    return here() - 1;
  }
  Instruction& at(std::uint32_t i) { return out_.code[i]; }

  std::uint16_t reg(std::size_t r) {
    if (r >= 60'000) {
      problem(ast_[ast_.root], "this expression is too large");
      return 0;
    }
    registers_ = std::max(registers_, static_cast<std::uint32_t>(r + 1));
    return static_cast<std::uint16_t>(r);
  }
  /// Room for `count` moments, given back by marks_at_ = what it was.
  std::uint32_t take_marks(std::uint32_t count) {
    const std::uint32_t first = marks_at_;
    marks_at_ += count;
    marks_ = std::max(marks_, marks_at_);
    return first;
  }

  void problem(const Node& n, std::string text) {
    if (problems_.size() < 20) {
      problems_.push_back(problem_at(out_.source, n.begin, n.end, std::move(text)));
    }
  }

  std::uint32_t constant(const Value& value) {
    out_.constants.push_back(value);
    return static_cast<std::uint32_t>(out_.constants.size() - 1);
  }

  void gen(NodeId id, std::size_t dst);
  void gen_node(NodeId id, std::size_t dst);
  void logic(const Node& n, std::size_t dst);
  void conditional(const Node& n, std::size_t dst);
  std::uint16_t operand(NodeId id, std::size_t dst);
  void binary(const Node& n, std::size_t dst);
  bool in_texts(const Node& n, std::size_t dst);
  void select(const Node& n, std::size_t dst);
  void literal_parts(const Node& n, Code code, std::size_t dst);
  void call(NodeId id, std::size_t dst);
  bool regex_call(const Node& n, const Info& info, std::size_t dst);
  void comprehension(NodeId id, std::size_t dst);
  void fold_macro(const Node& n, const Info& info, std::size_t dst);
  void list_macro(const Node& n, const Info& info, std::size_t dst);
  void map_macro(const Node& n, const Info& info, std::size_t dst);
  void count_macro(const Node& n, const Info& info, std::size_t dst);
  void optional_macro(const Node& n, const Info& info, std::size_t dst);
  std::string part_name(const Node& n) const;

  /// Emits `iterate` and `next` around a body. The body's jumps to the end of the loop are patched
  /// with `to_end`; what fails before the first element jumps behind `after`.
  struct Loop {
    std::uint32_t iterate, next, marks;
    std::vector<std::uint32_t> to_end;
  };
  Loop begin_loop(const Node& n, const Info& info, std::size_t dst);
  void start_elements(const Node& n, Loop& loop, std::size_t dst);
  void end_elements(Loop& loop);

  const Ast& ast_;
  const Checked& checked_;
  const bool explain_;
  ProgramData& out_;
  std::vector<Problem>& problems_;
  const ConstantFolder& constants_;
  std::vector<std::uint16_t> local_register_;
  std::uint32_t registers_ = 1, marks_ = 0, marks_at_ = 0;
  int loop_depth_ = 0;
  std::int32_t part_ = -1;
};

std::string Generator::part_name(const Node& n) const {
  switch (n.kind) {
    case NodeKind::binary:
      return std::string(op_text(n.op));
    case NodeKind::and_:
      return "&&";
    case NodeKind::or_:
      return "||";
    case NodeKind::not_:
      return "!";
    case NodeKind::negate:
      return "-";
    case NodeKind::conditional:
      return "?:";
    case NodeKind::index:
      return "[]";
    case NodeKind::has:
      return "has";
    case NodeKind::list:
      return "list";
    case NodeKind::map:
      return "map";
    case NodeKind::call:
    case NodeKind::member_call:
      return std::string(n.name);
    case NodeKind::comprehension:
      return std::string(macro_name(n.macro));
    default:
      return "";
  }
}

void Generator::gen(NodeId id, std::size_t dst) {
  if (!problems_.empty()) return;
  if (!explain_ || loop_depth_ > 0) return gen_node(id, dst);
  const Node& n = ast_[id];
  const auto number = static_cast<std::uint32_t>(out_.parts.size());
  Part part;
  part.begin = n.begin;
  part.end = n.end;
  part.parent = part_;
  part.op = checked_.info[id].ref == Ref::variable ? "" : part_name(n);
  part.constant = constants_[id].has_value() && !constants_[id]->runs();
  out_.parts.push_back(std::move(part));
  const std::int32_t outer = std::exchange(part_, static_cast<std::int32_t>(number));
  const std::uint32_t mark = take_marks(1);
  emit({Code::scope_begin, 0, 0, 0, 0, 0, mark});
  gen_node(id, dst);
  emit({Code::scope_end, 0, reg(dst), 0, 0, number, mark});
  marks_at_ = mark;
  part_ = outer;
}

void Generator::gen_node(NodeId id, std::size_t dst) {
  const Node& n = ast_[id];
  const Info& info = checked_.info[id];
  const std::uint16_t d = reg(dst);
  if (constants_[id]) {
    emit({Code::constant, 0, d, 0, 0, constant(*constants_[id]), 0});
    return;
  }
  switch (info.ref) {
    case Ref::variable:
      out_.reads.push_back(info.variable->slot);
      emit({Code::load, 0, d, 0, 0, info.variable->slot, 0});
      return;
    case Ref::local:
      emit({Code::move, 0, d, local_register_[info.index], 0, 0, 0});
      return;
    case Ref::error:
      out_.texts.emplace_back(info.text);
      emit({Code::failure, 0, d, 0, 0, constant(Value::error(out_.texts.back())), 0});
      return;
    default:
      break;
  }
  switch (n.kind) {
    case NodeKind::literal:
    case NodeKind::ident:
      emit({Code::constant, 0, d, 0, 0, constant(n.value), 0});
      return;
    case NodeKind::select:
      return select(n, dst);
    case NodeKind::has:
      gen(ast_.child(n, 0), dst);
      emit({Code::has, 0, d, d, 0, constant(Value::string(n.name)), 0});
      return;
    case NodeKind::index:
      gen(ast_.child(n, 0), dst);
      gen(ast_.child(n, 1), dst + 1);
      emit({Code::index, static_cast<std::uint8_t>(n.flag), d, d, reg(dst + 1), 0, 0});
      return;
    case NodeKind::call:
    case NodeKind::member_call:
      return call(id, dst);
    case NodeKind::list:
      return literal_parts(n, Code::list, dst);
    case NodeKind::map:
      return literal_parts(n, Code::map, dst);
    case NodeKind::not_:
    case NodeKind::negate:
      gen(ast_.child(n, 0), dst);
      emit({n.kind == NodeKind::not_ ? Code::not_ : Code::negate, 0, d, d, 0, 0, 0});
      return;
    case NodeKind::and_:
    case NodeKind::or_:
      return logic(n, dst);
    case NodeKind::conditional:
      return conditional(n, dst);
    case NodeKind::binary:
      return binary(n, dst);
    case NodeKind::comprehension:
      return comprehension(id, dst);
    case NodeKind::bind:
      gen(ast_.child(n, 0), dst + 1);
      local_register_[info.index] = reg(dst + 1);
      gen(ast_.child(n, 1), dst + 2);
      emit({Code::move, 0, d, reg(dst + 2), 0, 0, 0});
      return;
    case NodeKind::block: {
      const std::size_t last = n.count - 1;
      for (std::size_t i = 0; i < last; ++i) {
        gen(ast_.child(n, i), dst + 1 + i);
        local_register_[info.index + i] = reg(dst + 1 + i);
      }
      gen(ast_.child(n, last), dst + 1 + last);
      emit({Code::move, 0, d, reg(dst + 1 + last), 0, 0, 0});
      return;
    }
  }
}

void Generator::select(const Node& n, std::size_t dst) {
  const NodeId target = ast_.child(n, 0);
  const std::uint16_t d = reg(dst);
  const std::uint16_t a = operand(target, dst);
  const TypeId type = checked_.info[target].type;
  if (!n.flag && checked_.types.kind(type) == Type::Of::object_) {
    const StructType* object = checked_.types.declared(type)->struct_type();
    for (std::uint32_t i = 0; i < object->fields.size(); ++i) {
      if (object->fields[i].name != n.name) continue;
      out_.structs.push_back(object);
      emit({Code::field, 0, d, a, 0, i, static_cast<std::uint32_t>(out_.structs.size() - 1)});
      return;
    }
  }
  emit({Code::select, static_cast<std::uint8_t>(n.flag), d, a, 0, constant(Value::string(n.name)),
        0});
}

void Generator::logic(const Node& n, std::size_t dst) {
  const auto is_or = static_cast<std::uint8_t>(n.kind == NodeKind::or_);
  const std::uint16_t d = reg(dst), operand = reg(dst + 1);
  const std::uint32_t outer = marks_at_, marks = take_marks(3);
  emit({Code::fold_begin, is_or, d, 0, 0, 0, marks});
  std::vector<std::uint32_t> steps;
  for (std::size_t i = 0; i < n.count; ++i) {
    gen(ast_.child(n, i), dst + 1);
    steps.push_back(emit({Code::fold_step, is_or, d, operand, 0, 0, marks}));
  }
  const std::uint32_t end = emit({Code::fold_end, is_or, d, 0, 0, 0, marks});
  if (!explain_ || loop_depth_ > 0) {
    for (const auto step : steps) at(step).imm = end;
  }
  marks_at_ = outer;
}

void Generator::conditional(const Node& n, std::size_t dst) {
  const std::uint16_t d = reg(dst);
  if (explain_ && loop_depth_ == 0) {
    for (std::size_t i = 0; i < 3; ++i) gen(ast_.child(n, i), dst + 1 + i);
    emit({Code::pick, 0, d, reg(dst + 1), 0, 0, 0});
    return;
  }
  gen(ast_.child(n, 0), dst);
  const std::uint32_t branch = emit({Code::branch, 0, d, d, 0, 0, 0});
  gen(ast_.child(n, 1), dst);
  const std::uint32_t jump = emit({Code::jump, 0, 0, 0, 0, 0, 0});
  at(branch).imm = here();
  gen(ast_.child(n, 2), dst);
  at(jump).imm = here();
  at(branch).imm2 = here();
}

/// A long list of constant texts is searched by halves.
bool Generator::in_texts(const Node& n, std::size_t dst) {
  constexpr std::size_t kLong = 8;
  const auto& list = constants_[ast_.child(n, 1)];
  if (n.op != Op::in || explain_ || !list || !list->is(Kind::list_) ||
      list->list_view() != nullptr || list->list_size() <= kLong) {
    return false;
  }
  std::vector<std::string_view> texts;
  for (std::size_t i = 0; i < list->list_size(); ++i) {
    if (!list->list_data()[i].is(Kind::string_)) return false;
    texts.push_back(list->list_data()[i].as_string());
  }
  std::sort(texts.begin(), texts.end());
  gen(ast_.child(n, 0), dst);
  out_.text_sets.push_back(std::move(texts));
  emit({Code::in_texts, 0, reg(dst), reg(dst), 0,
        static_cast<std::uint32_t>(out_.text_sets.size() - 1), 0});
  return true;
}

/// Where the value of `id` is when the next instruction runs: the register of a macro's variable
/// itself, else dst, where it is put.
std::uint16_t Generator::operand(NodeId id, std::size_t dst) {
  const Info& info = checked_.info[id];
  if (info.ref == Ref::local && (!explain_ || loop_depth_ > 0)) return local_register_[info.index];
  gen(id, dst);
  return reg(dst);
}

void Generator::binary(const Node& n, std::size_t dst) {
  if (in_texts(n, dst)) return;
  const NodeId right = ast_.child(n, 1);
  const std::uint16_t d = reg(dst);
  const std::uint16_t a = operand(ast_.child(n, 0), dst);
  const auto flag = static_cast<std::uint8_t>(n.op);
  const bool equality = n.op == Op::eq || n.op == Op::ne;
  const bool order = n.op == Op::lt || n.op == Op::le || n.op == Op::gt || n.op == Op::ge;
  if ((equality || order) && constants_[right] && !explain_) {
    const std::uint32_t value = constant(*constants_[right]);
    if (equality) {
      emit({Code::equal_to, static_cast<std::uint8_t>(n.op == Op::ne), d, a, 0, value, 0});
    } else {
      emit({Code::compare_to, flag, d, a, 0, value, 0});
    }
    return;
  }
  const std::uint16_t b = operand(right, dst + 1);
  if (equality) {
    emit({Code::equal, static_cast<std::uint8_t>(n.op == Op::ne), d, a, b, 0, 0});
  } else if (n.op == Op::in) {
    emit({Code::in, 0, d, a, b, 0, 0});
  } else {
    emit({order ? Code::compare : Code::arithmetic, flag, d, a, b, 0, 0});
  }
}

void Generator::literal_parts(const Node& n, Code code, std::size_t dst) {
  std::uint32_t marks = kNone;
  std::vector<bool> optional;
  for (std::size_t i = 0; i < n.count; ++i) {
    gen(ast_.child(n, i), dst + 1 + i);
    optional.push_back(ast_.child_optional(n, i));
  }
  if (std::find(optional.begin(), optional.end(), true) != optional.end()) {
    out_.optional_marks.push_back(std::move(optional));
    marks = static_cast<std::uint32_t>(out_.optional_marks.size() - 1);
  }
  emit({code, 0, reg(dst), reg(dst + 1), static_cast<std::uint16_t>(n.count), marks, 0});
}

/// A pattern that is known is compiled now, and told of now where it is wrong.
bool Generator::regex_call(const Node& n, const Info& info, std::size_t dst) {
  if (n.name != "matches" || info.overload->builtin == nullptr || n.count != 2) return false;
  const auto& pattern = constants_[ast_.child(n, 1)];
  if (!pattern || !pattern->is(Kind::string_)) return false;
  auto regex = std::make_shared<const Regex>(pattern->as_string());
  if (!regex->ok()) {
    problem(ast_[ast_.child(n, 1)], "this pattern is wrong: " + regex->error());
    return true;
  }
  gen(ast_.child(n, 0), dst);
  out_.regexes.push_back(std::move(regex));
  emit({Code::regex, 0, reg(dst), reg(dst), 0, static_cast<std::uint32_t>(out_.regexes.size() - 1),
        0});
  return true;
}

void Generator::call(NodeId id, std::size_t dst) {
  const Node& n = ast_[id];
  const Info& info = checked_.info[id];
  if (info.overload == nullptr) {
    emit(
        {Code::failure, 0, reg(dst), 0, 0, constant(Value::error("there is no such function")), 0});
    return;
  }
  if (regex_call(n, info, dst)) return;
  const std::size_t skip = info.namespaced ? 1 : 0;
  std::vector<OwnedConstant> fixed;
  for (std::size_t i = skip; i < n.count; ++i) {
    const NodeId arg = ast_.child(n, i);
    gen(arg, dst + 1 + i - skip);
    if (constants_[arg] && !constants_[arg]->runs()) fixed.emplace_back(*constants_[arg]);
  }
  const auto count = static_cast<std::uint16_t>(n.count - skip);
  const std::uint16_t d = reg(dst), first = reg(dst + 1);
  const Overload& overload = *info.overload;
  if (overload.builtin != nullptr) {
    out_.builtins.push_back(overload.builtin);
    emit({Code::builtin, 0, d, first, count, static_cast<std::uint32_t>(out_.builtins.size() - 1),
          0});
  } else if (overload.native != nullptr) {
    out_.natives.push_back(overload.native);
    emit(
        {Code::native, 0, d, first, count, static_cast<std::uint32_t>(out_.natives.size() - 1), 0});
  } else {
    Program::Call made{overload.function_id, std::nullopt};
    if (fixed.size() == count) made.constant_args = std::move(fixed);
    out_.calls.push_back(std::move(made));
    emit({Code::host, static_cast<std::uint8_t>(overload.running_ok), d, first, count,
          overload.function_id, 0});
  }
}

// Registers of a macro: dst what it makes, dst + 1 what it goes through, dst + 2 and dst + 3 its
// variables, dst + 4 on for the rest.

Generator::Loop Generator::begin_loop(const Node& n, const Info& info, std::size_t dst) {
  gen(ast_.child(n, 0), dst + 1);
  ++loop_depth_;
  Loop loop;
  loop.marks = take_marks(3);
  loop.iterate = emit({Code::iterate, 0, reg(dst), reg(dst + 1), 0, 0, loop.marks});
  loop.next = 0;
  local_register_[info.index] = reg(dst + 2);
  if (!n.var2.empty()) local_register_[info.index + 1] = reg(dst + 3);
  return loop;
}

void Generator::start_elements(const Node& n, Loop& loop, std::size_t dst) {
  loop.next = emit({Code::next, static_cast<std::uint8_t>(!n.var2.empty()), reg(dst + 2),
                    reg(dst + 1), reg(dst + 3), 0, loop.marks});
}

void Generator::end_elements(Loop& loop) {
  emit({Code::jump, 0, 0, 0, 0, loop.next, 0});
  at(loop.next).imm = here();
  --loop_depth_;
  marks_at_ = loop.marks;
}

void Generator::fold_macro(const Node& n, const Info& info, std::size_t dst) {
  const auto is_or = static_cast<std::uint8_t>(n.macro == Macro::exists);
  const std::uint16_t d = reg(dst);
  Loop loop = begin_loop(n, info, dst);
  const std::uint32_t marks = take_marks(3);
  emit({Code::fold_begin, is_or, d, 0, 0, 0, marks});
  start_elements(n, loop, dst);
  gen(ast_.child(n, 1), dst + 4);
  const std::uint32_t step = emit({Code::fold_step, is_or, d, reg(dst + 4), 0, 0, marks});
  end_elements(loop);
  at(step).imm = here();
  emit({Code::fold_end, is_or, d, 0, 0, 0, marks});
  at(loop.iterate).imm = here();
}

void Generator::count_macro(const Node& n, const Info& info, std::size_t dst) {
  const std::uint16_t d = reg(dst);
  Loop loop = begin_loop(n, info, dst);
  const std::uint32_t marks = take_marks(1);
  emit({Code::count_begin, 0, d, 0, 0, 0, marks});
  start_elements(n, loop, dst);
  gen(ast_.child(n, 1), dst + 4);
  const std::uint32_t step = emit({Code::count, 0, d, reg(dst + 4), 0, 0, marks});
  end_elements(loop);
  emit({Code::count_end, 0, d, 0, 0, 0, marks});
  at(step).imm = here();
  at(loop.iterate).imm = here();
}

void Generator::list_macro(const Node& n, const Info& info, std::size_t dst) {
  const std::uint16_t d = reg(dst), t = reg(dst + 4), u = reg(dst + 5);
  Loop loop = begin_loop(n, info, dst);
  emit({Code::list_begin, 0, d, reg(dst + 1), 0, 0, 0});
  start_elements(n, loop, dst);
  std::vector<std::uint32_t> failing;
  if (n.macro == Macro::filter) {
    gen(ast_.child(n, 1), dst + 4);
    // Of a map with one variable the elements are its keys: what `next` puts in the first.
    failing.push_back(emit({Code::append_if, 0, d, t, reg(dst + 2), 0, 0}));
  } else if (n.count == 3) {
    gen(ast_.child(n, 1), dst + 4);
    const std::uint32_t branch = emit({Code::branch, 0, d, t, 0, loop.next, 0});
    gen(ast_.child(n, 2), dst + 5);
    failing.push_back(emit({Code::append, 0, d, u, 0, 0, 0}));
    end_elements(loop);
    at(branch).imm2 = here();
    for (const auto f : failing) at(f).imm = here();
    at(loop.iterate).imm = here();
    return;
  } else {
    gen(ast_.child(n, 1), dst + 4);
    failing.push_back(emit({Code::append, 0, d, t, 0, 0, 0}));
  }
  end_elements(loop);
  for (const auto f : failing) at(f).imm = here();
  at(loop.iterate).imm = here();
}

void Generator::map_macro(const Node& n, const Info& info, std::size_t dst) {
  const bool entries = n.macro == Macro::transform_map_entry;
  const std::uint16_t d = reg(dst), values = reg(dst + 4);
  Loop loop = begin_loop(n, info, dst);
  emit({Code::list_begin, 0, d, reg(dst + 1), 0, 0, 0});
  emit({Code::list_begin, 0, values, reg(dst + 1), 0, 0, 0});
  start_elements(n, loop, dst);
  std::uint32_t branch = kNone;
  if (n.count == 3) {
    gen(ast_.child(n, 1), dst + 5);
    branch = emit({Code::branch, 0, d, reg(dst + 5), 0, loop.next, 0});
  }
  gen(ast_.child(n, n.count - 1), dst + 5);
  std::vector<std::uint32_t> failing;
  if (entries) {
    failing.push_back(emit({Code::append_map, 0, d, reg(dst + 5), values, 0, 0}));
  } else {
    // An error of the value ends it, as the value of the whole.
    const std::uint32_t ok = emit({Code::append, 0, values, reg(dst + 5), 0, 0, 0});
    emit({Code::append, 0, d, reg(dst + 2), 0, 0, 0});
    failing.push_back(ok);
  }
  end_elements(loop);
  emit({Code::map_end, 0, d, values, 0, 0, 0});
  const std::uint32_t jump = emit({Code::jump, 0, 0, 0, 0, 0, 0});
  const std::uint32_t failed = here();
  if (!entries) emit({Code::move, 0, d, values, 0, 0, 0});
  at(jump).imm = here();
  for (const auto f : failing) at(f).imm = entries ? here() : failed;
  if (branch != kNone) at(branch).imm2 = here();
  at(loop.iterate).imm = here();
}

void Generator::optional_macro(const Node& n, const Info& info, std::size_t dst) {
  const std::uint16_t d = reg(dst), held = reg(dst + 1), result = reg(dst + 2);
  gen(ast_.child(n, 0), dst);
  const std::uint32_t unwrap = emit({Code::unwrap, 0, d, d, held, 0, 0});
  local_register_[info.index] = held;
  ++loop_depth_;  // its parts depend on what is held: explain shows the whole alone
  gen(ast_.child(n, 1), dst + 2);
  --loop_depth_;
  emit({n.macro == Macro::opt_map ? Code::wrap : Code::flat, 0, d, result, 0, 0, 0});
  at(unwrap).imm = here();
}

void Generator::comprehension(NodeId id, std::size_t dst) {
  const Node& n = ast_[id];
  const Info& info = checked_.info[id];
  switch (n.macro) {
    case Macro::all:
    case Macro::exists:
      return fold_macro(n, info, dst);
    case Macro::exists_one:
      return count_macro(n, info, dst);
    case Macro::map:
    case Macro::filter:
    case Macro::transform_list:
      return list_macro(n, info, dst);
    case Macro::transform_map:
    case Macro::transform_map_entry:
      return map_macro(n, info, dst);
    case Macro::opt_map:
    case Macro::opt_flat_map:
      return optional_macro(n, info, dst);
  }
}

}  // namespace

void generate(const Ast& ast, const Checked& checked, const ConstantFolder& constants, bool explain,
              ProgramData& program, std::vector<Problem>& problems) {
  Generator(ast, checked, constants, explain, program, problems).run();
}

}  // namespace assist::cel
