#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "events/json.hpp"

namespace assist::events {

/// Appends `text` as a JSON string with its quotes. What is no UTF-8 becomes U+FFFD, so that the
/// output is always JSON; control characters are escaped, all else is written as it is.
void append_json_string(std::string& out, std::string_view text);

void append_json_number(std::string& out, std::int64_t value);
/// The shortest digits that read back as `value`, with a fraction or exponent, so that a double
/// stays a double ("1.0"). What is not finite is written as null: JSON has no other way.
void append_json_number(std::string& out, double value);

/// Appends a tree as compact JSON, members in their order.
void append_json(std::string& out, const Json& value);
void append_json(std::string& out, JsonObject object);

/// Appends RFC 3339 as format_rfc3339() writes it, several times as fast.
void append_rfc3339(std::string& out, Time time);

/// Writes one event as one line of JSON, without a line break: first the attributes, then `data`,
/// member after member.
///
///     EventLine line(out, {.id = "1", .source = "/pbx", .type = "call.step", .subject = "c1"});
///     line.text("step", "greeting").end();
class EventLine {
 public:
  struct Attributes {
    std::string_view id, source, type, subject;
    std::optional<Time> time = {};
    std::string_view extensions = {};  // further members, as JSON: "\"sequence\":\"1\""
  };

  /// `out` must outlive the line.
  EventLine(std::string& out, const Attributes& attributes);

  EventLine& text(std::string_view name, std::string_view value);
  EventLine& integer(std::string_view name, std::int64_t value);
  EventLine& number(std::string_view name, double value);
  EventLine& boolean(std::string_view name, bool value);
  /// A member whose value is JSON already.
  EventLine& json(std::string_view name, std::string_view value);
  /// Ends the line; nothing may follow.
  void end();

 private:
  void name(std::string_view name);

  std::string& out_;
  bool first_ = true;
};

}  // namespace assist::events
