#include "cel/env.hpp"

#include <algorithm>
#include <cmath>

#include "cel/ops.hpp"

namespace assist::cel {

Env::Env() : data_(std::make_shared<EnvData>()) {}
Env::Env(Env&&) noexcept = default;
Env& Env::operator=(Env&&) noexcept = default;
Env::~Env() = default;

namespace {
void add(EnvData& data, Variable variable) {
  for (std::size_t dot = variable.name.find('.'); dot != std::string::npos;
       dot = variable.name.find('.', dot + 1)) {
    data.groups.insert(variable.name.substr(0, dot));
  }
  data.variables.push_back(std::move(variable));
  const Variable& kept = data.variables.back();
  data.by_name[kept.name] = &kept;
}
}  // namespace

void Env::declare(std::string name, Type type, std::uint32_t slot) {
  add(*data_, {std::move(name), std::move(type), Variable::Is::slot, slot, {}});
}

void Env::declare_constant(std::string name, Type type, OwnedConstant value) {
  add(*data_, {std::move(name), std::move(type), Variable::Is::constant, 0, std::move(value)});
}

void Env::declare_now() { add(*data_, {"now", Type::timestamp(), Variable::Is::now, 0, {}}); }

const StructType& Env::declare_struct(StructType type) {
  data_->structs.push_back(std::make_unique<StructType>(std::move(type)));
  return *data_->structs.back();
}

void Env::declare_function(std::string name, std::vector<Type> params, bool varargs, Type result,
                           std::uint32_t function_id, FunctionOptions options) {
  Overload overload;
  overload.params = std::move(params);
  overload.result = std::move(result);
  overload.member = options.member;
  overload.varargs = varargs;
  overload.native = options.native;
  overload.function_id = function_id;
  overload.running_ok = options.running_ok;
  data_->functions[std::move(name)].push_back(std::move(overload));
}

namespace {

template <std::int64_t kUnitSeconds>
Value length_of_time(std::span<const Value> args, Arena&) {
  constexpr std::int64_t kMost = INT64_MAX / 1'000'000'000 / kUnitSeconds;
  const Value& n = args[0];
  static constexpr char kTooLong[] = "this length of time is too long";
  if (n.is(Kind::int_)) {
    if (n.as_int() > kMost || n.as_int() < -kMost) return Value::error(kTooLong);
    return Value::duration(n.as_int() * kUnitSeconds, 0);
  }
  if (!n.is(Kind::double_)) return Value::error("a length of time is made of a number");
  const double ns = std::round(n.as_double() * static_cast<double>(kUnitSeconds) * 1e9);
  if (!(std::fabs(ns) < 9.2e18)) return Value::error(kTooLong);
  auto whole = static_cast<std::int64_t>(ns);
  std::int64_t seconds = whole / 1'000'000'000;
  std::int64_t nanos = whole % 1'000'000'000;
  if (nanos < 0) {
    nanos += 1'000'000'000;
    --seconds;
  }
  return Value::duration(seconds, static_cast<std::int32_t>(nanos));
}

}  // namespace

void Env::declare_lengths_of_time() {
  struct Unit {
    const char* name;
    NativeFunction native;
  };
  const Unit units[] = {{"seconds", length_of_time<1>},
                        {"minutes", length_of_time<60>},
                        {"hours", length_of_time<3600>},
                        {"days", length_of_time<86400>}};
  for (const Unit& unit : units) {
    for (const Type& n : {Type::integer(), Type::number()}) {
      FunctionOptions options;
      options.native = unit.native;
      declare_function(unit.name, {n}, false, Type::duration(), 0, options);
    }
  }
}

std::vector<std::string_view> Env::names() const {
  std::vector<std::string_view> result;
  for (const Variable& v : data_->variables) result.push_back(v.name);
  std::sort(result.begin(), result.end());
  return result;
}

}  // namespace assist::cel
