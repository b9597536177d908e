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

std::vector<Time> counted(const std::vector<Time>& raised, const rules::Limit& limit, Time now) {
  const auto first = std::upper_bound(raised.begin(), raised.end(), now - window(limit));
  return {first, std::upper_bound(first, raised.end(), now)};
}

std::vector<Time> RaiseCounts::counted(std::string_view who, const rules::Limit& limit,
                                       Time now) const {
  const auto at = raised_.find(who);
  return at == raised_.end() ? std::vector<Time>{} : engine::counted(at->second, limit, now);
}

bool RaiseCounts::allows(std::string_view who, const rules::Limit& limit, Time now) const {
  const auto at = raised_.find(who);
  return at == raised_.end() || within_limit(at->second, limit, now);
}

void RaiseCounts::add(std::string_view who, const rules::Limit& limit, Time now) {
  if (raised_.size() >= sweep_at_) {
    const Time gone = now - window(limit);
    std::erase_if(raised_, [&](const auto& one) { return one.second.back() <= gone; });
    sweep_at_ = std::max<std::uint64_t>(kSweepMin, 2 * raised_.size());
  }
  auto at = raised_.find(who);
  if (at == raised_.end()) at = raised_.emplace(std::string(who), std::vector<Time>{}).first;
  auto& times = at->second;
  // Those past the window never count again.
  times.erase(times.begin(), std::upper_bound(times.begin(), times.end(), now - window(limit)));
  times.push_back(now);
}

}  // namespace assist::engine
