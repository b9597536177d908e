#include "journal/sqlite/entry_walk.hpp"

#include <string>
#include <utility>

#include "journal/chain.hpp"

namespace assist::journal {

Error damaged_entry(const std::filesystem::path& file, std::uint64_t sequence,
                    std::string_view how) {
  return {ErrorCode::journal,
          file.string() + ": entry " + std::to_string(sequence) + " " + std::string(how) +
              "; restore a backup of the data directory",
          {}};
}

Result<EntryWalk> EntryWalk::after(std::uint64_t after, const Link& anchor, Database& database,
                                   const std::filesystem::path& file) {
  auto rows = database.prepare(
      "SELECT sequence, at, kind, body, checksum FROM entries WHERE sequence >= ? "
      "ORDER BY sequence");
  if (!rows) return rows.error();
  EntryWalk out(std::move(*rows), file);
  // The entry before the first one wanted gives the start of the chain.
  const bool from_anchor = after == anchor.sequence;
  out.after_ = after;
  out.chain_ = from_anchor ? anchor.checksum : 0;
  out.next_ = from_anchor ? after + 1 : after;
  out.rows_.bind(1, static_cast<std::int64_t>(out.next_));
  return out;
}

/// False: there is no further row.
Result<bool> EntryWalk::read() {
  const auto row = rows_.step();
  if (!row) return damaged_entry(*file_, next_, "cannot be read: " + row.error().text);
  if (!*row) return false;
  entry_.sequence = static_cast<std::uint64_t>(rows_.integer(0));
  entry_.at = Time{Duration{rows_.integer(1)}};
  entry_.kind = static_cast<Kind>(rows_.integer(2));
  entry_.body = rows_.bytes(3);
  stored_ = static_cast<std::uint64_t>(rows_.integer(4));
  if (entry_.sequence != next_) return damaged_entry(*file_, next_, "is missing");
  ++next_;
  return true;
}

Result<const Entry*> EntryWalk::next() {
  while (true) {
    const auto found = read();
    if (!found) return found.error();
    if (!*found) return nullptr;
    if (entry_.sequence > after_) break;
    chain_ = stored_;
  }
  const auto due = chained(chain_, entry_);
  chain_ = stored_;
  if (due != stored_)
    return damaged_entry(*file_, entry_.sequence, "is damaged (its checksum differs)");
  if (entry_.kind < Kind::event || entry_.kind > kLastKind)
    return damaged_entry(*file_, entry_.sequence, "is of a kind that this program does not know");
  return &entry_;
}

}  // namespace assist::journal
