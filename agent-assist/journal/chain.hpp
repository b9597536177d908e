#pragma once

#include <cstdint>

#include "journal/journal.hpp"

namespace assist::journal {

/// The checksum of an entry. Covers it and, through `before`, all entries before it: none can be
/// changed, dropped or put elsewhere unseen. The first entry's `before` is 0.
std::uint64_t chained(std::uint64_t before, const Entry& entry);

}  // namespace assist::journal
