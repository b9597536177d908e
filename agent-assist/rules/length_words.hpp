#pragma once

#include <string>
#include <string_view>

namespace assist::rules {

/// ` Write 2m.` of `2 minutes`; of what cannot be read at all, examples.
std::string length_advice(std::string_view text);

}  // namespace assist::rules
