#include "rules/seen.hpp"

#include <optional>

#include "cel/odd_characters.hpp"
#include "rules/wording.hpp"

namespace assist::rules {
namespace {

using cel::OddCharacter;
using yaml::Node;

constexpr std::string_view kBlanks = " \t\n";

bool is_blank_at(std::string_view text, std::size_t at) {
  return kBlanks.find(text[at]) != std::string_view::npos;
}

const OddCharacter* unseen_at(std::string_view text, std::size_t at) {
  const OddCharacter* odd = cel::odd_character(text.substr(at));
  return odd != nullptr && (odd->is_unseen() || odd->like == OddCharacter::Like::space) ? odd
                                                                                        : nullptr;
}

/// What is seen of a text: from its first to its last character that is neither blank nor unseen.
struct Seen {
  std::size_t begin = 0, end = 0;
};

Seen seen_of(std::string_view text) {
  Seen out{text.size(), 0};
  for (std::size_t at = 0; at < text.size();) {
    const OddCharacter* odd = unseen_at(text, at);
    const std::size_t size = odd != nullptr ? odd->size() : 1;
    if (odd == nullptr && !is_blank_at(text, at)) {
      out.begin = std::min(out.begin, at);
      out.end = at + 1;
    }
    at += size;
  }
  return out.end == 0 ? Seen{} : out;
}

class Check {
 public:
  Check(const Source& source, const Node& node, std::size_t begin, std::size_t end,
        Compared compared)
      : source_(source),
        node_(node),
        begin_(begin),
        compared_(compared),
        text_(std::string_view(node.text).substr(begin, end - begin)),
        seen_(seen_of(text_)) {}

  bool begins_with_quote() const {
    const OddCharacter* odd = cel::odd_character(text_);
    return odd != nullptr && odd->is_quote();
  }

  struct Fault {
    std::size_t at;  // in the node's text
    std::string text;
  };
  /// The first character that should not be there.
  std::optional<Fault> fault() const {
    for (std::size_t at = 0; at < text_.size(); ++at)
      if (const std::string what = wrong_at(at); !what.empty())
        return Fault{begin_ + at, what + where(at) + ": take it away."};
    return std::nullopt;
  }

 private:
  /// Whether the file has the character itself, not an escape of it.
  bool is_raw(std::size_t at, std::size_t size) const {
    const std::string_view file = source_.text().substr(node_.in_file(begin_ + at));
    return file.starts_with(text_.substr(at, size));
  }

  bool is_inside(std::size_t at) const { return at >= seen_.begin && at < seen_.end; }

  /// What stands here and should not; "": nothing.
  std::string wrong_at(std::size_t at) const {
    const OddCharacter* odd = unseen_at(text_, at);
    if (odd == nullptr) {
      const bool blank = compared_ == Compared::whole && is_blank_at(text_, at) && !is_inside(at);
      if (!blank || !is_raw(at, 1)) return "";
      return text_[at] == '\n' ? "A line break" : "A blank";
    }
    if (!is_raw(at, odd->size()) || !matters(*odd, at)) return "";
    return "A" + odd->in_words().substr(1);
  }

  bool matters(const OddCharacter& odd, std::size_t at) const {
    if (!is_inside(at)) return compared_ != Compared::words;
    if (odd.like == OddCharacter::Like::joiner) return !joins(odd, at);
    return odd.is_unseen();
  }

  /// Between letters that are not ASCII it has its use.
  bool joins(const OddCharacter& odd, std::size_t at) const {
    const auto beyond_ascii = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
    return beyond_ascii(text_[at - 1]) && beyond_ascii(text_[at + odd.size()]);
  }

  std::string where(std::size_t at) const {
    const auto seen = in_quotes(text_.substr(seen_.begin, seen_.end - seen_.begin));
    return (is_inside(at)      ? " stands in "
            : at < seen_.begin ? " stands before "
                               : " stands behind ") +
           seen;
  }

  const Source& source_;
  const Node& node_;
  std::size_t begin_;
  Compared compared_;
  std::string_view text_;
  Seen seen_;
};

}  // namespace

bool is_as_seen(Reader& reader, const Node& node, Compared compared) {
  const Check check(reader.source(), node, 0, node.text.size(), compared);
  if (compared != Compared::words && node.is_plain() && check.begins_with_quote()) {
    reader.error(node,
                 "Write straight quotes (\") instead of typographic ones: these would be a part of "
                 "the text.");
    return false;
  }
  const auto fault = check.fault();
  if (fault) reader.error(node, fault->text);
  return !fault;
}

bool is_as_seen(Reader& reader, const Node& node, std::size_t begin, std::size_t end,
                Compared compared) {
  const auto fault = Check(reader.source(), node, begin, end, compared).fault();
  if (fault) reader.error(node.in_file(fault->at), fault->text);
  return !fault;
}

}  // namespace assist::rules
