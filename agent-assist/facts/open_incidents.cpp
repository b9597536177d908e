#include "facts/open_incidents.hpp"

#include <algorithm>
#include <utility>

namespace assist::facts {
namespace {

bool opened_before(const Incident* a, const Incident* b) {
  return std::pair(a->opened_at, a->order) < std::pair(b->opened_at, b->order);
}

}  // namespace

void OpenIncidents::add(const Incident& incident) {
  // An area may be named twice.
  const auto put = [&](List& list) {
    const auto at = std::lower_bound(list.begin(), list.end(), &incident, opened_before);
    if (at == list.end() || *at != &incident) list.insert(at, &incident);
  };
  put(all_);
  if (incident.areas.empty()) put(everywhere_);
  for (const Name& area : incident.areas)
    if (!area.empty()) put(in_[area]);
}

void OpenIncidents::remove(const Incident& incident, std::span<const Name> areas) {
  std::erase(all_, &incident);
  std::erase(everywhere_, &incident);
  for (const Name& area : areas) {
    const auto at = in_.find(area);
    if (at == in_.end()) continue;
    std::erase(at->second, &incident);
    if (at->second.empty()) in_.erase(at);
  }
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
