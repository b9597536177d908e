#pragma once

// Moments and lengths of time as people write them, and as an expression has them.

#include <string>
#include <string_view>

namespace assist::cel {

/// The function that makes a length of time of a number with this unit: "minutes" of "min". "": it
/// is none.
std::string_view function_of_unit(std::string_view unit);
/// How an expression has a length of time that people write as text: `days(7)` for "7d" and
/// "7 days", `duration("2m")` for "2m". "": the text is no length of time.
std::string length_as_expression(std::string_view text);
/// A date, or a moment without its zone or seconds, as parse_timestamp() reads it (in UTC):
/// "2026-01-01" as "2026-01-01T00:00:00Z". "": it is something else.
std::string moment_as_text(std::string_view text);

}  // namespace assist::cel
