#pragma once

// How messages write names that people wrote, and what they say of them.

#include <string>
#include <string_view>
#include <vector>

namespace assist::rules {

/// `"name"`, as messages write it; of a long text the beginning.
std::string in_quotes(std::string_view text);
/// ` Did you mean "nearest"?`, or nothing.
std::string did_you_mean(std::string_view name, const std::vector<std::string_view>& known);
/// `a, b or c`.
std::string one_of(const std::vector<std::string_view>& names);
/// What is said of a key that has no value.
std::string no_value(std::string_view key);
/// What is said of a name that is no time zone's.
std::string no_time_zone(std::string_view name);

}  // namespace assist::rules
