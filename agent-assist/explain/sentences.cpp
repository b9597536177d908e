#include <algorithm>
#include <array>

#include "explain/lines.hpp"

namespace assist::explain {
namespace {

using engine::Seen;
using engine::SeenPart;
using Kind = Seen::Kind;

/// What a test says of its subject, in the four cases: it holds and must, it must and does not, it
/// must not and does not, it must not and holds. `{}` is what it needs.
struct Forms {
  std::string_view test;
  std::string_view good, missing, absent, bad;
};

constexpr Forms kForms[] = {
    {"is", "", ", needs {}", ", not {}", ", must not be {}"},
    {"one_of", ", one of {}", ", needs one of {}", ", none of {}", ", must be none of {}"},
    {"over", ", over {}", ", needs over {}", ", not over {}", ", must not be over {}"},
    {"under", ", under {}", ", needs under {}", ", not under {}", ", must not be under {}"},
    {"at_least", ", at least {}", ", needs at least {}", ", less than {}",
     ", must be less than {}"},
    {"at_most", ", at most {}", ", needs at most {}", ", more than {}", ", must be more than {}"},
    {"between", ", between {}", ", needs between {}", ", not between {}",
     ", must not be between {}"},
    {"contains", ", with {} in it", ", needs {} in it", ", without {} in it",
     ", must not have {} in it"},
    {"starts_with", ", which starts with {}", ", needs to start with {}",
     ", which does not start with {}", ", must not start with {}"},
    {"ends_with", ", which ends with {}", ", needs to end with {}", ", which does not end with {}",
     ", must not end with {}"},
    {"matches", ", which fits the pattern {}", ", needs to fit the pattern {}",
     ", which does not fit the pattern {}", ", must not fit the pattern {}"},
    {"known", "", ", needs to be known", "", ", must not be known"},
};

/// Of lists, which hold it or not.
constexpr Forms kListForms[] = {
    {"contains", ", {} among them", ", needs {} among them", ", {} not among them",
     ", must not have {} among them"},
};

/// Of moments: later and earlier, not more and less.
constexpr Forms kMomentForms[] = {
    {"over", ", after {}", ", needs to be after {}", ", not after {}", ", must not be after {}"},
    {"under", ", before {}", ", needs to be before {}", ", not before {}",
     ", must not be before {}"},
    {"at_least", ", not before {}", ", needs to be {} or later", ", before {}",
     ", must be before {}"},
    {"at_most", ", not after {}", ", needs to be {} or earlier", ", after {}",
     ", must be after {}"},
};

const Forms* forms_of(std::string_view test, Kind kind) {
  if (kind == Kind::list)
    for (const Forms& forms : kListForms)
      if (forms.test == test) return &forms;
  if (kind == Kind::moment)
    for (const Forms& forms : kMomentForms)
      if (forms.test == test) return &forms;
  for (const Forms& forms : kForms)
    if (forms.test == test) return &forms;
  return nullptr;
}

std::string filled(std::string_view form, const std::string& needs) {
  std::string out(form);
  if (const auto at = out.find("{}"); at != std::string::npos) out.replace(at, 2, needs);
  return out;
}

std::string ending(const Test& test) {
  const Forms* forms = forms_of(test.name, test.value.kind);
  if (forms == nullptr) return "";
  const std::string_view form = test.wanted ? (test.holds ? forms->good : forms->missing)
                                            : (test.holds ? forms->bad : forms->absent);
  std::string out = filled(form, test.needs);
  if (test.subject.many && out.starts_with(", needs ")) out.erase(6, 1);
  return out;
}

/// How far a length that runs is from what it needs; why one does not run.
std::string distance(const Test& test) {
  if (test.holds == test.wanted || test.value.kind != Kind::length) return "";
  // What must be over, or must not be under.
  const auto& [more, or_as_much] =
      test.wanted ? std::pair("over", "at_least") : std::pair("under", "at_most");
  if (test.name != more && test.name != or_as_much) return "";
  // At 2m exactly "over 2m" holds with the next microsecond: nothing that could be said of it.
  if (test.value.grows && test.needed_length && *test.needed_length > test.value.length)
    return " (" + format_duration(*test.needed_length - test.value.length) + " to go)";
  if (test.value.grows) return "";
  if (test.fact == "call.hold" || test.fact == "call.hold_total") return " (not on hold now)";
  if (test.fact == "call.wait") return " (not waiting now)";
  if (test.fact == "call.talk") return " (not answered yet)";
  return "";
}

/// `is_not` is `is` that must not hold, and so on.
void without_not(Test& test) {
  static constexpr std::pair<std::string_view, std::string_view> kOpposites[] = {
      {"is_not", "is"}, {"not_one_of", "one_of"}};
  for (const auto& [negative, positive] : kOpposites) {
    if (test.name != negative) continue;
    test.name = positive;
    test.holds = !test.holds;
    test.wanted = !test.wanted;
  }
}

bool is_yes(std::string_view text) {
  return text == "yes" || text == "true" || text == "on" || text == "Yes" || text == "True" ||
         text == "On" || text == "YES" || text == "TRUE" || text == "ON";
}

/// "the call is on hold, and must not be".
std::string yes_no_sentence(std::string_view fact, bool yes, bool needs) {
  std::string out = statement(fact, yes);
  if (out.empty()) out = subject_of(fact).is() + (yes ? "true" : "false");
  if (yes == needs) return out;
  // "situation outage holds" wants no "be".
  const std::string_view be = out.starts_with("situation ") ? "" : " be";
  return out + (needs ? ", and needs to" : ", and must not") + std::string(be);
}

const SeenPart* child(const std::vector<SeenPart>& parts, std::size_t of, std::size_t number) {
  for (std::size_t i = of + 1; i < parts.size(); ++i)
    if (parts[i].parent == static_cast<std::int32_t>(of) && number-- == 0) return &parts[i];
  return nullptr;
}

std::size_t index_of(const std::vector<SeenPart>& parts, const SeenPart* part) {
  return static_cast<std::size_t>(part - parts.data());
}

/// Constants that are no part of another, in their order.
std::vector<const SeenPart*> constants_of(const std::vector<SeenPart>& parts) {
  std::vector<const SeenPart*> out;
  for (const SeenPart& part : parts) {
    const bool inner = part.parent >= 0 && parts[static_cast<std::size_t>(part.parent)].constant;
    if (part.constant && !inner) out.push_back(&part);
  }
  return out;
}

// Words of the vocabulary, which are functions in expressions.

std::string quoted_list(const std::vector<std::string>& phrases) {
  std::vector<std::string> out;
  for (const auto& phrase : phrases) out.push_back("\"" + phrase + "\"");
  return listed(out);
}

std::vector<std::string> text_arguments(const std::vector<SeenPart>& parts, std::size_t at) {
  std::vector<std::string> out;
  for (std::size_t i = 0; const SeenPart* argument = child(parts, at, i); ++i)
    if (argument->value.kind == Kind::text) out.push_back(argument->value.text);
  return out;
}

std::string said_sentence(const std::vector<SeenPart>& parts, std::size_t at,
                          const std::vector<std::string>& said, bool wanted) {
  const auto phrases = text_arguments(parts, at);
  std::vector<std::string> found;
  for (const auto& phrase : phrases)
    if (std::find(said.begin(), said.end(), phrase) != said.end()) found.push_back(phrase);
  std::string out = parts[at].op == "agent_said" ? "the agent " : "the customer ";
  if (found.empty()) {
    out += phrases.size() == 1 ? "has not said " : "has said none of ";
    return out + quoted_list(phrases) +
           (!wanted               ? ""
            : phrases.size() == 1 ? ", and needs to"
                                  : ", and needs to say one");
  }
  return out + "said " + quoted_list(found) + (wanted ? "" : ", and must not");
}

std::string affected_sentence(const std::vector<SeenPart>& parts, std::size_t at, bool wanted) {
  const auto kinds = text_arguments(parts, at);
  const std::string kind = kinds.empty() ? "that kind" : plain(kinds.front());
  const bool holds = parts[at].value.yes;
  const std::string tail = " affects the call";
  return (holds ? "an open incident of kind " : "no open incident of kind ") + kind + tail +
         (holds == wanted ? ""
          : holds         ? ", and none may"
                          : ", and one needs to");
}

/// What a supervisor calls the events of a call.
struct EventWords {
  std::string_view type, one, many;
};
constexpr EventWords kEventWords[] = {
    {"call.started", "start", "starts"},
    {"call.queued", "change of queue", "changes of queue"},
    {"call.answered", "answer", "answers"},
    {"call.held", "hold", "holds"},
    {"call.resumed", "return from hold", "returns from hold"},
    {"call.transferred", "transfer", "transfers"},
    {"call.step", "step of the script", "steps of the script"},
    {"call.said", "utterance", "utterances"},
    {"call.sentiment", "sentiment score", "sentiment scores"},
    {"call.updated", "update", "updates"},
    {"call.ended", "end", "ends"},
};

std::string counted_events(std::size_t n, const std::string& type) {
  for (const EventWords& words : kEventWords)
    if (words.type == type)
      return std::to_string(n) + " " + std::string(n == 1 ? words.one : words.many);
  return counted(n, plain(type) + " event");
}

/// "2 contacts about moving in the last 7 days", "3 holds in the last 10m". "": no function that
/// counts.
std::string count_words(const std::vector<SeenPart>& parts, std::size_t at) {
  const SeenPart& part = parts[at];
  if (part.value.kind != Kind::number) return "";
  const auto n = static_cast<std::size_t>(std::stoull(part.value.text));
  const SeenPart* first = child(parts, at, 0);
  const SeenPart* second = child(parts, at, 1);
  const auto last = [](const SeenPart* length) {
    if (length == nullptr || length->value.kind != Kind::length) return std::string();
    const std::string words = span(length->value.length);
    return " in the last " + (words == "1 day" ? "day" : words);
  };
  if (part.op == "contacts_within") {
    const bool topic = second != nullptr && second->value.kind == Kind::text;
    return counted(n, "contact") + (topic ? " about " + plain(second->value.text) : "") +
           last(first);
  }
  if (part.op == "events_within" && first != nullptr)
    return counted_events(n, first->value.text) + last(second);
  return "";
}

// Expressions.

struct OpTest {
  std::string_view op, test, turned;  // `turned`: with its sides exchanged
};
constexpr OpTest kOps[] = {
    {"==", "is", "is"},     {"!=", "is_not", "is_not"},    {">", "over", "under"},
    {"<", "under", "over"}, {">=", "at_least", "at_most"}, {"<=", "at_most", "at_least"},
};

std::string needs_words(const Seen& seen, const Clock& clock) {
  if (seen.kind == Kind::text && seen.text.empty()) return "\"\"";
  return value(seen, clock);
}

/// `left OP right`, the constant on the right where there is one.
std::string comparison(const std::vector<SeenPart>& parts, std::size_t at, const OpTest& op,
                       bool wanted, const Clock& clock) {
  const SeenPart* left = child(parts, at, 0);
  const SeenPart* right = child(parts, at, 1);
  if (left == nullptr || right == nullptr) return "";
  const bool turn = left->constant && !right->constant;
  if (turn) std::swap(left, right);
  Test test;
  test.name = turn ? op.turned : op.test;
  test.fact = left->source;
  test.value = left->value;
  test.holds = parts[at].value.yes;
  test.wanted = wanted;
  const Subject subject = subject_of(left->source);
  test.needs = needs_words(right->value, clock);
  if (!right->constant) test.needs = subject_of(right->source).phrase + ", which is " + test.needs;
  if (right->value.kind == Kind::length) test.needed_length = right->value.length;
  test.subject = subject;
  if (test.value.kind == Kind::yes_no && right->value.kind == Kind::yes_no &&
      (test.name == "is" || test.name == "is_not")) {
    const bool needs = (right->value.yes == (test.name == "is")) == wanted;
    return yes_no_sentence(left->source, test.value.yes, needs);
  }
  if (const auto count = count_words(parts, index_of(parts, left)); !count.empty()) {
    without_not(test);
    const std::string tail = test.name == "is" && test.holds && test.wanted ? "" : ending(test);
    return count + tail;
  }
  return sentence(std::move(test), clock);
}

std::string membership(const std::vector<SeenPart>& parts, std::size_t at, bool wanted,
                       const Clock& clock) {
  const SeenPart* item = child(parts, at, 0);
  const SeenPart* list = child(parts, at, 1);
  if (item == nullptr || list == nullptr) return "";
  Test test;
  test.holds = parts[at].value.yes;
  test.wanted = wanted;
  if (list->value.kind == Kind::list && (list->constant || !item->constant)) {
    test.name = "one_of";
    test.fact = item->source;
    test.value = item->value;
    test.needs = value(list->value, clock);
  } else if (list->value.kind == Kind::list) {
    test.name = "contains";
    test.fact = list->source;
    test.value = list->value;
    test.needs = needs_words(item->value, clock);
  } else {
    const std::string name = list->source + "[\"" + item->value.text + "\"]";
    return subject_of(name).is() + (test.holds ? "there" : "not there") +
           (test.holds == wanted ? ""
            : wanted             ? ", and needs to be"
                                 : ", and must not be");
  }
  test.subject = subject_of(test.fact);
  return sentence(std::move(test), clock);
}

std::string_view text_test(std::string_view function) {
  if (function == "contains") return "contains";
  if (function == "startsWith") return "starts_with";
  if (function == "endsWith") return "ends_with";
  return function == "matches" ? "matches" : std::string_view();
}

/// " is moving", " is [tv, internet]"; of contacts and incidents how many there are.
std::string name_value(const Seen& seen, const Clock& clock) {
  if (seen.kind != Kind::list) return " is " + value(seen, clock);
  if (seen.items.empty()) return " is empty";
  if (seen.items.front().kind != Kind::other) return " is [" + value(seen, clock) + "]";
  const std::size_t n = seen.items.size();
  return " has " + std::to_string(n) + (n == 1 ? " entry" : " entries");
}

/// What the names in a part are: "call.topic is moving, call.holds is 2".
std::string names_in(const std::vector<SeenPart>& parts, std::size_t at, const Clock& clock) {
  std::vector<std::string> told;
  for (std::size_t i = at + 1; i < parts.size(); ++i) {
    std::int32_t up = parts[i].parent;
    while (up > static_cast<std::int32_t>(at)) up = parts[static_cast<std::size_t>(up)].parent;
    const bool name = parts[i].op.empty() && !parts[i].constant;
    if (up != static_cast<std::int32_t>(at) || !name || parts[i].value.kind == Kind::other)
      continue;
    std::string text = one_line(parts[i].source) + name_value(parts[i].value, clock);
    if (std::find(told.begin(), told.end(), text) == told.end()) told.push_back(std::move(text));
  }
  return told.empty() ? "" : " (" + listed(told) + ")";
}

std::string other_sentence(const std::vector<SeenPart>& parts, std::size_t at, bool wanted,
                           const Clock& clock) {
  const SeenPart& part = parts[at];
  const std::string source = one_line(part.source);
  const bool named =
      !statement(source, true).empty() || !subject_of(source).phrase.starts_with('`');
  if (named) return yes_no_sentence(source, part.value.yes, wanted);
  return code(part.source) + (part.value.yes ? " is true" : " is false") +
         (part.value.yes == wanted ? ""
          : wanted                 ? ", and needs to be true"
                                   : ", and must be false") +
         names_in(parts, at, clock);
}

std::string failure(const std::string& source, const std::string& error) {
  return code(source) + " cannot be computed: " + error_words(error);
}

// Leaves.

/// What a leaf needs, as its author wrote it; lists from their values.
std::string needs_of(const engine::SeenCondition& leaf, const Clock& clock) {
  const auto constants = constants_of(leaf.expression);
  const std::string& test = leaf.condition->test;
  const std::string written = one_line(leaf.condition->value);
  if (test == "one_of" || test == "not_one_of") {
    for (auto at = constants.rbegin(); at != constants.rend(); ++at)
      if ((*at)->value.kind == Kind::list) return value((*at)->value, clock);
  }
  if (test == "between" && constants.size() >= 2) {
    const auto bound = [&](std::size_t from_end) {
      return needs_words(constants[constants.size() - from_end]->value, clock);
    };
    return bound(2) + " and " + bound(1);
  }
  if (written.empty()) return "\"\"";
  if (constants.empty() || leaf.condition->value.starts_with('[')) return written;
  const Seen& last = constants.back()->value;
  if (last.kind == Kind::moment) return value(last, clock);
  if (last.kind == Kind::text) return plain(last.text);
  // 2m for an attribute that is sent as a number of its declared unit.
  const bool converted = last.kind == Kind::number && parse_duration(written).has_value();
  return converted ? written + ", which is " + last.text : written;
}

std::string known_sentence(const engine::SeenCondition& leaf, bool wanted) {
  const bool need = is_yes(leaf.condition->value) == wanted;
  const Seen& fact = *leaf.fact;
  const bool known = fact.kind != Kind::nothing &&
                     !(fact.kind == Kind::text && fact.text.empty() &&
                       leaf.condition->fact.find(".attributes.") == std::string::npos) &&
                     !(fact.kind == Kind::list && fact.items.empty());
  const Subject subject = subject_of(leaf.condition->fact);
  const std::string shown = known && fact.kind != Kind::other && fact.kind != Kind::list
                                ? " (" + value(fact, {}) + ")"
                                : "";
  return subject.is() + (known ? "known" : "not known") + shown +
         (known == need  ? ""
          : !need        ? ", and must not be"
          : subject.many ? ", and need to be"
                         : ", and needs to be");
}

std::string fact_sentence(const engine::SeenCondition& leaf, bool wanted, const Clock& clock) {
  const rules::Condition& c = *leaf.condition;
  if (c.test == "known") return known_sentence(leaf, wanted);
  const bool is = c.test == "is" || c.test == "is_not";
  if (is && leaf.fact->kind == Kind::yes_no) {
    const bool needs = (is_yes(c.value) == (c.test == "is")) == wanted;
    return yes_no_sentence(c.fact, leaf.fact->yes, needs);
  }
  Test test;
  test.subject = subject_of(c.fact);
  test.value = *leaf.fact;
  test.fact = c.fact;
  test.name = c.test;
  test.needs = needs_of(leaf, clock);
  test.needed_length = parse_duration(c.value);
  test.holds = leaf.value.yes;
  test.wanted = wanted;
  return sentence(std::move(test), clock);
}

}  // namespace

std::string error_words(std::string_view error) {
  std::string out(error);
  return out.empty() ? "it fails" : out;
}

std::string sentence(Test test, const Clock& clock) {
  without_not(test);
  const bool the_time = test.value.kind == Kind::moment && test.fact == "now";
  // What is no fact has no "not known".
  const bool empty = test.value.kind == Kind::text && test.value.text.empty() &&
                     test.subject.phrase.starts_with('`');
  std::string out =
      (the_time ? "it is " : test.subject.is()) + (empty ? "\"\"" : value(test.value, clock));
  // "the topic is billing, must not be": what it is was said already.
  if (test.name == "is" && !test.wanted && test.holds) return out + ", and must not be";
  return out + ending(test) + distance(test);
}

std::string sentence(const std::vector<SeenPart>& parts, std::size_t at,
                     const std::vector<std::string>& said, bool wanted, const Clock& clock) {
  const SeenPart& part = parts[at];
  if (part.value.kind == Kind::failed) {
    const SeenPart* target = child(parts, at, 0);
    const bool not_there = target != nullptr && target->value.kind == Kind::failed;
    const Subject subject = subject_of(not_there ? target->source : "");
    return not_there && !subject.phrase.starts_with('`')
               ? subject.is() + "not there, so this cannot be computed"
               : failure(part.source, part.value.text);
  }
  if (part.op == "customer_said" || part.op == "agent_said")
    return said_sentence(parts, at, said, wanted);
  if (part.op == "affected_by") return affected_sentence(parts, at, wanted);
  std::string out;
  for (const OpTest& op : kOps)
    if (op.op == part.op) out = comparison(parts, at, op, wanted, clock);
  if (part.op == "in") out = membership(parts, at, wanted, clock);
  const std::string_view function = text_test(part.op);
  const SeenPart* target = child(parts, at, 0);
  const SeenPart* argument = child(parts, at, 1);
  if (!function.empty() && target != nullptr && argument != nullptr) {
    Test test;
    test.subject = subject_of(target->source);
    test.value = target->value;
    test.fact = target->source;
    test.name = function;
    test.needs = needs_words(argument->value, clock);
    test.holds = part.value.yes;
    test.wanted = wanted;
    out = sentence(std::move(test), clock);
  }
  return out.empty() ? other_sentence(parts, at, wanted, clock) : out;
}

std::string sentence(const engine::SeenCondition& leaf, bool wanted, const Clock& clock) {
  if (leaf.value.kind == Kind::failed) {
    const std::string what = leaf.fact ? subject_of(leaf.condition->fact).is() +
                                             value(*leaf.fact, clock) + ", and \"" +
                                             leaf.condition->test + "\" of it"
                                       : leaf.condition->fact;
    return what + " cannot be computed: " + error_words(leaf.value.text);
  }
  if (leaf.fact) return fact_sentence(leaf, wanted, clock);
  return sentence(leaf.expression, 0, leaf.said, wanted, clock);
}

}  // namespace assist::explain
