#include "journal/journal.hpp"

namespace assist::journal {

Result<std::uint64_t> Journal::check(std::uint64_t, std::uint64_t last, std::size_t) {
  return last;
}

Result<void> Journal::save_snapshot(const Snapshot&) {
  return Error{ErrorCode::journal, "this journal keeps no snapshots", {}};
}

Result<std::optional<Snapshot>> Journal::latest_snapshot(std::vector<std::string>&, std::uint64_t) {
  return std::optional<Snapshot>();
}

Result<bool> Journal::prune(const Pruning&) { return false; }

}  // namespace assist::journal
