#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace assist::journal {

/// What was found in a journal that is whole.
struct Verified {
  std::uint64_t entries = 0, pruned_to = 0;
  Time first{}, last{};  // their clocks, where there are entries
  std::size_t snapshots = 0;
};

/// Walks everything in data directory `dir`: the chain of entries, that clocks do not run back, how
/// far it was acknowledged, the pages of the database and the snapshots. Changes nothing; the
/// journal may be in use.
///
/// An error names the file and the entry, page or byte of the first damage; its code is `journal`.
/// Another code: it cannot be looked at, or is no journal that this program knows.
/// `progress` is told how many of how many entries were walked, now and then.
using Progress = std::function<void(std::uint64_t done, std::uint64_t of)>;
Result<Verified> verify_sqlite(const std::filesystem::path& dir, const Progress& progress);

}  // namespace assist::journal
