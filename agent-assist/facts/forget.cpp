// What is forgotten, so that what comes and goes for ever takes no memory for ever. By counts and
// by the clock of events alone: a replay forgets the same.
#include <algorithm>

#include "facts/world.hpp"

namespace assist::facts {
namespace {

/// An incident that is over is known so much longer: what comes late for it changes it still.
constexpr Duration kIncidentKept = std::chrono::hours{24 * 7};

/// Nothing of it is known but its name, which comes again with the next call.
bool is_idle(const Agent& agent) { return agent.calls.empty() && !agent.profile; }
bool is_idle(const Queue& queue) {
  return queue.calls.empty() && !queue.waiting.given() && !queue.longest_wait.given();
}
bool is_idle(const Area& area) {  // customers' calls are of those that are there
  return area.calls.empty() && area.customers == 0 && area.open.empty();
}

/// At most as many again come before the next sweep: each costs the same, however many there are.
template <class Map>
std::size_t next_sweep(const Map& left, std::size_t least) {
  return std::max(least, 2 * left.size());
}

}  // namespace

template <class T>
void World::forget_idle(ById<T>& subjects, std::size_t& sweep_at) {
  if (subjects.size() < sweep_at) return;
  boost::unordered::erase_if(subjects, [](const auto& one) { return is_idle(*one); });
  sweep_at = next_sweep(subjects, kSweepMin);
}

void World::forget_idle_subjects() {
  forget_idle(agents_, sweep_at_.agents);
  forget_idle(queues_, sweep_at_.queues);
  forget_idle(areas_, sweep_at_.areas);
}

/// Before any of them is added: nobody holds on to one. Areas that they alone named go with them.
void World::forget_incidents(Time now) {
  forget_idle(areas_, sweep_at_.areas);
  if (incidents_.size() < sweep_at_.incidents) return;
  std::erase_if(incidents_,
                [&](const auto& one) { return one.second.over_before(now - kIncidentKept); });
  sweep_at_.incidents = next_sweep(incidents_, kSweepMin);
}

/// Of whom platforms said something, that is kept.
void World::note_idle(Customer& customer, Time now) {
  if (customer.idle || customer.profile || !customer.calls.empty()) return;
  customer.idle = true;
  idle_.push_back({now, customer.id});
}

/// A step at each end of a call: more leave thereby than come.
void World::forget_customers(Time now) {
  for (int step = 0; step < 2 && !idle_.empty(); ++step) {
    if (now - idle_.front().since < contacts_kept_ + kContactsSlack) return;
    const auto at = customers_.find(idle_.front().id);
    idle_.pop_front();
    Customer& customer = **at;
    customer.idle = false;
    if (!customer.calls.empty() || customer.profile) continue;  // noted again after its last call
    if (!customer.contacts.empty() && still_kept(customer.contacts.back(), now)) {
      note_idle(customer, now);
    } else {
      customers_.erase(at);
    }
  }
}

}  // namespace assist::facts
