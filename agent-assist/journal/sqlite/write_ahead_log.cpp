#include "journal/sqlite/write_ahead_log.hpp"

#include "journal/sqlite/vfs_file.hpp"

namespace assist::journal {
namespace {

constexpr std::size_t kHeader = 32, kFrameHeader = 24;
constexpr std::size_t kChunk = 64 << 10;      // SQLite's own VFS writes 128 KiB at a time, at most
constexpr std::uint32_t kMagic = 0x377f0682;  // the last bit: checksums of big-endian words

std::uint32_t word(std::string_view bytes, std::size_t at, bool big = true) {
  std::uint32_t out = 0;
  for (std::size_t i = 0; i < 4; ++i)
    out |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i]))
           << (8 * (big ? 3 - i : i));
  return out;
}

/// The running checksum of the format, over pairs of words.
struct Checksum {
  std::uint32_t first = 0, second = 0;
  void add(std::string_view bytes, bool big) {
    for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
      first += word(bytes, at, big) + second;
      second += word(bytes, at + 4, big) + first;
    }
  }
  bool is(std::string_view bytes, std::size_t at) const {
    return word(bytes, at) == first && word(bytes, at + 4) == second;
  }
};

struct Header {
  std::size_t page = 0;
  bool big = false;
  std::uint64_t salt = 0;
  Checksum checksum;
};

std::optional<Header> read_header(std::string_view bytes) {
  if (bytes.size() < kHeader || (word(bytes, 0) & ~1U) != kMagic) return std::nullopt;
  Header out;
  out.big = (word(bytes, 0) & 1) != 0;
  out.page = word(bytes, 8);
  out.salt = log_salt(bytes);
  out.checksum.add(bytes.substr(0, 24), out.big);
  const bool good = out.page >= 512 && out.page <= 65'536 && out.checksum.is(bytes, 24);
  return good ? std::optional(out) : std::nullopt;
}

}  // namespace

std::uint64_t log_salt(std::string_view header) {
  if (header.size() < kHeader) return 0;
  return static_cast<std::uint64_t>(word(header, 16)) << 32 | word(header, 20);
}

Result<void> WriteAheadLog::cut(const LogExtent& keep) {
  auto file = VfsFile::open(vfs_, path_, VfsFile::Mode::existing);
  if (!file) return file.error();
  if (!*file) return {};
  const auto header = (*file)->read(0, kHeader);
  if (!header) return header.error();
  // With another salt the failed commit had begun to fill the file anew: all that was in it before
  // was in the database file by then.
  const auto size = log_salt(*header) == keep.salt ? keep.bytes : 0;
  const auto there = (*file)->size();
  if (!there) return there.error();
  return *there > size ? (*file)->truncate(size) : Result<void>();
}

Result<void> WriteAheadLog::settle() {
  auto file = VfsFile::open(vfs_, path_, VfsFile::Mode::existing);
  if (!file) return file.error();
  if (!*file) return {};
  for (std::uint64_t at = 0;; at += kChunk) {
    const auto bytes = (*file)->read(at, kChunk);
    if (!bytes) return bytes.error();
    if (bytes->empty()) break;
    if (auto done = (*file)->write(at, *bytes); !done) return done;
  }
  return (*file)->sync();
}

Result<std::optional<LogExtent>> WriteAheadLog::extent() {
  auto file = VfsFile::open(vfs_, path_, VfsFile::Mode::existing);
  if (!file) return file.error();
  if (!*file) return std::optional<LogExtent>();
  const auto size = (*file)->size();
  if (!size) return size.error();
  if (*size == 0) return std::optional<LogExtent>();
  const auto head = (*file)->read(0, kHeader);
  if (!head) return head.error();
  LogExtent out;
  out.file_bytes = *size;
  const auto header = read_header(*head);
  if (!header) return std::optional(out);
  out.salt = header->salt;
  auto checksum = header->checksum;
  std::uint64_t at = kHeader;
  for (std::uint32_t frame = 1;; ++frame, at += kFrameHeader + header->page) {
    const auto bytes = (*file)->read(at, kFrameHeader + header->page);
    if (!bytes) return bytes.error();
    const std::string_view view = *bytes;
    if (view.size() < kFrameHeader + header->page) break;
    checksum.add(view.substr(0, 8), header->big);
    checksum.add(view.substr(kFrameHeader), header->big);
    const bool ours =
        (static_cast<std::uint64_t>(word(view, 8)) << 32 | word(view, 12)) == header->salt;
    if (!ours || word(view, 0) == 0 || !checksum.is(view, 16)) break;
    if (word(view, 4) == 0) continue;  // the commit goes on
    out.frames = frame;
    out.bytes = at + view.size();
  }
  return std::optional(out);
}

}  // namespace assist::journal
