#include "commands/event_lines.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iostream>

namespace assist::commands {

bool open_to_read(std::ifstream& file, const std::string& path) {
  std::error_code ignored;
  const bool directory = std::filesystem::is_directory(path, ignored);
  errno = 0;
  if (!directory) file.open(path, std::ios::binary);
  if (!directory && file) return true;
  const char* why = directory         ? "it is a directory"
                    : errno == ENOENT ? "there is no such file"
                                      : std::strerror(errno);
  std::fprintf(stderr, "agent-assist: error: cannot read \"%s\": %s\n", path.c_str(), why);
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
  return open_to_read(file_, path);
}

bool EventLines::next(std::string& line) {
  if (!std::getline(*in_, line)) return false;
  ++number_;
  return true;
}

std::size_t EventLines::next(std::span<std::string> lines) {
  std::size_t count = 0;
  while (count < lines.size() && (count == 0 || in_->rdbuf()->in_avail() > 0) && next(lines[count]))
    ++count;
  return count;
}

void EventLines::complain(const Error& error, std::uint64_t back) const {
  const std::string pointer =
      error.place.pointer.empty() ? "" : " (at " + error.place.pointer + ")";
  std::fprintf(stderr, "%s:%llu:1: error: %s: %s%s\n", name_.c_str(),
               static_cast<unsigned long long>(number_ - back),
               std::string(code_name(error.code)).c_str(), error.text.c_str(), pointer.c_str());
}

}  // namespace assist::commands
