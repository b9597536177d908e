#include "engine/model/facts.hpp"

#include <algorithm>
#include <sstream>

namespace assist::model {
namespace {

using cel::Value;
using facts::Fact;

Value to_value(const boost::json::value& from, cel::Arena& arena);

Value to_map(const boost::json::object& from, cel::Arena& arena) {
  std::vector<Value> keys, values;
  for (const auto& member : from) {
    keys.push_back(Value::string(arena.copy(std::string_view(member.key()))));
    values.push_back(to_value(member.value(), arena));
  }
  return cel::make_map(keys, values, arena);
}

Value to_list(const boost::json::array& from, cel::Arena& arena) {
  const auto values = arena.values(from.size());
  for (std::size_t i = 0; i < from.size(); ++i) values[i] = to_value(from[i], arena);
  return Value::list(values);
}

Value to_value(const boost::json::value& from, cel::Arena& arena) {
  switch (from.kind()) {
    case boost::json::kind::bool_:
      return Value::boolean(from.as_bool());
    case boost::json::kind::int64:
      return Value::integer(from.as_int64());
    case boost::json::kind::uint64:
    case boost::json::kind::double_:
      return Value::number(from.to_number<double>());
    case boost::json::kind::string:
      return Value::string(std::string_view(from.as_string()));
    case boost::json::kind::array:
      return to_list(from.as_array(), arena);
    case boost::json::kind::object:
      return to_map(from.as_object(), arena);
    default:
      return Value::null();
  }
}

std::vector<double> last_ten(const std::vector<double>& all) {
  return {all.end() - static_cast<std::ptrdiff_t>(std::min<std::size_t>(10, all.size())),
          all.end()};
}

Value list_of(const std::vector<std::string>& from, cel::Arena& arena) {
  const auto values = arena.values(from.size());
  for (std::size_t i = 0; i < from.size(); ++i) values[i] = Value::string(from[i]);
  return Value::list(values);
}

bool within(Time at, Time now, Duration length) { return now - length < at && at <= now; }

bool says(const std::vector<std::string>& utterance, const std::vector<std::string>& phrase) {
  return !phrase.empty() && std::search(utterance.begin(), utterance.end(), phrase.begin(),
                                        phrase.end()) != utterance.end();
}

bool said(const std::vector<std::vector<std::string>>& all, std::span<const Value> phrases) {
  for (const Value& phrase : phrases)
    for (const auto& utterance : all)
      if (says(utterance, words(phrase.as_string()))) return true;
  return false;
}

/// Members in the order of their names, so that equal attributes print alike.
void print(std::ostream& out, const boost::json::value& from) {
  if (!from.is_object()) {
    out << from;
    return;
  }
  std::map<std::string, const boost::json::value*> sorted;
  for (const auto& member : from.as_object())
    sorted.emplace(std::string(member.key()), &member.value());
  out << '{';
  for (const auto& [name, value] : sorted) {
    out << name << ':';
    print(out, *value);
    out << ',';
  }
  out << '}';
}

void print(std::ostream& out, const facts::Incident& i) {
  out << i.id << '|' << i.kind << '|' << i.summary << '|' << i.opened_at.time_since_epoch().count();
  for (const auto& area : i.areas) out << "|a" << area;
  for (const auto& service : i.services) out << "|s" << service;
  out << ';';
}

}  // namespace

Value Facts::load(std::uint32_t slot, cel::Run& run) {
  if (slot >= facts::kListSlots) return rules_.lists[slot - facts::kListSlots].second;
  if (slot >= facts::kSituationSlots)
    return Value::boolean(situations_.contains(rules_.rules[slot - facts::kSituationSlots].id));
  const Time now = run.now();
  const Call& c = call_;
  const Customer& customer = world_.customer_of(c);
  const Agent& agent = world_.agent_of(c);
  const Queue& queue = world_.queue_of(c);
  switch (static_cast<Fact>(slot)) {
    case Fact::call_id:
      return Value::string(c.id);
    case Fact::call_queue:
      return Value::string(c.queue);
    case Fact::call_channel:
      return Value::string(c.channel);
    case Fact::call_direction:
      return Value::string(c.direction);
    case Fact::call_area:
      return Value::string(c.area);
    case Fact::call_topic:
      return Value::string(c.topic);
    case Fact::call_step:
      return Value::string(c.step);
    case Fact::call_agent:
      return Value::string(c.agent);
    case Fact::call_agent_name:
      return Value::string(agent.name);
    case Fact::call_started_at:
      return Value::timestamp(c.started_at);
    case Fact::call_age:
      return Value::duration(c.age(now));
    case Fact::call_wait:
      return Value::duration(c.wait.at(now));
    case Fact::call_answered:
      return Value::boolean(c.answered_at.has_value());
    case Fact::call_on_hold:
      return Value::boolean(c.on_hold());
    case Fact::call_resolved:
      return Value::boolean(c.resolved);
    case Fact::call_talk:
      return Value::duration(c.talk(now));
    case Fact::call_hold:
      return Value::duration(c.hold.at(now));
    case Fact::call_hold_total:
      return Value::duration(c.hold_total.at(now));
    case Fact::call_holds:
      return Value::integer(c.holds);
    case Fact::call_transfers:
      return Value::integer(c.transfers);
    case Fact::call_sentiment:
      return Value::number(c.sentiments.empty() ? 0.0 : c.sentiments.back());
    case Fact::call_sentiments: {
      const auto last = last_ten(c.sentiments);
      const auto values = run.arena().values(last.size());
      std::transform(last.begin(), last.end(), values.begin(), Value::number);
      return Value::list(values);
    }
    case Fact::call_attributes:
      return to_map(c.attributes, run.arena());
    case Fact::customer_id:
      return Value::string(c.customer);
    case Fact::customer_area:
      return Value::string(customer.area);
    case Fact::customer_tier:
      return Value::string(customer.tier);
    case Fact::customer_products:
      return list_of(customer.products, run.arena());
    case Fact::customer_contacts:
      return contacts(run);
    case Fact::customer_attributes:
      return to_map(customer.attributes, run.arena());
    case Fact::agent_id:
      return Value::string(c.agent);
    case Fact::agent_name:
      return Value::string(agent.name);
    case Fact::agent_team:
      return Value::string(agent.team);
    case Fact::agent_tier:
      return Value::string(agent.tier);
    case Fact::agent_attributes:
      return to_map(agent.attributes, run.arena());
    case Fact::queue_name:
      return Value::string(c.queue);
    case Fact::queue_waiting:
      return Value::integer(queue.waiting);
    case Fact::queue_longest_wait:
      return Value::duration(queue.longest_wait);
    case Fact::incidents:
      return incidents(run);
    default:
      return run.error("the model knows no such fact");
  }
}

Value Facts::contacts(cel::Run& run) const {
  std::vector<Value> values;
  for (const facts::Contact& contact : world_.customer_of(call_).contacts)
    if (values.size() < 100 && within(contact.at, run.now(), contacts_kept_))
      values.push_back(Value::object(facts::contact_type(), &contact));
  const auto kept = run.arena().values(values.size());
  std::copy(values.begin(), values.end(), kept.begin());
  return Value::list(kept);
}

Value Facts::incidents(cel::Run& run) const {
  const auto all = world_.incidents_of(call_);
  const auto values = run.arena().values(all.size());
  std::transform(all.begin(), all.end(), values.begin(),
                 [](const facts::Incident* i) { return Value::object(facts::incident_type(), i); });
  return Value::list(values);
}

Value Facts::call(std::uint32_t function, std::span<const Value> args, cel::Run& run) {
  const Time now = run.now();
  switch (static_cast<facts::Function>(function)) {
    case facts::Function::affected_by:
    case facts::Function::incident: {
      const bool asked = function == static_cast<std::uint32_t>(facts::Function::affected_by);
      for (const facts::Incident* i : world_.incidents_of(call_))
        if (i->kind == args[0].as_string())
          return asked ? Value::boolean(true) : Value::object(facts::incident_type(), i);
      return asked ? Value::boolean(false) : run.error("no such incident");
    }
    case facts::Function::contacts_within: {
      const Duration length = args[0].duration_at(now);
      const auto& all = world_.customer_of(call_).contacts;
      return Value::integer(std::count_if(all.begin(), all.end(), [&](const auto& contact) {
        return within(contact.at, now, length) && within(contact.at, now, contacts_kept_) &&
               (args.size() < 2 || contact.topic == args[1].as_string());
      }));
    }
    case facts::Function::events_within: {
      const Duration length = args[1].duration_at(now);
      return Value::integer(
          std::count_if(call_.events.begin(), call_.events.end(), [&](const Call::Seen& seen) {
            return seen.type == args[0].as_string() && within(seen.time, now, length);
          }));
    }
    case facts::Function::customer_said:
      return Value::boolean(said(call_.customer_said, args));
    case facts::Function::agent_said:
      return Value::boolean(said(call_.agent_said, args));
  }
  return run.error("the model knows no such function");
}

std::string print_fact(const World& world, const Call& call, facts::Fact fact, Time now,
                       Duration contacts_kept) {
  std::ostringstream out;
  switch (fact) {
    case Fact::call_attributes:
      print(out, call.attributes);
      break;
    case Fact::customer_attributes:
      print(out, world.customer_of(call).attributes);
      break;
    case Fact::agent_attributes:
      print(out, world.agent_of(call).attributes);
      break;
    case Fact::incidents:
      for (const auto* i : world.incidents_of(call)) print(out, *i);
      break;
    case Fact::customer_contacts:
      for (const auto& c : world.customer_of(call).contacts)
        if (within(c.at, now, contacts_kept))
          out << c.at.time_since_epoch().count() << '|' << c.queue << '|' << c.topic << '|'
              << c.channel << '|' << c.resolved << ';';
      break;
    case Fact::call_events:
      for (const auto& e : call.events)
        out << e.type << '|' << e.time.time_since_epoch().count() << ';';
      break;
    case Fact::customer_words:
      out << call.customer_said.size();
      break;
    case Fact::agent_words:
      out << call.agent_said.size();
      break;
    default: {
      static const rules::RuleSet none;
      static const std::set<std::string> no_situations;
      Facts facts(world, call, none, no_situations, contacts_kept);
      cel::Arena arena;
      cel::Run run(facts, now, arena);
      out << cel::to_literal(facts.load(static_cast<std::uint32_t>(fact), run), now);
    }
  }
  return out.str();
}

}  // namespace assist::model
