#pragma once

#include <cstdint>
#include <fstream>
#include <istream>
#include <string>

#include "base/result.hpp"

namespace assist::commands {

/// A file of event lines, or stdin ("-").
class EventLines {
 public:
  /// False, told on stderr: it cannot be read.
  bool open(const std::string& path);
  /// The next line; false at the end.
  bool next(std::string& line);
  std::uint64_t number() const { return number_; }

  /// Tells on stderr why the present line was refused: `FILE:LINE:1: error: CODE: TEXT`.
  void complain(const Error& error) const;

 private:
  std::string name_;
  std::ifstream file_;
  std::istream* in_ = nullptr;
  std::uint64_t number_ = 0;
};

}  // namespace assist::commands
