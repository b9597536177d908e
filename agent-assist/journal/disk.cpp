#include "journal/disk.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/directory.hpp"

namespace assist::journal {
namespace {

namespace fs = std::filesystem;

Error failed(const std::string& what) {
  return {ErrorCode::unreadable, what + ": " + std::strerror(errno), {}};
}

}  // namespace

Result<int> Disk::create(const fs::path& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  if (file < 0) return failed(path.string() + ": cannot make it");
  return file;
}

Result<void> Disk::write(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed("cannot write");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> Disk::sync(int file) {
  if (::fsync(file) != 0) return failed("cannot sync to disk");
  return {};
}

void Disk::close(int file) { ::close(file); }

Result<void> Disk::rename(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0)
    return failed(from.string() + ": cannot rename it to " + to.filename().string());
  return {};
}

Result<void> Disk::remove(const fs::path& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT)
    return failed(path.string() + ": cannot remove it");
  return {};
}

Result<void> Disk::sync_dir(const fs::path& dir) {
  const int file = ::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return failed(dir.string() + ": cannot open it");
  const int code = ::fsync(file);
  const int why = errno;
  ::close(file);
  errno = why;
  // Some file systems do not sync directories at all.
  if (code != 0 && errno != EINVAL) return failed(dir.string() + ": cannot sync it to disk");
  return {};
}

Result<void> Disk::sync_file(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return failed(path.string() + ": cannot open it");
  auto done = sync(file);
  close(file);
  return done;
}

Result<std::string> Disk::read(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return failed(path.string() + ": cannot open it");
  struct stat about {};
  std::string out;
  if (::fstat(file, &about) == 0) out.resize(static_cast<std::size_t>(about.st_size));
  std::size_t done = 0;
  ssize_t got = 1;
  while (done < out.size() && got > 0) {
    got = ::read(file, out.data() + done, out.size() - done);
    if (got < 0 && errno == EINTR)
      got = 1;
    else if (got > 0)
      done += static_cast<std::size_t>(got);
  }
  const int why = errno;
  ::close(file);
  errno = why;
  if (got < 0) return failed(path.string() + ": cannot read it");
  out.resize(done);
  return out;
}

Result<std::vector<std::string>> Disk::names(const fs::path& dir) {
  std::vector<DirectoryEntry> entries;
  const std::error_code ec = list_directory(dir, entries);
  if (ec && ec != std::errc::no_such_file_or_directory)
    return Error{ErrorCode::unreadable, dir.string() + ": " + ec.message(), {}};
  std::vector<std::string> out;
  out.reserve(entries.size());
  for (DirectoryEntry& entry : entries) out.push_back(std::move(entry.name));
  return out;
}

Result<void> replace_file(Disk& disk, const fs::path& path,
                          const std::vector<std::string_view>& parts) {
  const fs::path part = path.string() + std::string(kUnfinished);
  const auto file = disk.create(part);
  if (!file) return file.error();
  Result<void> done;
  for (const auto bytes : parts) {
    if (done) done = disk.write(*file, bytes);
  }
  if (done) done = disk.sync(*file);
  disk.close(*file);
  if (done) done = disk.rename(part, path);
  if (done) return disk.sync_dir(path.parent_path());
  const auto ignored = disk.remove(part);  // the next try begins it anew in any case
  (void)ignored.has_value();
  auto error = done.error();
  if (error.text.find(path.filename().string()) == std::string::npos)
    error.text = path.string() + ": " + error.text;
  return error;
}

}  // namespace assist::journal
