#include "cel/lex.hpp"

#include <array>

#include "cel/odd_characters.hpp"
#include "cel/text.hpp"

namespace assist::cel {
namespace {

bool is_ident_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_ident(char c) { return is_ident_start(c) || is_digit(c); }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
unsigned hex_value(char c) {
  return static_cast<unsigned>(is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
}

constexpr std::array<std::string_view, 11> kLongPuncts = {
    "===", "!==", "&&", "||", "==", "!=", "<=", ">=", "<>", "=>", "=~"};
constexpr std::string_view kPuncts = "()[]{}.,:?!<>+-*/%=&|";

/// What to write instead of a character that looks like another.
std::string instead_of(const OddCharacter& odd) {
  using Like = OddCharacter::Like;
  if (odd.like == Like::double_quote)
    return "write straight quotes (\") instead of typographic ones";
  if (odd.like == Like::single_quote)
    return "write straight quotes (') instead of typographic ones";
  if (odd.like == Like::space)
    return "there is a " + std::string(odd.name) + " here: write a plain one";
  if (odd.like == Like::letter)
    return "this is " + odd.in_words() + ": write the plain letter " + odd.letter;
  if (odd.is_unseen())
    return "there is a character here that cannot be seen: delete it, or write a plain space";
  return "";
}

/// What people type that the language writes otherwise, by its first byte.
std::string unknown_character(std::string_view source, std::size_t at, std::size_t& end) {
  const char32_t c = decode_utf8(source, end);
  if (const OddCharacter* odd = odd_character(source.substr(at)))
    if (std::string advice = instead_of(*odd); !advice.empty()) return advice;
  if (c == 0x2264) return "write <= instead of \u2264";
  if (c == 0x2265) return "write >= instead of \u2265";
  if (c == 0x2260) return "write != instead of \u2260";
  if (c == 0x2013 || c == 0x2014 || c == 0x2212) return "write - (the plain minus sign) here";
  if (c >= 0x2000 && c <= 0x200F)
    return "there is a character here that cannot be seen: delete it, or write a plain space";
  if (c == '#') return "a remark begins with // in an expression, not with #";
  if (c == ';') return "an expression has no ; in it: take it away";
  return "\"" + std::string(source.substr(at, end - at)) + "\" has no meaning here";
}

}  // namespace

Lexeme Lexer::make(Token token, std::size_t begin, std::string_view text) {
  Lexeme lexeme;
  lexeme.token = token;
  lexeme.text = text;
  lexeme.begin = static_cast<std::uint32_t>(begin);
  lexeme.end = static_cast<std::uint32_t>(at_);
  lexeme.space_before = space_;
  return lexeme;
}

Lexeme Lexer::fail(std::size_t begin, std::size_t end, std::string text) {
  texts_.push_back(std::move(text));
  at_ = end;
  return make(Token::error, begin, texts_.back());
}

void Lexer::skip_space() {
  const std::size_t start = at_;
  while (at_ < source_.size()) {
    const char c = source_[at_];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
      ++at_;
    } else if (c == '/' && peek(1) == '/') {
      while (at_ < source_.size() && source_[at_] != '\n') ++at_;
    } else {
      break;
    }
  }
  space_ = at_ != start;
}

Lexeme Lexer::next() {
  skip_space();
  const std::size_t begin = at_;
  if (begin >= source_.size()) return make(Token::end, begin, "");
  const char c = source_[begin];
  if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number();
  if (c == '"' || c == '\'') return quoted(static_cast<std::uint32_t>(begin), false, false);
  if (is_ident_start(c)) {
    bool raw = false, bytes = false;
    std::size_t ahead = 0;
    while (ahead < 2) {
      const char p = peek(ahead);
      if ((p == 'r' || p == 'R') && !raw) {
        raw = true;
      } else if ((p == 'b' || p == 'B') && !bytes && !raw) {
        bytes = true;
      } else {
        break;
      }
      ++ahead;
    }
    if (ahead > 0 && (peek(ahead) == '"' || peek(ahead) == '\'')) {
      at_ += ahead;
      return quoted(static_cast<std::uint32_t>(begin), raw, bytes);
    }
    while (at_ < source_.size() && is_ident(source_[at_])) ++at_;
    return make(Token::ident, begin, source_.substr(begin, at_ - begin));
  }
  if (c == '`') {
    const std::size_t close = source_.find('`', begin + 1);
    if (close == std::string_view::npos) {
      return fail(begin, begin + 1, "this name has no closing `");
    }
    const auto text = source_.substr(begin + 1, close - begin - 1);
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char t = text[i];
      if (!is_ident(t) && t != '.' && t != '-' && t != '/' && t != ' ') {
        return fail(begin + 1 + i, begin + 2 + i,
                    "a name between ` holds letters, digits, _ . - / and spaces only");
      }
    }
    if (text.empty()) return fail(begin, close + 1, "there is no name between the two `");
    at_ = close + 1;
    return make(Token::quoted_ident, begin, text);
  }
  for (const auto punct : kLongPuncts) {
    if (source_.substr(begin, punct.size()) == punct) {
      at_ += punct.size();
      return make(Token::punct, begin, source_.substr(begin, punct.size()));
    }
  }
  if (kPuncts.find(c) != std::string_view::npos) {
    ++at_;
    return make(Token::punct, begin, source_.substr(begin, 1));
  }
  std::size_t end = begin;
  std::string text = unknown_character(source_, begin, end);
  return fail(begin, end, std::move(text));
}

