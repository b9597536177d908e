#include "facts/attributes.hpp"

#include <algorithm>

namespace assist::facts {
namespace {

auto place_of(const AttributeMap::Members& members, std::string_view name) {
  return std::lower_bound(
      members.begin(), members.end(), name,
      [](const auto& member, std::string_view n) { return member.first.text() < n; });
}

AttributeValue owned(const events::Json& json, Names& names);

std::shared_ptr<const AttributeList> owned_list(std::span<const events::Json> list, Names& names) {
  std::vector<AttributeValue> values;
  values.reserve(list.size());
  for (const auto& item : list) values.push_back(owned(item, names));
  return std::make_shared<const AttributeList>(std::move(values));
}

AttributeValue owned(const events::Json& json, Names& names) {
  switch (json.kind) {
    case events::Json::Kind::null:
      return std::monostate{};
    case events::Json::Kind::boolean:
      return json.boolean;
    case events::Json::Kind::integer:
      return json.integer;
    case events::Json::Kind::number:
      return json.number;
    case events::Json::Kind::string:
      return AttributeText(json.string);
    case events::Json::Kind::list:
      return owned_list(json.list, names);
    case events::Json::Kind::object:
      return merged(nullptr, json.object, names);
  }
  return std::monostate{};
}

}  // namespace

std::optional<cel::Value> AttributeMap::find(const cel::Value& key, cel::Arena&) const {
  if (!key.is(cel::Kind::string_)) return std::nullopt;
  const auto at = place_of(members_, key.as_string());
  if (at == members_.end() || !(at->first == key.as_string())) return std::nullopt;
  return to_cel(at->second);
}

std::pair<cel::Value, cel::Value> AttributeMap::entry(std::size_t index, cel::Arena&) const {
  const auto& [name, value] = members_[index];
  return {cel::Value::string(name), to_cel(value)};
}

bool operator==(const AttributeMap& a, const AttributeMap& b) {
  return std::equal(
      a.members_.begin(), a.members_.end(), b.members_.begin(), b.members_.end(),
      [](const auto& x, const auto& y) { return x.first == y.first && equal(x.second, y.second); });
}

cel::Value AttributeList::at(std::size_t index, cel::Arena&) const {
  return to_cel(values_[index]);
}

bool equal(const AttributeValue& a, const AttributeValue& b) {
  if (a.index() != b.index()) return false;
  if (const auto* x = std::get_if<std::shared_ptr<const AttributeMap>>(&a)) {
    return **x == **std::get_if<std::shared_ptr<const AttributeMap>>(&b);
  }
  if (const auto* x = std::get_if<std::shared_ptr<const AttributeList>>(&a)) {
    const auto& y = **std::get_if<std::shared_ptr<const AttributeList>>(&b);
    return std::equal((*x)->values().begin(), (*x)->values().end(), y.values().begin(),
                      y.values().end(), equal);
  }
  return a == b;
}

namespace {

bool same(const AttributeValue& value, const events::Json& json, Names& names) {
  using Kind = events::Json::Kind;
  switch (json.kind) {
    case Kind::boolean:
      return std::holds_alternative<bool>(value) && std::get<bool>(value) == json.boolean;
    case Kind::integer:
      return std::holds_alternative<std::int64_t>(value) &&
             std::get<std::int64_t>(value) == json.integer;
    case Kind::number:
      return std::holds_alternative<double>(value) && std::get<double>(value) == json.number;
    case Kind::string:
      return std::holds_alternative<AttributeText>(value) &&
             std::string_view(std::get<AttributeText>(value)) == json.string;
    default:
      return equal(value, owned(json, names));
  }
}

/// Sets a member to what is no object. True: it was another.
bool set(AttributeValue& to, const events::Json& json, Names& names) {
  if (same(to, json, names)) return false;
  auto* const text = std::get_if<AttributeText>(&to);
  if (text != nullptr && json.kind == events::Json::Kind::string) {
    text->assign(json.string.begin(), json.string.end());  // in the memory that it has
  } else {
    to = owned(json, names);
  }
  return true;
}

/// Merges into a member that may be an object. True: it was another.
bool merge_member(AttributeValue& to, events::JsonObject patch, Names& names) {
  auto* const map = std::get_if<std::shared_ptr<const AttributeMap>>(&to);
  auto next = merged(map != nullptr ? map->get() : nullptr, patch, names);
  if (map != nullptr && **map == *next) return false;
  to = std::move(next);
  return true;
}

}  // namespace

bool AttributeMap::merge(events::JsonObject patch, Names& names) {
  bool changed = false;
  for (const auto& [name, value] : patch) {
    const auto found = place_of(members_, name);
    const auto at = members_.begin() + (found - members_.cbegin());
    const bool there = at != members_.end() && at->first == name;
    if (value.kind == events::Json::Kind::null) {
      if (there) members_.erase(at);
      changed |= there;
    } else if (there && value.kind == events::Json::Kind::object) {
      changed |= merge_member(at->second, value.object, names);
    } else if (there) {
      changed |= set(at->second, value, names);
    } else {
      members_.emplace(at, names.of(name), owned(value, names));
      changed = true;
    }
  }
  return changed;
}

std::shared_ptr<const AttributeMap> merged(const AttributeMap* base, events::JsonObject patch,
                                           Names& names) {
  auto out =
      base != nullptr ? std::make_shared<AttributeMap>(*base) : std::make_shared<AttributeMap>();
  out->merge(patch, names);
  return out;
}

cel::Value to_cel(const AttributeValue& value) {
  struct Visitor {
    cel::Value operator()(std::monostate) const { return cel::Value::null(); }
    cel::Value operator()(bool v) const { return cel::Value::boolean(v); }
    cel::Value operator()(std::int64_t v) const { return cel::Value::integer(v); }
    cel::Value operator()(double v) const { return cel::Value::number(v); }
    cel::Value operator()(const AttributeText& v) const {
      return cel::Value::string(std::string_view(v));
    }
    cel::Value operator()(const std::shared_ptr<const AttributeList>& v) const {
      return cel::Value::list(*v);
    }
    cel::Value operator()(const std::shared_ptr<const AttributeMap>& v) const {
      return cel::Value::map(*v);
    }
  };
  return std::visit(Visitor{}, value);
}

const AttributeMap& or_empty(const AttributeMap* map) {
  static const AttributeMap empty;
  return map != nullptr ? *map : empty;
}

}  // namespace assist::facts
