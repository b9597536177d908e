#include "facts/activation.hpp"

#include <algorithm>

#include "facts/words.hpp"

namespace assist::facts {
namespace {

using cel::Value;

constexpr std::size_t kContactsShown = 100;

/// A length at and after `now`: running only from its start on, and zero before.
Value length(const Clock& clock, cel::Run& run) {
  if (!clock.since) return Value::duration(clock.base);
  if (run.now() >= *clock.since) return Value::running(clock.base, *clock.since);
  run.valid_until(*clock.since);
  return Value::duration(clock.base);
}

Value text_list(const std::vector<Name>& from, cel::Arena& arena) {
  const auto values = arena.values(from.size());
  std::transform(from.begin(), from.end(), values.begin(),
                 [](const Name& text) { return Value::string(text); });
  return Value::list(values);
}

Value contact_field(const void* object, std::uint32_t field, cel::Arena&) {
  const auto& contact = *static_cast<const Contact*>(object);
  switch (field) {
    case 0:
      return Value::timestamp(contact.at);
    case 1:
      return Value::string(contact.queue);
    case 2:
      return Value::string(contact.topic);
    case 3:
      return Value::string(contact.channel);
    default:
      return Value::boolean(contact.resolved);
  }
}

Value incident_field(const void* object, std::uint32_t field, cel::Arena& arena) {
  const auto& incident = *static_cast<const Incident*>(object);
  switch (field) {
    case 0:
      return Value::string(incident.id);
    case 1:
      return Value::string(incident.kind);
    case 2:
      return Value::string(incident.summary);
    case 3:
      return text_list(incident.areas, arena);
    case 4:
      return text_list(incident.services, arena);
    default:
      return Value::timestamp(incident.opened_at);
  }
}

/// The window (now - length, now]. A length that runs moves its start otherwise than `now` does.
struct Window {
  const Value& length;

  Time opens(Time now) const { return now - length.duration_at(now); }

