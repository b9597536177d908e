#include "server/state_copy.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

namespace assist::server {
namespace {

constexpr int kFile = 3;   // the child's only one, beside those of a terminal
constexpr int kNicer = 5;  // than the service; more, and on a full machine it would take for ever

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// Where memory is short the child is to go, not the service.
void give_way() {
  const int now = ::nice(kNicer);
  (void)now;
  const int file = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (file < 0) return;
  (void)write_all(file, "1000");
  ::close(file);
}

/// Of the parent's it keeps the memory alone: sockets and locks that it held open would outlive
/// their ends, and signals are not for it.
bool cut_loose(int file, pid_t parent) {
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGPIPE, SIGABRT}) ::signal(signal, SIG_DFL);
  if (file != kFile && ::dup2(file, kFile) < 0) return false;
  if (::close_range(kFile + 1, ~0U, 0) != 0) return false;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  return ::getppid() == parent;
}

[[noreturn]] void run_child(const StateCopy::Write& write, int file, pid_t parent,
                            const sigset_t& signals) {
  if (!cut_loose(file, parent)) ::_exit(1);
  ::pthread_sigmask(SIG_SETMASK, &signals, nullptr);
  give_way();
  bool done = false;
  try {
    done = write_all(kFile, write());
  } catch (...) {  // std::bad_alloc; there is nobody to tell it to
  }
  ::_exit(done ? 0 : 1);
}

Error failed(const std::string& what) {
  return {ErrorCode::journal, "the process that copies the state " + what, {}};
}

Result<std::string> read_all(int file) {
  struct stat about {};
  if (::fstat(file, &about) != 0) return failed(std::string("left nothing: ") + strerror(errno));
  std::string out(static_cast<std::size_t>(about.st_size), '\0');
  std::size_t done = 0;
  while (done < out.size()) {
    const auto got = ::pread(file, out.data() + done, out.size() - done, static_cast<off_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return failed("left less than it wrote");
    done += static_cast<std::size_t>(got);
  }
  return out;
}

}  // namespace

std::optional<StateCopy> StateCopy::begin(const Write& write) {
  const int file = ::memfd_create("agent-assist-snapshot", MFD_CLOEXEC);
  if (file < 0) return std::nullopt;
  // A signal must not find the child with the parent's handlers.
  sigset_t all, before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child == 0) run_child(write, file, parent, before);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (child < 0) {
    ::close(file);
    return std::nullopt;
  }
  return StateCopy(child, file);
}

StateCopy::StateCopy(StateCopy&& other) noexcept
    : child_(std::exchange(other.child_, -1)), file_(std::exchange(other.file_, -1)) {}

StateCopy& StateCopy::operator=(StateCopy&& other) noexcept {
  std::swap(child_, other.child_);
  std::swap(file_, other.file_);
  return *this;
}

StateCopy::~StateCopy() {
  if (child_ > 0) {
    stop();
    while (::waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  if (file_ >= 0) ::close(file_);
}

void StateCopy::stop() const {
  if (child_ > 0) ::kill(child_, SIGKILL);
}

/// Leaves it to be waited for: its number is its own until then.
void StateCopy::wait() const {
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(child_), &info, WEXITED | WNOWAIT) != 0 &&
         errno == EINTR) {
  }
}

Result<std::string> StateCopy::take() {
  int status = 0;
  pid_t ended = 0;
  while ((ended = ::waitpid(child_, &status, 0)) < 0 && errno == EINTR) {
  }
  child_ = -1;
  if (ended < 0) return failed(std::string("cannot be waited for: ") + strerror(errno));
  if (WIFSIGNALED(status)) return failed("was ended by signal " + std::to_string(WTERMSIG(status)));
  if (WEXITSTATUS(status) != 0) return failed("found no memory for it");
  auto out = read_all(file_);
  ::close(std::exchange(file_, -1));
  return out;
}

}  // namespace assist::server
