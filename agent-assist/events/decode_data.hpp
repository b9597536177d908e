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

  DataReader(const Input& input, const Limits& limits, Arena& arena)
      : input_(input), limits_(limits), arena_(arena) {}

  /// The data of the type, or why it is refused.
  std::optional<Error> read(Data& out);

  bool text_was_cut() const { return text_was_cut_; }

  // One member each, as the table of the contract names them. Null counts as not given. After the
  // first that is wrong the others do nothing.
  void member(std::string_view name, Text& out);
  void member(std::string_view name, Texts& out);
  void member(std::string_view name, std::optional<bool>& out);
  void member(std::string_view name, std::optional<Time>& out);
  void member(std::string_view name, Attributes& out);
  void required_id(std::string_view name, std::string_view& out);
  void required_id(std::string_view name, Text& out);
  void speaker(Speaker& out);
  void said(std::string_view& out);
  void score(double& out);
  void waiting(std::optional<std::int64_t>& out);
  void longest_wait(std::optional<Duration>& out);

 private:
  const Json* get(std::string_view name) const;
  const Json* get_required(std::string_view name, std::string_view what);
  void wrong(std::string_view name, std::string_view what, const Json& found);
  void refuse(ErrorCode code, std::string text, std::string pointer);
  bool check_numbers(const Json& value, std::string& pointer);

  Input input_;
  const Limits& limits_;
  Arena& arena_;
  std::optional<Error> error_;
  bool text_was_cut_ = false;
};

/// "a number", "an object": what a value is, in a sentence.
std::string_view words_of(const Json& value);

}  // namespace assist::events
