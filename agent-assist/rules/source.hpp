#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace assist::rules {

/// The text of one file that people write, and where its characters are.
class Source {
 public:
  Source(std::string path, std::string text);

  const std::string& path() const { return path_; }
  std::string_view text() const { return text_; }

  /// Line and column (from 1, columns in code points; a byte order mark is no column).
  Place place(std::size_t offset) const;
  /// The byte that a place of this file is of.
  std::size_t offset(const Place& place) const;
  /// What is wrong at `offset`, with the line that it is in.
  Diagnostic diagnose(std::size_t offset, std::string text) const;

 private:
  std::size_t line_of(std::size_t offset) const;
  std::string_view line_text(std::size_t line) const;

  std::string path_;
  std::string text_;
  std::vector<std::size_t> lines_;  // where each begins
};

/// What an error depends on.
enum class ErrorKind : std::uint8_t {
  of_file,       // on what the file holds
  unknown_name,  // on the other files too: of a rule or list that none of them has
};

/// Collects what is wrong in one file, and stops collecting where nobody would read on.
class Report {
 public:
  static constexpr std::size_t kMost = 10'000;
  /// To say which name may have been meant, so many are looked at in one file. Of ten thousand
  /// rules that each name another one wrongly nobody reads more than the first.
  static constexpr std::size_t kNamesLookedAt = 500'000;

  /// `warnings`: where what is doubtful is collected; nullptr: nowhere.
  Report(const Source& source, Diagnostics& out, Diagnostics* warnings = nullptr)
      : source_(source), out_(out), warnings_(warnings) {}
  void add(std::size_t offset, std::string text, ErrorKind kind = ErrorKind::of_file);
  /// What is allowed, and does not what whoever wrote it must believe. It is no error: count() and
  /// has_told() do not know of it.
  void warn(std::size_t offset, std::string text);
  /// Of what one mistake elsewhere makes wrong wherever it is used, such as a name that nobody
  /// declared. A text is told once, at its first place in the file, with the lines of the others.
  void add_once(std::size_t offset, const std::string& text, ErrorKind kind = ErrorKind::of_file);
  /// From here on they count as errors, and are not told.
  void leave_out_unknown_names() { leaves_out_unknown_names_ = true; }
  bool collects_warnings() const { return warnings_ != nullptr; }
  const Source& source() const { return source_; }
  /// How often something was told, or would have been were it not told already.
  std::size_t count() const { return count_; }
  /// Whether something in [begin, end) was told.
  bool has_told(std::size_t begin, std::size_t end) const;
  /// What is wrong beyond this is not collected.
  bool is_full() const { return told_ > kMost; }
  bool may_look_at_names() const { return names_ < kNamesLookedAt; }
  void looked_at_names(std::size_t count) { names_ += count; }

 private:
  struct Once {
    std::size_t diagnostic = 0;  // in out_
    std::size_t first = 0;
    std::set<std::uint32_t> lines;
  };

  /// Counts one that is not told. False: it is to be told.
  bool leaves_out(std::size_t offset, ErrorKind kind);

  const Source& source_;
  Diagnostics& out_;
  Diagnostics* warnings_;
  std::size_t warned_ = 0;
  bool leaves_out_unknown_names_ = false;
  std::size_t count_ = 0;
  std::size_t told_ = 0;
  std::size_t last_ = 0;              // in out_
  std::map<std::string, Once> once_;  // by text
  std::set<std::size_t> told_at_;
  std::size_t names_ = 0;
};

/// In order of file (as in `files`, which are the paths in their order), line, column; each once.
void sort_and_unique(Diagnostics& diagnostics, const std::vector<std::string>& files);

}  // namespace assist::rules
