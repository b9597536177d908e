#include "base/archive.hpp"

#include <xxhash.h>

#include <algorithm>

namespace assist {
namespace {

constexpr std::size_t kChecksum = 8;

std::uint64_t checksum_of(std::string_view bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

}  // namespace

void ArchiveWriter::begin_records(std::size_t how_many) {
  count(how_many);
  Section& section = sections_.emplace_back();
  section.begin = section.end = size();
  section.starts.reserve(how_many);
}

void ArchiveWriter::begin_records(std::size_t how_many, std::size_t stride) {
  count(how_many);
  Section& section = sections_.emplace_back();
  section.begin = section.end = size();
  section.stride = stride;
}

void ArchiveWriter::append_more(const char* bytes, std::size_t size) {
  while (size > 0) {
    if (left_ == 0) {
      pieces_.push_back(std::make_unique_for_overwrite<char[]>(kPiece));
      next_ = pieces_.back().get();
      left_ = kPiece;
    }
    const std::size_t part = std::min(size, left_);
    append(bytes, part);
    bytes += part;
    size -= part;
  }
}

std::string ArchiveWriter::finish() && {
  std::string all;
  all.reserve(size() + kChecksum);
  for (auto& piece : pieces_) {
    all.append(piece.get(), &piece == &pieces_.back() ? kPiece - left_ : kPiece);
    piece.reset();
  }
  std::string ordered;
  std::vector<std::string_view> records;
  for (const Section& section : sections_) {
    const auto part = std::string_view(all).substr(section.begin, section.end - section.begin);
    records.clear();
    for (std::size_t at = 0; section.stride != 0 && at < part.size(); at += section.stride)
      records.push_back(part.substr(at, section.stride));
    for (std::size_t i = 0; i < section.starts.size(); ++i) {
      const bool last = i + 1 == section.starts.size();
      const std::size_t end = last ? section.end : section.starts[i + 1];
      records.push_back(part.substr(section.starts[i] - section.begin, end - section.starts[i]));
    }
    std::sort(records.begin(), records.end());
    ordered.clear();
    for (const auto record : records) ordered.append(record);
    std::copy(ordered.begin(), ordered.end(),
              all.begin() + static_cast<std::ptrdiff_t>(section.begin));
  }
  const std::uint64_t checksum = checksum_of(all);
  for (unsigned i = 0; i < kChecksum; ++i) all += static_cast<char>(checksum >> (8 * i));
  return all;
}

Result<ArchiveReader> ArchiveReader::open(std::string_view bytes) {
  const Error damaged{ErrorCode::journal, "the state is damaged (its checksum differs)", {}};
  if (bytes.size() < kChecksum) return damaged;
  const auto state = bytes.substr(0, bytes.size() - kChecksum);
  if (ArchiveReader(bytes.substr(state.size())).word() != checksum_of(state)) return damaged;
  return ArchiveReader(state);
}

void ArchiveReader::fail(const char* why) {
  if (why_ != nullptr) return;
  why_ = why;
  failed_at_ = size_ - rest_.size();
  rest_ = {};
}

Result<void> ArchiveReader::done() const {
  const char* const why =
      why_ == nullptr && !rest_.empty() ? "there is more than was expected" : why_;
  if (why == nullptr) return {};
  const std::size_t at = why_ == nullptr ? size_ - rest_.size() : failed_at_;
  return Error{ErrorCode::journal,
               "the state cannot be read at byte " + std::to_string(at) + ": " + why,
               {}};
}

}  // namespace assist
