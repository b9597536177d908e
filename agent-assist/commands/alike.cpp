#include "commands/alike.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

namespace assist::commands {
namespace {

/// The text without the names and numbers in it, without what they may have meant, and without the
/// other lines that have them.
std::string kind_of(std::string_view text) {
  for (const std::string_view rest : {" Did you mean ", " The same in line"})
    text = text.substr(0, text.find(rest));
  std::string out;
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (!quoted && (c < '0' || c > '9')) out += c;
  }
  return out;
}

struct Kind {
  std::size_t seen = 0;
  std::string example;                          // the text of the first
  std::uint32_t first_line = 0, last_line = 0;  // of those that are left out
};

/// What is left out of one file, the largest part first.
void append_counts(const std::string& file, const std::map<std::string, Kind>& kinds,
                   std::size_t most, Diagnostics& out) {
  std::vector<const Kind*> many;
  for (const auto& [unused, kind] : kinds)
    if (kind.seen > most) many.push_back(&kind);
  std::stable_sort(many.begin(), many.end(),
                   [](const Kind* a, const Kind* b) { return a->seen > b->seen; });
  for (const Kind* kind : many) {
    const std::size_t left = kind->seen - most;
    std::string lines = kind->first_line == kind->last_line
                            ? "line " + std::to_string(kind->first_line)
                            : "lines " + std::to_string(kind->first_line) + " to " +
                                  std::to_string(kind->last_line);
    out.push_back({Place{file, 0, 0, {}},
                   std::to_string(left) + " more like this in " + lines + " (a terminal shows " +
                       std::to_string(most) + " of a kind, 2>errors.txt has all): " + kind->example,
                   ""});
  }
}

}  // namespace

Diagnostics thin_out(const Diagnostics& errors, std::size_t most) {
  Diagnostics out;
  std::map<std::string, Kind> kinds;  // of the file at hand
  for (std::size_t i = 0; i < errors.size(); ++i) {
    const Diagnostic& error = errors[i];
    Kind& kind = kinds[kind_of(error.text)];
    if (++kind.seen <= most) {
      if (kind.seen == 1) kind.example = error.text;
      out.push_back(error);
    } else {
      if (kind.first_line == 0) kind.first_line = error.place.line;
      kind.last_line = error.place.line;
    }
    if (i + 1 < errors.size() && errors[i + 1].place.file == error.place.file) continue;
    append_counts(error.place.file, kinds, most, out);
    kinds.clear();
  }
  return out;
}

}  // namespace assist::commands
