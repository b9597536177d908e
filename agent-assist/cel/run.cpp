#include <algorithm>
#include <bit>

#include "cel/ops.hpp"
#include "cel/program.hpp"
#include "cel/regex.hpp"

namespace assist::cel {
namespace {

constexpr char kLimit[] = "this takes too long: the limit of a run is reached";

/// Registers and marks: on the stack where they are few, else in the run's arena.
struct Memory {
  static constexpr std::size_t kFew = 40;
  union Storage {
    Storage() {}
    Value values[kFew];
  } storage;
  std::int64_t few_marks[kFew];
  Value* registers;
  std::int64_t* marks;

  Memory(const ProgramData& program, Arena& arena) : registers(storage.values), marks(few_marks) {
    if (program.registers > kFew) registers = arena.values(program.registers).data();
    if (program.marks > kFew) {
      marks = static_cast<std::int64_t*>(arena.allocate(program.marks * sizeof(std::int64_t)));
    }
  }
};

Value not_bool(Run& run, const Value& value) {
  return value.is_error() ? value : no_overload(run, "condition", {&value, 1});
}

/// The marks of a fold: the validity around it, that of what does not decide, and that of what
/// does (INT64_MIN: nothing has).
void fold_begin(Run& run, const Instruction& i, Value& result, std::int64_t* marks) {
  marks[0] = run.valid_us();
  marks[1] = INT64_MAX;
  marks[2] = INT64_MIN;
  run.set_valid(INT64_MAX);
  result = Value::boolean(i.flag == 0);
}

/// True: nothing that follows can change the result, nor until when it stays.
bool fold_step(Run& run, const Instruction& i, Value& result, const Value& operand,
               std::int64_t* marks) {
  const std::int64_t valid = run.valid_us();
  run.set_valid(INT64_MAX);
  if (operand.is(Kind::bool_) && operand.as_bool() == (i.flag != 0)) {
    result = operand;
    marks[2] = std::max(marks[2], valid);
    return marks[2] == INT64_MAX;
  }
  marks[1] = std::min(marks[1], valid);
  if (!operand.is(Kind::bool_) && marks[2] == INT64_MIN && !result.is_error()) {
    result = not_bool(run, operand);
  }
  return false;
}

void fold_end(Run& run, std::int64_t* marks) {
  run.set_valid(std::min(marks[0], marks[2] != INT64_MIN ? marks[2] : marks[1]));
}

Value arithmetic(Run& run, Op op, const Value& a, const Value& b) {
  switch (op) {
    case Op::add:
      return op_add(run, a, b);
    case Op::sub:
      return op_sub(run, a, b);
    case Op::mul:
      return op_mul(run, a, b);
    case Op::div:
      return op_div(run, a, b);
    default:
      return op_mod(run, a, b);
  }
}

const Value* first_error(const Value* args, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    if (args[i].is_error()) return args + i;
  }
  return nullptr;
}

Value call_host(Run& run, const Instruction& i, Value* args, std::size_t count) {
  if (i.flag == 0) {
    for (std::size_t k = 0; k < count; ++k) args[k] = run.pin(args[k]);
  }
  return run.activation().call(i.imm, {args, count}, run);
}

/// What a part marked with ? puts into a list or map: its value, nothing, or an error.
struct Optional {
  bool present;
  Value value;
};
Optional unwrapped(Run& run, const Value& value) {
  if (!value.is(Kind::optional_)) return {true, no_overload(run, "?", {&value, 1})};
  return {value.optional_value() != nullptr,
          value.optional_value() != nullptr ? *value.optional_value() : Value()};
}

Value make_list(Run& run, const ProgramData& program, const Instruction& i, const Value* items) {
  if (const Value* error = first_error(items, i.b)) return *error;
  if (!run.arena().has_room(i.b * sizeof(Value)) || !run.spend(i.b / 4u)) {
    return Value::error(kLimit);
  }
  const auto list = run.arena().values(i.b);
  if (i.imm == UINT32_MAX) {
    std::copy(items, items + i.b, list.begin());
    return Value::list(list);
  }
  std::size_t count = 0;
  for (std::size_t k = 0; k < i.b; ++k) {
    if (!program.optional_marks[i.imm][k]) {
      list[count++] = items[k];
      continue;
    }
    const Optional held = unwrapped(run, items[k]);
    if (held.value.is_error()) return held.value;
    if (held.present) list[count++] = held.value;
  }
  return Value::list(list.data(), count);
}

Value make_map(Run& run, const ProgramData& program, const Instruction& i, const Value* items) {
  if (const Value* error = first_error(items, i.b)) return *error;
  if (!run.arena().has_room(std::size_t{i.b} * 64) || !run.spend(i.b / 2u)) {
    return Value::error(kLimit);
  }
  const auto keys = run.arena().values(i.b / 2u), values = run.arena().values(i.b / 2u);
  std::size_t count = 0;
  for (std::size_t k = 0; k + 1 < i.b; k += 2) {
    Value value = items[k + 1];
    if (i.imm != UINT32_MAX && program.optional_marks[i.imm][k]) {
      const Optional held = unwrapped(run, value);
      if (held.value.is_error()) return held.value;
      if (!held.present) continue;
      value = held.value;
    }
    keys[count] = items[k];
    values[count++] = value;
  }
  return assist::cel::make_map(keys.first(count), values.first(count), run.arena());
}

/// marks: the place of the next element, and how many there are.
bool iterate(Run& run, const Value& range, Value& result, std::int64_t* marks) {
  marks[0] = 0;
  if (range.is(Kind::list_)) {
    marks[1] = static_cast<std::int64_t>(range.list_size());
    return true;
  }
  if (range.is(Kind::map_)) {
    marks[1] = static_cast<std::int64_t>(range.as_map().size());
    return true;
  }
  result = range.is_error() ? range : no_overload(run, "going through", {&range, 1});
  return false;
}

bool next(Run& run, const Instruction& i, Value* registers, std::int64_t* marks) {
  if (marks[0] >= marks[1]) return false;
  const auto at = static_cast<std::size_t>(marks[0]++);
  const Value& range = registers[i.a];
  if (range.is(Kind::list_)) {
    const Value item = range.list_at(at, run.arena());
    if (i.flag == 0) {
      registers[i.dst] = item;
    } else {
      registers[i.dst] = Value::integer(static_cast<std::int64_t>(at));
      registers[i.b] = item;
    }
    return true;
  }
  const auto [key, value] = range.as_map().entry(at, run.arena());
  registers[i.dst] = key;
  if (i.flag != 0) registers[i.b] = value;
  return true;
}

/// An empty list with room for as many as the range has.
Value list_begin(Run& run, const Value& range) {
  const std::size_t size = range.is(Kind::list_) ? range.list_size() : range.as_map().size();
  if (!run.arena().has_room(size * sizeof(Value)) || !run.spend(size / 8)) {
    run.spend(INT64_MAX / 2);
    return Value::list(nullptr, 0);
  }
  return Value::list(static_cast<const Value*>(run.arena().allocate(size * sizeof(Value))), 0);
}

/// Room is made sure of by list_begin(), which knows how many elements there are.
void append(Value& list, const Value& item) {
  auto* data = const_cast<Value*>(list.list_data());
  const std::size_t size = list.list_size();
  new (data + size) Value(item);
  list = Value::list(data, size + 1);
}

/// The room of a list that append_entries() made: it doubles.
std::size_t room_for(std::size_t size) { return size == 0 ? 0 : std::bit_ceil(size); }

/// Of a map given for one element there may be any number of entries: the lists grow as needed.
bool append_entries(Run& run, Value& keys, Value& values, const Value& map) {
  const std::size_t before = keys.list_size(), more = map.as_map().size();
  const std::size_t size = before + more;
  if (!run.spend(1 + more)) return false;
  if (size > room_for(before)) {
    const std::size_t room = room_for(size);
    if (!run.arena().has_room(room * 2 * sizeof(Value)) || !run.spend(room / 4)) return false;
    const auto k = run.arena().values(room), v = run.arena().values(room);
    std::copy(keys.list_data(), keys.list_data() + before, k.begin());
    std::copy(values.list_data(), values.list_data() + before, v.begin());
    keys = Value::list(k.data(), before);
    values = Value::list(v.data(), before);
  }
  for (std::size_t i = 0; i < more; ++i) {
    const auto [key, value] = map.as_map().entry(i, run.arena());
    append(keys, key);
    append(values, value);
  }
  return true;
}

}  // namespace

