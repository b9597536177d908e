#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.hpp"
#include "rules/rule_set.hpp"

namespace assist::engine {

struct Archive;

/// Raised episodes of one rule, by customer or agent, for its limits. Of whom none counts any more,
/// that is forgotten: twice as many as count are known at most, or a thousand.
class RaiseCounts {
 public:
  /// Whether another episode for `who` is within `limit` at `now`: fewer than its count have
  /// now - within < raised <= now, `within` being 90 days unless said.
  bool allows(std::string_view who, const rules::Limit& limit, Time now) const;
  /// Those of `who` that count at `now`, oldest first.
  std::vector<Time> counted(std::string_view who, const rules::Limit& limit, Time now) const;
  void add(std::string_view who, const rules::Limit& limit, Time now);
  std::size_t size() const { return raised_.size(); }

 private:
  friend struct Archive;
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  std::unordered_map<std::string, std::vector<Time>, Hash, std::equal_to<>> raised_;
  static constexpr std::uint64_t kSweepMin = 1024;
  std::uint64_t sweep_at_ = kSweepMin;  // so many are known: those that count are looked for
};

/// Of `raised` (in order), those with now - within < raised <= now.
std::vector<Time> counted(const std::vector<Time>& raised, const rules::Limit& limit, Time now);

/// Of `raised` (in order), those with now - within < raised <= now are fewer than the limit's
/// count.
bool within_limit(const std::vector<Time>& raised, const rules::Limit& limit, Time now);

}  // namespace assist::engine
