#include "facts/world.hpp"

#include <xxhash.h>

#include <algorithm>

namespace assist::facts {
namespace {

constexpr FactMask kCustomerFacts = bit(Fact::customer_area) | bit(Fact::customer_tier) |
                                    bit(Fact::customer_products) | bit(Fact::customer_contacts) |
                                    bit(Fact::customer_attributes);

void drop(std::vector<CallIndex>& calls, CallIndex index) {
  calls.erase(std::remove(calls.begin(), calls.end(), index), calls.end());
}

bool contains(const std::vector<std::string>& list, std::string_view entry) {
  return std::find(list.begin(), list.end(), entry) != list.end();
}

/// What of the customer's facts, but for contacts, differs between two customers; nullptr knows
/// nothing.
FactMask difference(const Customer* before, const Customer* after) {
  static const Customer nobody{};
  const Customer& a = before != nullptr ? *before : nobody;
  const Customer& b = after != nullptr ? *after : nobody;
  FactMask out = 0;
  if (*a.area != *b.area) out |= bit(Fact::customer_area);
  if (*a.tier != *b.tier) out |= bit(Fact::customer_tier);
  if (*a.products != *b.products) out |= bit(Fact::customer_products);
  if (!(or_empty(a.attributes.value()) == or_empty(b.attributes.value())))
    out |= bit(Fact::customer_attributes);
  return out;
}

FactMask difference(const Agent* before, const Agent* after) {
  static const Agent nobody{};
  const Agent& a = before != nullptr ? *before : nobody;
  const Agent& b = after != nullptr ? *after : nobody;
  FactMask out = 0;
  if (a.id != b.id) out |= bit(Fact::agent_id);
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
  if (a.name != b.name) out |= bit(Fact::queue_name);
  if (*a.waiting != *b.waiting) out |= bit(Fact::queue_waiting);
  if (*a.longest_wait != *b.longest_wait) out |= bit(Fact::queue_longest_wait);
  return out;
}

/// The subject named `id`, made where there is none yet.
template <class Map, class Init>
auto& subject(Map& map, std::string_view id, Init init) {
  auto at = map.find(id);
  if (at == map.end()) {
    at = map.emplace(std::string(id), typename Map::mapped_type{}).first;
    init(at->second);
  }
  return at->second;
}

template <class Map>
auto& named(Map& map, std::string_view id) {
  return subject(map, id, [&](auto& made) { made.id = id; });
}

void touch_all(const std::vector<CallIndex>& calls, FactMask changed, Changes& out) {
  if (changed == 0) return;
  for (const CallIndex call : calls) out.calls.push_back({call, {changed, changed}});
}

}  // namespace

World::IdHash World::hash(std::string_view id) {
  const XXH128_hash_t h = XXH3_128bits(id.data(), id.size());
  return {h.low64, h.high64};
}

bool World::affects(const Incident& incident, const Call& call) {
  const bool here = incident.areas.empty() ||
                    (!call.facts.area.empty() && contains(incident.areas, call.facts.area)) ||
                    (call.customer != nullptr && !(*call.customer->area).empty() &&
                     contains(incident.areas, *call.customer->area));
  if (!here) return false;
  if (incident.services.empty()) return true;
  if (call.customer == nullptr) return false;
  const auto& products = *call.customer->products;
  return std::any_of(products.begin(), products.end(),
                     [&](const std::string& p) { return contains(incident.services, p); });
}

std::vector<const Incident*> World::incidents_of(const Call& call) const {
  std::vector<const Incident*> out;
  visit_incidents(call, [&](const Incident& incident) { out.push_back(&incident); });
  return out;
}

std::int64_t World::find(std::string_view id) const {
  const auto at = by_id_.find(id);
  return at == by_id_.end() ? -1 : std::int64_t{at->second};
}

const Agent* World::agent(std::string_view id) const {
  const auto at = agents_.find(id);
  return at == agents_.end() ? nullptr : &at->second;
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
      return apply_to_incident(event, out);
  }
}

CallIndex World::start(const events::Event& first) {
  CallIndex index;
  if (free_.empty()) {
    index = static_cast<CallIndex>(calls_.size());
    calls_.push_back(nullptr);
  } else {
    index = free_.back();
    free_.pop_back();
  }
  auto call = std::make_unique<Call>();
  call->id = first.subject;
  call->order = ++calls_started_;
  call->facts = started(first);
  call->latest = first.time;
  calls_[index] = std::move(call);
  by_id_.emplace(std::string(first.subject), index);
  return index;
}

