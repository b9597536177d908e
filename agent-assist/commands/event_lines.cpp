#include "commands/event_lines.hpp"

#include <cstdio>
#include <filesystem>
#include <iostream>

namespace assist::commands {

bool EventLines::open(const std::string& path) {
  std::ios::sync_with_stdio(false);
  if (path == "-") {
    name_ = "stdin";
    in_ = &std::cin;
    return true;
  }
  name_ = path;
  file_.open(path, std::ios::binary);
  in_ = &file_;
  std::error_code ignored;
  if (file_ && !std::filesystem::is_directory(path, ignored)) return true;
  std::fprintf(stderr, "agent-assist: error: cannot read \"%s\"\n", path.c_str());
  return false;
}

bool EventLines::next(std::string& line) {
  if (!std::getline(*in_, line)) return false;
  ++number_;
  return true;
}

void EventLines::complain(const Error& error) const {
  const std::string pointer =
      error.place.pointer.empty() ? "" : " (at " + error.place.pointer + ")";
  std::fprintf(stderr, "%s:%llu:1: error: %s: %s%s\n", name_.c_str(),
               static_cast<unsigned long long>(number_), std::string(code_name(error.code)).c_str(),
               error.text.c_str(), pointer.c_str());
}

}  // namespace assist::commands