  /// Whether `at` is inside at `now`; narrows the run's validity to when that turns.
  bool holds(Time at, cel::Run& run) const {
    const Time now = run.now();
    if (at > now) {
      run.valid_until(at);
      return false;
    }
    const bool inside = opens(now) < at;
    switch (length.rate()) {
      case 0:  // the start moves with now
        if (inside) run.valid_until(at + length.duration_at(now));
        break;
      case 1:
        break;  // the start stands still
      default:
        run.valid_until(now + Duration{1});
    }
    return inside;
  }
};

}  // namespace

const cel::StructType& contact_type() {
  static const cel::StructType type{"contact",
                                    {{"at", cel::Type::timestamp()},
                                     {"queue", cel::Type::string()},
                                     {"topic", cel::Type::string()},
                                     {"channel", cel::Type::string()},
                                     {"resolved", cel::Type::boolean()}},
                                    contact_field};
  return type;
}

const cel::StructType& incident_type() {
  static const cel::StructType type{"incident",
                                    {{"id", cel::Type::string()},
                                     {"kind", cel::Type::string()},
                                     {"summary", cel::Type::string()},
                                     {"areas", cel::Type::list(cel::Type::string())},
                                     {"services", cel::Type::list(cel::Type::string())},
                                     {"opened_at", cel::Type::timestamp()}},
                                    incident_field};
  return type;
}

Value CallActivation::load(std::uint32_t slot, cel::Run& run) {
  const auto fact = static_cast<Fact>(slot);
  return fact < Fact::customer_id ? call_fact(fact, run) : subject_fact(fact, run);
}

Value CallActivation::call_fact(Fact fact, cel::Run& run) const {
  const CallFacts& f = call_.facts;
  switch (fact) {
    case Fact::call_id:
      return Value::string(call_.id);
    case Fact::call_queue:
      return Value::string(f.queue);
    case Fact::call_channel:
      return Value::string(f.channel);
    case Fact::call_direction:
      return Value::string(f.direction);
    case Fact::call_area:
      return Value::string(f.area);
    case Fact::call_topic:
      return Value::string(f.topic);
    case Fact::call_step:
      return Value::string(f.step);
    case Fact::call_agent:
      return Value::string(f.agent);
    case Fact::call_agent_name:
      // Not `? : ""`: that would make a copy, and the value would point into it.
      return Value::string(call_.agent ? std::string_view(*call_.agent->known().name)
                                       : std::string_view());
    case Fact::call_started_at:
      return Value::timestamp(f.started_at);
    case Fact::call_age:
      return length(f.age(), run);
    case Fact::call_wait:
      return length(f.wait, run);
    case Fact::call_answered:
      return Value::boolean(f.answered_at.has_value());
    case Fact::call_on_hold:
      return Value::boolean(f.on_hold());
    case Fact::call_resolved:
      return Value::boolean(f.resolved);
    case Fact::call_talk:
      return length(f.talk(), run);
    case Fact::call_hold:
      return length(f.hold(), run);
    case Fact::call_hold_total:
      return length(f.hold_total, run);
    case Fact::call_holds:
      return Value::integer(f.holds);
    case Fact::call_transfers:
      return Value::integer(f.transfers);
    case Fact::call_sentiment:
      return Value::number(f.sentiment());
    case Fact::call_sentiments: {
      const auto values = run.arena().values(f.sentiments.size());
      std::transform(f.sentiments.begin(), f.sentiments.end(), values.begin(), Value::number);
      return Value::list(values);
    }
    default:
      return Value::map(f.attributes);
  }
}

Value CallActivation::subject_fact(Fact fact, cel::Run& run) {
  static const Customer nobody{};
  static const Agent no_agent{};
  static const Queue no_queue{};
  const Customer& customer = call_.customer != nullptr ? *call_.customer : nobody;
  const Agent& agent = call_.agent != nullptr ? *call_.agent : no_agent;
  const Queue& queue = call_.queue != nullptr ? *call_.queue : no_queue;
  switch (fact) {
    case Fact::customer_id:
      return Value::string(customer.id);
    case Fact::customer_area:
      return Value::string(*customer.known().area);
    case Fact::customer_tier:
      return Value::string(*customer.known().tier);
    case Fact::customer_products:
      return text_list(*customer.known().products, run.arena());
    case Fact::customer_contacts:
      return contacts(run);
    case Fact::customer_attributes:
      return Value::map(or_empty(customer.known().attributes.value()));
    case Fact::agent_id:
      return Value::string(agent.id);
    case Fact::agent_name:
      return Value::string(*agent.known().name);
    case Fact::agent_team:
      return Value::string(*agent.known().team);
    case Fact::agent_tier:
      return Value::string(*agent.known().tier);
    case Fact::agent_attributes:
      return Value::map(or_empty(agent.known().attributes.value()));
    case Fact::queue_name:
      return Value::string(queue.id);
    case Fact::queue_waiting:
      return Value::integer(*queue.waiting);
    case Fact::queue_longest_wait:
      return Value::duration(*queue.longest_wait);
    case Fact::incidents:
      return incident_list(run);
    default:
      return run.error("no such fact");
  }
}

/// Those that count now: ended already, and kept still.
Value CallActivation::contacts(cel::Run& run) const {
  if (call_.customer == nullptr) return Value::list(nullptr, 0);
  const Value kept = Value::duration(world_.contacts_kept());
  const auto& all = call_.customer->contacts;
  const auto values = run.arena().values(std::min(all.size(), kContactsShown));
  std::size_t count = 0;
  for (auto contact = all.rbegin(); contact != all.rend() && count < values.size(); ++contact) {
    if (contact->call == call_.order) continue;
    if (Window{kept}.holds(contact->at, run))
      values[count++] = Value::object(contact_type(), &*contact);
  }
  return Value::list(values.data(), count);
}

const CallActivation::Incidents& CallActivation::incidents() {
  if (!incidents_known_) {
    world_.visit_incidents(call_, [&](const Incident& one) { incidents_.push_back(&one); });
    incidents_known_ = true;
  }
  return incidents_;
}

const Incident* CallActivation::incident(std::string_view kind) {
  for (const Incident* one : incidents())
    if (one->kind == kind) return one;
  return nullptr;
}

Value CallActivation::incident_list(cel::Run& run) {
  const Incidents& all = incidents();
  const auto values = run.arena().values(all.size());
  std::transform(all.begin(), all.end(), values.begin(),
                 [](const Incident* one) { return Value::object(incident_type(), one); });
  return Value::list(values);
}

Value CallActivation::call(std::uint32_t function, std::span<const Value> args, cel::Run& run) {
  switch (static_cast<Function>(function)) {
    case Function::affected_by:
      return Value::boolean(incident(args[0].as_string()) != nullptr);
    case Function::incident: {
      const Incident* const found = incident(args[0].as_string());
      if (found == nullptr) return Value::error("no incident of this kind affects the call");
      return Value::object(incident_type(), found);
    }
    case Function::contacts_within:
      return contacts_within(args, run);
    case Function::events_within:
      return events_within(args, run);
    case Function::customer_said:
      return said(events::Speaker::customer, args, run);
    case Function::agent_said:
      return said(events::Speaker::agent, args, run);
  }
  return run.error("no such function");
}

Value CallActivation::contacts_within(std::span<const Value> args, cel::Run& run) const {
  if (call_.customer == nullptr) return Value::integer(0);
  const Value kept = Value::duration(world_.contacts_kept());
  std::int64_t count = 0;
  for (const Contact& contact : call_.customer->contacts) {
    if (contact.call == call_.order) continue;
    if (args.size() > 1 && contact.topic != args[1].as_string()) continue;
    if (!Window{args[0]}.holds(contact.at, run)) continue;
    if (Window{kept}.holds(contact.at, run)) ++count;
  }
  return Value::integer(count);
}

Value CallActivation::events_within(std::span<const Value> args, cel::Run& run) const {
  const auto type = events::event_type(args[0].as_string());
  if (!type) return run.error("no such type of event");
  std::int64_t count = 0;
  for (const CallLog::Record record : call_.log) {
    if (record.type == *type && Window{args[1]}.holds(record.time, run)) ++count;
  }
  return Value::integer(count);
}

Value CallActivation::said(events::Speaker speaker, std::span<const Value> args, cel::Run&) const {
  const auto was_said = [&](const Value& phrase) {
    if (const auto number = world_.phrases().find(phrase.as_string())) {
      if (!call_.said) return false;
      const auto& said = *call_.said;
      return std::find(said.begin(), said.end(), said_key(*number, speaker)) != said.end();
    }
    const std::string words = fold_words(phrase.as_string());
    return !words.empty() && call_.log.said(speaker, words);
  };
  return Value::boolean(std::any_of(args.begin(), args.end(), was_said));
}

}  // namespace assist::facts
