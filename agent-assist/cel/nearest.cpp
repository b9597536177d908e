#include "cel/nearest.hpp"

#include <algorithm>
#include <array>

namespace assist::cel {
namespace {

constexpr std::size_t kLongest = 100;  // of names that are compared
constexpr std::size_t kShortestWord = 3;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool same(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

/// `call` and `hold` of `call.hold`; a name without a dot has no group.
struct Parts {
  explicit Parts(std::string_view name) {
    const std::size_t dot = name.rfind('.');
    if (dot != std::string_view::npos) group = name.substr(0, dot);
    last = dot == std::string_view::npos ? name : name.substr(dot + 1);
  }
  std::string_view group, last;
};

/// How many edits a slip of the keys makes. One edit makes any short name of any other: of these
/// only letters that changed places, or the other case, are meant.
std::size_t slips(std::string_view name) {
  return name.size() <= 2 ? 0 : name.size() <= 4 ? 1 : name.size() <= 8 ? 2 : 3;
}

/// Edits between two names, a swap of neighbours being one; more than `most` is most + 1.
std::size_t edits(std::string_view a, std::string_view b, std::size_t most) {
  if (a.size() > b.size() + most || b.size() > a.size() + most) return most + 1;
  if (a.size() > kLongest) return most + 1;
  std::array<std::array<std::uint8_t, kLongest + 5>, 3> rows;
  auto *before = rows[0].data(), *last = rows[1].data(), *row = rows[2].data();
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = static_cast<std::uint8_t>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::uint8_t least = row[0] = static_cast<std::uint8_t>(i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool equal = lower(a[i - 1]) == lower(b[j - 1]);
      int edit = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (equal ? 0 : 1)});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
          lower(a[i - 2]) == lower(b[j - 1]))
        edit = std::min(edit, before[j - 2] + 1);
      row[j] = static_cast<std::uint8_t>(edit);
      least = std::min(least, row[j]);
    }
    if (least > most) return most + 1;
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

/// The same; nothing that is beyond a slip.
std::size_t slip(std::string_view a, std::string_view b) {
  if (same(a, b)) return 0;
  const std::size_t most = slips(a);
  if (most == 0) {
    const bool swapped = a.size() == b.size() && a.size() == 2 && lower(a[0]) == lower(b[1]) &&
                         lower(a[1]) == lower(b[0]);
    return swapped ? 1 : kLongest;
  }
  const std::size_t n = edits(a, b, most);
  return n > most ? kLongest : n;
}

/// A slip of the keys, in the group or behind it; a dot may be missing.
std::size_t slip_of_name(const Parts& name, std::string_view whole, const Parts& known,
                         std::string_view known_whole, std::string_view& near_group,
                         std::size_t& group_edits) {
  if (name.group.empty() || known.group.empty())
    return name.group.empty() && known.group.empty() ? slip(name.last, known.last)
                                                     : slip(whole, known_whole);
  if (known.group != near_group) {  // names of one group stand together
    near_group = known.group;
    group_edits = slip(name.group, known.group);
  }
  return group_edits == kLongest ? kLongest
                                 : std::min(kLongest, group_edits + slip(name.last, known.last));
}

/// Calls `each` with the words of `name`, without a plural's s; stops where it says false.
template <class Each>
bool all_words(std::string_view name, Each each) {
  std::size_t words = 0;
  while (!name.empty()) {
    const std::size_t end = std::min(name.find_first_of("_-. "), name.size());
    std::string_view word = name.substr(0, end);
    name.remove_prefix(std::min(end + 1, name.size()));
    if (word.size() > kShortestWord && lower(word.back()) == 's') word.remove_suffix(1);
    if (word.empty()) continue;
    ++words;
    if (!each(word)) return false;
  }
  return words > 0;
}

/// `nam` and `name`, `waiting` and `wait`.
bool is_word_of(std::string_view word, std::string_view name) {
  return !all_words(name, [word](std::string_view other) {
    const std::size_t common = std::min(word.size(), other.size());
    return common < kShortestWord || std::max(word.size(), other.size()) > common + 4 ||
           !same(word.substr(0, common), other.substr(0, common));
  });
}

/// Each word of `a` is a word of `b`.
bool has_words(std::string_view a, std::string_view b) {
  return all_words(a, [b](std::string_view word) { return is_word_of(word, b); });
}

/// The shortest of `known` that `fits`.
template <class Fits>
std::string_view shortest(const std::vector<std::string_view>& known, Fits fits) {
  std::string_view best;
  for (const auto candidate : known)
    if ((best.empty() || candidate.size() < best.size()) && fits(Parts(candidate)))
      best = candidate;
  return best;
}

}  // namespace

std::string_view nearest_slip(std::string_view name, const std::vector<std::string_view>& known) {
  if (name.empty() || name.size() > kLongest) return "";
  const Parts parts(name);
  std::string_view best, near_group;
  std::size_t fewest = kLongest, group_edits = kLongest;
  for (const auto candidate : known) {
    const std::size_t n =
        slip_of_name(parts, name, Parts(candidate), candidate, near_group, group_edits);
    if (n < fewest) {
      fewest = n;
      best = candidate;
    }
  }
  return best;
}

std::string_view nearest(std::string_view name, const std::vector<std::string_view>& known) {
  const Parts parts(name);
  std::string_view best = nearest_slip(name, known);
  if (!best.empty() || parts.last.size() < kShortestWord || name.size() > kLongest) return best;
  best = shortest(known, [&](const Parts& p) { return same(p.last, parts.last); });
  const auto in_group = [&](const Parts& p) {
    return parts.group.empty() || p.group == parts.group;
  };
  if (best.empty()) {
    best = shortest(known, [&](const Parts& p) {
      return in_group(p) && has_words(p.last, parts.last) && has_words(parts.last, p.last);
    });
  }
  if (best.empty()) {
    best = shortest(known, [&](const Parts& p) {
      return in_group(p) && (has_words(p.last, parts.last) || has_words(parts.last, p.last));
    });
  }
  return best;
}

}  // namespace assist::cel
