#pragma once

#include <re2/re2.h>

#include <memory>
#include <string_view>

namespace assist::cel {

/// A regular expression of RE2's syntax. Linear in what it reads; its memory is bounded.
class Regex {
 public:
  explicit Regex(std::string_view pattern)
      : re_(re2::StringPiece(pattern.data(), pattern.size()), options()) {}
  bool ok() const { return re_.ok(); }
  const std::string& error() const { return re_.error(); }
  bool found_in(std::string_view text) const {
    return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), re_);
  }

 private:
  static RE2::Options options() {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(4 << 20);
    return options;
  }
  RE2 re_;
};

}  // namespace assist::cel
