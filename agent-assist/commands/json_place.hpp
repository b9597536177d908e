#pragma once

#include <cstddef>
#include <string_view>

namespace assist::commands {

/// The byte at which the value that `pointer` (RFC 6901) names begins in `json`; of one that is not
/// there that of the innermost object or list around it. `json` is JSON: it was read before.
std::size_t place_of(std::string_view json, std::string_view pointer);

}  // namespace assist::commands
