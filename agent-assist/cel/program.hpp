#pragma once

// The compiled form: straight code over numbered registers. A register's number is its depth on
// the stack that the tree would need, so running needs neither recursion nor bookkeeping.

#include <memory>
#include <string>
#include <vector>

#include "cel/check.hpp"
#include "cel/env.hpp"

namespace assist::cel {

enum class Code : std::uint8_t {
  constant,     // dst = constants[imm]
  load,         // dst = fact of slot imm
  field,        // dst = field imm of object a, whose type is structs[imm2]
  select,       // dst = a . constants[imm]; flag: .?
  has,          // dst = is there a . constants[imm]
  index,        // dst = a [ b ]; flag: [?
  arithmetic,   // dst = a Op(flag) b
  compare,      // dst = a Op(flag) b: < <= > >=
  compare_to,   // the same with constants[imm] for b
  equal,        // dst = a == b; flag: !=
  equal_to,     // the same with constants[imm] for b
  in,           // dst = a in b
  in_texts,     // dst = a in text_sets[imm]
  negate,       // dst = - a
  not_,         // dst = ! a
  builtin,      // dst = builtins[imm](a, a + 1, ..): b arguments
  native,       // dst = natives[imm](a, ..)
  host,         // dst = host function imm(a, ..); flag: takes values that run
  regex,        // dst = a matches regexes[imm]
  failure,      // dst = the error constants[imm]
  list,         // dst = [a, a + 1, ..]: b of them; imm: place of marks for ? in optionals, or none
  map,          // dst = {a: a + 1, ..}: b pairs; imm as above
  move,         // dst = a
  jump,         // to imm
  branch,       // by the bool a: false to imm; an error or no bool: dst = that, to imm2
  pick,         // dst = a ? a + 1 : a + 2, all of them known
  fold_begin,   // dst = true (flag 0, &&) or false (flag 1, ||); opens the marks at imm2
  fold_step,    // takes operand a into dst; to imm once nothing can change it (imm 0: goes on)
  fold_end,     // closes
  iterate,      // begins to go through a; an error or no range: dst = that, to imm
  next,         // dst [and b] = the next of a; to imm at the end. flag: two variables
  list_begin,   // dst = an empty list with room for the elements of a
  append,       // a to dst; where a is an error: dst = that, to imm
  append_if,    // as append, of b, where a is true; a may be an error or no bool
  append_map,   // all pairs of map a: keys to dst, values to b; an error: dst = that, to imm
  map_end,      // dst = map of keys dst and values a
  count_begin,  // opens a count at imm2
  count,        // counts a if it is true; an error or no bool: dst = that, to imm
  count_end,    // dst = the count is 1
  unwrap,       // of optional a: dst = none, to imm; or b = what it holds
  wrap,         // dst = optional of a; of an error: that
  flat,         // dst = a, which must be an optional
  scope_begin,  // for explain: opens the validity of a part at imm2
  scope_end,    // closes it: part imm came to dst
  end,          // the result is dst
};

struct Instruction {
  Code code = Code::end;
  std::uint8_t flag = 0;
  std::uint16_t dst = 0, a = 0, b = 0;
  std::uint32_t imm = 0, imm2 = 0;
};
static_assert(sizeof(Instruction) == 16);

class Regex;

struct ProgramData {
  std::string source;
  std::deque<std::string> texts, tree_texts;  // that constants show
  Type type;
  std::vector<Instruction> code;
  std::vector<Value> constants;
  std::unique_ptr<Arena> arena;  // of folded constants
  std::vector<Builtin> builtins;
  std::vector<NativeFunction> natives;
  std::vector<const StructType*> structs;
  std::vector<std::shared_ptr<const Regex>> regexes;
  std::vector<std::vector<bool>> optional_marks;
  std::vector<std::vector<std::string_view>> text_sets;  // sorted: of long constant lists
  std::uint32_t registers = 1, marks = 0;
  std::int64_t steps = 0;

  std::vector<std::uint32_t> reads;
  std::vector<Program::Call> calls;
  std::vector<Program::Equality> equalities;
  Program::Comparisons comparisons;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> conjuncts;  // bytes of the source
  bool uses_now = false;
  bool changes_every_moment = false;
  std::optional<OwnedConstant> constant;

  std::shared_ptr<const EnvData> env;
  CompileOptions options;   // to compile it again for explain()
  std::vector<Part> parts;  // of a program for explain()
};

class ConstantFolder;

/// Compiles a checked tree into `program`; with `explain` so that each part tells its value.
void generate(const Ast& ast, const Checked& checked, const ConstantFolder& constants, bool explain,
              ProgramData& program, std::vector<Problem>& problems);

/// What is read back from a checked tree: equalities, time.
void analyse(const Ast& ast, const Checked& checked, const ConstantFolder& constants,
             ProgramData& program, std::vector<Problem>& problems);

/// Runs the code. `parts`: where explain() wants the outcomes.
Value execute(const ProgramData& program, Run& run, std::vector<Part>* parts);

/// The value of a part whose own parts are constant; nullopt: not known before it runs.
class ConstantFolder {
 public:
  ConstantFolder(const Ast& ast, const Checked& checked, Arena& arena);
  const std::optional<Value>& operator[](NodeId id) const { return values_[id]; }

 private:
  std::optional<Value> fold(NodeId id);
  std::optional<Value> fold_operation(const Node& n, const Info& info,
                                      std::span<const Value> children);

  const Ast& ast_;
  const Checked& checked_;
  Arena& arena_;
  std::vector<std::optional<Value>> values_;
};

}  // namespace assist::cel
