#include "rules/expression_check.hpp"
#include "rules/seen.hpp"

/// Texts in expressions that are held against what a call has: whether they are what they look
/// like, as in plain leaves. A text that is shown to people may hold such characters on purpose.
namespace assist::rules {
namespace {

class Checker : ExpressionCheck {
 public:
  using ExpressionCheck::ExpressionCheck;

  void check(bool all) {
    for (std::size_t i = 0; i < size(); ++i)
      if (is_text(i) && (all || is_compared(i)))
        is_as_seen(reader_, node_, base_ + at(i).body, base_ + at(i).body_end,
                   is_phrase(i) ? Compared::words : Compared::part);
  }

 private:
  /// Behind the bracket that opens the list or the arguments that the text is among.
  std::size_t first_beside(std::size_t i) const {
    while (i > 0 && (is_text(i - 1) || sign(i - 1) == ',')) --i;
    return i;
  }

  std::string_view word_before_bracket(std::size_t i, char bracket) const {
    const std::size_t first = first_beside(i);
    return first > 1 && sign(first - 1) == bracket ? word(first - 2) : std::string_view();
  }

  bool is_phrase(std::size_t i) const {
    const std::string_view function = word_before_bracket(i, '(');
    return function == "customer_said" || function == "agent_said";
  }

  bool is_compared(std::size_t i) const {
    std::size_t right = i + 1;
    return (i > 0 && sign(i - 1) == '=') || !operator_at(right).empty() || is_phrase(i) ||
           word_before_bracket(i, '[') == "in";
  }
};

}  // namespace

void check_literals(Reader& reader, const std::vector<Piece>& pieces, const yaml::Node& node,
                    std::size_t base, const Names& names, bool condition) {
  Checker(reader, pieces, node, base, names).check(condition);
}

}  // namespace assist::rules
