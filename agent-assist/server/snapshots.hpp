#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <thread>

#include "base/archive.hpp"
#include "journal/journal.hpp"
#include "server/recovery.hpp"
#include "server/state_copy.hpp"

namespace assist::server {

/// Takes snapshots of a partition's state, so that a restart replays the journal's tail alone.
///
/// The partition's thread stands still while a copy of the process is made, which writes the state
/// down (see StateCopy); where there can be none, while it writes it to memory itself. All else,
/// the disk above all, is this one's own thread's.
class Snapshots {
 public:
  struct Options {
    Duration every = std::chrono::minutes{10};  // by the engine's clock, over restarts too
    std::uint64_t entries_max = 500'000;        // more than these are not left to replay
  };

  struct Figures {
    std::optional<Time> last;  // the clock of the last one that was saved
    std::size_t bytes = 0;     // of that one
    std::uint64_t saved = 0, failures = 0;
    std::chrono::steady_clock::duration pause{0};  // for which the last one held up the partition
  };

  /// `restored`: what the partition goes on from. `journal` must outlive it.
  Snapshots(journal::Journal& journal, Options options, const Recovered& restored);
  /// Ends the thread. What still waits to become durable is dropped.
  ~Snapshots();

  /// Whether take() is called for, at entry `sequence` and clock `now`. Of the partition's thread
  /// alone, as take() is.
  bool due(std::uint64_t sequence, Time now) const;
  /// Saves `state` once `ticket` is durable.
  void take(const Recovered& state, std::uint64_t ticket);
  /// From any thread.
  void durable(std::uint64_t ticket);
  /// Drops what is not saved yet, and takes no more.
  void stop();
  /// Ends the thread, then saves `state`, of which all is durable, where it is newer than the last.
  void finish(const Recovered& state);

  Figures figures() const;

 private:
  /// The state as of an entry: a child is writing it down, or it was written here.
  struct Taken {
    std::optional<StateCopy> child;
    ArchiveWriter written;
    std::uint64_t position, ticket;
    Time at;
  };
  void run();
  Result<std::string> bytes_of(Taken& taken, std::unique_lock<std::mutex>& lock);
  void save(const Taken& taken, Result<std::string> bytes);
  void failed(const Error& why);

  journal::Journal& journal_;
  const Options options_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::optional<Taken> waiting_;
  const StateCopy* copying_ = nullptr;  // that the thread waits for
  bool saving_ = false;
  bool stopping_ = false;
  std::uint64_t durable_ = 0;
  std::uint64_t position_;        // of the last one that was tried
  std::uint64_t saved_position_;  // of the last one that was saved
  Time last_;                     // the clock of the last one that was tried
  Figures figures_;

  std::thread thread_;  // last: runs on all of the above
};

}  // namespace assist::server
