#pragma once

#include <string_view>

#include "rules/reader.hpp"

namespace assist::rules {

/// Warns of a text that is compared sign by sign and looks like a pattern: `bill*`, `/refund/`.
/// `test`: what it is the value of.
void warn_of_wildcard(Reader& reader, const yaml::Node& node, std::string_view test);

}  // namespace assist::rules
