#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "server/outputs.hpp"

namespace assist::server {

/// The bounded queue from the engine's thread (and the journal's) to the I/O thread. Who pushes
/// into a full one waits; the I/O thread never waits for them, so it always empties.
class Outbox {
 public:
  /// `wake` is called, from the pusher's thread, when the queue was empty before.
  explicit Outbox(std::function<void()> wake, std::size_t most = 16 << 10)
      : wake_(std::move(wake)), most_(most) {}

  void push(Output output) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return outputs_.size() < most_ || closed_; });
    outputs_.push_back(std::move(output));
    const bool was_empty = outputs_.size() == 1;
    lock.unlock();
    if (was_empty) wake_();
  }

  /// Everything that waits; `out` is cleared first.
  void take(std::vector<Output>& out) {
    out.clear();
    {
      const std::lock_guard lock(mutex_);
      std::swap(out, outputs_);
    }
    room_.notify_all();
  }

  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return outputs_.size();
  }

  /// Nobody takes any more: pushers wait no longer.
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    room_.notify_all();
  }

 private:
  const std::function<void()> wake_;
  const std::size_t most_;
  mutable std::mutex mutex_;
  std::condition_variable room_;
  std::vector<Output> outputs_;
  bool closed_ = false;
};

}  // namespace assist::server
