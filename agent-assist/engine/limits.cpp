#include "engine/limits.hpp"

#include <algorithm>

namespace assist::engine {
namespace {

constexpr Duration kDefaultWithin = std::chrono::hours{24 * 90};

Duration window(const rules::Limit& limit) { return limit.within.value_or(kDefaultWithin); }

}  // namespace

bool within_limit(const std::vector<Time>& raised, const rules::Limit& limit, Time now) {
  const auto first = std::upper_bound(raised.begin(), raised.end(), now - window(limit));
  return static_cast<std::size_t>(raised.end() - first) < limit.count;
}

bool RaiseCounts::allows(std::string_view who, const rules::Limit& limit, Time now) const {
  const auto at = raised_.find(who);
  return at == raised_.end() || within_limit(at->second, limit, now);
}

void RaiseCounts::add(std::string_view who, const rules::Limit& limit, Time now) {
  auto at = raised_.find(who);
  if (at == raised_.end()) at = raised_.emplace(std::string(who), std::vector<Time>{}).first;
  auto& times = at->second;
  // Those past the window never count again.
  times.erase(times.begin(), std::upper_bound(times.begin(), times.end(), now - window(limit)));
  times.push_back(now);
}

}  // namespace assist::engine
