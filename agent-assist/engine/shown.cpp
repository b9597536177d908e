#include "engine/shown.hpp"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <charconv>

#define XXH_INLINE_ALL  // what is hashed is short: a call of the library costs as much
#include <xxhash.h>

namespace assist::engine {
namespace {

constexpr char kDigits[] = "0123456789abcdefghjkmnpqrstvwxyz";

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

/// Five bits a character, from the last one on: twelve of them of a word at a time.
SuggestionId id_of(const events::Key& suggestion) {
  char text[SuggestionId::kSize];
  char* at = text + sizeof text;
  const auto [low, high] = suggestion;
  for (std::uint64_t part : {low, low >> 60 | high << 4, high >> 56})
    for (int i = 0; i < 12 && at != text; ++i, part >>= 5) *--at = kDigits[part & 31];
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
  std::size_t at = last_.size();
  if (last_.size() < kMost) {
    last_.push_back({});
  } else {
    at = next_;
    next_ = (next_ + 1) % kMost;
    by_id_.erase(last_[at].id);
  }
  by_id_.insert(one.id, static_cast<std::uint32_t>(at));
  last_[at] = std::move(one);
}

const Shown::One* Shown::find(std::string_view id) const {
  const auto key = key_of_id(id);
  const std::uint32_t* const at = key ? by_id_.find(*key) : nullptr;
  return at == nullptr ? nullptr : &last_[*at];
}

}  // namespace assist::engine