Value execute(const ProgramData& program, Run& run, std::vector<Part>* parts) {
  Memory memory(program, run.arena());
  Value* const r = memory.registers;
  std::int64_t* const marks = memory.marks;
  const Instruction* const code = program.code.data();
  const Value* const constants = program.constants.data();
  for (const Instruction* at = code;;) {
    const Instruction& i = *at++;
    switch (i.code) {
      case Code::constant:
      case Code::failure:
        r[i.dst] = constants[i.imm];
        break;
      case Code::load:
        r[i.dst] = run.activation().load(i.imm, run);
        break;
      case Code::field: {
        const StructType* type = program.structs[i.imm2];
        const Value& object = r[i.a];
        if (object.is(Kind::object_) && &object.object_type() == type) {
          r[i.dst] = type->get(object.object_data(), i.imm, run.arena());
        } else {
          r[i.dst] = op_select(run, object, Value::string(type->fields[i.imm].name), false);
        }
        break;
      }
      case Code::select:
        r[i.dst] = op_select(run, r[i.a], constants[i.imm], i.flag != 0);
        break;
      case Code::has:
        r[i.dst] = op_has(run, r[i.a], constants[i.imm]);
        break;
      case Code::index:
        r[i.dst] = op_index(run, r[i.a], r[i.b], i.flag != 0);
        break;
      case Code::arithmetic:
        r[i.dst] = arithmetic(run, static_cast<Op>(i.flag), r[i.a], r[i.b]);
        break;
      case Code::compare:
        r[i.dst] = op_order(run, static_cast<Op>(i.flag), r[i.a], r[i.b]);
        break;
      case Code::equal:
        r[i.dst] = op_equal(run, r[i.a], r[i.b], i.flag != 0);
        break;
      case Code::compare_to:
        r[i.dst] = op_order(run, static_cast<Op>(i.flag), r[i.a], constants[i.imm]);
        break;
      case Code::equal_to:
        r[i.dst] = op_equal(run, r[i.a], constants[i.imm], i.flag != 0);
        break;
      case Code::in:
        r[i.dst] = op_in(run, r[i.a], r[i.b]);
        break;
      case Code::in_texts: {
        const auto& texts = program.text_sets[i.imm];
        const Value& needle = r[i.a];
        r[i.dst] = needle.is_error() ? needle
                                     : Value::boolean(needle.is(Kind::string_) &&
                                                      std::binary_search(texts.begin(), texts.end(),
                                                                         needle.as_string()));
        break;
      }
      case Code::negate:
        r[i.dst] = op_negate(run, r[i.a]);
        break;
      case Code::not_:
        r[i.dst] = op_not(run, r[i.a]);
        break;
      case Code::builtin: {
        const Value* error = first_error(r + i.a, i.b);
        r[i.dst] = error != nullptr ? *error : program.builtins[i.imm](run, {r + i.a, i.b});
        break;
      }
      case Code::native: {
        const Value* error = first_error(r + i.a, i.b);
        if (error == nullptr) {
          for (std::size_t k = 0; k < i.b; ++k) r[i.a + k] = run.pin(r[i.a + k]);
        }
        r[i.dst] = error != nullptr ? *error : program.natives[i.imm]({r + i.a, i.b}, run.arena());
        break;
      }
      case Code::host: {
        const Value* error = first_error(r + i.a, i.b);
        r[i.dst] = error != nullptr ? *error : call_host(run, i, r + i.a, i.b);
        break;
      }
      case Code::regex: {
        const Value& text = r[i.a];
        if (text.is(Kind::string_)) {
          run.spend(1 + text.as_string().size() / 16);
          r[i.dst] = Value::boolean(program.regexes[i.imm]->found_in(text.as_string()));
        } else {
          r[i.dst] = text.is_error() ? text : no_overload(run, "matches()", {&text, 1});
        }
        break;
      }
      case Code::list:
        r[i.dst] = make_list(run, program, i, r + i.a);
        break;
      case Code::map:
        r[i.dst] = make_map(run, program, i, r + i.a);
        break;
      case Code::move:
        r[i.dst] = r[i.a];
        break;
      case Code::jump:
        // Only loops jump back: what they cost is their length, at each turn.
        if (code + i.imm < at &&
            !run.spend(1 + static_cast<std::uint64_t>(at - code - i.imm) / 8)) {
          return Value::error(kLimit);
        }
        at = code + i.imm;
        break;
      case Code::branch:
        if (!r[i.a].is(Kind::bool_)) {
          r[i.dst] = not_bool(run, r[i.a]);
          at = code + i.imm2;
        } else if (!r[i.a].as_bool()) {
          if (code + i.imm < at && !run.spend(1)) return Value::error(kLimit);
          at = code + i.imm;
        }
        break;
      case Code::pick:
        r[i.dst] =
            !r[i.a].is(Kind::bool_) ? not_bool(run, r[i.a]) : r[i.a + (r[i.a].as_bool() ? 1 : 2)];
        break;
      case Code::fold_begin:
        fold_begin(run, i, r[i.dst], marks + i.imm2);
        break;
      case Code::fold_step:
        if (fold_step(run, i, r[i.dst], r[i.a], marks + i.imm2) && i.imm != 0) at = code + i.imm;
        break;
      case Code::fold_end:
        fold_end(run, marks + i.imm2);
        break;
      case Code::iterate:
        if (!iterate(run, r[i.a], r[i.dst], marks + i.imm2)) at = code + i.imm;
        break;
      case Code::next:
        if (!next(run, i, r, marks + i.imm2)) at = code + i.imm;
        break;
      case Code::list_begin:
        r[i.dst] = list_begin(run, r[i.a]);
        if (run.spent()) return Value::error(kLimit);
        break;
      case Code::append:
        if (r[i.a].is_error()) {
          r[i.dst] = r[i.a];
          at = code + i.imm;
        } else {
          append(r[i.dst], r[i.a]);
        }
        break;
      case Code::append_if:
        if (!r[i.a].is(Kind::bool_)) {
          r[i.dst] = not_bool(run, r[i.a]);
          at = code + i.imm;
        } else if (r[i.a].as_bool()) {
          append(r[i.dst], r[i.b]);
        }
        break;
      case Code::append_map:
        if (!r[i.a].is(Kind::map_)) {
          r[i.dst] = r[i.a].is_error() ? r[i.a] : no_overload(run, "entry", {&r[i.a], 1});
          at = code + i.imm;
        } else if (!append_entries(run, r[i.dst], r[i.b], r[i.a])) {
          return Value::error(kLimit);
        }
        break;
      case Code::map_end: {
        const std::size_t size = r[i.dst].list_size();
        if (!run.arena().has_room(size * 48) || !run.spend(size / 4)) return Value::error(kLimit);
        r[i.dst] = assist::cel::make_map({r[i.dst].list_data(), size}, {r[i.a].list_data(), size},
                                         run.arena());
        break;
      }
      case Code::count_begin:
        marks[i.imm2] = 0;
        break;
      case Code::count:
        if (!r[i.a].is(Kind::bool_)) {
          r[i.dst] = not_bool(run, r[i.a]);
          at = code + i.imm;
        } else if (r[i.a].as_bool()) {
          ++marks[i.imm2];
        }
        break;
      case Code::count_end:
        r[i.dst] = Value::boolean(marks[i.imm2] == 1);
        break;
      case Code::unwrap:
        if (!r[i.a].is(Kind::optional_)) {
          r[i.dst] = r[i.a].is_error() ? r[i.a] : no_overload(run, "optMap()", {&r[i.a], 1});
          at = code + i.imm;
        } else if (r[i.a].optional_value() == nullptr) {
          r[i.dst] = r[i.a];
          at = code + i.imm;
        } else {
          r[i.b] = *r[i.a].optional_value();
        }
        break;
      case Code::wrap:
        r[i.dst] = r[i.a].is_error() ? r[i.a] : make_optional(r[i.a], run.arena());
        break;
      case Code::flat:
        r[i.dst] = r[i.a].is_error() || r[i.a].is(Kind::optional_)
                       ? r[i.a]
                       : no_overload(run, "optFlatMap()", {&r[i.a], 1});
        break;
      case Code::scope_begin:
        marks[i.imm2] = run.valid_us();
        run.set_valid(INT64_MAX);
        break;
      case Code::scope_end:
        if (parts != nullptr) (*parts)[i.imm].outcome = {r[i.dst], run.valid_until()};
        run.narrow(marks[i.imm2]);
        break;
      case Code::end:
        return run.spent() ? Value::error(kLimit) : r[i.dst];
    }
  }
}

}  // namespace assist::cel
