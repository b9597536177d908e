#include "cel/program.hpp"

#include <algorithm>
#include <array>

#include "cel/text.hpp"

namespace assist::cel {

Program::Program(std::shared_ptr<const ProgramData> data) : data_(std::move(data)) {}

Outcome Program::run(Activation& activation, Time now, Arena& arena) const {
  Run run(activation, now, arena);
  run.set_steps(data_->steps);
  const Value value = execute(*data_, run, nullptr);
  return {value, run.valid_until()};
}

const Type& Program::type() const { return data_->type; }
const std::string& Program::source() const { return data_->source; }
const std::vector<std::uint32_t>& Program::reads() const { return data_->reads; }
const std::vector<Program::Call>& Program::calls() const { return data_->calls; }
const std::vector<Program::Equality>& Program::equalities() const { return data_->equalities; }
const Program::Comparisons& Program::comparisons() const { return data_->comparisons; }
bool Program::uses_now() const { return data_->uses_now; }
bool Program::changes_every_moment() const { return data_->changes_every_moment; }
const std::optional<OwnedConstant>& Program::constant() const { return data_->constant; }

namespace {

std::variant<std::shared_ptr<ProgramData>, std::vector<Problem>> build(
    std::string_view source, std::shared_ptr<const EnvData> env, const CompileOptions& options,
    bool explain) {
  auto program = std::make_shared<ProgramData>();
  program->source = std::string(source);
  program->options = options;
  program->steps = options.limits.steps;
  program->env = std::move(env);
  program->arena = std::make_unique<Arena>(std::size_t{1} << 20);
  auto parsed = parse(program->source, options.limits);
  if (auto* problem = std::get_if<Problem>(&parsed)) {
    return std::vector<Problem>{std::move(*problem)};
  }
  Ast& ast = std::get<Ast>(parsed);
  Checked checked = check(ast, program->source, *program->env, options);
  if (!checked.problems.empty()) return std::move(checked.problems);
  std::vector<Problem> problems;
  const ConstantFolder constants(ast, checked, *program->arena);
  generate(ast, checked, constants, explain, *program, problems);
  if (!explain && problems.empty()) analyse(ast, checked, constants, *program, problems);
  if (!problems.empty()) return problems;
  program->type = checked.types.to(checked.info[ast.root].type);
  program->tree_texts = std::move(ast.texts);
  return program;
}

}  // namespace

std::variant<Program, std::vector<Problem>> compile(std::string_view source, const Env& env,
                                                    const CompileOptions& options) {
  auto built = build(source, env.data(), options, false);
  if (auto* problems = std::get_if<std::vector<Problem>>(&built)) return std::move(*problems);
  return Program(std::get<std::shared_ptr<ProgramData>>(std::move(built)));
}

std::vector<std::string_view> Program::conjuncts() const {
  std::vector<std::string_view> out;
  for (const auto& [begin, end] : data_->conjuncts)
    out.push_back(std::string_view(data_->source).substr(begin, end - begin));
  return out;
}

Program Program::part(std::string_view conjunct) const {
  auto built = build(conjunct, data_->env, data_->options, false);
  // What is part of a good expression is one itself.
  return Program(std::get<std::shared_ptr<ProgramData>>(std::move(built)));
}

std::variant<Program, std::vector<Problem>> Program::compile_beside(std::string_view source) const {
  CompileOptions options;
  options.limits = data_->options.limits;
  auto built = build(source, data_->env, options, false);
  if (auto* problems = std::get_if<std::vector<Problem>>(&built)) return std::move(*problems);
  return Program(std::get<std::shared_ptr<ProgramData>>(std::move(built)));
}

std::vector<Part> Program::explain(Activation& activation, Time now, Arena& arena) const {
  auto built = build(data_->source, data_->env, data_->options, true);
  auto* program = std::get_if<std::shared_ptr<ProgramData>>(&built);
  if (program == nullptr) return {};
  std::vector<Part> parts = (*program)->parts;
  Run run(activation, now, arena);
  run.set_steps(data_->steps);
  execute(**program, run, &parts);
  // Values may show constants of the program made for this, which dies here.
  for (Part& part : parts) part.outcome.value = deep_copy(part.outcome.value, arena);
  if (!parts.empty()) parts[0].outcome = this->run(activation, now, arena);
  return parts;
}

namespace {

constexpr std::array<std::string_view, 43> kCodeNames = {
    "constant", "load",        "field",  "select",     "has",    "index",      "arithmetic",
    "compare",  "compare_to",  "equal",  "equal_to",   "in",     "in_texts",   "negate",
    "not",      "builtin",     "native", "host",       "regex",  "failure",    "list",
    "map",      "move",        "jump",   "branch",     "pick",   "fold_begin", "fold_step",
    "fold_end", "iterate",     "next",   "list_begin", "append", "append_if",  "append_map",
    "map_end",  "count_begin", "count",  "count_end",  "unwrap", "wrap",       "flat",
    "end"};

std::string_view code_name(Code code) {
  if (code == Code::scope_begin) return "scope_begin";
  if (code == Code::scope_end) return "scope_end";
  if (code == Code::end) return "end";
  return kCodeNames[static_cast<std::size_t>(code)];
}

/// One that runs as what it is off `now`: now-604800s.
void append_constant(std::string& out, const Value& value) {
  if (!value.runs()) {
    out += to_literal(value, Time());
    return;
  }
  out += "now";
  if (value.seconds() != 0) {
    out += (value.seconds() < 0 ? "" : "+") + std::to_string(value.seconds()) + "s";
  }
}

}  // namespace

std::string Program::print() const {
  std::string out;
  for (std::size_t k = 0; k < data_->code.size(); ++k) {
    const Instruction& i = data_->code[k];
    const auto reg = [](std::uint16_t r) { return " r" + std::to_string(r); };
    out += std::to_string(k) + ": " + std::string(code_name(i.code)) + reg(i.dst);
    switch (i.code) {
      case Code::constant:
      case Code::failure:
        out += " ";
        append_constant(out, data_->constants[i.imm]);
        break;
      case Code::load:
      case Code::field:
        out += (i.code == Code::field ? reg(i.a) + " ." : " #") + std::to_string(i.imm);
        break;
      case Code::select:
      case Code::has:
        out += reg(i.a) + " " + to_literal(data_->constants[i.imm], Time());
        break;
      case Code::arithmetic:
      case Code::compare:
        out += reg(i.a) + " " + std::string(op_text(static_cast<Op>(i.flag))) + reg(i.b);
        break;
      case Code::compare_to:
        out += reg(i.a) + " " + std::string(op_text(static_cast<Op>(i.flag))) + " ";
        append_constant(out, data_->constants[i.imm]);
        break;
      case Code::equal_to:
        out += reg(i.a) + (i.flag != 0 ? " != " : " == ");
        append_constant(out, data_->constants[i.imm]);
        break;
      case Code::jump:
        out += " ->" + std::to_string(i.imm);
        break;
      case Code::fold_step:
      case Code::next:
      case Code::iterate:
      case Code::branch:
        out += reg(i.a) + " ->" + std::to_string(i.imm);
        break;
      case Code::fold_begin:
        out += i.flag != 0 ? " ||" : " &&";
        break;
      default:
        out += reg(i.a) + reg(i.b);
    }
    out += "\n";
  }
  return out;
}

std::string snippet(std::string_view source, const Problem& problem) {
  std::size_t begin = std::min(problem.begin, source.size());
  const auto line_start = begin == 0 || source.rfind('\n', begin - 1) == std::string_view::npos
                              ? 0
                              : source.rfind('\n', begin - 1) + 1;
  const auto line_end = std::min(source.find('\n', begin), source.size());
  std::string out(source.substr(line_start, line_end - line_start));
  out += "\n";
  for (const char c : source.substr(line_start, begin - line_start)) {
    if ((c & 0xC0) != 0x80) out += c == '\t' ? '\t' : ' ';
  }
  return out + "^\n";
}

}  // namespace assist::cel
