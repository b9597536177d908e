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
  /// Behind the last value or mark that was read.
  std::size_t last_end() const { return last_end_; }

  /// Each reads one thing, and is false if it is not there: the text is no JSON, see slip().
  bool mark(char expected);
  bool name(std::string_view& out);
  bool value(Json& out, std::size_t depth);
  bool skip(std::size_t depth);  // reads and checks, keeps nothing
  /// Reads an object's members onto `members` (and leaves them there), the last of equal names
  /// alone kept. `depth` is that of the object, from 1.
  bool members(std::vector<JsonMember>& out, std::size_t depth);

  void forget();
  const Notes& notes() const { return notes_; }
  bool had_lone_surrogate(std::string_view text) const;

  /// What is wrong with the text, for people: "a comma or } is missing at byte 57".
  std::string slip() const;

 private:
  bool fail(const char* what);
  bool string(std::string_view& out, bool keep);
  bool number(Json& out);
  bool literal(Json& out);
  bool scalar(Json& out, bool keep);
  bool list(Json& out, std::size_t depth);
  bool ends_here(const char* at) const;
  bool skip_scalar_or_open(std::size_t depth, bool& opened);
  bool skip_close(bool& done);

  const char* text_ = "";
  std::size_t size_ = 0;
  const std::uint32_t* next_ = nullptr;
  std::size_t last_end_ = 0;
  bool has_escapes_ = false;  // most texts have none: their strings are views at once
  std::size_t nesting_max_;
  Arena* arena_ = nullptr;
  Notes notes_;
  const char* wrong_ = nullptr;
  std::size_t wrong_at_ = 0;
  std::vector<JsonMember> scratch_members_;
  std::vector<Json> scratch_items_;
  std::vector<char> open_;  // of skip(): the brackets that are open
};

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
