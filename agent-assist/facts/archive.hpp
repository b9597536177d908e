#pragma once

// How facts are written to an archive, and read. Only for those who archive a World, or what
// stands beside one.

#include "base/archive.hpp"
#include "facts/call_facts.hpp"
#include "facts/name.hpp"

namespace assist::facts {

/// Reads facts whose names are of a pool.
struct Reader : ArchiveReader {
  Reader(const ArchiveReader& from, Names& pool) : ArchiveReader(from), names(pool) {}
  Names& names;
};

template <class A>
void item(A& a, Name& name) {
  if constexpr (A::kReads) {
    name = a.names.of(a.text());
  } else {
    a.text(name.text());
  }
}

template <class A>
void item(A& a, MaybeTime& time) {
  Time at = time ? *time : kNever;
  open_time(a, at);
  if constexpr (A::kReads) {
    if (at == Time::min()) a.fail("a moment is out of bounds");
    time = MaybeTime(at);
  }
}

}  // namespace assist::facts