void World::apply_to_call(const events::Event& event, Time now, Changes& out) {
  std::int64_t found = find(event.subject);
  Delta delta;
  if (found < 0) {
    if (ended_.contains(hash(event.subject))) return;
    found = start(event);
    delta.mark(kAllFacts);
  }
  const auto index = static_cast<CallIndex>(found);
  Call& call = *calls_[index];
  const auto before = open_.empty() ? std::vector<const Incident*>{} : incidents_of(call);
  call.log.append(event);
  call.last_applied = now;
  const bool end = event.type() == events::EventType::call_ended;
  if (event.time < call.latest && !end) {
    refold(call, now, delta);
    if (const auto* said = std::get_if<events::CallSaid>(&event.data))
      delta.mark(said->speaker == events::Speaker::customer ? Fact::customer_words
                                                            : Fact::agent_words);
  } else {
    call.latest = std::max(call.latest, event.time);
    fold(call.facts, event, now, delta);
  }
  join(index, now, delta);
  if (!open_.empty() && before != incidents_of(call)) delta.mark(Fact::incidents);
  out.calls.push_back({index, delta});
  if (!end) return;
  out.ended = true;
  out.ended_call = index;
  add_contact(index, event.time, now, out);
}

void World::refold(Call& call, Time now, Delta& delta) {
  CallLog::Memory memory;
  const auto events = call.log.sorted(memory);
  CallFacts fresh = started(events.front());
  Delta ignored;
  for (const auto& event : events) fold(fresh, event, now, ignored);
  const Delta d = difference(call.facts, fresh, now);
  delta.touched |= d.touched;
  delta.changed |= d.changed;
  delta.mark(Fact::call_events);
  call.facts = std::move(fresh);
}

void World::end_by_silence(CallIndex index, Time at, Changes& out) {
  Call& call = *calls_[index];
  events::Event end;
  end.time = at;
  end.data = events::CallEnded{"silence", std::nullopt};
  Delta delta;
  fold(call.facts, end, at, delta);
  out.calls.push_back({index, delta});
  out.ended = true;
  out.ended_call = index;
  add_contact(index, at, at, out);
}

/// Ended already, and kept still: what a rule can see of a customer's contacts.
bool World::counts(const Contact& contact, Time now) const {
  return now - contacts_kept_ < contact.at && contact.at <= now;
}

bool World::same_contacts(const Customer* before, const Customer* after, Time now) const {
  const auto counting = [&](const Customer* customer) {
    std::vector<const Contact*> out;
    if (customer == nullptr) return out;
    for (const Contact& contact : customer->contacts)
      if (counts(contact, now)) out.push_back(&contact);
    return out;
  };
  const auto a = counting(before), b = counting(after);
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Contact* x, const Contact* y) {
    return x->at == y->at && x->queue == y->queue && x->topic == y->topic &&
           x->channel == y->channel && x->resolved == y->resolved;
  });
}

void World::add_contact(CallIndex index, Time at, Time now, Changes& out) {
  const Call& call = *calls_[index];
  if (call.customer == nullptr) return;
  Contact contact{
      at, call.facts.queue, call.facts.topic, call.facts.channel, call.facts.resolved, call.order};
  auto& contacts = call.customer->contacts;
  const auto older = std::find_if(contacts.begin(), contacts.end(),
                                  [&](const Contact& c) { return c.at <= contact.at; });
  Delta delta{bit(Fact::customer_contacts), 0};
  if (counts(contact, now)) delta.mark(Fact::customer_contacts);
  contacts.insert(older, std::move(contact));
  // Those past keeping no longer count at any moment to come: see the loading of contacts.
  while (!contacts.empty() && contacts.back().at + contacts_kept_ + std::chrono::hours{24} <= at)
    contacts.pop_back();
  for (const CallIndex other : call.customer->calls) {
    if (other == index) continue;
    out.calls.push_back({other, delta});
  }
}

void World::remove(CallIndex index) {
  leave(index);
  const auto at = by_id_.find(calls_[index]->id);
  ended_.insert(hash(at->first));
  by_id_.erase(at);
  calls_[index].reset();
  free_.push_back(index);
}

void World::leave(CallIndex index) {
  Call& call = *calls_[index];
  if (call.customer != nullptr) drop(call.customer->calls, index);
  if (call.agent != nullptr) drop(call.agent->calls, index);
  if (call.queue != nullptr) drop(call.queue->calls, index);
}

void World::join(CallIndex index, Time now, Delta& delta) {
  join_customer(index, now, delta);
  join_agent(index, delta);
  join_queue(index, delta);
}

void World::join_customer(CallIndex index, Time now, Delta& delta) {
  Call& call = *calls_[index];
  const std::string& id = call.facts.customer;
  if (call.customer != nullptr ? call.customer->id == id : id.empty()) return;
  const Customer* before = call.customer;
  if (call.customer != nullptr) drop(call.customer->calls, index);
  call.customer = id.empty() ? nullptr : &named(customers_, id);
  if (call.customer != nullptr) call.customer->calls.push_back(index);
  delta.touched |= kCustomerFacts;
  delta.changed |= difference(before, call.customer);
  if (!same_contacts(before, call.customer, now)) delta.mark(Fact::customer_contacts);
}

