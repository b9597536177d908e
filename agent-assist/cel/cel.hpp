#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cel/type.hpp"
#include "cel/value.hpp"

/// The Common Expression Language: text → checked program → value, and until when the value stays.
/// Depends on the standard library, RE2 and Howard Hinnant's date alone. Nothing here throws for
/// bad input, reads a clock or keeps global state. See README.md beside this file.
namespace assist::cel {

struct EnvData;
struct ProgramData;
struct Problem;
class Run;

/// Computes a host function from its arguments alone. An error is Value::error(static text).
using NativeFunction = Value (*)(std::span<const Value> args, Arena& arena);

struct FunctionOptions {
  bool member = false;      // called as first.name(others)
  bool running_ok = false;  // takes durations and timestamps that run; otherwise they are taken as
                            // they are at `now`, and the outcome is good for that moment alone
  NativeFunction native = nullptr;  // pure: used instead of Activation::call, folded over constants
};

/// What the names in an expression mean. Built once, then shared by programs and threads; a program
/// keeps alive what it needs of it.
class Env {
 public:
  Env();
  Env(Env&&) noexcept;
  Env& operator=(Env&&) noexcept;
  ~Env();

  /// `name` may be dotted ("call.hold"): it is one variable, "call" its group. In a group a last
  /// part that is no identifier ("situation.repeat-contact") is written
  /// situation["repeat-contact"]; one that is may be written so too. The group's bare name is an
  /// error in expressions that says so. `slot` is what Activation::load gets.
  void declare(std::string name, Type type, std::uint32_t slot);
  /// A name whose value is known when programs are compiled: it is folded, and counts as a constant
  /// in Program::equalities() and for calls.
  void declare_constant(std::string name, Type type, OwnedConstant value);
  /// The variable `now`: a timestamp that runs, from run()'s `now`.
  void declare_now();
  /// The address stays: give it to Value::object() and Type::object().
  const StructType& declare_struct(StructType type);
  /// A host function; several overloads may share a name. With `varargs` the last parameter may
  /// be given once or more often.
  void declare_function(std::string name, std::vector<Type> params, bool varargs, Type result,
                        std::uint32_t function_id, FunctionOptions options = {});
  /// seconds(n), minutes(n), hours(n), days(n) → duration, n an int or a double.
  void declare_lengths_of_time();

  /// All declared variables, sorted: for completion and "did you mean".
  std::vector<std::string_view> names() const;
  const std::shared_ptr<EnvData>& data() const { return data_; }

 private:
  std::shared_ptr<EnvData> data_;
};

/// Where a run gets its facts.
class Activation {
 public:
  /// The value of the variable declared with `slot`. run.error() says that it has none.
  virtual Value load(std::uint32_t slot, Run& run) = 0;
  /// The result of a host function. A result that depends on time narrows run.valid_until().
  virtual Value call(std::uint32_t function_id, std::span<const Value> args, Run& run) = 0;

 protected:
  ~Activation() = default;
};

/// What one run shares with the host's functions.
class Run {
 public:
  Run(Activation& activation, Time now, Arena& arena)
      : activation_(activation), arena_(arena), now_(now.time_since_epoch().count()) {}

  Time now() const { return Time(Duration(now_)); }
  Arena& arena() { return arena_; }
  Activation& activation() { return activation_; }
  /// What is being computed is known to be the same before `moment` only.
  void valid_until(Time moment) { narrow(moment.time_since_epoch().count()); }
  Time valid_until() const { return Time(Duration(valid_)); }
  /// An error value; the text is copied to the arena.
  Value error(std::string_view text) { return Value::error(arena_.copy(text)); }

  // For the language's own functions: moments as microseconds since 1970.
  std::int64_t now_us() const { return now_; }
  std::int64_t valid_us() const { return valid_; }
  void narrow(std::int64_t moment) {
    if (moment < valid_) valid_ = moment;
  }
  void set_valid(std::int64_t moment) { valid_ = moment; }
  /// Takes a value that runs as it is now: good for this microsecond alone.
  Value pin(const Value& value);
  /// Counts work done. False: the run's limit is reached, and it ends in an error.
  bool spend(std::uint64_t steps) {
    steps_left_ -= static_cast<std::int64_t>(steps);
    return steps_left_ >= 0;
  }
  bool spent() const { return steps_left_ < 0; }
  void set_steps(std::int64_t steps) { steps_left_ = steps; }

