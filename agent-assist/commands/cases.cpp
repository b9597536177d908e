#include "commands/cases.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <cstring>
#include <iterator>

#include "cel/text.hpp"
#include "cel/time_text.hpp"

namespace assist::commands {
namespace json = boost::json;
using cel::Arena;
using cel::Env;
using cel::Kind;
using cel::Time;
using cel::Type;
using cel::Value;

namespace {

std::string_view view(const json::string& s) { return {s.data(), s.size()}; }

std::optional<double> typed_double(std::string_view text) {
  if (text == "NaN") return std::nan("");
  if (text == "Infinity") return HUGE_VAL;
  if (text == "-Infinity") return -HUGE_VAL;
  return cel::parse_double(text);
}

std::optional<Value> typed_text(std::string_view kind, std::string_view text, Arena& arena) {
  if (kind == "int") {
    const auto n = cel::parse_int(text);
    return n ? std::optional(Value::integer(*n)) : std::nullopt;
  }
  if (kind == "uint") {
    const auto n = cel::parse_uint(text);
    return n ? std::optional(Value::unsigned_integer(*n)) : std::nullopt;
  }
  if (kind == "double") {
    const auto n = typed_double(text);
    return n ? std::optional(Value::number(*n)) : std::nullopt;
  }
  if (kind == "string") return Value::string(arena.copy(text));
  if (kind == "bytes") {
    const auto bytes = cel::base64_decode(text);
    return bytes ? std::optional(Value::bytes(arena.copy(*bytes))) : std::nullopt;
  }
  if (kind == "timestamp") {
    const auto s = cel::parse_timestamp(text);
    return s ? std::optional(Value::timestamp(s->seconds, s->nanos)) : std::nullopt;
  }
  if (kind == "duration") {
    const auto s = cel::parse_duration_text(text);
    return s ? std::optional(Value::duration(s->seconds, s->nanos)) : std::nullopt;
  }
  if (kind == "type") return Value::type(arena.copy(text));
  return std::nullopt;
}

std::optional<Value> typed_list(const json::array& items, Arena& arena) {
  const auto values = arena.values(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto value = typed_value(items[i], arena);
    if (!value) return std::nullopt;
    values[i] = *value;
  }
  return Value::list(values);
}

std::optional<Value> typed_map(const json::array& pairs, Arena& arena) {
  std::vector<Value> keys, values;
  for (const auto& pair : pairs) {
    if (!pair.is_array() || pair.get_array().size() != 2) return std::nullopt;
    const auto key = typed_value(pair.get_array()[0], arena);
    const auto value = typed_value(pair.get_array()[1], arena);
    if (!key || !value) return std::nullopt;
    keys.push_back(*key);
    values.push_back(*value);
  }
  const Value map = cel::make_map(keys, values, arena);
  return map.is_error() ? std::nullopt : std::optional(map);
}

}  // namespace

std::optional<Value> typed_value(const json::value& value, Arena& arena) {
  if (!value.is_object() || value.get_object().size() != 1) return std::nullopt;
  const auto& member = *value.get_object().begin();
  const std::string_view kind(member.key().data(), member.key().size());
  const json::value& held = member.value();
  if (kind == "null") return held.is_null() ? std::optional(Value::null()) : std::nullopt;
  if (kind == "bool") {
    return held.is_bool() ? std::optional(Value::boolean(held.get_bool())) : std::nullopt;
  }
  if (held.is_array() && kind == "list") return typed_list(held.get_array(), arena);
  if (held.is_array() && kind == "map") return typed_map(held.get_array(), arena);
  if (!held.is_string()) return std::nullopt;
  return typed_text(kind, view(held.get_string()), arena);
}

Value plain_value(const json::value& value, Arena& arena) {
  switch (value.kind()) {
    case json::kind::null:
      return Value::null();
    case json::kind::bool_:
      return Value::boolean(value.get_bool());
    case json::kind::int64:
      return Value::integer(value.get_int64());
    case json::kind::uint64:
      return Value::number(static_cast<double>(value.get_uint64()));
    case json::kind::double_:
      return Value::number(value.get_double());
    case json::kind::string:
      return Value::string(arena.copy(view(value.get_string())));
    case json::kind::array: {
      const auto items = arena.values(value.get_array().size());
      for (std::size_t i = 0; i < items.size(); ++i) {
        items[i] = plain_value(value.get_array()[i], arena);
      }
      return Value::list(items);
    }
    case json::kind::object:
      break;
  }
  if (const auto typed = typed_value(value, arena)) return *typed;
  std::vector<Value> keys, values;
  for (const auto& member : value.get_object()) {
    keys.push_back(Value::string(arena.copy({member.key().data(), member.key().size()})));
    values.push_back(plain_value(member.value(), arena));
  }
  return cel::make_map(keys, values, arena);
}

namespace {

std::string key_text(const Value& key, Time now) {
  return cel::to_text(key, now).value_or(cel::to_literal(key, now));
}

json::value map_to_json(const Value& value, Time now) {
  Arena arena;
  json::object result;
  for (std::size_t i = 0; i < value.as_map().size(); ++i) {
    const auto [key, held] = value.as_map().entry(i, arena);
    result[key_text(key, now)] = to_json(held, now);
  }
  return result;
}

}  // namespace

json::value to_json(const Value& value, Time now) {
  switch (value.kind()) {
    case Kind::null_:
      return nullptr;
    case Kind::bool_:
      return value.as_bool();
    case Kind::int_:
      return value.as_int();
    case Kind::uint_:
      return value.as_uint();
    case Kind::double_:
      if (std::isfinite(value.as_double())) return value.as_double();
      return json::string(*cel::to_text(value, now));
    case Kind::bytes_:
      return json::string(cel::base64_encode(value.as_bytes()));
    case Kind::type_:
      return json::string(std::string(value.as_type()));
    case Kind::list_: {
      Arena arena;
      json::array result;
      for (std::size_t i = 0; i < value.list_size(); ++i) {
        result.push_back(to_json(value.list_at(i, arena), now));
      }
      return result;
    }
    case Kind::map_:
      return map_to_json(value, now);
    case Kind::optional_:
      return value.optional_value() == nullptr ? json::value(nullptr)
                                               : to_json(*value.optional_value(), now);
    default:
      return json::string(cel::to_text(value, now).value_or(cel::to_literal(value, now)));
  }
}

void Bindings::add(Env& env, const std::string& name, const Type& type,
                   std::optional<Value> value) {
  env.declare(name, type, static_cast<std::uint32_t>(bound_.size()));
  bound_.push_back({name, value});
}

Value Bindings::load(std::uint32_t slot, cel::Run& run) {
  const Bound& bound = bound_[slot];
  return bound.value ? *bound.value : run.error("\"" + bound.name + "\" has no value");
}

Value Bindings::call(std::uint32_t, std::span<const Value>, cel::Run& run) {
  return run.error("this function is only known to the checker");
}

namespace {

/// Are two values the same, in kind and sign of zero too?
bool same(const Value& a, const Value& b, Arena& arena) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::double_: {
      const double x = a.as_double(), y = b.as_double();
      if (std::isnan(x) || std::isnan(y)) return std::isnan(x) && std::isnan(y);
      return x == y && std::signbit(x) == std::signbit(y);
    }
    case Kind::list_: {
      if (a.list_size() != b.list_size()) return false;
      for (std::size_t i = 0; i < a.list_size(); ++i) {
        if (!same(a.list_at(i, arena), b.list_at(i, arena), arena)) return false;
      }
      return true;
    }
    case Kind::map_: {
      const auto &x = a.as_map(), &y = b.as_map();
      if (x.size() != y.size()) return false;
      for (std::size_t i = 0; i < x.size(); ++i) {
        const auto [key, held] = x.entry(i, arena);
        bool found = false;
        for (std::size_t k = 0; k < y.size() && !found; ++k) {
          const auto [other, value] = y.entry(k, arena);
          found = same(key, other, arena) && same(held, value, arena);
        }
        if (!found) return false;
      }
      return true;
    }
    default:
      return cel::equal(a, b, Time());
  }
}

