#include "rules/pieces.hpp"

#include <algorithm>

namespace assist::rules {
namespace {

class Reading {
 public:
  explicit Reading(std::string_view source) : s_(source) {}

  std::vector<Piece> all() {
    std::vector<Piece> out;
    while (skip(), p_ < s_.size()) out.push_back(next());
    return out;
  }

 private:
  /// White space, and comments to the end of their line.
  void skip() {
    constexpr std::string_view kSpace = " \t\r\n";
    while (p_ < s_.size()) {
      if (kSpace.find(s_[p_]) != std::string_view::npos) {
        ++p_;
      } else if (s_.substr(p_).starts_with("//")) {
        p_ = std::min(s_.find('\n', p_), s_.size());
      } else {
        return;
      }
    }
  }

  Piece next() {
    Piece out;
    out.begin = p_;
    std::size_t end = p_;
    while (end < s_.size() && is_word(s_[end])) ++end;
    const std::string_view word = s_.substr(p_, end - p_);
    const bool prefix = !word.empty() && word.size() <= 2 && end < s_.size() &&
                        (s_[end] == '"' || s_[end] == '\'') &&
                        word.find_first_not_of("rRbB") == word.npos;
    if (prefix) p_ = end;
    if (p_ < s_.size() && (s_[p_] == '"' || s_[p_] == '\'')) {
      out.is_text = true;
      out.is_plain = !prefix;
      text(out);
    } else if (!word.empty()) {
      out.word = word;
      p_ = end;
    } else {
      out.sign = s_[p_++];
    }
    out.end = p_;
    return out;
  }

  void text(Piece& out) {
    const std::string three(3, s_[p_]);
    const std::string_view close =
        s_.substr(p_).starts_with(three) ? std::string_view(three) : s_.substr(p_, 1);
    std::size_t at = p_ + close.size();
    out.body = at;
    while (at < s_.size() && !s_.substr(at).starts_with(close)) {
      if (s_[at] == '\\' && at + 1 < s_.size()) {
        out.is_plain = false;
        ++at;
      }
      out.text += s_[at++];
    }
    out.body_end = at;
    p_ = std::min(s_.size(), at + close.size());
  }

  std::string_view s_;
  std::size_t p_ = 0;
};

}  // namespace

std::vector<Piece> pieces_of(std::string_view source) { return Reading(source).all(); }

}  // namespace assist::rules
