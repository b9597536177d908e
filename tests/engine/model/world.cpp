#include "engine/model/world.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace assist::model {
namespace {

using boost::json::object;
using boost::json::value;

/// The member, where it is given; null counts as not given.
const value* given(const object& data, std::string_view name) {
  const value* found = data.if_contains(name);
  return found == nullptr || found->is_null() ? nullptr : found;
}

void take(std::string& to, const object& data, std::string_view name) {
  if (const value* v = given(data, name)) to = std::string(v->as_string());
}

std::vector<std::string> texts(const value& list) {
  std::vector<std::string> out;
  for (const value& item : list.as_array()) out.emplace_back(item.as_string());
  return out;
}

/// RFC 7396, as its pseudo code has it.
value merge_patch(const value& target, const value& patch) {
  if (!patch.is_object()) return patch;
  object out = target.is_object() ? target.as_object() : object{};
  for (const auto& member : patch.as_object()) {
    if (member.value().is_null()) {
      out.erase(member.key());
    } else {
      const value* before = out.if_contains(member.key());
      out[member.key()] = merge_patch(before != nullptr ? *before : value(nullptr), member.value());
    }
  }
  return out;
}

void merge(object& attributes, const object& data) {
  if (const value* patch = given(data, "attributes"))
    attributes = merge_patch(attributes, *patch).as_object();
}

std::vector<const Event*> by_time(std::vector<const Event*> events) {
  std::stable_sort(events.begin(), events.end(),
                   [](const Event* a, const Event* b) { return a->time < b->time; });
  return events;
}

void stop(Length& length, Time at) {
  length.before = length.at(at);
  length.since.reset();
}

void end_hold(Call& call, Time at) {
  stop(call.hold_total, at);
  call.hold = {};
}

void answer(Call& call, const std::string& agent, Time at) {
  end_hold(call, at);
  call.agent = agent;
  stop(call.wait, at);
  if (!call.answered_at) call.answered_at = at;
}

void transfer(Call& call, const Event& e) {
  ++call.transfers;
  take(call.queue, e.data, "queue");
  std::string to;
  take(to, e.data, "agent");
  if (to.empty()) {
    end_hold(call, e.time);
    call.agent.clear();
    if (!call.wait.since) call.wait.since = e.time;
  } else if (to != call.agent) {
    answer(call, to, e.time);
  }
}

void fold(Call& call, const Event& e) {
  if (e.type == "call.started") {
    take(call.customer, e.data, "customer");
    take(call.queue, e.data, "queue");
    take(call.channel, e.data, "channel");
    take(call.direction, e.data, "direction");
    take(call.area, e.data, "area");
    take(call.topic, e.data, "topic");
    merge(call.attributes, e.data);
  } else if (e.type == "call.queued") {
    take(call.queue, e.data, "queue");
  } else if (e.type == "call.answered") {
    answer(call, std::string(e.data.at("agent").as_string()), e.time);
  } else if (e.type == "call.held") {
    if (call.on_hold()) return;
    ++call.holds;
    call.hold.since = call.hold_total.since = e.time;
  } else if (e.type == "call.resumed") {
    end_hold(call, e.time);
  } else if (e.type == "call.transferred") {
    transfer(call, e);
  } else if (e.type == "call.step") {
    take(call.step, e.data, "step");
  } else if (e.type == "call.sentiment") {
    call.sentiments.push_back(e.data.at("score").to_number<double>());
  } else if (e.type == "call.updated") {
    take(call.topic, e.data, "topic");
    take(call.area, e.data, "area");
    take(call.customer, e.data, "customer");
    if (const value* v = given(e.data, "resolved")) call.resolved = v->as_bool();
    merge(call.attributes, e.data);
  } else if (e.type == "call.ended") {
    if (const value* v = given(e.data, "resolved")) call.resolved = v->as_bool();
    end_hold(call, e.time);
    stop(call.wait, e.time);
    call.ended = e.time;
  }
}

/// The events of a call, its end last whatever its time; what came after it is left out.
Call call_of(const std::string& id, const std::vector<const Event*>& arrived, std::size_t order) {
  std::vector<const Event*> before;
  const Event* end = nullptr;
  Call call;
  for (const Event* e : arrived) {
    call.last_applied = e->clock;
    call.events.push_back({e->type, e->time});
    if (e->type == "call.said") {
      auto& said =
          e->data.at("speaker").as_string() == "customer" ? call.customer_said : call.agent_said;
      said.push_back(words(std::string_view(e->data.at("text").as_string())));
    }
    if (e->type == "call.ended") {
      end = e;
      break;
    }
    before.push_back(e);
  }
  const auto sorted = by_time(before);
  call.id = id;
  call.order = order;
  call.started_at = sorted.empty() ? end->time : sorted.front()->time;
  if (end != nullptr) call.started_at = std::min(call.started_at, end->time);
  call.wait.since = call.started_at;
  for (const Event* e : sorted) fold(call, *e);
  if (end != nullptr) fold(call, *end);
  return call;
}

Customer customer_of_events(const std::vector<const Event*>& events) {
  Customer out;
  for (const Event* e : by_time(events)) {
    take(out.area, e->data, "area");
    take(out.tier, e->data, "tier");
    if (const value* v = given(e->data, "products")) out.products = texts(*v);
    merge(out.attributes, e->data);
  }
  return out;
}

Agent agent_of_events(const std::vector<const Event*>& events) {
  Agent out;
  for (const Event* e : by_time(events)) {
    take(out.name, e->data, "name");
    take(out.team, e->data, "team");
    take(out.tier, e->data, "tier");
    merge(out.attributes, e->data);
  }
  return out;
}

Queue queue_of_events(const std::vector<const Event*>& events) {
  Queue out;
  for (const Event* e : by_time(events)) {
    if (const value* v = given(e->data, "waiting")) out.waiting = v->to_number<std::int64_t>();
    if (const value* v = given(e->data, "longest_wait_seconds"))
      out.longest_wait = Duration{std::llround(v->to_number<double>() * 1e6)};
  }
  return out;
}

/// What expressions see of contacts and incidents holds names of a pool.
facts::Name name(const std::string& text) {
  static facts::Names pool;
  return pool.of(text);
}

std::vector<facts::Name> names(const std::vector<std::string>& texts) {
  std::vector<facts::Name> out;
  for (const auto& text : texts) out.push_back(name(text));
  return out;
}

struct OpenIncident {
  facts::Incident incident;
  std::size_t opened_by;  // the place in the order of arrival of the event that opened it
};

std::optional<OpenIncident> incident_of_events(const std::string& id,
                                               const std::vector<const Event*>& events,
                                               const Event* first_of_all) {
  std::optional<OpenIncident> out;
  for (const Event* e : by_time(events)) {
    if (e->type == "incident.resolved") {
      out.reset();
      continue;
    }
    if (!out) {
      out.emplace();
      out->incident.id = id;
      out->incident.open = true;
      out->incident.opened_at = e->time;
      out->opened_by = static_cast<std::size_t>(e - first_of_all);
    }
    take(out->incident.kind, e->data, "kind");
    take(out->incident.summary, e->data, "summary");
    if (const value* v = given(e->data, "areas")) out->incident.areas = names(texts(*v));
    if (const value* v = given(e->data, "services")) out->incident.services = names(texts(*v));
  }
  return out;
}

using BySubject = std::map<std::string, std::vector<const Event*>>;

void collect_incidents(World& world, const BySubject& events, const Event* first_of_all) {
  std::vector<OpenIncident> open;
  for (const auto& [id, own] : events)
    if (auto found = incident_of_events(id, own, first_of_all)) open.push_back(std::move(*found));
  std::sort(open.begin(), open.end(), [](const OpenIncident& a, const OpenIncident& b) {
    return std::pair(a.incident.opened_at, a.opened_by) <
           std::pair(b.incident.opened_at, b.opened_by);
  });
  for (auto& one : open) world.incidents.push_back(std::move(one.incident));
}

/// Ended calls in the order in which they ended, so that of equal times the last is the newest.
void collect_contacts(World& world, const std::vector<Event>& events) {
  std::set<std::string> seen;
  for (const Event& e : events) {
    if (e.type != "call.ended" || !seen.insert(e.subject).second) continue;
    const Call& call = world.calls.at(e.subject);
    if (call.customer.empty()) continue;
    world.customers[call.customer].contacts.push_back(
        {*call.ended, name(call.queue), name(call.topic), name(call.channel), call.resolved});
  }
  for (auto& [id, customer] : world.customers) {
    std::reverse(customer.contacts.begin(), customer.contacts.end());
    std::stable_sort(customer.contacts.begin(), customer.contacts.end(),
                     [](const auto& a, const auto& b) { return a.at > b.at; });
  }
}

template <class Text>
bool holds(const std::vector<Text>& list, const std::string& text) {
  return !text.empty() &&
         std::any_of(list.begin(), list.end(), [&](const Text& entry) { return entry == text; });
}

template <class T>
const T& or_nothing(const std::map<std::string, T>& map, const std::string& id) {
  static const T nothing{};
  const auto at = map.find(id);
  return id.empty() || at == map.end() ? nothing : at->second;
}

}  // namespace

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> out;
  std::string word;
  const auto is_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const bool inner = i < text.size() && text[i] == '\'' && !word.empty() && i + 1 < text.size() &&
                       is_word(text[i + 1]);
    if (i < text.size() && (is_word(text[i]) || inner)) {
      word += static_cast<char>(std::tolower(text[i]));
    } else if (!word.empty()) {
      out.push_back(std::exchange(word, {}));
    }
  }
  return out;
}