/// One case as it is read. What a member is not, is left as if it were not given.
struct Case {
  const json::object& object;

  std::string text(const char* name) const {
    const auto* member = object.if_contains(name);
    return member != nullptr && member->is_string() ? std::string(view(member->get_string())) : "";
  }
  bool flag(const char* name) const {
    const auto* member = object.if_contains(name);
    return member != nullptr && member->is_bool() && member->get_bool();
  }
  const json::object* members(const char* name) const {
    const auto* member = object.if_contains(name);
    return member != nullptr ? member->if_object() : nullptr;
  }
  const json::array* items(const char* name) const {
    const auto* member = object.if_contains(name);
    return member != nullptr ? member->if_array() : nullptr;
  }
};

std::optional<Type> type_of(const json::value& value) {
  if (!value.is_string()) return std::nullopt;
  return cel::parse_type(view(value.get_string()));
}

/// Why the case cannot be set up, or "".
std::string declare(const Case& c, Env& env, Bindings& bindings, Arena& arena) {
  const auto* vars = c.members("vars");
  const auto* bound = c.members("bindings");
  if (vars != nullptr) {
    for (const auto& var : *vars) {
      const auto type = type_of(var.value());
      if (!type) return "unreadable type of a variable";
      std::optional<Value> value;
      if (const auto* given = bound != nullptr ? bound->if_contains(var.key()) : nullptr) {
        value = typed_value(*given, arena);
        if (!value) return "unreadable value of a variable";
      }
      bindings.add(env, std::string(var.key().data(), var.key().size()), *type, value);
    }
  }
  for (auto at = bound != nullptr ? bound->begin() : nullptr;
       bound != nullptr && at != bound->end(); ++at) {
    if (vars != nullptr && vars->contains(at->key())) continue;
    const auto value = typed_value(at->value(), arena);
    if (!value) return "unreadable value of a variable";
    bindings.add(env, std::string(at->key().data(), at->key().size()), Type::dyn(), value);
  }
  const auto* functions = c.items("functions");
  for (std::size_t i = 0; functions != nullptr && i < functions->size(); ++i) {
    if (!(*functions)[i].is_object()) return "unreadable function";
    const Case function{(*functions)[i].get_object()};
    const auto* overloads = function.items("overloads");
    for (std::size_t k = 0; overloads != nullptr && k < overloads->size(); ++k) {
      if (!(*overloads)[k].is_object()) return "unreadable overload";
      const Case overload{(*overloads)[k].get_object()};
      std::vector<Type> params;
      const auto* given = overload.items("params");
      for (std::size_t p = 0; given != nullptr && p < given->size(); ++p) {
        const auto type = type_of((*given)[p]);
        if (!type) return "unreadable parameter";
        params.push_back(*type);
      }
      const auto result = cel::parse_type(overload.text("result"));
      if (!result) return "unreadable result type";
      cel::FunctionOptions options;
      options.member = overload.flag("member");
      env.declare_function(function.text("name"), std::move(params), false, *result, 0, options);
    }
  }
  return "";
}

