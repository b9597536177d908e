#include "explain/lines.hpp"

#include <algorithm>

namespace assist::explain {
namespace {

using engine::Seen;
using engine::SeenCondition;
using engine::SeenPart;
using Op = rules::Condition::Op;

/// More reasons than these are no sentence any more.
constexpr std::size_t kMostReasons = 3;

/// How a group reads: which of its parts must be as they are wanted.
struct Group {
  bool all;           // else one of them is enough
  bool parts_wanted;  // whether its parts must hold
};

/// `!(a && b)` is `!a || !b`, and so on: only what is asked of single tests is left.
Group group_of(std::string_view op, bool wanted) {
  if (op == "none") return group_of("any", !wanted);
  return {(op == "all") == wanted, wanted};
}

std::string heading(const Group& group, std::size_t parts) {
  const std::string_view must = group.parts_wanted ? " must hold" : " must not hold";
  if (group.all && !group.parts_wanted) return "none of these may hold";
  if (group.all) return (parts == 2 ? "both of these" : "all of these") + std::string(must);
  return "one of these" + std::string(must);
}

void take_value(Line& line, const Seen& value) {
  if (value.kind == Seen::Kind::failed) {
    line.error = error_words(value.text);
  } else {
    line.holds = value.yes;
  }
}

/// Turns parts of an expression into lines: down to single tests.
class Expression {
 public:
  Expression(const SeenCondition& seen, const Clock& clock) : seen_(seen), clock_(clock) {}

  Line line(std::size_t at, bool wanted) const {
    const SeenPart& part = parts()[at];
    if (part.op == "!") return line(children(at).front(), !wanted);
    Line out = base(at, wanted);
    if (part.op != "&&" && part.op != "||") {
      out.text = sentence(parts(), at, seen_.said, wanted, clock_);
      // What is compared: the first of its parts that is no constant.
      for (const std::size_t child : children(at)) {
        if (parts()[child].constant || out.value) continue;
        out.value = parts()[child].value;
      }
      return out;
    }
    out.op = part.op == "&&" ? "all" : "any";
    const Group group = group_of(out.op, wanted);
    add_parts(out, at, part.op, group.parts_wanted);
    out.text = heading(group, out.parts.size());
    return out;
  }

 private:
  const std::vector<SeenPart>& parts() const { return seen_.expression; }

  Line base(std::size_t at, bool wanted) const {
    Line out;
    out.op = "expression";
    out.source = one_line(parts()[at].source);
    out.wanted = wanted;
    out.until = parts()[at].until;
    take_value(out, parts()[at].value);
    return out;
  }

  /// `a && b && c` is one group of three.
  void add_parts(Line& out, std::size_t at, const std::string& op, bool wanted) const {
    for (const std::size_t child : children(at)) {
      if (parts()[child].op == op) {
        add_parts(out, child, op, wanted);
      } else {
        out.parts.push_back(line(child, wanted));
      }
    }
  }

  std::vector<std::size_t> children(std::size_t at) const {
    std::vector<std::size_t> out;
    for (std::size_t i = at + 1; i < parts().size(); ++i)
      if (parts()[i].parent == static_cast<std::int32_t>(at)) out.push_back(i);
    return out;
  }

  const SeenCondition& seen_;
  const Clock& clock_;
};

std::string_view name_of(Op op) {
  constexpr std::string_view kNames[] = {"all", "any", "none", "leaf", "expression"};
  return kNames[static_cast<std::size_t>(op)];
}

Line group_line(const SeenCondition& seen, bool wanted, const Clock& clock) {
  Line out;
  out.op = name_of(seen.condition->op);
  const Group group = group_of(out.op, wanted);
  for (const auto& part : seen.parts) out.parts.push_back(line_of(part, group.parts_wanted, clock));
  out.text = heading(group, out.parts.size());
  return out;
}

Line leaf_line(const SeenCondition& seen, bool wanted, const Clock& clock) {
  Line out;
  out.op = "leaf";
  out.source = one_line(seen.condition->source);
  out.fact = seen.condition->fact;
  out.test = seen.condition->test;
  out.needs = one_line(seen.condition->value);
  out.value = seen.fact;
  out.text = sentence(seen, wanted, clock);
  return out;
}

/// Of parts of which one would be enough: what time alone may bring comes first, the soonest of it
/// before the others.
void nearest_first(std::vector<const Line*>& parts) {
  std::stable_sort(parts.begin(), parts.end(),
                   [](const Line* a, const Line* b) { return a->until < b->until; });
}

}  // namespace

Line line_of(const SeenCondition& seen, bool wanted, const Clock& clock) {
  Line out;
  if (!seen.parts.empty()) {
    out = group_line(seen, wanted, clock);
  } else if (seen.condition->op == Op::leaf) {
    out = leaf_line(seen, wanted, clock);
  } else if (!seen.expression.empty()) {
    out = Expression(seen, clock).line(0, wanted);
    // The whole as it was written; below a `!` the line is that of what it denies.
    if (out.parts.empty() && out.wanted == wanted) out.source = one_line(seen.condition->source);
  }
  if (seen.condition->op == Op::leaf || !seen.parts.empty()) {
    out.wanted = wanted;
    take_value(out, seen.value);
  }
  out.until = seen.until;
  out.place = seen.condition->place;
  return out;
}

void mark_first_failure(Line& line) {
  if (line.good()) return;
  line.fails_first = true;
  for (Line& part : line.parts)
    if (!part.good()) return mark_first_failure(part);
}

std::string reason_of(const Line& line) {
  if (line.parts.empty()) return line.text;
  std::vector<const Line*> parts;
  for (const Line& part : line.parts)
    if (part.good() == line.good()) parts.push_back(&part);
  if (parts.empty()) return line.text;
  // One part decides where all must be as wanted and one is not, or where one is enough.
  const bool one_decides = group_of(line.op, line.wanted).all != line.good();
  if (!line.good() && !one_decides) nearest_first(parts);
  std::vector<std::string> reasons;
  for (const Line* part : parts) reasons.push_back(reason_of(*part));
  if (one_decides || reasons.size() > kMostReasons) return reasons.front();
  std::string out;
  for (std::size_t i = 0; i < reasons.size(); ++i)
    out += (i == 0 ? "" : i + 1 == reasons.size() ? "; and " : "; ") + reasons[i];
  return out;
}

}  // namespace assist::explain
