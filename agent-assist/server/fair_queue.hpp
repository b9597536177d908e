#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <unordered_map>
#include <utility>

namespace assist::server {

/// What waits for the engine, of many sources: each one's in its order, the sources in turn, so
/// that one who sends much waits for itself and not the others for it. Not thread-safe.
template <class T>
class FairQueue {
 public:
  void push(std::uint64_t source, T item) {
    auto& waiting = sources_[source];
    if (waiting.empty()) turns_.push_back(source);
    waiting.push_back(std::move(item));
    ++size_;
  }

  /// The next one. Requires that there is one.
  T pop() {
    const auto source = turns_.front();
    turns_.pop_front();
    const auto at = sources_.find(source);
    T item = std::move(at->second.front());
    at->second.pop_front();
    --size_;
    if (at->second.empty()) {
      sources_.erase(at);
    } else {
      turns_.push_back(source);
    }
    return item;
  }

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

 private:
  std::unordered_map<std::uint64_t, std::deque<T>> sources_;  // that have something; never walked
  std::deque<std::uint64_t> turns_;                           // each of them once
  std::size_t size_ = 0;
};

}  // namespace assist::server
