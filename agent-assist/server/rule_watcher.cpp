#include "server/rule_watcher.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "server/log.hpp"

namespace assist::server {
namespace {

// Not IN_MODIFY: a file that is being written would be read half.
constexpr std::uint32_t kMask = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE |
                                IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

}  // namespace

RuleWatcher::RuleWatcher(std::filesystem::path dir, Options options, std::function<void()> changed)
    : dir_(std::move(dir)), options_(options), changed_(std::move(changed)) {
  inotify_ = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (inotify_ < 0)
    log_error(std::string("saved rules are not picked up, send SIGHUP instead: inotify: ") +
              std::strerror(errno));
  wake_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  watch_all();
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

/// Watching a directory again that is watched changes nothing.
void RuleWatcher::watch_all() {
  watch(dir_);
  std::error_code ec;
  std::filesystem::recursive_directory_iterator entry(
      dir_, std::filesystem::directory_options::skip_permission_denied, ec);
  for (; !ec && entry != std::filesystem::recursive_directory_iterator(); entry.increment(ec)) {
    std::error_code ignored;
    if (entry->is_directory(ignored)) watch(entry->path());
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

/// True: something changed.
bool RuleWatcher::read_events() {
  alignas(inotify_event) char buffer[16 << 10];
  bool changed = false;
  while (inotify_ >= 0) {
    const auto size = ::read(inotify_, buffer, sizeof buffer);
    if (size <= 0) break;
    for (ssize_t at = 0; at < size;) {
      const auto* const event = reinterpret_cast<const inotify_event*>(buffer + at);
      at += static_cast<ssize_t>(sizeof *event + event->len);
      const auto dir = watched_.find(event->wd);
      if (dir == watched_.end()) {
        changed = changed || (event->mask & IN_Q_OVERFLOW) != 0;
        continue;
      }
      if (event->mask & IN_IGNORED) {
        watched_.erase(dir);
        continue;
      }
      const auto path = event->len > 0 ? dir->second / event->name : dir->second;
      changed = matters(path, event->mask) || changed;
    }
  }
  std::uint64_t count = 0;
  if (::read(wake_, &count, sizeof count) > 0) changed = true;
  return changed;
}

/// True: something is to be read. Where the directory is gone, looks for it now and then.
bool RuleWatcher::wait(std::chrono::milliseconds timeout) {
  pollfd files[] = {{wake_, POLLIN, 0}, {inotify_, POLLIN, 0}};
  return ::poll(files, inotify_ >= 0 ? 2 : 1, static_cast<int>(timeout.count())) > 0;
}

void RuleWatcher::settle() {
  const auto end = std::chrono::steady_clock::now() + options_.at_most;
  while (!stopping_ && std::chrono::steady_clock::now() < end && wait(options_.quiet)) {
    read_events();
    watch_all();
  }
}

void RuleWatcher::run() {
  while (!stopping_) {
    const bool gone = watched_.empty();
    const bool woken = wait(gone ? std::chrono::milliseconds{1000} : std::chrono::milliseconds{-1});
    bool changed = woken && read_events();
    if (gone) {
      watch_all();
      changed = changed || !watched_.empty();
    }
    if (stopping_ || !changed) continue;
    watch_all();
    settle();
    if (!stopping_) changed_();
  }
}

}  // namespace assist::server
