#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <thread>
#include <utility>

namespace assist::server {

/// Tells when files of a rules directory changed: saved in place, saved by rename, made, deleted,
/// below it too; and when the directory is replaced, made anew, or its link is pointed elsewhere.
/// A burst of changes is told once, when it has been quiet for a while.
class RuleWatcher {
 public:
  struct Options {
    std::chrono::milliseconds quiet{100};
    std::chrono::milliseconds at_most{1000};  // a burst that does not end is told all the same
  };

  /// `changed` runs on the watcher's own thread.
  RuleWatcher(std::filesystem::path dir, Options options, std::function<void()> changed);
  ~RuleWatcher();

  /// As if something had changed.
  void poke();

 private:
  struct Seen {
    bool ours = false;     // something moved in what is watched, not beside it
    bool changed = false;  // and is to be read
  };

  void run();
  Seen read_events();
  void watch_all();
  void watch_below(const std::filesystem::path& dir);
  bool look_again();
  void forget(int watch);
  void watch(const std::filesystem::path& dir);
  bool matters(const std::filesystem::path& path, std::uint32_t mask) const;
  void settle();
  bool wait(std::chrono::milliseconds timeout);

  using Identity = std::pair<std::uint64_t, std::uint64_t>;  // device and inode
  std::optional<Identity> identity() const;

  const std::filesystem::path dir_;
  const Options options_;
  const std::function<void()> changed_;
  int inotify_ = -1;
  int wake_ = -1;  // eventfd
  std::map<int, std::filesystem::path> watched_;
  std::optional<Identity> root_;  // of the directory that is watched
  std::atomic<bool> stopping_{false}, poked_{false};
  std::thread thread_;
};

}  // namespace assist::server
