#include "base/result.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <numeric>

#include "base/excerpt.hpp"

namespace assist {

void throw_exception_from_error(const Error& error, const boost::source_location& at) {
  std::fprintf(stderr, "%s:%u: a failed Result was read: %s\n", at.file_name(),
               static_cast<unsigned>(at.line()), error.text.c_str());
  std::abort();
}

namespace {

/// Levenshtein, with a swap of neighbours counted once, given up above `most`.
std::size_t distance(std::string_view a, std::string_view b, std::size_t most) {
  if (a.size() > b.size() + most || b.size() > a.size() + most) return most + 1;
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  std::iota(last.begin(), last.end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

}  // namespace

std::string format(const Diagnostic& d) {
  std::string out = printable(d.place.file);
  if (d.place.line > 0) {
    out += ':' + std::to_string(d.place.line) + ':' + std::to_string(d.place.column);
  }
  out += ": error: " + printable(d.text) + '\n';
  return d.snippet.empty() ? out : out + excerpt(d.snippet, d.place.column);
}

std::string_view nearest(std::string_view name, const std::vector<std::string_view>& known) {
  const std::size_t most = name.size() <= 4 ? 1 : name.size() <= 8 ? 2 : 3;
  std::size_t best = most + 1;
  std::string_view found;
  for (const auto candidate : known) {
    const std::size_t d = distance(name, candidate, most);
    if (d < best) {
      best = d;
      found = candidate;
    }
  }
  return found;
}

}  // namespace assist
