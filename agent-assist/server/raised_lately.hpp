#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/archive.hpp"
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
      if (decision.action == engine::Action::raised)
        add(decision.suggestion.id().str(),
            {std::string(decision.suggestion.name()), decision.suggestion.call});
    }
  }

  /// nullptr: no such suggestion was raised lately.
  const Entry* find(const std::string& suggestion) const {
    const auto at = entries_.find(suggestion);
    return at == entries_.end() ? nullptr : &at->second;
  }

  template <class A>
  friend void item(A& a, RaisedLately& lately) {
    auto& [most, entries, order] = lately;
    if constexpr (A::kReads) {
      for (std::size_t left = a.items(); left > 0 && a.ok(); --left) {
        std::string id;
        Entry entry;
        items(a, id, entry.name, entry.call);
        lately.add(id, std::move(entry));
      }
    } else {
      a.count(order.size());
      for (auto& id : order) {
        auto& [name, call] = entries.at(id);
        items(a, id, name, call);
      }
    }
  }

 private:
  void add(const std::string& id, Entry entry) {
    if (!entries_.try_emplace(id, std::move(entry)).second) return;
    order_.push_back(id);
    if (order_.size() <= most_) return;
    entries_.erase(order_.front());
    order_.pop_front();
  }

  std::size_t most_;
  std::unordered_map<std::string, Entry> entries_;  // never walked: its order does not matter
  std::deque<std::string> order_;
};

}  // namespace assist::server
