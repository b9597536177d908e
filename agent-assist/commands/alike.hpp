#pragma once

#include <cstddef>
#include <vector>

#include "base/result.hpp"

namespace assist::commands {

/// Errors as a person reads them: of many of one kind in one file the first `most`, then one that
/// counts the others and says in which lines they are. Of one kind are those whose texts differ in
/// names and numbers only. The order is kept; what counts the others comes last of its file.
Diagnostics thin_out(const Diagnostics& errors, std::size_t most);

}  // namespace assist::commands
