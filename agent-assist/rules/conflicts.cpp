#include "rules/conflicts.hpp"

#include <algorithm>
#include <vector>

namespace assist::rules {
namespace {

constexpr std::size_t kSigns = 7;  // git: merge.conflictMarkerSize; Subversion and Mercurial alike

struct Marker {
  char sign;
  std::size_t begin, end;  // its line, with the line break
  std::size_t line;        // from 1
};

/// Seven equal signs at the start of a line, and a blank behind them or nothing.
bool is_marker(std::string_view line) {
  constexpr std::string_view kAll = "<|=>";
  if (line.size() < kSigns || kAll.find(line[0]) == std::string_view::npos) return false;
  const std::size_t other = line.find_first_not_of(line[0]);
  if (other == std::string_view::npos) return line.size() == kSigns;
  return other == kSigns && (line[kSigns] == ' ' || line[kSigns] == '\r');
}

std::vector<Marker> markers_of(std::string_view text) {
  std::vector<Marker> out;
  std::size_t line = 0;
  for (std::size_t at = text.starts_with("\xEF\xBB\xBF") ? 3 : 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    ++line;
    if (is_marker(text.substr(at, end - at)))
      out.push_back({text[at], at, std::min(end + 1, text.size()), line});
    at = end + 1;
  }
  return out;
}

/// How many markers one conflict has that begins with the `first`: 3, or 4 with the common origin
/// of both versions. 0: it is none.
std::size_t length_of(const std::vector<Marker>& markers, std::size_t first) {
  for (const std::string_view signs : {"<=>", "<|=>"}) {
    const std::size_t count = std::min(signs.size(), markers.size() - first);
    std::string found;
    for (std::size_t i = 0; i < count; ++i) found += markers[first + i].sign;
    if (found == signs) return count;
  }
  return 0;
}

/// `lines 4 to 6`, between two markers.
std::string lines_between(const Marker& before, const Marker& after) {
  const std::size_t first = before.line + 1, last = after.line - 1;
  if (last < first) return "nothing";
  if (first == last) return "line " + std::to_string(first);
  return "lines " + std::to_string(first) + (first + 1 == last ? " and " : " to ") +
         std::to_string(last);
}

/// `3, 7 and 9`
std::string numbers_of(const std::vector<Marker>& markers, std::size_t first, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) out += i + 1 == count ? " and " : ", ";
    out += std::to_string(markers[first + i].line);
  }
  return out;
}

std::string told(const std::vector<Marker>& markers, std::size_t first, std::size_t count) {
  const auto& split = markers[first + count - 2];
  const std::string origin =
      count == 4
          ? " (what both were made of: " + lines_between(markers[first + 1], markers[first + 2]) +
                ")"
          : "";
  return "A merge left two versions here, for you to choose: one is " +
         lines_between(markers[first], markers[first + 1]) + ", the other " +
         lines_between(split, markers[first + count - 1]) + origin +
         ". Keep what is right, and delete the rest and the lines " +
         numbers_of(markers, first, count) + ", which only mark them.";
}

}  // namespace

std::optional<std::string> without_conflicts(const Source& source, Report& report) {
  const std::vector<Marker> markers = markers_of(source.text());
  if (markers.empty()) return std::nullopt;
  std::string out(source.text());
  const auto leave_out = [&out](const Marker& from, const Marker& to) {
    std::fill(out.begin() + static_cast<std::ptrdiff_t>(from.begin),
              out.begin() + static_cast<std::ptrdiff_t>(to.end), '\n');
  };
  for (std::size_t i = 0; i < markers.size();) {
    const std::size_t count = length_of(markers, i);
    leave_out(markers[i], markers[i]);
    if (count > 0) {
      leave_out(markers[i + 1], markers[i + count - 1]);
      report.add(markers[i].begin, told(markers, i, count));
    } else {
      report.add(markers[i].begin,
                 "This line is left of a merge of two versions. Look at what stands around it, "
                 "keep what is right, and delete this line.");
    }
    i += std::max<std::size_t>(count, 1);
  }
  return out;
}

}  // namespace assist::rules
