#pragma once

#include <array>
#include <span>
#include <vector>

#include "facts/subjects.hpp"

namespace assist::facts {

/// The incidents that are open. Each area keeps its own: those of a place cost the same to find
/// however many there are elsewhere.
class OpenIncidents {
 public:
  /// It is to be taken out before it changes. `areas`: those it names, some maybe twice.
  void add(const Incident& incident, std::span<Area* const> areas);
  /// `areas`: those it was added with. Nothing happens if it was not.
  void remove(const Incident& incident, std::span<Area* const> areas);

  bool empty() const { return all_.empty(); }
  /// Oldest first.
  std::span<const Incident* const> all() const { return all_; }

  /// Some are of those alone who have a service.
  bool of_services() const { return of_services_; }

  /// Those in either of two areas (nullptr: no area), and those that are everywhere; oldest first,
  /// each once.
  template <class Visit>
  void visit_in(const Area* area, const Area* other, Visit visit) const {
    if (all_.empty()) return;
    const Span here = in(area), there = area == other ? Span() : in(other);
    if (everywhere_.empty() && (here.empty() || there.empty())) {
      for (const Incident* const one : here.empty() ? there : here) visit(*one);
      return;
    }
    std::array<Span, 3> from{everywhere_, here, there};
    while (const Incident* const next = take_oldest(from)) visit(*next);
  }

 private:
  using List = std::vector<const Incident*>;  // oldest first
  using Span = std::span<const Incident* const>;

  static Span in(const Area* area) { return area == nullptr ? Span() : Span(area->open); }
  void note_services();
  /// nullptr: there is none left.
  static const Incident* take_oldest(std::array<Span, 3>& from);

  List all_, everywhere_;
  bool of_services_ = false;
};

}  // namespace assist::facts
