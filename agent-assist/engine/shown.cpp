#include "engine/shown.hpp"

#include <algorithm>
#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <charconv>
#include <cstring>

#define XXH_INLINE_ALL  // what is hashed is short: a call of the library costs as much
#include <xxhash.h>

namespace assist::engine {
namespace {

constexpr char kDigits[] = "0123456789abcdefghjkmnpqrstvwxyz";

/// Two digits at a time.
struct Pairs {
  std::array<std::array<char, 2>, 1024> of{};
  constexpr Pairs() {
    for (std::size_t i = 0; i < of.size(); ++i) of[i] = {kDigits[i >> 5], kDigits[i & 31]};
  }
};
constexpr Pairs kPairs;

}  // namespace

events::Key suggestion_key(std::string_view call, std::string_view name, std::uint32_t raises) {
  char digits[16];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, raises);
  static_cast<void>(error);  // there is room
  const std::string_view parts[] = {call, name, {digits, static_cast<std::size_t>(end - digits)}};
  // Call \0 name \0 raises. Nearly always short.
  char near[256];
  std::string far;
  const std::size_t size = call.size() + name.size() + parts[2].size() + 2;
  char* const text = size <= sizeof near ? near : (far.resize(size), far.data());
  char* to = text;
  for (const std::string_view& part : parts) {
    if (&part != parts) *to++ = '\0';
    to = std::copy(part.begin(), part.end(), to);
  }
  const XXH128_hash_t hash = XXH3_128bits(text, size);
  const events::Key key{hash.low64, hash.high64};
  return key.empty() ? events::Key{1, 0} : key;
}

/// Five bits a character, from the last one on: two at a time, twelve of a word.
SuggestionId id_of(const events::Key& suggestion) {
  char text[SuggestionId::kSize];
  char* at = text + sizeof text;
  const auto [low, high] = suggestion;
  const auto put = [&](std::uint64_t part, int pairs) {
    for (; pairs > 0; --pairs, part >>= 10) std::memcpy(at -= 2, kPairs.of[part & 1023].data(), 2);
  };
  put(low, 6);
  put(low >> 60 | high << 4, 6);
  put(high >> 56, 1);
  return SuggestionId({text, sizeof text});
}

std::optional<events::Key> key_of_id(std::string_view id) {
  if (id.size() != SuggestionId::kSize) return std::nullopt;
  events::Key out;
  for (const char c : id) {
    const std::size_t digit = std::string_view(kDigits).find(c);
    if (digit == std::string_view::npos || out.high >> 59 != 0) return std::nullopt;
    out.high = out.high << 5 | out.low >> 59;
    out.low = out.low << 5 | digit;
  }
  return out;
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
  newest_ = last_.size();
  by_id_.prefetch(one.id);
  if (last_.size() < kMost) {
    last_.push_back(std::move(one));
  } else {
    newest_ = next_;
    next_ = (next_ + 1) % kMost;
    by_id_.erase(last_[newest_].id);
    last_[newest_] = std::move(one);
    const One& leaves_soon = last_[(next_ + kAhead) % kMost];
    by_id_.prefetch(leaves_soon.id);
    leaves_soon.agent.prefetch();
  }
  if (unindexed_ == kAhead) {
    index(before(newest_, kAhead));
  } else {
    ++unindexed_;
  }
}

const Shown::One* Shown::find(std::string_view id) const {
  const auto key = key_of_id(id);
  if (!key) return nullptr;
  for (std::size_t i = 0; i < unindexed_; ++i)
    if (const One& one = last_[before(newest_, i)]; one.id == *key) return &one;
  const std::uint32_t* const at = by_id_.find(*key);
  return at == nullptr ? nullptr : &last_[*at];
}

}  // namespace assist::engine
