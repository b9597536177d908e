// What is open where, and which calls it affects.
#include <algorithm>

#include "facts/world.hpp"

namespace assist::facts {
namespace {

bool contains(const std::vector<Name>& list, const Name& entry) {
  return std::find(list.begin(), list.end(), entry) != list.end();
}

}  // namespace

bool World::has_one_of(const std::vector<Name>& services, const Customer* customer) {
  if (customer == nullptr) return false;
  const auto& products = *customer->known().products;
  return std::any_of(products.begin(), products.end(),
                     [&](const Name& product) { return contains(services, product); });
}

void World::incidents_of(const Call& call, std::vector<const Incident*>& out) const {
  out.clear();
  visit_incidents(call, [&](const Incident& incident) { out.push_back(&incident); });
}

/// Calls that an open incident affects; one may be visited twice.
template <class Visit>
void World::visit_calls_in(const Incident& incident, Visit visit) const {
  const auto take = [&](CallIndex call) {
    if (incident.services.empty() || has_one_of(incident.services, calls_.at(call).customer))
      visit(call);
  };
  if (incident.areas.empty()) {
    for (CallIndex i = 0; i < calls_.size(); ++i)
      if (calls_[i] != nullptr) take(i);
    return;
  }
  for (const Name& name : incident.areas) {
    const auto area = areas_.find(name);
    if (area == areas_.end()) continue;
    for (const Calls* const calls : {&(*area)->calls, &(*area)->customers_calls})
      for (std::size_t i = 0; i < calls->size(); ++i) {
        constexpr std::size_t kAhead = 16;
        if (i + kAhead < calls->size()) assist::prefetch(&touched_[(*calls)[i + kAhead]]);
        if (!incident.services.empty()) prefetch_products(*calls, i);
        take((*calls)[i]);
      }
  }
}

/// What leads from a call to its customer's products lies anywhere, each a step from the last: of
/// the calls behind the one at `at` each step is asked for while others are on their way.
void World::prefetch_products(const Calls& calls, std::size_t at) const {
  constexpr std::size_t kCall = 24, kCustomer = 16, kProfile = 8, kProducts = 4;
  const auto customer = [&](std::size_t ahead) -> const Customer* {
    return at + ahead < calls.size() ? calls_.at(calls[at + ahead]).customer : nullptr;
  };
  if (at + kCall < calls.size()) assist::prefetch(&calls_.at(calls[at + kCall]).customer);
  if (const Customer* const one = customer(kCustomer)) assist::prefetch(one);
  if (const Customer* const one = customer(kProfile); one != nullptr && one->profile)
    assist::prefetch(&one->profile->products);
  if (const Customer* const one = customer(kProducts); one != nullptr && one->profile)
    assist::prefetch((*one->profile->products).data());
}

/// Adds a call to what changed, once a pass.
void World::touch(CallIndex call, Delta delta, Changes& out) {
  if (touched_[call] == pass_) return;
  touched_[call] = pass_;
  out.calls.push_back({call, delta});
}

void World::apply_to_incident(const events::Event& event, Time now, Changes& out) {
  forget_incidents(now);
  IncidentHistory& history = incidents_[std::string(event.subject)];
  if (history.state().id.empty()) history.state().id = event.subject;
  const Incident before = history.state();
  history.add(event, ++incident_events_, names_);
  const Incident& after = history.state();
  if (before.looks_like(after)) return;
  if (before.open) open_.remove(after, areas_of(before.areas));
  if (after.open) open_.add(after, areas_of(after.areas));
  if (++pass_ == 0) {  // after 4 billion of them
    std::fill(touched_.begin(), touched_.end(), 0);
    pass_ = 1;
  }
  const Delta delta{bit(Fact::incidents), bit(Fact::incidents)};
  out.calls.reserve(live_calls_);  // to grow would move them time and again
  for (const Incident* incident : {&before, &after})
    if (incident->open) visit_calls_in(*incident, [&](CallIndex call) { touch(call, delta, out); });
}

std::vector<Area*> World::areas_of(const std::vector<Name>& names) {
  std::vector<Area*> out;
  for (const Name& name : names)
    if (!name.empty()) out.push_back(&area_of(name));
  return out;
}

/// Of a world that was read: none stands among the open ones yet.
void World::find_open() {
  for (const auto& [id, history] : incidents_)
    if (history.state().open) open_.add(history.state(), areas_of(history.state().areas));
}

}  // namespace assist::facts
