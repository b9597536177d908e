#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace assist::cel {

enum class Token : std::uint8_t {
  end,
  ident,
  quoted_ident,  // `content-type`
  int_,
  uint_,
  double_,
  string,
  bytes,
  punct,  // text is the operator
  error,  // text is what is wrong
};

struct Lexeme {
  Token token = Token::end;
  std::string_view text;  // of string and bytes: what they hold
  std::uint32_t begin = 0, end = 0;
  bool space_before = false;

  bool is(std::string_view punct) const { return token == Token::punct && text == punct; }
};

/// Cuts a source into tokens. Texts are views of the source, or of `texts` where escapes were
/// resolved or a message was made.
class Lexer {
 public:
  Lexer(std::string_view source, std::deque<std::string>& texts) : source_(source), texts_(texts) {}
  Lexeme next();

 private:
  void skip_space();
  Lexeme number();
  Lexeme quoted(std::uint32_t begin, bool raw, bool bytes);
  Lexeme fail(std::size_t begin, std::size_t end, std::string text);
  bool unescape(std::string_view body, std::size_t offset, bool bytes, std::string& out,
                Lexeme& error);
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0';
  }
  Lexeme make(Token token, std::size_t begin, std::string_view text);

  std::string_view source_;
  std::deque<std::string>& texts_;
  std::size_t at_ = 0;
  bool space_ = false;
};

}  // namespace assist::cel
