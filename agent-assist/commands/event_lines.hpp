#pragma once

#include <cstdint>
#include <fstream>
#include <istream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace assist::commands {

/// Opens a file. False, told: it cannot be read.
bool open_to_read(std::ifstream& file, const std::string& path);

/// A file of event lines, or stdin ("-").
class EventLines {
 public:
  /// False, told on stderr: it cannot be read.
  bool open(const std::string& path);
  /// The next line; false at the end. A file that is not in UTF-8 has one line, which is none.
  bool next(std::string& line);
  std::uint64_t number() const { return number_; }
  /// More can be read without waiting for it.
  bool ready() const { return in_->rdbuf()->in_avail() > 0; }
  /// How many lines it may have if they are as long as these on average, those aside that
  /// are too short for an event; 0: nobody knows.
  std::uint64_t lines_like(std::span<const std::string> lines) const;

  /// The next lines, as many as are there without waiting for more, but one at least; 0 at the end.
  std::size_t next(std::span<std::string> lines);

  /// Tells on stderr why `line` was refused: `FILE:LINE:COL: error: CODE: TEXT`, the line and a
  /// caret. `back`: so many lines before the last one that was read.
  void complain(const Error& error, std::string_view line, std::uint64_t back = 0) const;

 private:
  std::string name_;
  std::uint64_t bytes_ = 0;   // 0: unknown
  std::vector<char> buffer_;  // of the file
  std::ifstream file_;
  std::istream* in_ = nullptr;
  std::uint64_t number_ = 0;
  bool wide_ = false;  // UTF-16 or UTF-32, as `>` of PowerShell writes it
};

}  // namespace assist::commands
