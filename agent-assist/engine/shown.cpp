#include "engine/shown.hpp"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>

#define XXH_INLINE_ALL  // what is hashed is short: a call of the library costs as much
#include <xxhash.h>

namespace assist::engine {
std::uint64_t seed_of(std::string_view name) { return XXH3_64bits(name.data(), name.size()); }

events::Key suggestion_key(std::string_view call, std::uint64_t seed, std::uint32_t raises) {
  constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15;  // of all 64 bits: no two counts fall together
  const XXH128_hash_t hash = XXH3_128bits_withSeed(call.data(), call.size(), seed + kOdd * raises);
  const events::Key key{hash.low64, hash.high64};
  return key.empty() ? events::Key{1, 0} : key;
}

void Shown::use(std::shared_ptr<const rules::RuleSet> set) {
  auto before = std::make_shared<rules::RuleSet>();
  boost::unordered_flat_map<std::uint64_t, rules::RuleIndex> known;
  for (One& one : last_) {
    const auto [at, made] = known.try_emplace(std::uint64_t{one.rule} << 1 | (one.before ? 1 : 0),
                                              static_cast<rules::RuleIndex>(before->rules.size()));
    if (made) {
      const rules::Rule& was = rule(one);
      rules::Rule& named = before->rules.emplace_back();
      named.id = was.id;
      for (const auto& suggestion : was.suggestions)
        named.suggestions.emplace_back().name = suggestion.name;
    }
    one.rule = at->second;
    one.before = true;
  }
  before_ = std::move(before);
  set_ = std::move(set);
}

void Shown::restore(std::shared_ptr<const rules::RuleSet> before,
                    std::shared_ptr<const rules::RuleSet> set, std::vector<One> shown) {
  *this = {};
  before_ = std::move(before);
  set_ = std::move(set);
  for (One& one : shown) {
    one.before = true;
    add(std::move(one));
  }
}

void Shown::add(One one) {
  // All of its memory at once, which is touched as it is used: to grow it would move it time and
  // again.
  last_.reserve(kMost);
  marks_.reserve(kMost);
  newest_ = last_.size();
  if (last_.size() < kMost) {
    marks_.push_back(one.id.low);
    last_.push_back(std::move(one));
    return;
  }
  newest_ = next_;
  next_ = (next_ + 1) % kMost;
  marks_[newest_] = one.id.low;
  last_[newest_] = std::move(one);
  constexpr std::size_t kAhead = 16;  // whom the oldest was shown to may be anywhere in memory
  last_[(next_ + kAhead) % kMost].agent.prefetch();
}

void Shown::make_ready(std::size_t count) {
  if (last_.empty()) return;
  const std::size_t more = std::min(count, kMost - last_.size());
  last_touched_.step(last_.data() + last_.size(), more * sizeof(One));
  marks_touched_.step(marks_.data() + marks_.size(), more * sizeof(std::uint64_t));
}

const Shown::One* Shown::find(std::string_view id) const {
  const auto key = key_of_id(id);
  if (!key) return nullptr;
  for (std::size_t i = 0; i < last_.size(); ++i) {
    const std::size_t place = before(newest_, i);
    if (marks_[place] == key->low && last_[place].id == *key) return &last_[place];
  }
  return nullptr;
}

}  // namespace assist::engine
