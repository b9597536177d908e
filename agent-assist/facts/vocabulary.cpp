#include "facts/vocabulary.hpp"

#include "events/event.hpp"

namespace assist::facts {
namespace {

cel::Type type_of(FactType type) {
  using cel::Type;
  switch (type) {
    case FactType::string:
      return Type::string();
    case FactType::boolean:
      return Type::boolean();
    case FactType::integer:
      return Type::integer();
    case FactType::number:
      return Type::number();
    case FactType::duration:
      return Type::duration();
    case FactType::timestamp:
      return Type::timestamp();
    case FactType::texts:
      return Type::list(Type::string());
    case FactType::numbers:
      return Type::list(Type::number());
    case FactType::attributes:
      return Type::map(Type::string(), Type::dyn());
    case FactType::contacts:
      return Type::list(Type::object(contact_type()));
    case FactType::incidents:
      return Type::list(Type::object(incident_type()));
  }
  return Type::dyn();
}

FactMask facts_behind(Function function) {
  switch (function) {
    case Function::affected_by:
    case Function::incident:
      return bit(Fact::incidents);
    case Function::contacts_within:
      return bit(Fact::customer_contacts);
    case Function::events_within:
      return bit(Fact::call_events);
    case Function::customer_said:
      return bit(Fact::customer_words);
    case Function::agent_said:
      return bit(Fact::agent_words);
  }
  return 0;
}

FactMask trigger_behind(const cel::Program::Call& call) {
  const auto function = static_cast<Function>(call.function_id);
  const bool constant = call.constant_args.has_value();
  switch (function) {
    case Function::customer_said:
      return constant ? kCustomerPhrases : facts_behind(function);
    case Function::agent_said:
      return constant ? kAgentPhrases : facts_behind(function);
    case Function::events_within: {
      if (!constant) return facts_behind(function);
      const auto type = events::event_type(call.constant_args->front().value().as_string());
      const auto number = static_cast<std::uint32_t>(type.value_or(events::EventType::call_ended));
      return type && number < kCallEventTypes ? event_bit(number) : 0;
    }
    default:
      return facts_behind(function);
  }
}

}  // namespace

void declare_vocabulary(cel::Env& env) {
  using cel::Type;
  for (const FactInfo& info : kFacts) {
    if (info.name.empty()) continue;
    env.declare(std::string(info.name), type_of(info.type), static_cast<std::uint32_t>(info.fact));
  }
  env.declare_now();
  env.declare_lengths_of_time();
  const auto function = [&](const char* name, std::vector<Type> params, bool varargs, Type result,
                            Function id, bool running_ok = false) {
    cel::FunctionOptions options;
    options.running_ok = running_ok;
    env.declare_function(name, std::move(params), varargs, std::move(result),
                         static_cast<std::uint32_t>(id), options);
  };
  const Type text = Type::string();
  function("affected_by", {text}, false, Type::boolean(), Function::affected_by);
  function("incident", {text}, false, Type::object(incident_type()), Function::incident);
  function("contacts_within", {Type::duration()}, false, Type::integer(), Function::contacts_within,
           true);
  function("contacts_within", {Type::duration(), text}, false, Type::integer(),
           Function::contacts_within, true);
  function("events_within", {text, Type::duration()}, false, Type::integer(),
           Function::events_within, true);
  function("customer_said", {text}, true, Type::boolean(), Function::customer_said);
  function("agent_said", {text}, true, Type::boolean(), Function::agent_said);
}

FactMask facts_read(const cel::Program& program) {
  FactMask out = 0;
  for (const std::uint32_t slot : program.reads())
    if (slot < kFactCount) out |= FactMask{1} << slot;
  for (const auto& call : program.calls())
    out |= facts_behind(static_cast<Function>(call.function_id));
  return out;
}

FactMask triggers_of(const cel::Program& program) {
  FactMask out = 0;
  for (const std::uint32_t slot : program.reads())
    if (slot < kFactCount) out |= FactMask{1} << slot;
  for (const auto& call : program.calls()) out |= trigger_behind(call);
  return out;
}

}  // namespace assist::facts
