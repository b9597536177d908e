#pragma once

#include <functional>

#include "rules/reader.hpp"

namespace assist::rules {

/// Warns of a plain text that looks like several: `billing or retention`, `billing|retention`. In
/// quotes it is one: a queue may be called so. `instead`: how several are written here.
void warn_of_several(Reader& reader, const yaml::Node& node, std::string_view instead);
/// The same, with `instead` for these several: `billing, retention`.
void warn_of_several(Reader& reader, const yaml::Node& node,
                     const std::function<std::string(const std::string&)>& instead);

}  // namespace assist::rules
