#include "journal/data_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace assist::journal {
namespace {

Error unusable(const std::filesystem::path& path, const std::string& why) {
  return {ErrorCode::unreadable, path.string() + ": " + why, {}};
}

std::string holder(int file) {
  char text[32] = {};
  const auto size = ::pread(file, text, sizeof text - 1, 0);
  const std::string pid(text, size > 0 ? static_cast<std::size_t>(size) : 0);
  return pid.empty() ? "another process" : "process " + pid;
}

/// A new directory outlives a loss of power only once the one above it is synced.
void sync_parent(const std::filesystem::path& dir) {
  std::error_code ignored;
  const auto parent = std::filesystem::absolute(dir, ignored).lexically_normal().parent_path();
  const int file = ::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return;
  // Some file systems cannot: then there is nothing to be done.
  if (::fsync(file) != 0) errno = 0;
  ::close(file);
}

}  // namespace

Result<DataLock> DataLock::take(const std::filesystem::path& dir) {
  std::error_code ec;
  if (std::filesystem::create_directories(dir, ec)) sync_parent(dir);
  if (ec) return unusable(dir, "cannot make the data directory: " + ec.message());
  const auto path = dir / "lock";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (file < 0) {
    return unusable(path, std::string(std::strerror(errno)) +
                              "; the data directory must be writable (--data DIR)");
  }
  DataLock lock(file);
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return unusable(path, std::strerror(errno));
    return unusable(dir, "the data directory is in use by " + holder(file) +
                             "; give each service one of its own (--data DIR)");
  }
  const auto pid = std::to_string(::getpid());
  // For the message above only: a full disk must not keep the service from starting.
  if (::ftruncate(file, 0) == 0 && ::pwrite(file, pid.data(), pid.size(), 0) < 0) errno = 0;
  return lock;
}

DataLock::DataLock(DataLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
DataLock& DataLock::operator=(DataLock&& other) noexcept {
  std::swap(file_, other.file_);
  return *this;
}
DataLock::~DataLock() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace assist::journal
