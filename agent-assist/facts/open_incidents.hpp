#pragma once

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <span>
#include <vector>

#include "facts/name.hpp"
#include "facts/subjects.hpp"

namespace assist::facts {

/// The incidents that are open, by the areas they are in: those of a place cost the same to find
/// however many there are elsewhere.
class OpenIncidents {
 public:
  /// It is to be taken out before it changes.
  void add(const Incident& incident);
  /// `areas`: those it was added with. Nothing happens if it was not.
  void remove(const Incident& incident, std::span<const Name> areas);
  void clear() { *this = {}; }

  bool empty() const { return all_.empty(); }
  /// Oldest first.
  std::span<const Incident* const> all() const { return all_; }

  /// Those in either of two areas ("": no area), and those that are everywhere; oldest first, each
  /// once.
  template <class Visit>
  void visit_in(const Name& area, const Name& other, Visit visit) const {
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

  Span in(const Name& area) const {
    if (area.empty()) return {};
    const auto at = in_.find(area);
    return at == in_.end() ? Span() : Span(at->second);
  }
  /// nullptr: there is none left.
  static const Incident* take_oldest(std::array<Span, 3>& from);

  List all_, everywhere_;
  boost::unordered_flat_map<Name, List, Name::AddressHash> in_;
};

}  // namespace assist::facts
