#pragma once

#include <optional>

#include "events/arena.hpp"
#include "events/decode.hpp"
#include "events/event.hpp"

namespace assist::events {

/// Reads the members of an event's `data`. What stays (lists of texts) is kept in `arena`; texts
/// and attributes remain views into what `members` points to.
class DataReader {
 public:
  struct Input {
    EventType type;
    JsonObject members;
    bool may_be_infinite = false;  // a number of the event is out of range: look for it
  };

  /// `error` is set where something is wrong.
  DataReader(const Input& input, const Limits& limits, Arena& arena, std::optional<Error>& error)
      : input_(input), limits_(limits), arena_(arena), error_(error) {}

  /// The data of the type. False: it is refused.
  bool read(Data& out);

  bool text_was_cut() const { return text_was_cut_; }

  // One member each, as the table of the contract names them. Null counts as not given. After the
  // first that is wrong the others do nothing.
  template <class T>
  [[gnu::always_inline]] void member(std::string_view name, T& out) {
    if (const Json* const value = get(name)) take(name, *value, out);
  }
  void required_id(std::string_view name, std::string_view& out);
  void required_id(std::string_view name, Text& out);
  void speaker(Speaker& out);
  void said(std::string_view& out);
  void score(double& out);
  void waiting(std::optional<std::int64_t>& out);
  void longest_wait(std::optional<Duration>& out);

 private:
  // Inline, so that what is compared is known where a name is.
  [[gnu::always_inline]] const Json* get(std::string_view name) const {
    return error_ ? nullptr : find(input_.members, name);
  }
  [[gnu::always_inline]] const Json* get_required(std::string_view name, std::string_view what) {
    const Json* const value = get(name);
    if (value == nullptr && !error_) missing(name, what);
    return value;
  }
  void take(std::string_view name, const Json& value, Text& out);
  void take(std::string_view name, const Json& value, Texts& out);
  void take(std::string_view name, const Json& value, std::optional<bool>& out);
  void take(std::string_view name, const Json& value, std::optional<Time>& out);
  void take(std::string_view name, const Json& value, Attributes& out);
  [[gnu::cold]] void missing(std::string_view name, std::string_view what);
  [[gnu::cold]] void wrong(std::string_view name, std::string_view what, const Json& found);
  [[gnu::cold]] void refuse(ErrorCode code, std::string text, std::string pointer);
  bool check_numbers(const Json& value, std::string& pointer);

  Input input_;
  const Limits& limits_;
  Arena& arena_;
  std::optional<Error>& error_;
  bool text_was_cut_ = false;
};

/// "a number", "an object": what a value is, in a sentence.
std::string_view words_of(const Json& value);

}  // namespace assist::events
