#include "journal/snapshot_files.hpp"

#include <xxhash.h>

#include <algorithm>
#include <charconv>
#include <cinttypes>
#include <cstdio>
#include <memory>

namespace assist::journal {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "AsSnap1\n";
constexpr std::string_view kSuffix = ".snapshot";
constexpr std::size_t kHeader = 48, kChecksum = 16;
constexpr std::size_t kKept = 2;  // the newest, and one to fall back on

void put(std::string& out, std::uint64_t value) {
  for (int shift = 0; shift < 64; shift += 8) out += static_cast<char>(value >> shift);
}

std::uint64_t take(std::string_view bytes, std::size_t at) {
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < 8; ++i)
    out |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  return out;
}

std::string header_of(const Snapshot& snapshot, std::uint64_t chain) {
  std::string out(kMagic);
  put(out, snapshot.position);
  put(out, static_cast<std::uint64_t>(snapshot.at.time_since_epoch().count()));
  put(out, snapshot.format);
  put(out, chain);
  put(out, snapshot.bytes.size());
  return out;
}

std::string checksum_of(std::string_view header, std::string_view bytes) {
  struct Free {
    void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
  };
  const std::unique_ptr<XXH3_state_t, Free> state(XXH3_createState());
  XXH3_128bits_reset(state.get());
  XXH3_128bits_update(state.get(), header.data(), header.size());
  XXH3_128bits_update(state.get(), bytes.data(), bytes.size());
  const auto hash = XXH3_128bits_digest(state.get());
  std::string out;
  put(out, hash.low64);
  put(out, hash.high64);
  return out;
}

}  // namespace

fs::path SnapshotFiles::path_of(std::uint64_t position) const {
  char name[32];
  std::snprintf(name, sizeof name, "%020" PRIu64, position);
  return dir_ / (name + std::string(kSuffix));
}

Result<void> SnapshotFiles::save(const Snapshot& snapshot, std::uint64_t chain) {
  std::error_code ec;
  if (fs::create_directory(dir_, ec)) {
    if (auto done = disk_.sync_dir(dir_.parent_path()); !done) return done;
  }
  if (ec) return Error{ErrorCode::unreadable, dir_.string() + ": " + ec.message(), {}};
  if (auto done = remove_parts(); !done) return done;
  const auto header = header_of(snapshot, chain);
  const auto checksum = checksum_of(header, snapshot.bytes);
  if (auto done =
          replace_file(disk_, path_of(snapshot.position), {header, snapshot.bytes, checksum});
      !done)
    return done;
  const auto there = positions();
  if (!there) return there.error();
  std::size_t kept = 0;
  for (const auto position : *there) {
    // One further on is of another journal that was here before.
    if (position <= snapshot.position && kept < kKept) {
      ++kept;
      continue;
    }
    if (auto done = disk_.remove(path_of(position)); !done) return done;
  }
  return {};
}

/// What a process left that ended while it saved: nothing else has a name like it.
Result<void> SnapshotFiles::remove_parts() {
  const auto names = disk_.names(dir_);
  if (!names) return names.error();
  const std::string part = std::string(kSuffix) + std::string(kUnfinished);
  for (const auto& name : *names)
    if (name.ends_with(part))
      if (auto done = disk_.remove(dir_ / name); !done) return done;
  return {};
}

Result<std::vector<std::uint64_t>> SnapshotFiles::positions() {
  const auto names = disk_.names(dir_);
  if (!names) return names.error();
  std::vector<std::uint64_t> out;
  for (const auto& name : *names) {
    std::uint64_t position = 0;
    const auto end = std::from_chars(name.data(), name.data() + name.size(), position).ptr;
    if (std::string_view(end, static_cast<std::size_t>(name.data() + name.size() - end)) == kSuffix)
      out.push_back(position);
  }
  std::reverse(out.begin(), out.end());
  return out;
}

Result<SnapshotFiles::Read> SnapshotFiles::read(std::uint64_t position) {
  const auto path = path_of(position);
  auto bytes = disk_.read(path);
  if (!bytes) return bytes.error();
  const auto damaged = [&](const char* how) {
    return Error{ErrorCode::journal, path.string() + ": the snapshot " + how, {}};
  };
  if (bytes->size() < kHeader + kChecksum || !bytes->starts_with(kMagic))
    return damaged("is cut short or is none");
  const std::string_view view = *bytes;
  const auto size = take(view, 40);
  if (size != view.size() - kHeader - kChecksum)
    return damaged("is cut short or too long (its size differs)");
  const auto body = view.substr(kHeader, static_cast<std::size_t>(size));
  if (checksum_of(view.substr(0, kHeader), body) != view.substr(view.size() - kChecksum) ||
      take(view, 8) != position)
    return damaged("is damaged (its checksum differs)");
  Read out;
  out.snapshot.position = position;
  out.snapshot.at = Time{Duration{static_cast<std::int64_t>(take(view, 16))}};
  out.snapshot.format = static_cast<std::uint32_t>(take(view, 24));
  out.chain = take(view, 32);
  bytes->resize(kHeader + static_cast<std::size_t>(size));
  bytes->erase(0, kHeader);
  out.snapshot.bytes = std::move(*bytes);
  return out;
}

}  // namespace assist::journal