void World::join_agent(CallIndex index, Delta& delta) {
  Call& call = *calls_[index];
  const std::string& id = call.facts.agent;
  if (call.agent != nullptr ? call.agent->id == id : id.empty()) return;
  const Agent* before = call.agent;
  if (call.agent != nullptr) drop(call.agent->calls, index);
  call.agent = id.empty() ? nullptr : &named(agents_, id);
  if (call.agent != nullptr) call.agent->calls.push_back(index);
  delta.mark(difference(before, call.agent));
}

void World::join_queue(CallIndex index, Delta& delta) {
  Call& call = *calls_[index];
  const std::string& name = call.facts.queue;
  if (call.queue != nullptr ? call.queue->name == name : name.empty()) return;
  const Queue* before = call.queue;
  if (call.queue != nullptr) drop(call.queue->calls, index);
  call.queue =
      name.empty() ? nullptr : &subject(queues_, name, [&](Queue& made) { made.name = name; });
  if (call.queue != nullptr) call.queue->calls.push_back(index);
  delta.mark(difference(before, call.queue));
}

void World::apply_to_customer(const events::Event& event, Changes& out) {
  const auto& d = std::get<events::CustomerUpdated>(event.data);
  Customer& customer = named(customers_, event.subject);
  std::vector<std::vector<const Incident*>> before;
  for (const CallIndex call : customer.calls) before.push_back(incidents_of(*calls_[call]));
  FactMask changed = 0;
  if (d.area && customer.area.set(*d.area, event.time)) changed |= bit(Fact::customer_area);
  if (d.tier && customer.tier.set(*d.tier, event.time)) changed |= bit(Fact::customer_tier);
  if (d.products) {
    const std::vector<std::string> products(d.products->begin(), d.products->end());
    if (customer.products.set(products, event.time)) changed |= bit(Fact::customer_products);
  }
  if (d.attributes && customer.attributes.patch(*d.attributes, event.time))
    changed |= bit(Fact::customer_attributes);
  if (changed == 0) return;
  for (std::size_t i = 0; i < customer.calls.size(); ++i) {
    const CallIndex call = customer.calls[i];
    const FactMask joined = before[i] == incidents_of(*calls_[call]) ? 0 : bit(Fact::incidents);
    out.calls.push_back({call, {changed | joined, changed | joined}});
  }
}

void World::apply_to_agent(const events::Event& event, Changes& out) {
  const auto& d = std::get<events::AgentUpdated>(event.data);
  Agent& agent = named(agents_, event.subject);
  FactMask changed = 0;
  if (d.name && agent.name.set(*d.name, event.time))
    changed |= bit(Fact::agent_name) | bit(Fact::call_agent_name);
  if (d.team && agent.team.set(*d.team, event.time)) changed |= bit(Fact::agent_team);
  if (d.tier && agent.tier.set(*d.tier, event.time)) changed |= bit(Fact::agent_tier);
  if (d.attributes && agent.attributes.patch(*d.attributes, event.time))
    changed |= bit(Fact::agent_attributes);
  touch_all(agent.calls, changed, out);
}

void World::apply_to_queue(const events::Event& event, Changes& out) {
  const auto& d = std::get<events::QueueUpdated>(event.data);
  Queue& queue = subject(queues_, event.subject, [&](Queue& made) { made.name = event.subject; });
  FactMask changed = 0;
  if (d.waiting && queue.waiting.set(*d.waiting, event.time)) changed |= bit(Fact::queue_waiting);
  if (d.longest_wait && queue.longest_wait.set(*d.longest_wait, event.time))
    changed |= bit(Fact::queue_longest_wait);
  touch_all(queue.calls, changed, out);
}

void World::apply_to_incident(const events::Event& event, Changes& out) {
  IncidentHistory& history = subject(
      incidents_, event.subject, [&](IncidentHistory& made) { made.state().id = event.subject; });
  const Incident before = history.state();
  history.add(event, ++incident_events_);
  const Incident& after = history.state();
  if (before.looks_like(after)) return;
  std::vector<bool> affected(calls_.size());
  if (before.open)
    for (CallIndex i = 0; i < calls_.size(); ++i)
      affected[i] = calls_[i] != nullptr && affects(before, *calls_[i]);
  sort_open();
  for (CallIndex i = 0; i < calls_.size(); ++i) {
    if (calls_[i] == nullptr) continue;
    if (affected[i] || (after.open && affects(after, *calls_[i])))
      out.calls.push_back({i, {bit(Fact::incidents), bit(Fact::incidents)}});
  }
}

void World::sort_open() {
  open_.clear();
  for (const auto& [id, history] : incidents_)
    if (history.state().open) open_.push_back(&history.state());
  std::sort(open_.begin(), open_.end(), [](const Incident* a, const Incident* b) {
    return std::pair(a->opened_at, a->order) < std::pair(b->opened_at, b->order);
  });
}

}  // namespace assist::facts
