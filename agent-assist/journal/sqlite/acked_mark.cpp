#include "journal/sqlite/acked_mark.hpp"

#include <xxhash.h>

#include <charconv>
#include <cinttypes>
#include <cstdio>

namespace assist::journal {
namespace {

// "00000000000000000042 0123456789abcdef\n": rewritten in place, so always of one length.
constexpr std::size_t kDigits = 20, kSize = kDigits + 1 + 16 + 1;

std::string line_of(std::uint64_t sequence) {
  char out[64];
  std::snprintf(out, sizeof out, "%020" PRIu64, sequence);
  const auto sum = XXH3_64bits(out, kDigits);
  std::snprintf(out + kDigits, sizeof out - kDigits, " %016" PRIx64 "\n",
                static_cast<std::uint64_t>(sum));
  return {out, kSize};
}

}  // namespace

Result<std::optional<std::uint64_t>> AckedMark::read() {
  auto file = VfsFile::open(vfs_, path_, VfsFile::Mode::existing);
  if (!file) return file.error();
  if (!*file) return std::optional<std::uint64_t>();
  const auto line = (*file)->read(0, kSize);
  if (!line) return line.error();
  std::uint64_t sequence = 0;
  std::from_chars(line->data(), line->data() + std::min(kDigits, line->size()), sequence);
  return *line == line_of(sequence) ? std::optional(sequence) : std::optional<std::uint64_t>();
}

void AckedMark::write(std::uint64_t sequence) {
  if (!file_) {
    auto opened = VfsFile::open(vfs_, path_, VfsFile::Mode::create);
    if (!opened || !*opened) return;
    file_ = std::move(*opened);
  }
  if (const auto done = file_->write(0, line_of(sequence)); !done) file_.reset();
}

}  // namespace assist::journal
