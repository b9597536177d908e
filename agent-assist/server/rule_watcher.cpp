#include "server/rule_watcher.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include "base/directory.hpp"
#include "server/log.hpp"

namespace assist::server {
namespace {

// Not IN_MODIFY: a file that is being written would be read half.
constexpr std::uint32_t kMask = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE |
                                IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
// Of the directory that holds ours: another one may take its name. It only wakes us to look.
constexpr std::uint32_t kParentMask =
    IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ONLYDIR;
// What no watch tells (a link or a directory further up is replaced) is seen by looking.
constexpr std::chrono::milliseconds kLook{1000};

std::filesystem::path whole(const std::filesystem::path& dir) {
  std::error_code ec;
  auto path = std::filesystem::absolute(dir, ec).lexically_normal();
  if (ec) return dir;
  return path.has_filename() ? path : path.parent_path();
}

}  // namespace

RuleWatcher::RuleWatcher(std::filesystem::path dir, Options options, std::function<void()> changed)
    : dir_(whole(dir)), options_(options), changed_(std::move(changed)) {
  inotify_ = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (inotify_ < 0)
    log_error(std::string("saved rules are not picked up, send SIGHUP instead: inotify: ") +
              std::strerror(errno));
  wake_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  look_again();
  thread_ = std::thread([this] { run(); });
}

RuleWatcher::~RuleWatcher() {
  stopping_ = true;
  poke();
  thread_.join();
  if (inotify_ >= 0) ::close(inotify_);
  if (wake_ >= 0) ::close(wake_);
}

void RuleWatcher::poke() {
  poked_ = true;
  const std::uint64_t one = 1;
  // Can fail only when it is readable already.
  if (::write(wake_, &one, sizeof one) < 0) return;
}

void RuleWatcher::watch(const std::filesystem::path& dir) {
  if (inotify_ < 0) return;
  const int watch = ::inotify_add_watch(inotify_, dir.c_str(), kMask);
  if (watch >= 0) watched_[watch] = dir;
}

void RuleWatcher::forget(int watch) {
  ::inotify_rm_watch(inotify_, watch);
  watched_.erase(watch);
}

std::optional<RuleWatcher::Identity> RuleWatcher::identity() const {
  struct stat status {};
  if (::stat(dir_.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) return std::nullopt;
  return Identity{status.st_dev, status.st_ino};
}

/// True: what stands under the directory's name is another one than what is watched. Then that is
/// watched instead: a watch stays with a directory that is moved away.
bool RuleWatcher::look_again() {
  const auto now = identity();
  if (now == root_) return false;
  while (!watched_.empty()) forget(watched_.begin()->first);
  root_ = now;
  if (now) watch_all();
  return true;
}

/// Watching a directory again that is watched changes nothing.
void RuleWatcher::watch_all() {
  if (inotify_ >= 0) ::inotify_add_watch(inotify_, dir_.parent_path().c_str(), kParentMask);
  watch_below(dir_);
}

void RuleWatcher::watch_below(const std::filesystem::path& dir) {
  watch(dir);
  std::vector<DirectoryEntry> entries;
  static_cast<void>(list_directory(dir, entries));  // of what may not be read nothing is told
  for (const DirectoryEntry& entry : entries) {
    const std::filesystem::path path = dir / entry.name;
    std::error_code ignored;
    if (entry.is_directory) {
      watch_below(path);
    } else if (std::filesystem::is_directory(path, ignored)) {
      watch(path);  // rule files may be links to what is in it
    }
  }
}

/// A file that was just made is waited for until it is written and closed; a directory, or a link
/// to what exists already, is there at once.
bool RuleWatcher::matters(const std::filesystem::path& path, std::uint32_t mask) const {
  if ((mask & ~(IN_CREATE | IN_ISDIR)) != 0) return true;
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return false;
  return !S_ISREG(status.st_mode) || status.st_nlink > 1;
}

RuleWatcher::Seen RuleWatcher::read_events() {
  alignas(inotify_event) char buffer[16 << 10];
  Seen seen;
  while (inotify_ >= 0) {
    const auto size = ::read(inotify_, buffer, sizeof buffer);
    if (size <= 0) break;
    for (ssize_t at = 0; at < size;) {
      const auto* const event = reinterpret_cast<const inotify_event*>(buffer + at);
      at += static_cast<ssize_t>(sizeof *event + event->len);
      const auto dir = watched_.find(event->wd);
      if (dir == watched_.end()) {
        if ((event->mask & IN_Q_OVERFLOW) != 0) seen = {true, true};
        continue;
      }
      seen.ours = true;
      if (event->mask & IN_IGNORED) {
        // An inode that is free again may be given to the next directory of the name.
        if (dir->second == dir_) root_.reset();
        watched_.erase(dir);
        continue;
      }
      if (event->mask & IN_MOVE_SELF) {
        if (dir->second == dir_) root_.reset();
        forget(event->wd);
        seen.changed = true;
        continue;
      }
      const auto path = event->len > 0 ? dir->second / event->name : dir->second;
      seen.changed = matters(path, event->mask) || seen.changed;
    }
  }
  std::uint64_t count = 0;
  if (::read(wake_, &count, sizeof count) > 0) seen = {true, true};
  return seen;
}

/// True: something is to be read.
bool RuleWatcher::wait(std::chrono::milliseconds timeout) {
  pollfd files[] = {{wake_, POLLIN, 0}, {inotify_, POLLIN, 0}};
  return ::poll(files, inotify_ >= 0 ? 2 : 1, static_cast<int>(timeout.count())) > 0;
}

/// Until it has been quiet for a while, with all watched that is there then. What moves beside the
/// directory is no noise: its neighbours may never rest.
void RuleWatcher::settle() {
  using Steady = std::chrono::steady_clock;
  const auto end = Steady::now() + options_.at_most;
  auto quiet_at = Steady::now() + options_.quiet;
  bool over = false;
  while (!stopping_ && !over) {
    // At least one look: what came while this thread had no processor is no quiet.
    const auto rest = std::max(Steady::duration{0}, std::min(quiet_at, end) - Steady::now());
    // Whatever moves: a file that was just made is about to be written.
    bool busy = wait(std::chrono::ceil<std::chrono::milliseconds>(rest)) && read_events().ours;
    busy = look_again() || busy;
    if (busy) {
      watch_all();
      quiet_at = Steady::now() + options_.quiet;
    }
    over = Steady::now() >= (busy ? end : std::min(quiet_at, end));
  }
  watch_all();
}

void RuleWatcher::run() {
  while (!stopping_) {
    bool changed = wait(kLook) && read_events().changed;
    changed = look_again() || changed;
    if (stopping_ || !changed) continue;
    watch_all();
    settle();
    if (!stopping_) changed_();
  }
}

}  // namespace assist::server
