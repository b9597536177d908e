#include <algorithm>

#include "explain/explain.hpp"
#include "explain/lines.hpp"
#include "explain/notes.hpp"

namespace assist::explain {
namespace {

using engine::HeldBack;
using engine::Inspection;
using engine::SeenRule;

State state_of(const rules::Rule& rule, const SeenRule& seen) {
  if (rule.mode == rules::Mode::off) return State::off;
  if (seen.holds) return seen.condition ? State::holds : State::keeps;
  return seen.condition ? State::waits : State::does_not_hold;
}

/// An entry of `unless` that holds; an error in one makes it false.
bool bars(const Line& unless) { return unless.holds && !unless.good(); }

/// The one reason before all others, without a full stop.
std::string why(const Rule& rule, const Notes& notes) {
  if (rule.state == State::off) return "it is off (mode: off)";
  if (rule.state == State::waits) return notes.waits(*rule.seen);
  const bool shut = rule.seen->active && !*rule.seen->active;
  if (shut && !rule.seen->condition) return notes.not_active(*rule.seen);
  if (!rule.when.good() && !rule.seen->condition) return reason_of(rule.when);
  for (const Line& unless : rule.unless)
    if (bars(unless) && !rule.seen->condition) return "its unless bars it: " + reason_of(unless);
  return reason_of(rule.when);
}

/// What is told of a rule, and how far it goes into those whose situations it needs.
Rule rule_of(const Inspection& inspection, const SeenRule& seen, const Clock& clock, int depth);

/// Of each situation that is needed and does not hold: why. Of those that these need only so deep.
void tell_situations(Line& line, const Inspection& inspection, const Clock& clock, int depth) {
  constexpr int kDeepest = 2;
  if (depth == kDeepest) return;
  for (Line& part : line.parts) tell_situations(part, inspection, clock, depth);
  const bool missing = line.parts.empty() && line.wanted && line.holds && !*line.holds;
  const std::string_view id = situation_in(line.fact.empty() ? line.source : line.fact);
  if (!missing || id.empty()) return;
  for (const SeenRule& seen : inspection.by_rule)
    if (inspection.rules->rules[seen.rule].id == id)
      line.text += " (" + rule_of(inspection, seen, clock, depth + 1).why + ")";
}

Rule rule_of(const Inspection& inspection, const SeenRule& seen, const Clock& clock, int depth) {
  Rule out;
  out.rule = &inspection.rules->rules[seen.rule];
  out.seen = &seen;
  out.state = state_of(*out.rule, seen);
  out.when = line_of(seen.when, true, clock);
  tell_situations(out.when, inspection, clock, depth);
  mark_first_failure(out.when);
  for (const auto& unless : seen.unless) {
    out.unless.push_back(line_of(unless, false, clock));
  }
  if (out.when.good()) {
    const auto first = std::find_if(out.unless.begin(), out.unless.end(), bars);
    if (first != out.unless.end()) mark_first_failure(*first);
  }
  const Notes notes(inspection, *out.rule, clock);
  out.why = why(out, notes);
  out.notes = notes.all(seen, out.state);
  for (const auto& suggestion : seen.suggestions)
    out.suggestions.push_back(notes.suggestion(seen, suggestion));
  return out;
}

std::string heading(const Inspection& of, const Options& options, const Clock& clock) {
  std::string out = "Call " + of.call + " at " + clock.full(of.now) + ": ";
  out += of.agent.empty() ? "no agent has it" : "with agent " + of.agent;
  if (!of.queue.empty()) out += ", queue " + of.queue;
  if (!of.customer.empty()) out += ", customer " + of.customer;
  out += ", " + format_duration(of.now - of.started_at) + " old";
  if (!options.ended) return out;
  out += "; it ended at " + clock.moment(*options.ended);
  if (!options.told) return out + ", and this was just before";
  return out + " (told at " + clock.moment(*options.told) +
         "), and this was just before it was told";
}

std::string summary(const Report& report) {
  std::size_t hold = 0, stand = 0, held_back = 0;
  for (const Rule& rule : report.rules) {
    const bool holds = rule.state == State::holds || rule.state == State::keeps;
    hold += holds ? 1 : 0;
    for (const Suggestion& s : rule.suggestions) {
      const bool shadow = rule.rule->mode == rules::Mode::shadow;
      stand += s.stands && !shadow ? 1 : 0;
      held_back += holds && !s.stands ? 1 : 0;
    }
  }
  return std::to_string(hold) + " of " + counted(report.rules.size(), "rule") +
         (hold == 1 || report.rules.size() == 1 ? " holds" : " hold") + " for call " +
         report.of->call + "; " + counted(stand, "suggestion") +
         (stand == 1 ? " stands" : " stand") + ", " + std::to_string(held_back) +
         (held_back == 1 ? " is" : " are") + " held back.";
}

int place(State state) {
  switch (state) {
    case State::holds:
    case State::keeps:
      return 0;
    case State::waits:
      return 1;
    case State::does_not_hold:
      return 2;
    case State::off:
      break;
  }
  return 3;
}

}  // namespace

std::string_view name_of(State state) {
  constexpr std::string_view kNames[] = {"holds", "keeps", "waits", "does_not_hold", "off"};
  return kNames[static_cast<std::size_t>(state)];
}

Report report(const Inspection& inspection, const Options& options) {
  const Clock clock{options.offset, inspection.now};
  Report out;
  out.of = &inspection;
  out.ended = options.ended;
  out.heading = heading(inspection, options, clock);
  for (const SeenRule& seen : inspection.by_rule) {
    const std::string& id = inspection.rules->rules[seen.rule].id;
    const auto& only = options.only;
    if (only.empty() || std::find(only.begin(), only.end(), id) != only.end())
      out.rules.push_back(rule_of(inspection, seen, clock, 0));
  }
  std::stable_sort(out.rules.begin(), out.rules.end(),
                   [](const Rule& a, const Rule& b) { return place(a.state) < place(b.state); });
  out.summary = summary(out);
  return out;
}

}  // namespace assist::explain
