#include "events/duplicates.hpp"

#include <xxhash.h>

namespace assist::events {

EventKey Duplicates::key(std::string_view source, std::string_view id) {
  // The length first, or "ab" + "c" would be "a" + "bc".
  scratch_.clear();
  for (int shift = 0; shift < 64; shift += 8) {
    scratch_ += static_cast<char>(static_cast<std::uint64_t>(source.size()) >> shift);
  }
  scratch_.append(source).append(id);
  const XXH128_hash_t hash = XXH3_128bits(scratch_.data(), scratch_.size());
  return {hash.low64, hash.high64};
}

}  // namespace assist::events
