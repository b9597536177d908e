#include <algorithm>
#include <cctype>

#include "cel/parser.hpp"
#include "cel/text.hpp"
#include "cel/time_words.hpp"

namespace assist::cel {
namespace {

/// Where the number begins that ends before `end`. `end`: there is none.
std::size_t number_before(std::string_view source, std::size_t end) {
  const auto is_part = [](char c) { return (c >= '0' && c <= '9') || c == '.'; };
  std::size_t start = end;
  while (start > 0 && is_part(source[start - 1])) --start;
  const bool name = start > 0 && (source[start - 1] == '_' || source[start - 1] == ')' ||
                                  std::isalpha(static_cast<unsigned char>(source[start - 1])));
  return name ? end : start;
}

}  // namespace

std::string instead_of(std::string_view word) {
  struct Word {
    std::string_view word, right;
  };
  static constexpr Word kOperators[] = {{"and", "&&"},    {"or", "||"}, {"not", "!"}, {"is", "=="},
                                        {"equals", "=="}, {"eq", "=="}, {"ne", "!="}, {"gt", ">"},
                                        {"ge", ">="},     {"lt", "<"},  {"le", "<="}, {"mod", "%"},
                                        {"div", "/"},     {"xor", "!="}};
  static constexpr Word kFunctions[] = {{"like", "matches"},           {"matches", "matches"},
                                        {"starts_with", "startsWith"}, {"startswith", "startsWith"},
                                        {"begins", "startsWith"},      {"ends_with", "endsWith"},
                                        {"endswith", "endsWith"},      {"contains", "contains"}};
  const std::string lower = ascii_lower(word);
  for (const auto& [written, right] : kOperators)
    if (lower == written) return "write " + std::string(right) + " instead of " + std::string(word);
  for (const auto& [written, function] : kFunctions)
    if (lower == written) return "write ." + std::string(function) + "(\"...\") here";
  if (lower == "between") return "write two comparisons, joined by &&, instead of between";
  if (lower == "then" || lower == "else" || lower == "if")
    return "write CONDITION ? VALUE : OTHER instead of " + std::string(word);
  return "";
}

/// `2m`, `1.5 hours`: told as minutes(2), hours(1.5).
bool Parser::length_with_unit() {
  const std::size_t start = number_before(source_, previous_end_);
  if (start == previous_end_ || token_.text.empty()) return false;
  const std::string number(source_.substr(start, previous_end_ - start));
  const std::string_view function = function_of_unit(token_.text);
  if (function.empty() && token_.text != "ms") return false;
  const std::string right = function.empty() ? "duration(\"" + number + "ms\")"
                                             : std::string(function) + "(" + number + ")";
  fail(start, token_.end,
       "write " + right + " instead of " + std::string(source_.substr(start, token_.end - start)));
  return true;
}

/// `x not in y`, `x is not y`, with the cursor at the first of the two words.
bool Parser::two_word_operator() {
  std::string_view rest = source_.substr(token_.end);
  rest.remove_prefix(std::min(rest.find_first_not_of(" \n\t"), rest.size()));
  const std::string_view next = rest.substr(0, rest.find_first_of(" \n\t[(\"'"));
  if (token_.text == "not" && next == "in")
    fail_here(
        "write !(A in B) instead of A not in B, with the ! and its brackets around all of it");
  else if (token_.text == "is" && next == "not")
    fail_here("write != instead of is not");
  else
    return false;
  return true;
}

bool Parser::other_spelling() {
  if (token_.token == Token::ident) {
    if (two_word_operator()) return true;
    if (std::string text = instead_of(token_.text); !text.empty()) {
      fail_here(std::move(text));
      return true;
    }
    return length_with_unit();
  }
  if (token_.token != Token::punct) return false;
  struct Spelling {
    std::string_view wrong, text;
  };
  static constexpr Spelling kSpellings[] = {
      {"=", "write == to compare (a single = means nothing here)"},
      {"===", "write == instead of ==="},
      {"!==", "write != instead of !=="},
      {"<>", "write != instead of <>"},
      {"=>", "write >= instead of =>"},
      {"=~", "write .matches(\"...\") instead of =~"},
      {"&", "write && instead of &"},
      {"|", "write || instead of |"},
  };
  for (const Spelling& spelling : kSpellings) {
    if (token_.text != spelling.wrong) continue;
    fail_here(std::string(spelling.text));
    return true;
  }
  return false;
}

void Parser::unexpected_after_operand() {
  if (other_spelling()) return;
  if (token_.token == Token::ident) {
    if (token_.text == "in") {
      fail_here("\"in\" stands where it cannot");
      return;
    }
    fail_here("there is no operator, such as && or ==, before \"" + std::string(token_.text) +
              "\"");
    return;
  }
  if (token_.token == Token::punct) {
    const auto text = token_.text;
    if (text == "!") return void(fail_here("there is no operator before this !"));
    if (text == ")") return void(fail_here("this ) closes nothing: there is no ( for it"));
    if (text == "]") return void(fail_here("this ] closes nothing: there is no [ for it"));
    if (text == "}") return void(fail_here("this } closes nothing: there is no { for it"));
    if (text == ",") return unexpected_comma();
    if (text == ":") return void(fail_here("this : has no ? before it"));
    if (text == "{") {
      return void(fail_here("records are not written as NAME{...}: a map is {\"key\": value}"));
    }
  }
  if (token_.token == Token::string && !token_.space_before) {
    fail_here("there is no operator between this text and what is before it");
    return;
  }
  fail_here("there is no operator, such as && or ==, before this");
}

void Parser::unexpected_comma() {
  const std::string_view rest = source_.substr(token_.end);
  const bool digit = !rest.empty() && rest[0] >= '0' && rest[0] <= '9';
  const bool number = digit && number_before(source_, previous_end_) < previous_end_ &&
                      previous_end_ == token_.begin;
  fail_here(number ? "a number has no comma: write 0.5 for 0,5, and 1000 for 1,000"
                   : "a comma stands only between the parts of a list or call: a list is written "
                     "in square brackets, as in [\"a\", \"b\"]");
}

void Parser::unexpected_operand() {
  if (token_.token == Token::end) {
    fail(source_.size(), source_.size(),
         ast_.nodes.empty() && previous_end_ == 0 ? "there is no expression here"
                                                  : "the expression ends too early: a value is "
                                                    "missing at its end");
    return;
  }
  if (token_.token == Token::punct) {
    const auto text = token_.text;
    if (text == "=" || text == "&" || text == "|") return unexpected_after_operand();
    const bool arrow = text == ">" && previous_end_ == token_.begin &&
                       source_.substr(0, previous_end_).ends_with('-');
    if (arrow)
      fail(previous_end_ - 1, token_.end, "write . instead of ->");
    else
      fail_here("a value is missing before this " + std::string(text));
    return;
  }
  fail_here("a value is missing here");
}

}  // namespace assist::cel
