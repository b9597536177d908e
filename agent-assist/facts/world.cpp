#include "facts/world.hpp"

#include <xxhash.h>

#include <algorithm>

namespace assist::facts {
namespace {

constexpr FactMask kCustomerFacts = bit(Fact::customer_area) | bit(Fact::customer_tier) |
                                    bit(Fact::customer_products) | bit(Fact::customer_contacts) |
                                    bit(Fact::customer_attributes);

/// What of the customer's facts, but for contacts, differs between two customers; nullptr knows
/// nothing.
FactMask difference(const Customer* before, const Customer* after) {
  static const Profile nothing{};
  const Profile& a = before != nullptr ? before->known() : nothing;
  const Profile& b = after != nullptr ? after->known() : nothing;
  if (&a == &b) return 0;
  FactMask out = 0;
  if (!(*a.area == *b.area)) out |= bit(Fact::customer_area);
  if (!(*a.tier == *b.tier)) out |= bit(Fact::customer_tier);
  if (*a.products != *b.products) out |= bit(Fact::customer_products);
  if (!(or_empty(a.attributes.value()) == or_empty(b.attributes.value())))
    out |= bit(Fact::customer_attributes);
  return out;
}

FactMask difference(const Agent* before, const Agent* after) {
  static const Agent nobody{};
  const Agent& from = before != nullptr ? *before : nobody;
  const Agent& to = after != nullptr ? *after : nobody;
  FactMask out = !(from.id == to.id) ? bit(Fact::agent_id) : 0;
  const AgentProfile &a = from.known(), &b = to.known();
  if (&a == &b) return out;
  if (*a.name != *b.name) out |= bit(Fact::agent_name) | bit(Fact::call_agent_name);
  if (*a.team != *b.team) out |= bit(Fact::agent_team);
  if (*a.tier != *b.tier) out |= bit(Fact::agent_tier);
  if (!(or_empty(a.attributes.value()) == or_empty(b.attributes.value())))
    out |= bit(Fact::agent_attributes);
  return out;
}

FactMask difference(const Queue* before, const Queue* after) {
  static const Queue none{};
  const Queue& a = before != nullptr ? *before : none;
  const Queue& b = after != nullptr ? *after : none;
  FactMask out = 0;
  if (!(a.id == b.id)) out |= bit(Fact::queue_name);
  if (*a.waiting != *b.waiting) out |= bit(Fact::queue_waiting);
  if (*a.longest_wait != *b.longest_wait) out |= bit(Fact::queue_longest_wait);
  return out;
}

/// The subject named `id`, made where there is none yet.
template <class Subjects>
auto& subject(Subjects& subjects, const Name& id) {
  const auto at = subjects.find(id);
  if (at != subjects.end()) return **at;
  auto made = std::make_unique<typename Subjects::value_type::element_type>();
  made->id = id;
  return **subjects.insert(std::move(made)).first;
}

void touch_all(const Calls& calls, FactMask changed, Changes& out) {
  if (changed == 0) return;
  for (const CallIndex call : calls) out.calls.push_back({call, {changed, changed}});
}

FactMask phrases_of(events::Speaker speaker) {
  return speaker == events::Speaker::customer ? kCustomerPhrases : kAgentPhrases;
}

}  // namespace

std::size_t World::IdHash::operator()(std::string_view id) const {
  return XXH3_64bits(id.data(), id.size());
}

std::int64_t World::find(std::string_view id) const {
  const CallIndex* const at = by_id_.find(events::key_of(id));
  return at == nullptr ? -1 : std::int64_t{*at};
}

const Agent* World::agent(std::string_view id) const {
  const auto at = agents_.find(id);
  return at == agents_.end() ? nullptr : at->get();
}

void World::apply(const events::Event& event, Time now, Changes& out) {
  using events::EventType;
  if (event.about_call()) return apply_to_call(event, now, out);
  switch (event.type()) {
    case EventType::customer_updated:
      return apply_to_customer(event, out);
    case EventType::agent_updated:
      return apply_to_agent(event, out);
    case EventType::queue_updated:
      return apply_to_queue(event, out);
    default:
      return apply_to_incident(event, now, out);
  }
}

CallIndex World::start(const events::Event& first, const events::Key& id) {
  CallIndex index;
  if (free_.empty()) {
    index = static_cast<CallIndex>(calls_.size());
    touched_.push_back(0);
    places_.emplace_back();
    calls_.add(Call(&call_memory_));
  } else {
    index = free_.back();
    free_.pop_back();
    calls_.put(index, Call(&call_memory_));
  }
  Call& call = calls_.at(index);
  call.id = first.subject;
  call.order = ++calls_started_;
  call.facts = started(first, names_, &call_memory_);
  call.latest = first.time;
  by_id_.insert(id, index);
  ++live_calls_;
  return index;
}

void World::apply_to_call(const events::Event& event, Time now, Changes& out) {
  using events::EventType;
  const events::Key id = event.known_subject_key();
  const CallIndex* const found = by_id_.find(id);
  const bool first = found == nullptr;
  if (first && ended_.contains(id)) return;
  const CallIndex index = first ? start(event, id) : *found;
  out.calls.push_back({index, {}});
  Delta& delta = out.calls.back().delta;  // until others are added: add_contact()
  if (first) delta.mark(kAllFacts);
  Call& call = calls_.at(index);
  const bool end = event.type() == EventType::call_ended;
  const bool late = event.time < call.latest && !end;
  // Of the events of a call these alone say where it is, and whose.
  const bool may_move =
      !first && !open_.empty() &&
      (late || event.type() == EventType::call_started || event.type() == EventType::call_updated);
  if (may_move) incidents_of(call, affected_before_);
  const std::string_view words = call.log.append(event, record_);
  longest_log_ = std::max(longest_log_, call.log.raw().size());
  call.last_applied = now;
  if (late) {
    refold(call, now, delta);
    delta.touched |= event_bit(static_cast<std::uint32_t>(event.type()));
  } else {
    call.latest = std::max(call.latest, event.time);
    fold(call.facts, event, now, names_, delta);
  }
  if (const auto* said = std::get_if<events::CallSaid>(&event.data))
    listen(call, said->speaker, words, delta);
  join(index, now, delta);
  if (may_move) {
    incidents_of(call, affected_after_);
    if (affected_before_ != affected_after_) delta.mark(Fact::incidents);
  }
  if (!end) return;
  out.ended = true;
  out.ended_call = index;
  add_contact(index, event.time, now, out);
}

void World::refold(Call& call, Time now, Delta& delta) {
  CallLog::Memory memory;
  const auto events = call.log.sorted(memory);
  CallFacts fresh = started(events.front(), names_, &call_memory_);
  Delta ignored;
  for (const auto& event : events) fold(fresh, event, now, names_, ignored);
  const Delta d = difference(call.facts, fresh, now);
  delta.touched |= d.touched;
  delta.changed |= d.changed;
  delta.mark(Fact::call_events);
  call.facts = std::move(fresh);
}

/// Of the phrases in what was just said those alone matter that are new.
void World::listen(Call& call, events::Speaker speaker, std::string_view words,
                   Delta& delta) const {
  delta.mark(speaker == events::Speaker::customer ? Fact::customer_words : Fact::agent_words);
  if (phrases_.empty()) return;
  phrases_.visit(words, [&](std::uint32_t phrase) {
    const std::uint32_t key = said_key(phrase, speaker);
    if (!call.said) call.said = std::make_unique<std::vector<std::uint32_t>>();
    if (std::find(call.said->begin(), call.said->end(), key) != call.said->end()) return;
    call.said->push_back(key);
    delta.touched |= phrases_of(speaker);
  });
}

void World::listen_for(Phrases phrases) {
  phrases_ = std::move(phrases);
  for (CallIndex i = 0; i < calls_.size(); ++i)
    if (alive(i)) look_through(*calls_[i]);
}

void World::look_through(Call& call) const {
  call.said.reset();
  Delta ignored;
  for (const CallLog::Record record : call.log)
    if (record.type == events::EventType::call_said)
      listen(call, static_cast<events::Speaker>(record.payload[0]), record.payload.substr(1),
             ignored);
}

void World::end_by_silence(CallIndex index, Time at, Changes& out) {
  Call& call = calls_.at(index);
  events::Event end;
  end.time = at;
  end.data = events::CallEnded{"silence", std::nullopt};
  Delta delta;
  fold(call.facts, end, at, names_, delta);
  out.calls.push_back({index, delta});
  out.ended = true;
  out.ended_call = index;
  add_contact(index, at, at, out);
}

void World::remove(CallIndex index, Time now) {
  leave(index);
  const events::Key id = events::key_of(calls_.at(index).id);
  by_id_.erase(id);
  ended_.pass(now);
  ended_.insert(id);
  if (Customer* customer = calls_.at(index).customer; customer != nullptr)
    note_idle(*customer, now);
  calls_.remove(index);
  free_.push_back(index);
  --live_calls_;
  forget_customers(now);
  forget_idle_subjects();
}

void World::enter(Calls& calls, CallIndex index, std::uint32_t Places::*place) {
  places_[index].*place = static_cast<std::uint32_t>(calls.size());
  calls.push_back(index);
}

/// The last one takes its place.
void World::leave(Calls& calls, CallIndex index, std::uint32_t Places::*place) {
  const std::uint32_t at = places_[index].*place;
  calls[at] = calls.back();
  places_[calls[at]].*place = at;
  calls.pop_back();
}

void World::leave(CallIndex index) {
  Call& call = calls_.at(index);
  if (call.customer != nullptr) leave(call.customer->calls, index, &Places::in_customer);
  if (call.agent != nullptr) leave(call.agent->calls, index, &Places::in_agent);
  if (call.queue != nullptr) leave(call.queue->calls, index, &Places::in_queue);
  if (call.area != nullptr) leave(call.area->calls, index, &Places::in_area);
  if (call.home != nullptr) leave(call.home->customers_calls, index, &Places::in_home);
}

void World::join(CallIndex index, Time now, Delta& delta) {
  const FactMask touched = delta.touched;
  if ((touched & bit(Fact::customer_id)) != 0) join_customer(index, now, delta);
  if ((touched & bit(Fact::call_agent)) != 0) join_agent(index, delta);
  if ((touched & bit(Fact::call_queue)) != 0) join_queue(index, delta);
  if ((touched & bit(Fact::call_area)) != 0) join_area(index);
}

void World::join_customer(CallIndex index, Time now, Delta& delta) {
  Call& call = calls_.at(index);
  const Name& id = call.facts.customer;
  if (call.customer != nullptr ? call.customer->id == id : id.empty()) return;
  const Customer* before = call.customer;
  if (call.customer != nullptr) {
    leave(call.customer->calls, index, &Places::in_customer);
    note_idle(*call.customer, now);
  }
  call.customer = id.empty() ? nullptr : &subject(customers_, id);
  if (call.customer != nullptr) enter(call.customer->calls, index, &Places::in_customer);
  join_home(index);
  delta.touched |= kCustomerFacts;
  delta.changed |= difference(before, call.customer);
  if (!same_contacts(before, call.customer, now)) delta.mark(Fact::customer_contacts);
}

void World::join_agent(CallIndex index, Delta& delta) {
  Call& call = calls_.at(index);
  const Name& id = call.facts.agent;
  if (call.agent != nullptr ? call.agent->id == id : id.empty()) return;
  const Agent* before = call.agent;
  if (call.agent != nullptr) leave(call.agent->calls, index, &Places::in_agent);
  call.agent = id.empty() ? nullptr : &subject(agents_, id);
  if (call.agent != nullptr) enter(call.agent->calls, index, &Places::in_agent);
  delta.mark(difference(before, call.agent));
}

void World::join_queue(CallIndex index, Delta& delta) {
  Call& call = calls_.at(index);
  const Name& name = call.facts.queue;
  if (call.queue != nullptr ? call.queue->id == name : name.empty()) return;
  const Queue* before = call.queue;
  if (call.queue != nullptr) leave(call.queue->calls, index, &Places::in_queue);
  call.queue = name.empty() ? nullptr : &subject(queues_, name);
  if (call.queue != nullptr) enter(call.queue->calls, index, &Places::in_queue);
  delta.mark(difference(before, call.queue));
}

Area& World::area_of(const Name& name) { return subject(areas_, name); }

void World::join_area(CallIndex index) {
  Call& call = calls_.at(index);
  const Name& name = call.facts.area;
  if (call.area != nullptr ? call.area->id == name : name.empty()) return;
  if (call.area != nullptr) leave(call.area->calls, index, &Places::in_area);
  call.area = name.empty() ? nullptr : &area_of(name);
  if (call.area != nullptr) enter(call.area->calls, index, &Places::in_area);
}

/// Brings where a call's customer is in line with the customer's profile.
void World::join_home(CallIndex index) {
  Call& call = calls_.at(index);
  Area* const home = call.customer != nullptr ? call.customer->known().at : nullptr;
  if (call.home == home) return;
  if (call.home != nullptr) leave(call.home->customers_calls, index, &Places::in_home);
  call.home = home;
  if (home != nullptr) enter(home->customers_calls, index, &Places::in_home);
}

/// Puts a customer into the area that the profile now names.
void World::move_customer(Customer& customer) {
  Profile& profile = *customer.profile;
  Area* const before = profile.at;
  const Name& name = *profile.area;
  profile.at = name.empty() ? nullptr : &area_of(name);
  if (before != nullptr) --before->customers;
  if (profile.at != nullptr) ++profile.at->customers;
  for (const CallIndex call : customer.calls) join_home(call);
}

void World::apply_to_customer(const events::Event& event, Changes& out) {
  const auto& d = std::get<events::CustomerUpdated>(event.data);
  Customer& customer = subject(customers_, names_.of(event.subject));
  std::vector<std::vector<const Incident*>> before(customer.calls.size());
  for (std::size_t i = 0; i < before.size(); ++i)
    incidents_of(calls_.at(customer.calls[i]), before[i]);
  if (!customer.profile) customer.profile = std::make_unique<Profile>();
  Profile& profile = *customer.profile;
  FactMask changed = 0;
  if (d.area && profile.area.set(names_.of(*d.area), event.time)) {
    changed |= bit(Fact::customer_area);
    move_customer(customer);
  }
  if (d.tier && profile.tier.set(names_.of(*d.tier), event.time))
    changed |= bit(Fact::customer_tier);
  if (d.products) {
    std::vector<Name> products;
    for (const std::string_view product : *d.products) products.push_back(names_.of(product));
    if (profile.products.set(products, event.time)) changed |= bit(Fact::customer_products);
  }
  if (d.attributes && profile.attributes.patch(*d.attributes, event.time, names_))
    changed |= bit(Fact::customer_attributes);
  if (changed == 0) return;
  for (std::size_t i = 0; i < customer.calls.size(); ++i) {
    const CallIndex call = customer.calls[i];
    incidents_of(calls_.at(call), affected_after_);
    const FactMask joined = before[i] == affected_after_ ? 0 : bit(Fact::incidents);
    out.calls.push_back({call, {changed | joined, changed | joined}});
  }
}

void World::apply_to_agent(const events::Event& event, Changes& out) {
  const auto& d = std::get<events::AgentUpdated>(event.data);
  Agent& made = subject(agents_, names_.of(event.subject));
  if (!made.profile) made.profile = std::make_unique<AgentProfile>();
  AgentProfile& agent = *made.profile;
  FactMask changed = 0;
  if (d.name && agent.name.set(*d.name, event.time))
    changed |= bit(Fact::agent_name) | bit(Fact::call_agent_name);
  if (d.team && agent.team.set(*d.team, event.time)) changed |= bit(Fact::agent_team);
  if (d.tier && agent.tier.set(*d.tier, event.time)) changed |= bit(Fact::agent_tier);
  if (d.attributes && agent.attributes.patch(*d.attributes, event.time, names_))
    changed |= bit(Fact::agent_attributes);
  touch_all(made.calls, changed, out);
}

void World::apply_to_queue(const events::Event& event, Changes& out) {
  const auto& d = std::get<events::QueueUpdated>(event.data);
  Queue& queue = subject(queues_, names_.of(event.subject));
  FactMask changed = 0;
  if (d.waiting && queue.waiting.set(*d.waiting, event.time)) changed |= bit(Fact::queue_waiting);
  if (d.longest_wait && queue.longest_wait.set(*d.longest_wait, event.time))
    changed |= bit(Fact::queue_longest_wait);
  touch_all(queue.calls, changed, out);
}

}  // namespace assist::facts