World world_after(const std::vector<Event>& events) {
  World world;
  BySubject calls, customers, agents, queues, incidents;
  std::vector<std::string> order;
  for (const Event& e : events) {
    if (e.type.starts_with("call.")) {
      if (!calls.contains(e.subject)) order.push_back(e.subject);
      calls[e.subject].push_back(&e);
    } else {
      auto& of = e.type.starts_with("customer.") ? customers
                 : e.type.starts_with("agent.")  ? agents
                 : e.type.starts_with("queue.")  ? queues
                                                 : incidents;
      of[e.subject].push_back(&e);
    }
  }
  for (std::size_t i = 0; i < order.size(); ++i)
    world.calls.emplace(order[i], call_of(order[i], calls[order[i]], i));
  for (const auto& [id, own] : customers) world.customers[id] = customer_of_events(own);
  for (const auto& [id, own] : agents) world.agents[id] = agent_of_events(own);
  for (const auto& [id, own] : queues) world.queues[id] = queue_of_events(own);
  collect_incidents(world, incidents, events.data());
  collect_contacts(world, events);
  return world;
}

std::vector<const Call*> World::live() const {
  std::vector<const Call*> out;
  for (const auto& [id, call] : calls)
    if (!call.ended) out.push_back(&call);
  std::sort(out.begin(), out.end(),
            [](const Call* a, const Call* b) { return a->order < b->order; });
  return out;
}

std::vector<const facts::Incident*> World::incidents_of(const Call& call) const {
  std::vector<const facts::Incident*> out;
  const Customer& customer = customer_of(call);
  for (const facts::Incident& i : incidents) {
    const bool here = i.areas.empty() || holds(i.areas, call.area) || holds(i.areas, customer.area);
    const bool served =
        i.services.empty() ||
        std::any_of(customer.products.begin(), customer.products.end(),
                    [&](const auto& product) { return holds(i.services, product); });
    if (here && served) out.push_back(&i);
  }
  return out;
}

const Customer& World::customer_of(const Call& call) const {
  return or_nothing(customers, call.customer);
}
const Agent& World::agent_of(const Call& call) const { return or_nothing(agents, call.agent); }
const Queue& World::queue_of(const Call& call) const { return or_nothing(queues, call.queue); }

}  // namespace assist::model