/// "" where the outcome is the one expected, else what came instead.
std::string judge(const Case& c) {
  const auto* expect = c.members("expect");
  if (expect == nullptr) return "the case expects nothing";
  const auto* value = expect->if_contains("value");
  const auto* type = expect->if_contains("deduced_type");
  const bool error = expect->if_contains("error") != nullptr;
  Env env;
  Bindings bindings;
  Arena arena;
  if (std::string problem = declare(c, env, bindings, arena); !problem.empty()) return problem;
  cel::CompileOptions options;
  options.container = c.text("container");
  options.check = !c.flag("disable_check");
  const std::string source = c.text("expr");
  const auto compiled = cel::compile(source, env, options);
  if (const auto* problems = std::get_if<std::vector<cel::Problem>>(&compiled)) {
    if (error) return "";
    const auto& p = problems->front();
    return std::to_string(p.line) + ":" + std::to_string(p.column) + ": " + p.text;
  }
  const auto& program = std::get<cel::Program>(compiled);
  if (type != nullptr && (!type->is_string() || program.type().to_string() !=
                                                    std::string_view(view(type->get_string())))) {
    return "the type is " + program.type().to_string() + ", expected " + json::serialize(*type);
  }
  if (c.flag("check_only")) return error ? "nothing is wrong, expected an error" : "";
  const cel::Outcome outcome = program.run(bindings, Time(), arena);
  const std::string got = cel::to_literal(outcome.value, Time());
  if (error) return outcome.value.is_error() ? "" : "got " + got + ", expected an error";
  if (value == nullptr) return "";
  const auto due = typed_value(*value, arena);
  if (!due) return "unreadable expected value";
  if (outcome.value.is_error() || !same(outcome.value, *due, arena)) {
    return "got " + got + ", expected " + cel::to_literal(*due, Time());
  }
  return "";
}

}  // namespace

CaseResults run_cases(std::istream& in) {
  CaseResults results;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    boost::system::error_code error;
    const json::value parsed = json::parse(line, error);
    std::string why = "the line is not a JSON object";
    std::string id = "line " + std::to_string(number);
    if (!error && parsed.is_object()) {
      const Case c{parsed.get_object()};
      if (!c.text("id").empty()) id = c.text("id");
      why = judge(c);
    }
    if (why.empty()) {
      ++results.passed;
    } else {
      ++results.failed;
      results.failures.push_back("FAILED " + id + ": " + why);
    }
  }
  return results;
}

}  // namespace assist::commands
