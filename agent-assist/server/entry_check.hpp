#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "journal/journal.hpp"

namespace assist::server {

/// Reads, beside the running service, the entries that a start from a snapshot did not: damage in
/// them is told now, and not when the snapshots are gone. One thread of low priority that rests
/// most of the time, so that nobody waits for it.
class EntryCheck {
 public:
  struct Options {
    std::size_t entries_at_once = 512;
    unsigned rests = 9;  // times as long as it worked
    std::chrono::microseconds rest_min{1000};
  };

  struct Figures {
    std::uint64_t checked = 0, to_check = 0;  // entries
    bool damaged = false;
  };

  /// From its own thread, once: what is damaged. Not called where all is whole.
  using Damaged = std::function<void(const std::string& what)>;

  struct Range {
    std::uint64_t after = 0, last = 0;
  };

  /// Checks the entries after `range.after` up to `range.last`. `journal` must outlive it.
  EntryCheck(journal::Journal& journal, const Range& range, const Options& options,
             Damaged damaged);
  /// Ends at once, done or not.
  ~EntryCheck();

  Figures figures() const;

 private:
  void run();
  bool step();
  Result<std::uint64_t> look();
  bool rest(std::chrono::steady_clock::duration length);

  journal::Journal& journal_;
  const std::uint64_t last_;
  const Options options_;
  const Damaged damaged_;
  std::uint64_t at_;  // the thread's own: up to here all is whole

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  Figures figures_;

  std::thread thread_;  // last: runs on all of the above
};

}  // namespace assist::server
