#include "facts/open_incidents.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace assist::facts {
namespace {

const std::vector<std::string> kAreas = {"", "n", "s", "e", "w", "x"};

struct Town {
  Names names;
  std::map<std::string, Area> places;
  OpenIncidents open;

  std::vector<Area*> areas_of(const Incident& incident) {
    std::vector<Area*> out;
    for (const Name& name : incident.areas)
      if (!name.empty()) out.push_back(&places[std::string(name)]);
    return out;
  }
  void add(const Incident& incident) { open.add(incident, areas_of(incident)); }
  void remove(const Incident& incident) { open.remove(incident, areas_of(incident)); }
  const Area* place(const std::string& name) { return name.empty() ? nullptr : &places[name]; }

  Incident incident(std::uint64_t order, Time opened_at, const std::vector<std::string>& areas) {
    Incident out;
    out.id = std::to_string(order);
    out.order = order;
    out.opened_at = opened_at;
    for (const auto& area : areas) out.areas.push_back(names.of(area));
    return out;
  }
  std::vector<std::string> in(const std::string& area, const std::string& other) {
    std::vector<std::string> out;
    open.visit_in(place(area), place(other), [&](const Incident& one) { out.push_back(one.id); });
    return out;
  }
};

using Ids = std::vector<std::string>;

TEST_CASE("open incidents are those of two areas and those everywhere, oldest first", "[facts]") {
  Town town;
  const Time t{};
  const Incident a = town.incident(1, t + Duration{3}, {"n", "s"});
  const Incident b = town.incident(2, t + Duration{1}, {"s", "s"});
  const Incident c = town.incident(3, t + Duration{2}, {});
  const Incident d = town.incident(4, t + Duration{2}, {"e", ""});
  CHECK(town.in("n", "s").empty());
  for (const Incident* one : {&a, &b, &c, &d}) town.add(*one);
  CHECK(town.in("n", "") == Ids{"3", "1"});
  CHECK(town.in("n", "s") == Ids{"2", "3", "1"});
  CHECK(town.in("s", "s") == Ids{"2", "3", "1"});
  CHECK(town.in("", "") == Ids{"3"});  // an incident is in no area called ""
  CHECK(town.in("e", "n") == Ids{"3", "4", "1"});
  town.remove(c);
  CHECK(town.in("", "e") == Ids{"4"});
  town.remove(b);
  town.remove(b);
  CHECK(town.in("s", "w") == Ids{"1"});
  CHECK(town.open.all().size() == 2);
  for (const Incident* one : {&a, &d}) town.remove(*one);
  CHECK(town.open.empty());
  CHECK(town.in("n", "e").empty());
}

/// Each of them asked, as it says in words.
Ids one_by_one(const std::vector<const Incident*>& open, const Name& area, const Name& other) {
  std::vector<const Incident*> here;
  for (const Incident* one : open) {
    const auto in = [&](const Name& name) {
      return !name.empty() &&
             std::find(one->areas.begin(), one->areas.end(), name) != one->areas.end();
    };
    if (one->areas.empty() || in(area) || in(other)) here.push_back(one);
  }
  std::sort(here.begin(), here.end(), [](const Incident* a, const Incident* b) {
    return std::pair(a->opened_at, a->order) < std::pair(b->opened_at, b->order);
  });
  Ids out;
  for (const Incident* one : here) out.push_back(one->id);
  return out;
}

TEST_CASE("looking incidents up by area is the same as asking each", "[facts]") {
  std::mt19937_64 draw(Catch::rngSeed());
  Town town;
  std::vector<std::unique_ptr<Incident>> all;
  std::vector<const Incident*> open;
  for (std::uint64_t step = 1; step <= 2'000; ++step) {
    if (open.empty() || draw() % 3 != 0) {
      std::vector<std::string> areas;
      for (std::uint64_t n = draw() % 4; n > 0; --n)
        areas.push_back(kAreas[draw() % kAreas.size()]);
      const Time opened_at = Time{} + Duration{static_cast<std::int64_t>(draw() % 50)};
      all.push_back(std::make_unique<Incident>(town.incident(step, opened_at, areas)));
      open.push_back(all.back().get());
      town.add(*all.back());
    } else {
      const auto at = open.begin() + static_cast<std::ptrdiff_t>(draw() % open.size());
      town.remove(**at);
      open.erase(at);
    }
    const std::string& area = kAreas[draw() % kAreas.size()];
    const std::string& other = kAreas[draw() % kAreas.size()];
    REQUIRE(town.in(area, other) == one_by_one(open, town.names.of(area), town.names.of(other)));
    if (open.size() > 12) {
      for (const Incident* one : open) town.remove(*one);
      open.clear();
      REQUIRE(town.open.empty());
    }
  }
}

}  // namespace
}  // namespace assist::facts
