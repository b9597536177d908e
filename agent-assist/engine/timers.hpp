#pragma once

#include <cstdint>
#include <queue>
#include <vector>

#include "base/time.hpp"
#include "facts/subjects.hpp"

namespace assist::engine {

/// At which moment to look at which call again. A call may be set more than once: whoever takes it
/// out finds out what, if anything, is due.
class Timers {
 public:
  void set(Time at, facts::CallIndex call, std::uint64_t order) { heap_.push({at, order, call}); }
  /// kNever if none is set.
  Time next() const { return heap_.empty() ? kNever : heap_.top().at; }
  struct Entry {
    Time at;
    std::uint64_t order;  // of the call: an entry of a call that is gone names another one's index
    facts::CallIndex call;
    friend bool operator>(const Entry& a, const Entry& b) {
      return a.at != b.at ? a.at > b.at : a.order > b.order;
    }
  };
  Entry take() {
    const Entry top = heap_.top();
    heap_.pop();
    return top;
  }

 private:
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> heap_;
};

}  // namespace assist::engine
