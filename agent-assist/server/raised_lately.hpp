#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/decision.hpp"

namespace assist::server {

/// What feedback must know of a suggestion that may be gone by now: its name and call. Holds the
/// last ones raised, as many as are asked for; made again by a replay.
class RaisedLately {
 public:
  struct Entry {
    std::string name, call;
  };

  explicit RaisedLately(std::size_t most = 100'000) : most_(most) {}

  void note(const std::vector<engine::Decision>& decisions) {
    for (const auto& decision : decisions) {
      if (decision.action == engine::Action::raised) add(*decision.suggestion);
    }
  }

  /// nullptr: no such suggestion was raised lately.
  const Entry* find(const std::string& suggestion) const {
    const auto at = entries_.find(suggestion);
    return at == entries_.end() ? nullptr : &at->second;
  }

 private:
  void add(const engine::Standing& suggestion) {
    if (!entries_.try_emplace(suggestion.id, Entry{suggestion.name, suggestion.call}).second)
      return;
    order_.push_back(suggestion.id);
    if (order_.size() <= most_) return;
    entries_.erase(order_.front());
    order_.pop_front();
  }

  std::size_t most_;
  std::unordered_map<std::string, Entry> entries_;  // never walked: its order does not matter
  std::deque<std::string> order_;
};

}  // namespace assist::server
