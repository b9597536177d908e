#include "engine/inspect_condition.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace assist::engine {
namespace {

using Op = rules::Condition::Op;

Seen yes_no(bool yes) {
  Seen out;
  out.kind = Seen::Kind::yes_no;
  out.yes = yes;
  return out;
}

Seen failed(std::string why) {
  Seen out;
  out.kind = Seen::Kind::failed;
  out.text = std::move(why);
  return out;
}

bool is_failed(const SeenCondition& part) { return part.value.kind == Seen::Kind::failed; }

/// `&&` and `||` as the language has them: what decides absorbs an error.
Seen joined(const std::vector<SeenCondition>& parts, bool deciding) {
  const SeenCondition* error = nullptr;
  for (const SeenCondition& part : parts) {
    if (is_failed(part)) {
      if (error == nullptr) error = &part;
    } else if (part.value.yes == deciding) {
      return yes_no(deciding);
    }
  }
  return error != nullptr ? error->value : yes_no(!deciding);
}

std::string literal(std::string_view text) {
  return cel::to_literal(cel::Value::string(text), Time{});
}

/// "call" and "vip" of "call.attributes.vip"; empty: no attribute.
std::pair<std::string_view, std::string_view> attribute(std::string_view fact) {
  constexpr std::string_view kMiddle = ".attributes.";
  const auto at = fact.find(kMiddle);
  if (at == std::string_view::npos) return {};
  return {fact.substr(0, at), fact.substr(at + kMiddle.size())};
}

}  // namespace

SeenCondition ConditionInspector::inspect(const rules::Condition& condition,
                                          const cel::Program& beside) {
  if (!condition.parts.empty()) return group(condition, beside);
  arena_.reset();
  SeenCondition out;
  out.condition = &condition;
  const auto compiled = beside.compile_beside(condition.source);
  const auto* program = std::get_if<cel::Program>(&compiled);
  if (program == nullptr) {
    out.value = failed("it cannot be computed by itself");
    return out;
  }
  const cel::Outcome outcome = program->run(facts_, now_, arena_);
  out.value = seen(outcome.value);
  out.until = until(outcome);
  out.expression = parts_of(*program);
  out.said = said(out.expression, beside);
  if (condition.op == Op::leaf) out.fact = fact(condition.fact, beside);
  return out;
}

SeenCondition ConditionInspector::group(const rules::Condition& condition,
                                        const cel::Program& beside) {
  SeenCondition out;
  out.condition = &condition;
  for (const auto& part : condition.parts) {
    out.parts.push_back(inspect(part, beside));
    out.until = std::min(out.until, out.parts.back().until);
  }
  out.value = joined(out.parts, condition.op != Op::all);
  if (condition.op == Op::none && out.value.kind == Seen::Kind::yes_no)
    out.value.yes = !out.value.yes;
  return out;
}

/// A length that runs is known until it is as long as the language can say, 292 years: never.
Time ConditionInspector::until(const cel::Outcome& outcome) const {
  constexpr Duration kLongest{std::numeric_limits<std::int64_t>::max() / 1000};  // in nanoseconds
  const Time until = outcome.valid_until;
  return until == kNever || until - started_at_ >= kLongest ? kNever : until;
}

/// What a leaf's fact is. nullopt: a word of the vocabulary, which is no fact.
std::optional<Seen> ConditionInspector::fact(std::string_view name, const cel::Program& beside) {
  constexpr std::string_view kSituation = "situation.";
  if (name.find('.') == std::string_view::npos && name != "incidents" && name != "now")
    return std::nullopt;
  if (name.starts_with(kSituation))
    return value_of("situation[" + literal(name.substr(kSituation.size())) + "]", beside);
  const auto [subject, key] = attribute(name);
  if (key.empty()) return value_of(std::string(name), beside);
  const std::string map = std::string(subject) + ".attributes";
  const Seen there = value_of(literal(key) + " in " + map, beside);
  return there.yes ? value_of(map + "[" + literal(key) + "]", beside) : Seen{};
}

std::vector<SeenPart> ConditionInspector::parts_of(const cel::Program& program) {
  std::vector<SeenPart> out;
  const std::string& source = program.source();
  for (const cel::Part& part : program.explain(facts_, now_, arena_)) {
    out.push_back({source.substr(part.begin, part.end - part.begin), part.op, part.parent,
                   part.constant, seen(part.outcome.value), until(part.outcome)});
  }
  return out;
}

/// Of the phrases that customer_said() and agent_said() ask for, those that were said.
std::vector<std::string> ConditionInspector::said(const std::vector<SeenPart>& parts,
                                                  const cel::Program& beside) {
  std::vector<std::string> out;
  for (const SeenPart& part : parts) {
    if (part.parent < 0 || part.value.kind != Seen::Kind::text) continue;
    const std::string& function = parts[static_cast<std::size_t>(part.parent)].op;
    if (function != "customer_said" && function != "agent_said") continue;
    const std::string call = function + "(" + literal(part.value.text) + ")";
    if (value_of(call, beside).yes) out.push_back(part.value.text);
  }
  return out;
}

Seen ConditionInspector::value_of(const std::string& source, const cel::Program& beside) {
  arena_.reset();
  const auto compiled = beside.compile_beside(source);
  const auto* program = std::get_if<cel::Program>(&compiled);
  if (program == nullptr) return failed("it cannot be computed by itself");
  return seen(program->run(facts_, now_, arena_).value);
}

Seen ConditionInspector::seen(const cel::Value& value) {
  using cel::Kind;
  Seen out;
  switch (value.kind()) {
    case Kind::null_:
      break;
    case Kind::bool_:
      out = yes_no(value.as_bool());
      break;
    case Kind::int_:
    case Kind::uint_:
    case Kind::double_:
      out.kind = Seen::Kind::number;
      out.text = cel::to_text(value, now_).value_or("?");
      break;
    case Kind::string_:
      out.kind = Seen::Kind::text;
      out.text = value.as_string();
      break;
    case Kind::duration_:
      out.kind = Seen::Kind::length;
      out.length = value.duration_at(now_);
      out.grows = value.rate() > 0;
      break;
    case Kind::timestamp_:
      out.kind = Seen::Kind::moment;
      out.moment = value.timestamp_at(now_);
      break;
    case Kind::list_:
      out.kind = Seen::Kind::list;
      for (std::size_t i = 0; i < value.list_size(); ++i)
        out.items.push_back(seen(value.list_at(i, arena_)));
      break;
    case Kind::error_:
      out = failed(std::string(value.error_text()));
      break;
    default:
      out.kind = Seen::Kind::other;
      out.text = cel::to_literal(value, now_);
  }
  return out;
}

}  // namespace assist::engine
