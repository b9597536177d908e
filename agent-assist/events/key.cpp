#include "events/key.hpp"

#define XXH_INLINE_ALL  // ids are short: a call of the library costs as much as the hash
#include <xxhash.h>

namespace assist::events {
namespace {

Key made_of(std::uint64_t low, std::uint64_t high) {
  const Key key{low, high};
  return key.empty() ? Key{1, 0} : key;
}

}  // namespace

Key key_of(std::string_view source, std::string_view id) {
  // Half of the source's hash goes in as the seed of the id's and half is added, so that two
  // sources give one id the same key by a chance of 2^-128 too.
  const XXH128_hash_t of_source = XXH3_128bits(source.data(), source.size());
  const XXH128_hash_t of_id = XXH3_128bits_withSeed(id.data(), id.size(), of_source.low64);
  return made_of(of_id.low64, of_id.high64 ^ of_source.high64);
}

Key key_of(std::string_view id) {
  const XXH128_hash_t hash = XXH3_128bits(id.data(), id.size());
  return made_of(hash.low64, hash.high64);
}

}  // namespace assist::events
