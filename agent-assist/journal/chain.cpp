#include "journal/chain.hpp"

#include <xxhash.h>

#include <array>

namespace assist::journal {

std::uint64_t chained(std::uint64_t before, const Entry& entry) {
  const std::array<std::uint64_t, 4> head{
      before, entry.sequence, static_cast<std::uint64_t>(entry.at.time_since_epoch().count()),
      static_cast<std::uint64_t>(entry.kind)};
  const auto seed = XXH3_64bits(head.data(), sizeof head);
  return XXH3_64bits_withSeed(entry.body.data(), entry.body.size(), seed);
}

}  // namespace assist::journal
