#include "rules/expression_check.hpp"

#include <algorithm>

#include "cel/time_math.hpp"
#include "cel/time_text.hpp"
#include "cel/time_words.hpp"
#include "events/event.hpp"
#include "facts/words.hpp"
#include "rules/wording.hpp"

/// What expressions name that their types do not show: lengths of time and moments in text, zones,
/// phrases, types of events, steps of the script. Only literals are looked at.
namespace assist::rules {
namespace {

using Kind = Literal::Kind;

class Checker : ExpressionCheck {
 public:
  using ExpressionCheck::ExpressionCheck;

  void check() {
    for (std::size_t i = 0; i < size(); ++i) {
      if (is_function(i)) check_call(i);
      if (is_behind_dot(i) && word(i).starts_with("get")) check_time_zone(i);
      if (is_step(i)) check_step(i);
      check_turned_step(i);
    }
  }

 private:
  bool is_behind_dot(std::size_t i) const { return i > 0 && sign(i - 1) == '.'; }

  /// A name and an opening bracket, of no value's own function.
  bool is_function(std::size_t i) const {
    return !word(i).empty() && sign(i + 1) == '(' && !is_behind_dot(i);
  }

  /// A literal that is all of an argument.
  bool is_argument(std::size_t i) const {
    return is_text(i) && (sign(i + 1) == ',' || sign(i + 1) == ')');
  }

  void check_call(std::size_t i) {
    const std::string_view name = word(i);
    if (name == "duration" || name == "timestamp") {
      if (is_plain_text(i + 2) && sign(i + 3) == ')') check_time(name, i + 2);
    } else if (name == "customer_said" || name == "agent_said") {
      for (std::size_t k = i + 2; is_argument(k); k += 2) check_phrase(k);
    } else if (name == "events_within" && is_argument(i + 2)) {
      check_event_type(i + 2);
      if (sign(i + 3) == ',') check_window(i + 4);
    } else if (name == "contacts_within") {
      check_window(i + 2);
    } else if (name == "affected_by" || name == "incident") {
      if (is_argument(i + 2) && at(i + 2).text.empty())
        warn(i + 2, "No incident has an empty kind: name one, such as \"outage\".");
    }
  }

  /// Of a length that is not more than 0 nothing lies within.
  void check_window(std::size_t i) {
    const auto literal = literal_at(i);
    const auto length = literal ? value_of(*literal) : std::nullopt;
    if (length && length->kind == Kind::length && length->number <= 0)
      warn(i, "Nothing happens within this: write a length of time that is more than 0.");
  }

  /// `duration("2x")` and `timestamp("noon")` would fail at each run.
  void check_time(std::string_view name, std::size_t i) {
    const std::string& text = at(i).text;
    const bool length = name == "duration";
    if (length ? cel::parse_duration_text(text).has_value()
               : cel::parse_timestamp(text).has_value())
      return;
    const std::string instead = length ? cel::length_as_expression(text) : "";
    if (!instead.empty()) {
      error(i, in_quotes(text) + " is not a length of time that duration() knows. Write " +
                   instead + " instead of duration(\"" + text + "\").");
      return;
    }
    const std::string moment = length ? "" : cel::moment_as_text(text);
    error(i, in_quotes(text) +
                 (length ? " is not a length of time. Write \"90s\", \"2m\" or \"1h30m\"."
                         : " is not a moment. Write \"" +
                               (moment.empty() ? "2026-11-22T10:02:00Z" : moment) + "\"."));
  }

  /// `now.getHours("Denver")`
  void check_time_zone(std::size_t i) {
    const bool zone = sign(i + 1) == '(' && is_plain_text(i + 2) && sign(i + 3) == ')';
    if (zone && !cel::is_time_zone(at(i + 2).text)) error(i + 2, no_time_zone(at(i + 2).text));
  }

  void check_phrase(std::size_t i) {
    if (facts::fold_words(at(i).text).empty())
      error(i, in_quotes(at(i).text) + " has no word in it that could be said.");
  }

  void check_event_type(std::size_t i) {
    std::vector<std::string_view> known;
    for (const auto type : events::kEventTypeNames)
      if (type.starts_with("call.")) known.push_back(type);
    const std::string& text = at(i).text;
    if (std::find(known.begin(), known.end(), text) == known.end())
      error(i, in_quotes(text) + " is not a type of a call's events." + did_you_mean(text, known));
  }

  // Steps: call.step == "...", call.step in ["...", ...], call.step in lists.NAME.

  bool is_step(std::size_t i) const {
    return word(i) == "call" && !is_behind_dot(i) && sign(i + 1) == '.' && word(i + 2) == "step";
  }

  void check_step(std::size_t i) {
    std::size_t right = i + 3;
    if (!opens(i)) return;
    const std::string op = operator_at(right);
    if (op == "in" && word(right) == "lists") return check_list_of_steps(right);
    const auto literal = op.empty() ? std::nullopt : literal_at(right);
    if (!literal || !closes(literal->end)) return;
    if (op == "==" || op == "!=") check_name_of_step(*literal);
    if (op == "in")
      for (const Literal& item : literal->items) check_name_of_step(item);
  }

  /// `"..." == call.step`
  void check_turned_step(std::size_t i) {
    std::size_t right = i + 1;
    if (!is_plain_text(i) || !opens(i)) return;
    const std::string op = operator_at(right);
    if ((op == "==" || op == "!=") && is_step(right) && closes(right + 3))
      check_name_of_step(*literal_at(i));
  }

  void check_name_of_step(const Literal& literal) {
    if (literal.kind != Kind::text) return;
    std::string wrong = names_.wrong_step(at(literal.begin).text);
    if (!wrong.empty()) error(literal.begin, std::move(wrong));
  }

  void check_list_of_steps(std::size_t i) {
    const bool dotted = sign(i + 1) == '.';
    const std::string_view name = dotted                 ? word(i + 2)
                                  : is_plain_text(i + 2) ? std::string_view(at(i + 2).text)
                                                         : std::string_view();
    const NamedList* list = names_.list(name);
    const std::string wrong = list != nullptr ? names_.wrong_steps(*list) : "";
    if (!wrong.empty()) error_once(i + 2, wrong);
  }
};

}  // namespace

bool check_expression(Reader& reader, std::string_view source, const yaml::Node& node,
                      std::size_t base, const Names& names, bool condition) {
  const std::size_t before = reader.report().count();
  const auto pieces = pieces_of(source);
  Checker(reader, pieces, node, base, names).check();
  check_attributes(reader, pieces, node, base, names);
  check_literals(reader, pieces, node, base, names, condition);
  return reader.report().count() == before;
}

}  // namespace assist::rules
