#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "events/arena.hpp"
#include "events/json.hpp"
#include "events/json_containers.hpp"
#include "events/json_reader.hpp"
#include "events/quotes.hpp"

namespace assist::events {

/// Reads JSON by the places of its quotes, for half of what JsonIndex and JsonReader take. It never
/// says that a text is wrong: at whatever is, or is not usual (a number out of range, half a
/// surrogate pair, a depth over the limit), it gives up, and the text is read anew by JsonReader.
/// What it does read is JSON, and is what JsonReader would have read.
class QuickReader {
 public:
  explicit QuickReader(std::size_t nesting_max) : nesting_max_(nesting_max) {}

  /// Starts on a text that is followed by kJsonPadding bytes of 0 and stays as long as the views
  /// that come of it. False: it gives up.
  bool start(std::string_view text, Arena& arena);

  /// The first character of the next value or mark; '\0' at the end of the text.
  char peek() const { return *at_; }
  bool at_end() const { return at_ == end_; }
  std::size_t position() const { return static_cast<std::size_t>(at_ - begin_); }
  /// Behind the last value or mark that was read. One was.
  std::size_t last_end() const {
    const char* end = at_;
    while (static_cast<unsigned char>(end[-1]) <= ' ') --end;
    return static_cast<std::size_t>(end - begin_);
  }

  // Each reads one thing; false: it gives up.
  bool mark(char expected) { return *at_ == expected && go_on(at_ + 1); }
  bool name(std::string_view& out) { return *at_ == '"' && string(out) && mark(':'); }
  bool value(Json& out, std::size_t depth) {
    if (*at_ != '"') return other_value(out, depth);
    out.kind = Json::Kind::string;
    return string(out.string);
  }
  /// Reads an object's pairs of a name and a text as long as they stand there plainly, with no more
  /// than a space behind each mark, and gives them to `take`: most pairs of most events. True:
  /// another follows that is not so plain; false: no comma does.
  template <class Take>
  bool plain_pairs(Take&& take);
  bool skip(std::size_t depth);
  bool members(std::vector<JsonMember>& out, std::size_t depth);
  /// Reads a comma, if there is one.
  bool comma() { return *at_ == ',' && go_on(at_ + 1); }

 private:
  /// To what is next behind `at`. True.
  bool go_on(const char* at) {
    at_ = at;
    if (static_cast<unsigned char>(*at) <= ' ') [[unlikely]]
      skip_space();
    return true;
  }
  /// A quote is next. As all before it were read in pairs, so are it and the one that closes.
  bool string(std::string_view& out) {
    const char* const inside = begin_ + quote_[0] + 1;
    const char* const close = begin_ + quote_[1];
    quote_ += 2;
    out = {inside, static_cast<std::size_t>(close - inside)};
    if (!strings_are_plain_ && !check_string(out)) [[unlikely]]
      return false;
    return go_on(close + 1);
  }
  void skip_space();
  bool check_string(std::string_view& out);
  bool other_value(Json& out, std::size_t depth);
  bool number(Json& out);
  bool literal(Json& out);

  const char* begin_ = "";
  const char* end_ = begin_;
  const char* at_ = begin_;               // no white space stands here
  const std::uint32_t* quote_ = nullptr;  // the next one
  bool strings_are_plain_ = false;        // none has an escape or a control character
  Quotes quotes_;
  std::size_t nesting_max_;
  Arena* arena_ = nullptr;
  JsonContainers containers_;
};

template <class Take>
bool QuickReader::plain_pairs(Take&& take) {
  const char* const begin = begin_;
  const std::uint32_t* quote = quote_;
  // Is the quote at `open` the next thing behind `mark` behind the quote at `close`?
  const auto follows = [begin](std::uint32_t close, char mark, std::uint32_t open) {
    return begin[close + 1] == mark &&
           (open == close + 2 || (open == close + 3 && begin[close + 2] == ' '));
  };
  if (*at_ != '"' || !strings_are_plain_) return true;
  bool is_next = true;
  while (is_next && follows(quote[1], ':', quote[2])) {
    take(std::string_view(begin + quote[0] + 1, quote[1] - quote[0] - 1),
         std::string_view(begin + quote[2] + 1, quote[3] - quote[2] - 1));
    quote += 4;
    is_next = follows(quote[-1], ',', quote[0]);
  }
  quote_ = quote;
  if (is_next) return go_on(begin + quote[0]);
  go_on(begin + quote[-1] + 1);
  return comma();
}

}  // namespace assist::events
