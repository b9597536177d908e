#include "journal/sqlite/vfs_file.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstdlib>
#include <new>

namespace assist::journal {

void VfsFile::Close::operator()(sqlite3_file* file) const {
  if (file->pMethods) file->pMethods->xClose(file);
  std::free(file);
}

void VfsFile::FreeName::operator()(char* name) const { sqlite3_free_filename(name); }

Error VfsFile::failed(std::string_view what, int code) const {
  return {ErrorCode::journal,
          path_ + ": cannot " + std::string(what) + ": " + sqlite3_errstr(code) + " (SQLite " +
              std::to_string(code) + ")",
          {}};
}

Result<std::optional<VfsFile>> VfsFile::open(const std::string& vfs,
                                             const std::filesystem::path& path, Mode mode) {
  VfsFile out;
  out.path_ = path.string();
  auto* const system = sqlite3_vfs_find(vfs.empty() ? nullptr : vfs.c_str());
  if (!system) return out.failed("find its VFS", SQLITE_ERROR);
  if (mode == Mode::existing) {
    int exists = 0;
    const int code = system->xAccess(system, out.path_.c_str(), SQLITE_ACCESS_EXISTS, &exists);
    if (code != SQLITE_OK) return out.failed("look for it", code);
    if (!exists) return std::optional<VfsFile>();
  }
  // A VFS looks for parameters behind the name: it must come from SQLite.
  out.name_.reset(const_cast<char*>(sqlite3_create_filename(out.path_.c_str(), out.path_.c_str(),
                                                            out.path_.c_str(), 0, nullptr)));
  auto* const file = static_cast<sqlite3_file*>(
      std::calloc(1, static_cast<std::size_t>(std::max(system->szOsFile, 1))));
  if (!out.name_ || !file) {
    std::free(file);
    return out.failed("open it", SQLITE_NOMEM);
  }
  out.file_.reset(file);
  const int flags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_WAL | (mode == Mode::create ? SQLITE_OPEN_CREATE : 0);
  if (const int code = system->xOpen(system, out.name_.get(), file, flags, nullptr);
      code != SQLITE_OK)
    return out.failed("open it", code);
  return std::optional<VfsFile>(std::move(out));
}

Result<std::uint64_t> VfsFile::size() {
  sqlite3_int64 size = 0;
  if (const int code = file_->pMethods->xFileSize(file_.get(), &size); code != SQLITE_OK)
    return failed("tell its size", code);
  return static_cast<std::uint64_t>(size);
}

Result<std::string> VfsFile::read(std::uint64_t offset, std::size_t size) {
  const auto whole = this->size();
  if (!whole) return whole.error();
  const auto there = offset < *whole ? *whole - offset : 0;
  std::string out(static_cast<std::size_t>(std::min<std::uint64_t>(size, there)), '\0');
  if (out.empty()) return out;
  const int code = file_->pMethods->xRead(file_.get(), out.data(), static_cast<int>(out.size()),
                                          static_cast<sqlite3_int64>(offset));
  if (code != SQLITE_OK) return failed("read it", code);
  return out;
}

Result<void> VfsFile::write(std::uint64_t offset, std::string_view bytes) {
  const int code =
      file_->pMethods->xWrite(file_.get(), bytes.data(), static_cast<int>(bytes.size()),
                              static_cast<sqlite3_int64>(offset));
  if (code != SQLITE_OK) return failed("write it", code);
  return {};
}

Result<void> VfsFile::truncate(std::uint64_t size) {
  const int code = file_->pMethods->xTruncate(file_.get(), static_cast<sqlite3_int64>(size));
  if (code != SQLITE_OK) return failed("cut it", code);
  return {};
}

Result<void> VfsFile::sync() {
  const int code = file_->pMethods->xSync(file_.get(), SQLITE_SYNC_NORMAL);
  if (code != SQLITE_OK) return failed("sync it to disk", code);
  return {};
}

}  // namespace assist::journal
