// What an event would add to the world, asked before it is folded in.
#include <algorithm>

#include "facts/world.hpp"

namespace assist::facts {
namespace {

using events::Json;

const events::JsonObject* patch_of(const events::Event& event) {
  return std::visit(
      []<class Data>(const Data& data) -> const events::JsonObject* {
        if constexpr (requires { data.attributes; }) {
          if (data.attributes) return &*data.attributes;
        }
        return nullptr;
      },
      event.data);
}

bool holds(const AttributeMap& map, std::string_view name) {
  const auto& members = map.members();
  const auto at = std::ranges::lower_bound(
      members, name, {}, [](const auto& member) { return std::string_view(member.first); });
  return at != members.end() && at->first == name;
}

/// The size of `base` with `patch` merged in.
std::size_t merged_size(const AttributeMap& base, events::JsonObject patch) {
  std::size_t size = base.size();
  for (const auto& [name, value] : patch) {
    const bool stays = value.kind != Json::Kind::null;
    const bool is_there = holds(base, name);
    if (stays && !is_there) ++size;
    if (!stays && is_there) --size;
  }
  return size;
}

}  // namespace

bool World::starts_call(const events::Event& event) const {
  if (!event.about_call()) return false;
  const events::Key id = event.known_subject_key();
  return !by_id_.contains(id) && !ended_.contains(id);
}

std::size_t World::log_bytes(const events::Event& event) const {
  const auto index = event.about_call() ? find(event.subject) : -1;
  return index < 0 ? 0 : calls_.at(static_cast<CallIndex>(index)).log.raw().size();
}

std::size_t World::attributes_after(const events::Event& event) const {
  const auto* const patch = patch_of(event);
  if (!patch) return 0;
  const AttributeMap* base = nullptr;
  if (event.about_call()) {
    if (const CallIndex* const index = by_id_.find(event.known_subject_key()))
      base = &calls_.at(*index).facts.attributes;
  } else if (event.type() == events::EventType::customer_updated) {
    if (const auto at = customers_.find(event.subject); at != customers_.end())
      base = (*at)->known().attributes.value().get();
  } else if (const auto* const known = agent(event.subject)) {
    base = known->known().attributes.value().get();
  }
  return merged_size(or_empty(base), *patch);
}

}  // namespace assist::facts
