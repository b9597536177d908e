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

namespace assist::journal {

/// Group commit: one thread writes what others hand it, as much in one commit as has gathered.
///
/// While commits fail, what was handed over waits here, in order, and is tried again; nothing is
/// reported durable before it is. `has_room()` turns false when too much waits: then hand over no
/// further events (the screens need none of this, and go on).
class Committer {
 public:
  struct Options {
    std::chrono::microseconds delay = std::chrono::milliseconds{5};  // to gather a commit
    std::size_t entries_per_commit = 4096;  // more than these do not wait for `delay`
    std::size_t pending_bytes_max = 64 << 20;
    // After a commit that failed; each further failure doubles it, up to the second.
    std::chrono::milliseconds retry = std::chrono::milliseconds{100};
    std::chrono::milliseconds retry_max = std::chrono::milliseconds{2000};
    // Between commits, on the committer's thread: one small step of pruning. True: there is more.
    std::function<Result<bool>(Journal&)> upkeep = {};
    std::chrono::milliseconds upkeep_every = std::chrono::minutes{1};
    std::chrono::milliseconds upkeep_pause = std::chrono::milliseconds{20};  // while there is more
  };

  /// What it tells, from its own thread. Must not block for long.
  struct Listener {
    std::function<void(std::uint64_t ticket)> durable;  // this ticket and all before it
    std::function<void(const Error&)> failed;           // each failed try
    std::function<void()> recovered;                    // the first good commit after failed ones
    std::function<void(std::chrono::steady_clock::duration)> took = {};  // each good commit
    std::function<void(const Error&)> upkeep_failed = {};
  };

  struct Figures {
    std::uint64_t commits = 0, entries = 0, failures = 0;
    std::chrono::microseconds time_in_commits{0};
    std::size_t pending_bytes = 0;
  };

  /// `journal` must outlive it.
  Committer(Journal& journal, Options options, Listener listener);
  /// Tries once more to write what waits, then ends: see stop().
  ~Committer();

  /// Takes over `part`; returns its ticket. Tickets rise from 1. Never blocks on the disk.
  std::uint64_t append(Commit part);
  /// Of the last append(); 0 before it. What was appended so far is durable once this is.
  std::uint64_t last_ticket() const;
  bool has_room() const;
  Figures figures() const;

  /// Writes what waits, and ends the thread. False: some of it could not be written.
  bool stop();

 private:
  void run();
  void gather(std::unique_lock<std::mutex>& lock);
  void keep_up();
  bool write(Commit& part, std::uint64_t ticket, std::size_t bytes);

  Journal& journal_;
  const Options options_;
  const Listener listener_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  Commit pending_;
  std::size_t pending_bytes_ = 0;  // what is being written included
  std::uint64_t last_ticket_ = 0;
  bool stopping_ = false;
  bool clean_ = true;
  Figures figures_;
  bool failing_ = false;  // the thread's own, and so is the next
  std::chrono::steady_clock::time_point next_upkeep_;

  std::thread thread_;  // last: runs on all of the above
};

}  // namespace assist::journal
