#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/arena.hpp"
#include "events/json.hpp"
#include "events/json_containers.hpp"

namespace assist::events {

/// The first stage of simdjson: where the values, braces, brackets, commas and colons of a text
/// stand, with its UTF-8, its quotes and the control characters in strings checked on the way.
class JsonIndex {
 public:
  JsonIndex();
  ~JsonIndex();
  JsonIndex(JsonIndex&&) noexcept;

  /// Why `text` cannot be JSON, or nullptr. `text` must be followed by kJsonPadding bytes of 0.
  const char* build(std::string_view text);

  /// The positions, then the size of the text as a sentinel.
  const std::uint32_t* begin() const;

 private:
  struct Stage;
  std::unique_ptr<Stage> stage_;
};

inline constexpr std::size_t kJsonPadding = 64;

/// The second stage: reads one JSON text (RFC 8259) by its index, value after value, strictly, at
/// any depth and size without recursion to match. simdjson's own second stage will not do: it
/// refuses numbers that are too large for it and lone surrogates for the whole text, where here
/// the other events of a message count; it knows no limit of depth per event; and it copies every
/// string, where here those without escapes are views.
///
/// What is legal JSON, but may not be wanted, is read and noted in `notes`: the caller decides.
class JsonReader {
 public:
  /// What was met since forget(). A lone surrogate was replaced by U+FFFD, a number out of the
  /// range of a double by an infinity, a value that lies too deep by null.
  struct Notes {
    bool too_deep = false;
    bool infinite = false;
    std::vector<const char*> lone_surrogates;  // where the text begins of each string that had one
  };

  explicit JsonReader(std::size_t nesting_max) : nesting_max_(nesting_max) {}

  /// Starts on a text: what build() indexed, and what stays as long as the views that come of it.
  /// Strings with escapes, lists and objects are kept in `arena`.
  void start(std::string_view text, const JsonIndex& index, Arena& arena);

  /// The first character of the next value or mark; '\0' at the end of the text.
  char peek() const { return text_[*next_]; }
  bool at_end() const { return *next_ == size_; }
  std::size_t position() const { return *next_; }
  /// Behind the last value or mark that was read. One was.
  std::size_t last_end() const;

  /// Each reads one thing, and is false if it is not there: the text is no JSON, see slip().
  bool mark(char expected) {
    if (peek() != expected) [[unlikely]]
      return fail(words_of_missing(expected));
    ++next_;
    return true;
  }
  /// Those that QuickReader reads at once: none.
  template <class Take>
  bool plain_pairs(Take&&) {
    return true;
  }
  bool name(std::string_view& out) { return string(out, true) && mark(':'); }
  bool value(Json& out, std::size_t depth) {
    if (peek() != '"') return other_value(out, depth);
    out.kind = Json::Kind::string;
    return string(out.string, true);
  }
  /// Reads and checks, keeps nothing.
  bool skip(std::size_t depth) {
    std::string_view ignored;
    return peek() == '"' ? string(ignored, false) : skip_other(depth);
  }
  /// Reads a comma, if there is one.
  bool comma() {
    const bool found = peek() == ',';
    next_ += found;
    return found;
  }
  /// Reads an object's members onto `members` (and leaves them there), the last of equal names
  /// alone kept. `depth` is that of the object, from 1.
  bool members(std::vector<JsonMember>& out, std::size_t depth);

  void forget() {
    notes_.too_deep = false;
    notes_.infinite = false;
    notes_.lone_surrogates.clear();
  }
  const Notes& notes() const { return notes_; }
  bool had_lone_surrogate(std::string_view text) const;

  /// What is wrong with the text, for people: "a comma or } is missing at byte 57".
  std::string slip() const;

 private:
  bool string(std::string_view& out, bool keep);
  bool unescaped(std::string_view& out, const char* close, bool keep);
  const char* find_close(const char* from) const;
  bool fail(const char* what) {
    note_slip(what);
    return false;
  }
  void note_slip(const char* what);
  static const char* words_of_missing(char mark);
  bool other_value(Json& out, std::size_t depth);
  bool number(Json& out);
  bool literal(Json& out);
  bool scalar(Json& out, bool keep);
  bool ends_here(const char* at) const;
  bool skip_other(std::size_t depth);
  bool skip_scalar_or_open(std::size_t depth, bool& opened);
  bool skip_close(bool& done);

  const char* text_ = "";
  std::size_t size_ = 0;
  const std::uint32_t* next_ = nullptr;
  const char* escape_ = nullptr;  // the first backslash not yet read; the end: there is none
  std::size_t nesting_max_;
  Arena* arena_ = nullptr;
  Notes notes_;
  const char* wrong_ = nullptr;
  std::size_t wrong_at_ = 0;
  JsonContainers containers_;
  std::vector<char> open_;  // of skip(): the brackets that are open
};

/// What is next is a string; nearly all are views at once.
inline bool JsonReader::string(std::string_view& out, bool keep) {
  const char* const open = text_ + *next_;
  if (*open != '"') [[unlikely]]
    return fail("a name in quotes is missing");
  // No place between the quote that opens it and the one that closes it is in the index.
  const char* close = text_ + next_[1] - 1;
  if (*close != '"') [[unlikely]]
    close = find_close(close);
  if (close == nullptr) [[unlikely]]
    return fail("a string is not closed");
  out = {open + 1, static_cast<std::size_t>(close - open - 1)};
  if (escape_ < close && !unescaped(out, close, keep)) [[unlikely]]
    return false;
  ++next_;
  return true;
}

/// False: all names differ for certain. Costs little.
bool may_repeat_names(std::span<const JsonMember> members);

/// Leaves of equal names the last one alone, the others in their order, in time n log n. Returns
/// how many are left.
std::size_t drop_repeated_names(std::span<JsonMember> members);

/// Reads a JSON number by its digits. False: it is none. A number that is out of range is given as
/// an infinity, or as zero where it is too small.
bool read_number(const char*& at, const char* end, Json& out);

/// Writes what stands between the quotes to `out` (room for text.size()), and returns how much
/// that was; nullptr out: checks alone. `lone`: it had a lone surrogate, now U+FFFD. nullopt: an
/// escape is wrong.
std::optional<std::size_t> unescape(std::string_view text, char* out, bool& lone);

}  // namespace assist::events
