#include "commands/event_lines.hpp"

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <limits>

#include "base/excerpt.hpp"
#include "commands/json_place.hpp"

namespace assist::commands {
namespace {

constexpr std::size_t kFileBuffer = 1 << 18;

/// The byte of the line at which it is wrong: where it is no JSON the reason ends with it, else it
/// is that of the member. 0: of the whole line.
std::size_t byte_of(const Error& error, std::string_view line) {
  constexpr std::string_view kAt = " at byte ";
  if (error.code == ErrorCode::too_large) return 0;
  if (error.code != ErrorCode::not_json) return place_of(line, error.place.pointer);
  const auto at = error.text.rfind(kAt);
  std::size_t byte = 0;
  if (at != std::string::npos) {
    const char* const digits = error.text.data() + at + kAt.size();
    std::from_chars(digits, error.text.data() + error.text.size(), byte);
  }
  return byte;
}

/// The text begins as one in UTF-16 or UTF-32.
bool is_wide(std::string_view text) {
  return text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF") ||
         (text.size() >= 2 && (text[0] == '\0') != (text[1] == '\0'));
}

}  // namespace

bool open_to_read(std::ifstream& file, const std::string& path) {
  std::error_code ignored;
  const bool directory = std::filesystem::is_directory(path, ignored);
  errno = 0;
  if (!directory) file.open(path, std::ios::binary);
  if (!directory && file) return true;
  const char* why = directory         ? "it is a directory"
                    : errno == ENOENT ? "there is no such file"
                                      : std::strerror(errno);
  std::fprintf(stderr, "agent-assist: error: cannot read \"%s\": %s\n", printable(path).c_str(),
               why);
  return false;
}

bool EventLines::open(const std::string& path) {
  std::ios::sync_with_stdio(false);
  if (path == "-") {
    name_ = "stdin";
    in_ = &std::cin;
    return true;
  }
  name_ = path;
  in_ = &file_;
  buffer_.resize(kFileBuffer);
  file_.rdbuf()->pubsetbuf(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
  std::error_code unknown;
  const auto bytes = std::filesystem::file_size(path, unknown);
  if (!unknown) bytes_ = bytes;
  return open_to_read(file_, path);
}

bool EventLines::next(std::string& line) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (!std::getline(*in_, line)) return false;
  if (number_++ > 0) return true;
  if (line.starts_with(kByteOrderMark)) line.erase(0, kByteOrderMark.size());
  wide_ = is_wide(line);
  if (wide_) in_->ignore(std::numeric_limits<std::streamsize>::max());
  return true;
}

std::size_t EventLines::next(std::span<std::string> lines) {
  std::size_t count = 0;
  while (count < lines.size() && (count == 0 || ready()) && next(lines[count])) ++count;
  return count;
}

std::uint64_t EventLines::lines_like(std::span<const std::string> lines) const {
  constexpr std::uint64_t kShortest = 128;  // an event's attributes take as much
  std::uint64_t bytes = 0, count = 0;
  for (const std::string& line : lines) {
    if (line.size() < kShortest) continue;
    bytes += line.size() + 1;
    ++count;
  }
  return count == 0 ? 0 : bytes_ * count / bytes;
}

void EventLines::complain(const Error& error, std::string_view line, std::uint64_t back) const {
  if (wide_) {
    std::fprintf(
        stderr,
        "%s:1:1: error: %s: this is not in UTF-8 (it looks like UTF-16 or UTF-32). Save it "
        "as UTF-8.\n",
        printable(name_).c_str(), std::string(code_name(ErrorCode::not_json)).c_str());
    return;
  }
  while (line.ends_with('\r')) line.remove_suffix(1);
  const std::string pointer =
      error.place.pointer.empty() ? "" : " (at " + error.place.pointer + ")";
  const std::uint32_t column = column_of(line, byte_of(error, line));
  std::fprintf(stderr, "%s:%llu:%u: error: %s: %s%s\n%s", printable(name_).c_str(),
               static_cast<unsigned long long>(number_ - back), column,
               std::string(code_name(error.code)).c_str(), printable(error.text).c_str(),
               printable(pointer).c_str(), excerpt(line, column).c_str());
}

}  // namespace assist::commands
