#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "events/short_text.hpp"

namespace assist::events {

struct JsonMember;

/// An object's members, in the order in which they came; of equal names the last one counts and
/// stands alone. A view: whoever made it owns the members.
using JsonObject = std::span<const JsonMember>;

/// One JSON value inside an event: a small tree of views, owned by the batch it was decoded into.
/// A number without fraction and exponent that fits is an int, any other a (finite) double.
struct Json {
  enum class Kind : std::uint8_t { null, boolean, integer, number, string, list, object };

  Kind kind = Kind::null;
  bool boolean = false;
  std::int64_t integer = 0;
  double number = 0.0;
  std::string_view string;
  std::span<const Json> list;
  JsonObject object;
};

struct JsonMember {
  std::string_view name;
  Json value;
};

/// The value of a member; nullptr: there is none, or it is null. Linear. Inline, so that a name
/// that is known is compared as a few words.
[[gnu::always_inline]] inline const Json* find(JsonObject object, std::string_view name) {
  for (const JsonMember& member : object) {
    if (same_text(member.name, name))
      return member.value.kind == Json::Kind::null ? nullptr : &member.value;
  }
  return nullptr;
}

}  // namespace assist::events
