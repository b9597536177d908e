#include "facts/subjects.hpp"

#include <algorithm>
#include <deque>

namespace assist::facts {
namespace {

constexpr std::size_t kPatchesKept = 64, kChangesKept = 256;

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

std::shared_ptr<const OwnedPatch> own(events::JsonObject patch) {
  return std::make_shared<const OwnedPatch>(patch);
}
events::JsonObject members_of(const OwnedPatch& patch) { return patch.members(); }

bool PatchedAttributes::patch(events::JsonObject patch, Time at, Names& names) {
  const auto later = std::upper_bound(patches_.begin(), patches_.end(), at,
                                      [](Time t, const Patch& p) { return t < p.at; });
  const bool in_order = later == patches_.end();
  patches_.insert(later, Patch{at, std::make_shared<const OwnedPatch>(patch)});
  auto next = value_;
  if (in_order) {
    next = merged(value_.get(), patch, names);
  } else {
    next = base_;
    for (const auto& p : patches_) next = merged(next.get(), p.members->members(), names);
  }
  if (patches_.size() > kPatchesKept) {
    base_ = merged(base_.get(), patches_.front().members->members(), names);
    patches_.erase(patches_.begin());
  }
  const bool differs = !(or_empty(value_) == *next);
  value_ = std::move(next);
  return differs;
}

const Profile& Customer::known() const {
  static const Profile nothing{};
  return profile ? *profile : nothing;
}

const AgentProfile& Agent::known() const {
  static const AgentProfile nothing{};
  return profile ? *profile : nothing;
}

bool Incident::looks_like(const Incident& other) const {
  return kind == other.kind && summary == other.summary && areas == other.areas &&
         services == other.services && opened_at == other.opened_at && order == other.order &&
         open == other.open;
}

void IncidentHistory::add(const events::Event& event, std::uint64_t order, Names& names) {
  const auto texts = [&](const events::Texts& from) -> std::optional<std::vector<Name>> {
    if (!from) return std::nullopt;
    std::vector<Name> out;
    for (const std::string_view text : *from) out.push_back(names.of(text));
    return out;
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
  const bool in_order = later == changes_.end();
  changes_.insert(later, std::move(change));
  if (in_order) {
    apply(changes_.back(), state_);
  } else {
    Incident fresh = base_;
    fresh.id = state_.id;
    state_ = std::move(fresh);
    for (const auto& c : changes_) apply(c, state_);
  }
  if (changes_.size() <= kChangesKept) return;
  apply(changes_.front(), base_);
  changes_.erase(changes_.begin());
}

bool IncidentHistory::over_before(Time time) const {
  return !state_.open && !changes_.empty() && changes_.back().at < time;
}

void IncidentHistory::apply(const Change& change, Incident& to) {
  if (change.type == events::EventType::incident_resolved) {
    to.open = false;
    return;
  }
  if (!to.open) {
    Incident fresh;
    fresh.id = std::move(to.id);
    fresh.order = change.order;
    fresh.open = true;
    fresh.opened_at = change.at;
    to = std::move(fresh);
  }
  if (change.kind) to.kind = *change.kind;
  if (change.summary) to.summary = *change.summary;
  if (change.areas) to.areas = *change.areas;
  if (change.services) to.services = *change.services;
  if (change.eta) to.eta = change.eta;
}

}  // namespace assist::facts