 private:
  Activation& activation_;
  Arena& arena_;
  std::int64_t now_;
  std::int64_t valid_ = INT64_MAX;
  std::int64_t steps_left_ = 0;
};

/// What came out. The value is the same at every microsecond in [now, valid_until), as long as no
/// fact changes. (A value that runs is the same line then: see Value::at().)
struct Outcome {
  Value value;
  Time valid_until = kNever;
};

/// One part of an expression and what it came to, for people who ask why.
struct Part {
  std::size_t begin = 0, end = 0;  // bytes of the source
  std::int32_t parent = -1;        // its place in the list of parts; -1: the whole
  std::string op;  // "&&", ">", "in", "!", a function's name; "" for names and literals
  bool constant = false;
  Outcome outcome;
};

/// A compiled expression: immutable, cheap to copy, shared between threads.
class Program {
 public:
  /// Computes the value at `now` (from year 1001 to 8999). Values made on the way are in `arena`,
  /// which is not reset. Never throws; an error of the expression is an error value.
  Outcome run(Activation& activation, Time now, Arena& arena) const;
  /// The value of each part, also of those that run() need not look at; the whole comes first, a
  /// part before its own parts. What macros compute once for each element is not shown.
  std::vector<Part> explain(Activation& activation, Time now, Arena& arena) const;

  /// Compiles another expression of any type with the names that this one knows: to ask for what
  /// stands beside it.
  std::variant<Program, std::vector<Problem>> compile_beside(std::string_view source) const;

  /// The deduced type.
  const Type& type() const;
  const std::string& source() const;
  /// The slots that it may load, sorted, each once.
  const std::vector<std::uint32_t>& reads() const;

  /// A host function that it calls.
  struct Call {
    std::uint32_t function_id;
    std::optional<std::vector<OwnedConstant>> constant_args;  // where all of them are constant
  };
  const std::vector<Call>& calls() const;

  /// The whole is false, or an error, unless what `slot` holds is one of `values`: its value, of a
  /// list one of its entries, with `member` its member of that name (a map's).
  struct Equality {
    std::uint32_t slot;
    std::optional<std::string> member;
    std::vector<OwnedConstant> values;
    bool exact = false;     // the whole is true just then
    bool presence = false;  // no value is asked for: the map has such a member
  };
  const std::vector<Equality>& equalities() const;

  /// Says that a fact is less than a constant, or the like, and no more. Where `function` is given,
  /// it says so of what that host function gives for `args`; alone, one that is true or false is
  /// compared with true.
  struct Comparison {
    enum class Is : std::uint8_t { less, at_most, over, at_least, equal, unequal };
    std::uint32_t slot;
    Is is;
    OwnedConstant constant;
    std::optional<std::uint32_t> function;
    std::vector<OwnedConstant> args;  // of the function
  };
  /// The whole says that one of these is so; where `negated`, that none is.
  struct Comparisons {
    std::vector<Comparison> any;  // empty: it says something else
    bool negated = false;
  };
  const Comparisons& comparisons() const;

  /// The operands of the outermost `&&`, of those inside it too, as they are written: the whole is
  /// their conjunction. One that is no `&&` has itself alone. Views into source().
  std::vector<std::string_view> conjuncts() const;
  /// Compiles one of conjuncts() as this program was compiled.
  Program part(std::string_view conjunct) const;

  /// Time alone may turn it: it reads `now`, or a duration that may run.
  bool uses_now() const;
  /// It may be another value at every microsecond, as string(call.hold) is.
  bool changes_every_moment() const;
  /// The value, where it is known without running.
  const std::optional<OwnedConstant>& constant() const;
  /// The compiled form, for tests.
  std::string print() const;

  explicit Program(std::shared_ptr<const ProgramData> data);

 private:
  std::shared_ptr<const ProgramData> data_;
};

/// One thing that is wrong in an expression.
struct Problem {
  std::size_t begin = 0, end = 0;      // bytes of the source
  std::uint32_t line = 1, column = 1;  // from 1, columns in code points
  std::string text;
  std::string unknown_name;  // "call.hodl", where it is what is wrong; else ""
};

struct Limits {
  std::size_t source_bytes = 100'000;
  std::size_t depth = 200;         // of nesting
  std::size_t nodes = 50'000;      // parts of an expression
  std::size_t problems = 20;       // told at once
  std::int64_t steps = 1'000'000;  // of a run: elements looked at, and the like
};

struct CompileOptions {
  Limits limits;
  /// The type that is due, such as Type::boolean() for a condition. dyn goes with every type.
  std::optional<Type> expected_result;
  /// The name space in which names are looked up first.
  std::string container;
  /// false: names and types are looked at when it runs.
  bool check = true;
  /// Refuses what may be another value at every microsecond: a condition cannot be timed by it.
  bool refuse_changes_every_moment = false;
  /// Looks for what a name that is not known may have meant, which costs with the number of names.
  bool suggest_names = true;
};

/// A program, or all that is wrong with the source, in order of place.
std::variant<Program, std::vector<Problem>> compile(std::string_view source, const Env& env,
                                                    const CompileOptions& options = {});

/// The tree that `source` is read as, or what is wrong: for tests.
std::string print_tree(std::string_view source, const Limits& limits = {});

/// The problem with its line and a caret below it, as it is shown to people.
std::string snippet(std::string_view source, const Problem& problem);

}  // namespace assist::cel
