#include "facts/open_incidents.hpp"

#include <algorithm>
#include <utility>

namespace assist::facts {
namespace {

bool opened_before(const Incident* a, const Incident* b) {
  return std::pair(a->opened_at, a->order) < std::pair(b->opened_at, b->order);
}

}  // namespace

void OpenIncidents::add(const Incident& incident, std::span<Area* const> areas) {
  const auto put = [&](List& list) {
    const auto at = std::lower_bound(list.begin(), list.end(), &incident, opened_before);
    if (at == list.end() || *at != &incident) list.insert(at, &incident);
  };
  put(all_);
  if (incident.areas.empty()) put(everywhere_);
  for (Area* const area : areas) put(area->open);
  note_services();
}

void OpenIncidents::remove(const Incident& incident, std::span<Area* const> areas) {
  if (std::erase(all_, &incident) == 0) return;
  std::erase(everywhere_, &incident);
  for (Area* const area : areas) std::erase(area->open, &incident);
  note_services();
}

void OpenIncidents::note_services() {
  of_services_ = std::any_of(all_.begin(), all_.end(),
                             [](const Incident* one) { return !one->services.empty(); });
}

const Incident* OpenIncidents::take_oldest(std::array<Span, 3>& from) {
  const Incident* oldest = nullptr;
  for (const Span& list : from)
    if (!list.empty() && (oldest == nullptr || opened_before(list.front(), oldest)))
      oldest = list.front();
  for (Span& list : from)
    if (!list.empty() && list.front() == oldest) list = list.subspan(1);
  return oldest;
}

}  // namespace assist::facts
