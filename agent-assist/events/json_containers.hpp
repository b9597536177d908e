#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "events/arena.hpp"
#include "events/json.hpp"

namespace assist::events {

/// What a reader of JSON reads lists and objects with: memory to gather them in, from value to
/// value. `Reader` is JsonReader or QuickReader, at the bracket that opens one.
class JsonContainers {
 public:
  template <class Reader>
  bool list(Reader& reader, Arena& arena, std::size_t depth, Json& out) {
    out.kind = Json::Kind::list;
    const std::size_t base = items_.size();
    if (!reader.mark('[')) return false;
    if (reader.peek() != ']') {
      do {
        Json item;
        if (!reader.value(item, depth + 1)) return false;
        items_.push_back(item);
      } while (reader.comma());
    }
    if (!reader.mark(']')) return false;
    out.list = arena.keep(std::span<const Json>(items_).subspan(base));
    items_.resize(base);
    return true;
  }

  template <class Reader>
  bool object(Reader& reader, Arena& arena, std::size_t depth, Json& out) {
    out.kind = Json::Kind::object;
    const std::size_t base = members_.size();
    if (!reader.members(members_, depth)) return false;
    out.object = arena.keep(std::span<const JsonMember>(members_).subspan(base));
    members_.resize(base);
    return true;
  }

  /// What a text that was given up left behind.
  void clear() {
    members_.clear();
    items_.clear();
  }

 private:
  std::vector<JsonMember> members_;
  std::vector<Json> items_;
};

}  // namespace assist::events
