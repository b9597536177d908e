#pragma once

// What is said of a key that does not stand where it belongs, or is called otherwise here.

#include <string>
#include <string_view>

namespace assist::rules {

/// Of `call.on_hold:yes`, where a key stands: what to write; else "".
std::string missing_space(std::string_view key);
/// Of a key of a rule or suggestion that stands in `what` ("a condition") instead: a sentence that
/// says where it belongs; else "".
std::string where_it_belongs(std::string_view key, std::string_view what);
/// What a key of `what` that people call `key` is called here; "": nothing known.
std::string_view key_called_otherwise(std::string_view what, std::string_view key);
/// Of what stands below a key without a value and is indented as the key is.
std::string indent_below(std::string_view key);

}  // namespace assist::rules