Lexeme Lexer::number() {
  const std::size_t begin = at_;
  bool fraction = false;
  if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X') && is_hex(peek(2))) {
    at_ += 2;
    while (is_hex(peek())) ++at_;
  } else {
    while (is_digit(peek())) ++at_;
    if (peek() == '.' && is_digit(peek(1))) {
      fraction = true;
      ++at_;
      while (is_digit(peek())) ++at_;
    }
    const std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
    if ((peek() == 'e' || peek() == 'E') && is_digit(peek(1 + sign))) {
      fraction = true;
      at_ += 1 + sign;
      while (is_digit(peek())) ++at_;
    }
  }
  const auto text = source_.substr(begin, at_ - begin);
  if (fraction) return make(Token::double_, begin, text);
  if (peek() == 'u' || peek() == 'U') {
    ++at_;
    return make(Token::uint_, begin, text);
  }
  return make(Token::int_, begin, text);
}

Lexeme Lexer::quoted(std::uint32_t begin, bool raw, bool bytes) {
  const char quote = source_[at_];
  const std::string triple(3, quote);
  const bool is_triple = source_.substr(at_, 3) == triple;
  const std::size_t start = at_ + (is_triple ? 3 : 1);
  std::size_t i = start;
  bool escapes = false;
  for (;; ++i) {
    if (i >= source_.size()) {
      return fail(begin, start, std::string("this text has no closing quote (") + quote + ")");
    }
    const char c = source_[i];
    // A raw text ends at the next quote, whatever stands before it (cel-spec, doc/langdef.md).
    if (c == '\\' && !raw) {
      escapes = true;
      ++i;
      if (!is_triple && i < source_.size() && (source_[i] == '\n' || source_[i] == '\r')) {
        return fail(begin, start,
                    std::string("this text has no closing quote (") + quote + ") on its line");
      }
      continue;
    }
    if (is_triple ? (c == quote && source_.substr(i, 3) == triple) : c == quote) break;
    if (!is_triple && (c == '\n' || c == '\r')) {
      return fail(begin, start,
                  std::string("this text has no closing quote (") + quote + ") on its line");
    }
  }
  const auto body = source_.substr(start, i - start);
  at_ = i + (is_triple ? 3 : 1);
  const Token token = bytes ? Token::bytes : Token::string;
  if (!escapes) return make(token, begin, body);
  std::string out;
  Lexeme error;
  if (!unescape(body, start, bytes, out, error)) return error;
  texts_.push_back(std::move(out));
  return make(token, begin, texts_.back());
}

bool Lexer::unescape(std::string_view body, std::size_t offset, bool bytes, std::string& out,
                     Lexeme& error) {
  out.reserve(body.size());
  const auto bad = [&](std::size_t from, std::size_t to, std::string text) {
    error = fail(offset + from, offset + std::min(to, body.size()), std::move(text));
    return false;
  };
  for (std::size_t i = 0; i < body.size();) {
    if (body[i] != '\\') {
      out.push_back(body[i++]);
      continue;
    }
    const std::size_t from = i++;
    const char c = i < body.size() ? body[i] : '\0';
    ++i;
    constexpr std::string_view kNames = "abfnrtv\\?\"'`";
    constexpr std::string_view kValues = "\a\b\f\n\r\t\v\\?\"'`";
    if (const auto simple = kNames.find(c); simple != std::string_view::npos && c != '\0') {
      out.push_back(kValues[simple]);
      continue;
    }
    char32_t code = 0;
    std::size_t digits = 0;
    if (c == 'x' || c == 'X') digits = 2;
    if (c == 'u') digits = 4;
    if (c == 'U') digits = 8;
    if (digits > 0) {
      if (bytes && digits > 2) {
        return bad(from, i, "\\u is not for bytes: write \\x and two digits");
      }
      for (std::size_t k = 0; k < digits; ++k, ++i) {
        if (i >= body.size() || !is_hex(body[i])) {
          return bad(from, i,
                     "after \\" + std::string(1, c) + " come " + std::to_string(digits) +
                         " digits of 0-9 and a-f");
        }
        code = code * 16 + hex_value(body[i]);
      }
    } else if (c >= '0' && c <= '3') {
      code = static_cast<char32_t>(c - '0');
      for (int k = 0; k < 2; ++k, ++i) {
        if (i >= body.size() || body[i] < '0' || body[i] > '7') {
          return bad(from, i, "after \\ come three digits of 0-7, the first 0 to 3");
        }
        code = code * 8 + static_cast<char32_t>(body[i] - '0');
      }
    } else {
      return bad(from, i,
                 "\\" + std::string(c ? 1 : 0, c) +
                     " has no meaning in text: write \\\\ for a single \\, or put r before "
                     "the quote");
    }
    if (bytes) {
      out.push_back(static_cast<char>(code));
    } else {
      if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) {
        return bad(from, i, "this is no character of Unicode");
      }
      append_utf8(out, code);
    }
  }
  return true;
}

}  // namespace assist::cel
