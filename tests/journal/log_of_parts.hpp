#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "journal/sqlite/sqlite_journal.hpp"

namespace assist::testing {

/// A log of parts of eight events, each part committed whole; the body of an event is its number's.
inline constexpr std::uint64_t kPart = 8;

inline journal::Entry event_of_part(std::uint64_t sequence) {
  journal::Entry entry;
  entry.sequence = sequence;
  entry.at = Time{Duration{1'000'000 + static_cast<std::int64_t>(sequence) * 7}};
  entry.kind = journal::Kind::event;
  // Some fill several pages.
  entry.body =
      R"({"id":")" + std::to_string(sequence) + R"(","text":")" +
      std::string(sequence % 29 == 0 ? 9'000 : 200, static_cast<char>('a' + sequence % 26)) + "\"}";
  return entry;
}

/// Part number `part`, from 0. Some bring a rejected event along.
inline journal::Commit part_of_log(std::uint64_t part) {
  journal::Commit commit;
  for (std::uint64_t i = 1; i <= kPart; ++i)
    commit.entries.push_back(event_of_part(part * kPart + i));
  if (part % 3 == 0) {
    journal::Rejected rejected;
    rejected.code = "bad_data";
    rejected.raw = std::to_string(part);
    commit.rejected.push_back(rejected);
  }
  return commit;
}

/// What a journal holds: how many whole parts. Anything else fails the test.
inline std::uint64_t whole_parts(journal::Journal& journal) {
  std::uint64_t seen = 0;
  const auto done = journal.replay(0, [&](const journal::Entry& entry) {
    const auto due = event_of_part(++seen);
    if (entry.sequence != due.sequence || entry.at != due.at || entry.body != due.body)
      FAIL("entry " << due.sequence << " differs");
    return Result<void>();
  });
  if (!done) FAIL(done.error().text);
  if (seen % kPart != 0) FAIL("a torn commit: " << seen << " entries");
  if (journal.last_sequence() != seen) FAIL("ends at " << journal.last_sequence());
  const auto rejected = journal.rejected(0, 100'000);
  if (!rejected) FAIL(rejected.error().text);
  const auto parts = seen / kPart;
  if (rejected->size() != (parts + 2) / 3)
    FAIL(rejected->size() << " rejected, " << parts << " parts");
  return parts;
}

/// Copies what a process that was killed leaves behind: the files, as the system shows them.
inline void copy_journal(const std::filesystem::path& from, const std::filesystem::path& to) {
  for (const auto* name :
       {"journal.db", "journal.db-journal", "journal.db-wal", "journal.db-acked"}) {
    if (std::filesystem::exists(from / name))
      std::filesystem::copy_file(from / name, to / name,
                                 std::filesystem::copy_options::overwrite_existing);
  }
}

/// How often a test goes round: a few times in every build, all of them where it is asked for.
inline std::uint64_t rounds(const char* variable, std::uint64_t usually) {
  const char* const said = std::getenv(variable);
  return said ? std::strtoull(said, nullptr, 10) : usually;
}

}  // namespace assist::testing
