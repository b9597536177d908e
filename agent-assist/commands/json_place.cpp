#include "commands/json_place.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace assist::commands {
namespace {

/// Walks over JSON, value after value.
class Walk {
 public:
  Walk(std::string_view json, std::size_t at) : json_(json), at_(at) { skip_space(); }

  std::size_t at() const { return at_; }
  char next() const { return at_ < json_.size() ? json_[at_] : '\0'; }
  /// Over a bracket, a comma or a colon, and the space after it.
  void step() {
    ++at_;
    skip_space();
  }

  /// Over a string; what stood between its quotes.
  std::string_view text() {
    const std::size_t begin = ++at_;
    while (at_ < json_.size() && json_[at_] != '"') at_ += json_[at_] == '\\' ? 2 : 1;
    at_ = std::min(at_, json_.size());
    const std::string_view out = json_.substr(begin, at_ - begin);
    step();
    return out;
  }

  /// Over a value, whatever it holds.
  void value() {
    std::size_t depth = 0;
    do {
      const char c = next();
      if (c == '\0') return;
      if (c == '"') {
        text();
        continue;
      }
      depth += c == '{' || c == '[' ? 1 : 0;
      depth -= c == '}' || c == ']' ? 1 : 0;
      step();
    } while (depth > 0 || (next() != ',' && next() != '}' && next() != ']' && next() != '\0'));
  }

 private:
  void skip_space() {
    while (at_ < json_.size() && std::string_view(" \t\r\n").find(json_[at_]) != std::string::npos)
      ++at_;
  }
  std::string_view json_;
  std::size_t at_;
};

/// Where the member or item `name` of the object or list at `at` begins. Of repeated names the last
/// one counts. nullopt: it has none.
std::optional<std::size_t> child(std::string_view json, std::size_t at, std::string_view name) {
  Walk walk(json, at);
  const bool object = walk.next() == '{';
  if (!object && walk.next() != '[') return std::nullopt;
  std::optional<std::size_t> out;
  walk.step();
  for (std::size_t index = 0; walk.next() != '}' && walk.next() != ']' && walk.next() != '\0';
       ++index) {
    const std::string key = object ? std::string(walk.text()) : std::to_string(index);
    if (object) walk.step();  // the colon
    if (key == name) out = walk.at();
    walk.value();
    if (walk.next() == ',') walk.step();
  }
  return out;
}

/// `~1` is a slash, `~0` a tilde.
std::string unescaped(std::string_view token) {
  std::string out;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const bool escape = token[i] == '~' && i + 1 < token.size();
    out += escape ? (token[++i] == '1' ? '/' : '~') : token[i];
  }
  return out;
}

}  // namespace

std::size_t place_of(std::string_view json, std::string_view pointer) {
  std::size_t at = Walk(json, 0).at();
  while (pointer.starts_with('/')) {
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    const auto found = child(json, at, unescaped(pointer.substr(0, end)));
    if (!found) break;
    at = *found;
    pointer.remove_prefix(end);
  }
  return at;
}

}  // namespace assist::commands
