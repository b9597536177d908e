#include "facts/subjects.hpp"

#include <algorithm>

namespace assist::facts {
namespace {

constexpr std::size_t kPatchesKept = 64;

}  // namespace

/// A merge patch that owns its texts. Nulls stay: they remove.
class OwnedPatch {
 public:
  explicit OwnedPatch(events::JsonObject patch) : members_(copy(patch)) {}
  events::JsonObject members() const { return members_; }

 private:
  std::string_view keep(std::string_view text) { return texts_.emplace_back(text); }
  events::JsonObject copy(events::JsonObject object) {
    auto& out = objects_.emplace_back();
    out.reserve(object.size());
    for (const auto& [name, value] : object) out.push_back({keep(name), copy(value)});
    return out;
  }
  events::Json copy(events::Json json) {
    if (json.kind == events::Json::Kind::string) json.string = keep(json.string);
    if (json.kind == events::Json::Kind::object) json.object = copy(json.object);
    if (json.kind == events::Json::Kind::list) {
      auto& items = lists_.emplace_back();
      items.reserve(json.list.size());
      for (const auto& item : json.list) items.push_back(copy(item));
      json.list = items;
    }
    return json;
  }

  std::deque<std::string> texts_;
  std::deque<std::vector<events::JsonMember>> objects_;
  std::deque<std::vector<events::Json>> lists_;
  events::JsonObject members_;
};

bool PatchedAttributes::patch(events::JsonObject patch, Time at) {
  const auto later = std::upper_bound(patches_.begin(), patches_.end(), at,
                                      [](Time t, const Patch& p) { return t < p.at; });
  const bool in_order = later == patches_.end();
  patches_.insert(later, Patch{at, std::make_shared<const OwnedPatch>(patch)});
  auto next = value_;
  if (in_order) {
    next = merged(value_.get(), patch);
  } else {
    next = base_;
    for (const auto& p : patches_) next = merged(next.get(), p.members->members());
  }
  if (patches_.size() > kPatchesKept) {
    base_ = merged(base_.get(), patches_.front().members->members());
    patches_.erase(patches_.begin());
  }
  const bool differs = !(or_empty(value_) == *next);
  value_ = std::move(next);
  return differs;
}

bool Incident::looks_like(const Incident& other) const {
  return kind == other.kind && summary == other.summary && areas == other.areas &&
         services == other.services && opened_at == other.opened_at && order == other.order &&
         open == other.open;
}

void IncidentHistory::add(const events::Event& event, std::uint64_t order) {
  const auto texts = [](const events::Texts& from) {
    return from ? std::optional(std::vector<std::string>(from->begin(), from->end()))
                : std::nullopt;
  };
  const auto text = [](const events::Text& from) {
    return from ? std::optional<std::string>(*from) : std::nullopt;
  };
  Change change{event.time, order, event.type(), {}, {}, {}, {}, {}};
  const events::IncidentChange* given = std::get_if<events::IncidentOpened>(&event.data);
  if (given == nullptr) given = std::get_if<events::IncidentUpdated>(&event.data);
  if (given != nullptr) {
    change.kind = text(given->kind);
    change.summary = text(given->summary);
    change.areas = texts(given->areas);
    change.services = texts(given->services);
    change.eta = given->eta;
  }
  const auto later = std::upper_bound(changes_.begin(), changes_.end(), change.at,
                                      [](Time t, const Change& c) { return t < c.at; });
  if (later == changes_.end()) {
    changes_.push_back(std::move(change));
    apply(changes_.back());
    return;
  }
  changes_.insert(later, std::move(change));
  Incident fresh;
  fresh.id = state_.id;
  state_ = std::move(fresh);
  for (const auto& c : changes_) apply(c);
}

void IncidentHistory::apply(const Change& change) {
  if (change.type == events::EventType::incident_resolved) {
    state_.open = false;
    return;
  }
  if (!state_.open) {
    Incident fresh;
    fresh.id = std::move(state_.id);
    fresh.order = change.order;
    fresh.open = true;
    fresh.opened_at = change.at;
    state_ = std::move(fresh);
  }
  if (change.kind) state_.kind = *change.kind;
  if (change.summary) state_.summary = *change.summary;
  if (change.areas) state_.areas = *change.areas;
  if (change.services) state_.services = *change.services;
  if (change.eta) state_.eta = change.eta;
}

}  // namespace assist::facts
