#include "faulty_vfs.hpp"

#include <sqlite3.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <new>
#include <utility>

namespace assist::testing {
namespace {

using Step = FaultyVfs::Step;

struct File {
  sqlite3_file base;
  std::string* path;   // of the file; nullptr: a temporary one, which is not followed
  sqlite3_file* real;  // behind this struct
};

sqlite3_vfs* real_vfs() {
  static sqlite3_vfs* const found = sqlite3_vfs_find(nullptr);
  return found;
}

File& as_file(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
sqlite3_file* real(sqlite3_file* file) { return as_file(file).real; }

int close(sqlite3_file* file) {
  auto& self = as_file(file);
  const int code = self.real->pMethods ? self.real->pMethods->xClose(self.real) : SQLITE_OK;
  delete self.path;
  self.path = nullptr;
  return code;
}

int read(sqlite3_file* file, void* to, int size, sqlite3_int64 at) {
  if (const int code = FaultyVfs::get().enter(Step::read)) return code;
  return real(file)->pMethods->xRead(real(file), to, size, at);
}

int write(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
  const int fault = FaultyVfs::get().enter(Step::write);
  if (FaultyVfs::get().is_off()) return SQLITE_IOERR_WRITE;
  // One that fails may have got through in part.
  if (fault != 0) size /= 2;
  const int code = size == 0 ? SQLITE_OK : real(file)->pMethods->xWrite(real(file), from, size, at);
  if (code == SQLITE_OK && as_file(file).path) {
    FaultyVfs::get().changed(*as_file(file).path,
                             {false, static_cast<std::uint64_t>(at),
                              std::string(static_cast<const char*>(from), std::size_t(size))});
  }
  return fault != 0 ? fault : code;
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  if (const int code = FaultyVfs::get().enter(Step::truncate)) return code;
  const int code = real(file)->pMethods->xTruncate(real(file), size);
  if (code == SQLITE_OK && as_file(file).path)
    FaultyVfs::get().changed(*as_file(file).path, {true, static_cast<std::uint64_t>(size), {}});
  return code;
}

int sync(sqlite3_file* file, int) {
  const int code = FaultyVfs::get().enter(Step::sync);
  if (FaultyVfs::get().is_off()) return SQLITE_IOERR_FSYNC;
  if (as_file(file).path) FaultyVfs::get().synced(*as_file(file).path, code == 0);
  return code;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  return real(file)->pMethods->xFileSize(real(file), size);
}
int lock(sqlite3_file* file, int how) { return real(file)->pMethods->xLock(real(file), how); }
int unlock(sqlite3_file* file, int how) { return real(file)->pMethods->xUnlock(real(file), how); }
int check_reserved_lock(sqlite3_file* file, int* out) {
  return real(file)->pMethods->xCheckReservedLock(real(file), out);
}
int file_control(sqlite3_file* file, int what, void* arg) {
  return real(file)->pMethods->xFileControl(real(file), what, arg);
}
int sector_size(sqlite3_file* file) { return real(file)->pMethods->xSectorSize(real(file)); }
int characteristics(sqlite3_file* file) {
  return real(file)->pMethods->xDeviceCharacteristics(real(file));
}
int shm_map(sqlite3_file* file, int region, int size, int extend, void volatile** out) {
  if (const int code = FaultyVfs::get().enter(Step::map)) return code;
  return real(file)->pMethods->xShmMap(real(file), region, size, extend, out);
}
int shm_lock(sqlite3_file* file, int offset, int n, int flags) {
  return real(file)->pMethods->xShmLock(real(file), offset, n, flags);
}
void shm_barrier(sqlite3_file* file) { real(file)->pMethods->xShmBarrier(real(file)); }
int shm_unmap(sqlite3_file* file, int remove) {
  return real(file)->pMethods->xShmUnmap(real(file), remove);
}

const sqlite3_io_methods kMethods = {
    2,
    close,
    read,
    write,
    truncate,
    sync,
    file_size,
    lock,
    unlock,
    check_reserved_lock,
    file_control,
    sector_size,
    characteristics,
    shm_map,
    shm_lock,
    shm_barrier,
    shm_unmap,
    nullptr,
    nullptr,
};

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto& self = as_file(file);
  self.base.pMethods = nullptr;
  self.path = nullptr;
  self.real = reinterpret_cast<sqlite3_file*>(&self + 1);
  std::memset(self.real, 0, static_cast<std::size_t>(real_vfs()->szOsFile));
  if (const int code = FaultyVfs::get().enter(Step::open)) return code;
  const int code = real_vfs()->xOpen(real_vfs(), name, self.real, flags, out_flags);
  if (code != SQLITE_OK) return code;
  if (name) {
    self.path = new std::string(name);
    FaultyVfs::get().opened(*self.path, (flags & SQLITE_OPEN_CREATE) != 0);
  }
  self.base.pMethods = &kMethods;
  return SQLITE_OK;
}

int remove(sqlite3_vfs*, const char* name, int sync_dir) {
  if (const int code = FaultyVfs::get().enter(Step::remove)) return code;
  const int code = real_vfs()->xDelete(real_vfs(), name, sync_dir);
  if (code == SQLITE_OK) FaultyVfs::get().removed(name);
  return code;
}

int access(sqlite3_vfs*, const char* name, int flags, int* out) {
  return real_vfs()->xAccess(real_vfs(), name, flags, out);
}
int full_pathname(sqlite3_vfs*, const char* name, int size, char* out) {
  return real_vfs()->xFullPathname(real_vfs(), name, size, out);
}
int randomness(sqlite3_vfs*, int size, char* out) {
  return real_vfs()->xRandomness(real_vfs(), size, out);
}
int sleep(sqlite3_vfs*, int micros) { return real_vfs()->xSleep(real_vfs(), micros); }
int current_time(sqlite3_vfs*, double* out) { return real_vfs()->xCurrentTime(real_vfs(), out); }
int last_error(sqlite3_vfs*, int size, char* out) {
  return real_vfs()->xGetLastError(real_vfs(), size, out);
}

}  // namespace

FaultyVfs& FaultyVfs::get() {
  static FaultyVfs only;
  return only;
}

FaultyVfs::FaultyVfs() {
  static sqlite3_vfs vfs{};
  vfs.iVersion = 1;
  vfs.szOsFile = static_cast<int>(sizeof(File)) + real_vfs()->szOsFile;
  vfs.mxPathname = real_vfs()->mxPathname;
  vfs.zName = kName;
  vfs.xOpen = open;
  vfs.xDelete = remove;
  vfs.xAccess = access;
  vfs.xFullPathname = full_pathname;
  vfs.xRandomness = randomness;
  vfs.xSleep = sleep;
  vfs.xCurrentTime = current_time;
  vfs.xGetLastError = last_error;
  sqlite3_vfs_register(&vfs, 0);
}

void FaultyVfs::reset(std::uint32_t seed) {
  const std::lock_guard lock(mutex_);
  files_.clear();
  fault_ = {};
  reached_ = off_ = false;
  off_in_ = 0;
  steps_ = {};
  random_.seed(seed);
}

void FaultyVfs::fail(Fault fault) {
  const std::lock_guard lock(mutex_);
  fault_ = fault;
  reached_ = false;
  steps_ = {};
}

void FaultyVfs::power_off_at(std::uint64_t nth) {
  const std::lock_guard lock(mutex_);
  off_in_ = nth;
  off_ = false;
}

bool FaultyVfs::is_off() const {
  const std::lock_guard lock(mutex_);
  return off_;
}

bool FaultyVfs::reached() const {
  const std::lock_guard lock(mutex_);
  return reached_;
}

std::uint64_t FaultyVfs::steps(Step step) const {
  const std::lock_guard lock(mutex_);
  return steps_[static_cast<std::size_t>(step)];
}

int FaultyVfs::enter(Step step) {
  const std::lock_guard lock(mutex_);
  const auto nth = ++steps_[static_cast<std::size_t>(step)];
  if (step != Step::read && off_in_ > 0 && --off_in_ == 0) off_ = true;
  if (off_) return SQLITE_IOERR;
  const bool now = fault_.nth == nth || (fault_.stays && nth > fault_.nth);
  if (fault_.nth == 0 || fault_.step != step || !now) return 0;
  reached_ = true;
  if (fault_.off_after > 0) off_in_ = fault_.off_after;
  return fault_.code;
}

void FaultyVfs::opened(const std::string& path, bool made) {
  const std::lock_guard lock(mutex_);
  auto& image = files_[path];
  if (image.removed) image = {};
  image.made |= made;
  if (!image.disk.empty() || !image.waiting.empty()) return;
  std::ifstream file(path, std::ios::binary);
  image.disk.assign(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

void FaultyVfs::changed(const std::string& path, Change change) {
  const std::lock_guard lock(mutex_);
  files_[path].waiting.push_back(std::move(change));
}

void FaultyVfs::synced(const std::string& path, bool well) {
  const std::lock_guard lock(mutex_);
  auto& image = files_[path];
  for (const auto& change : image.waiting) {
    if (well) {
      apply(image.disk, change);
    } else {
      apply_some(image.disk, change);
    }
  }
  image.waiting.clear();
  if (!well || !std::exchange(image.made, false)) return;
  // SQLite syncs the directory with the first sync of a file it may have made: what was removed
  // stays away.
  const auto dir = std::filesystem::path(path).parent_path();
  std::erase_if(files_, [&](const auto& file) {
    return file.second.removed && std::filesystem::path(file.first).parent_path() == dir;
  });
}

void FaultyVfs::removed(const std::string& path) {
  const std::lock_guard lock(mutex_);
  const auto at = files_.find(path);
  if (at != files_.end()) at->second.removed = true;
}

void FaultyVfs::apply(std::string& to, const Change& change) {
  if (change.truncates) {
    to.resize(std::min<std::size_t>(to.size(), change.offset));
    return;
  }
  const auto end = change.offset + change.bytes.size();
  if (to.size() < end) to.resize(end);
  std::copy(change.bytes.begin(), change.bytes.end(),
            to.begin() + static_cast<std::ptrdiff_t>(change.offset));
}

/// All of it, nothing, or a piece of it from any byte to any byte.
void FaultyVfs::apply_some(std::string& to, const Change& change) {
  if (chance(0.4)) return apply(to, change);
  if (change.truncates || change.bytes.empty() || chance(0.5)) return;
  auto at = std::uniform_int_distribution<std::size_t>(0, change.bytes.size() - 1);
  const auto a = at(random_), b = at(random_);
  const auto from = std::min(a, b), size = std::max(a, b) - from + 1;
  apply(to, {false, change.offset + from, change.bytes.substr(from, size)});
}

void FaultyVfs::after_power_cut(const std::filesystem::path& from, const std::filesystem::path& to,
                                Unsynced unsynced) {
  const std::lock_guard lock(mutex_);
  for (const auto& untouched : std::filesystem::directory_iterator(from)) {
    const auto& path = untouched.path();
    if (!files_.contains(path.string()) && path.extension() != ".db-shm")
      std::filesystem::copy_file(path, to / path.filename());
  }
  for (const auto& [path, image] : files_) {
    if (std::filesystem::path(path).parent_path() != from) continue;
    // The removal of a file may not have reached the disk either.
    if (image.removed && (unsynced == Unsynced::lost || chance(0.5))) continue;
    auto disk = image.disk;
    if (unsynced == Unsynced::random) {
      for (const auto& change : image.waiting) apply_some(disk, change);
    }
    std::ofstream file(to / std::filesystem::path(path).filename(), std::ios::binary);
    file.write(disk.data(), static_cast<std::streamsize>(disk.size()));
  }
}

}  // namespace assist::testing
