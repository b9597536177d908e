#include "engine/compare.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace assist::engine {
namespace {

using facts::Fact;

bool is_length(Fact fact) {
  return fact == Fact::call_hold || fact == Fact::call_hold_total || fact == Fact::call_wait ||
         fact == Fact::call_age || fact == Fact::call_talk;
}

std::uint32_t facts::CallFacts::*count_of(Fact fact) {
  if (fact == Fact::call_holds) return &facts::CallFacts::holds;
  if (fact == Fact::call_transfers) return &facts::CallFacts::transfers;
  return nullptr;
}

facts::Name facts::CallFacts::*name_of(Fact fact) {
  switch (fact) {
    case Fact::call_queue:
      return &facts::CallFacts::queue;
    case Fact::call_channel:
      return &facts::CallFacts::channel;
    case Fact::call_direction:
      return &facts::CallFacts::direction;
    case Fact::call_area:
      return &facts::CallFacts::area;
    case Fact::call_topic:
      return &facts::CallFacts::topic;
    case Fact::call_step:
      return &facts::CallFacts::step;
    case Fact::call_agent:
      return &facts::CallFacts::agent;
    default:
      return nullptr;
  }
}

Verdict yes_or_no(bool truth, Time valid_until = kNever) {
  return {truth ? Truth::yes : Truth::no, valid_until};
}

}  // namespace

std::optional<Compare::Once> Compare::once() const {
  if (type_ != Type::length || (is_ != Is::over && is_ != Is::at_least)) return std::nullopt;
  return Once{fact_, length_ + Duration{is_ == Is::over ? 1 : 0}};
}

void Compare::be(Is is) {
  is_ = is;
  switch (is) {
    case Is::less:
      true_where_ = 0b001;
      return;
    case Is::at_most:
      true_where_ = 0b011;
      return;
    case Is::over:
      true_where_ = 0b100;
      return;
    case Is::at_least:
      true_where_ = 0b110;
      return;
    case Is::equal:
      true_where_ = 0b010;
      return;
    case Is::unequal:
      true_where_ = 0b101;
  }
}

std::optional<Compare> Compare::of_function(const cel::Program::Comparison& from) {
  Compare out;
  out.be(from.is);
  const cel::Value& value = from.constant.value();
  switch (static_cast<facts::Function>(*from.function)) {
    case facts::Function::contacts_within:
      // How many contacts there are is quickly told where there is none: of most customers.
      if (!value.is(cel::Kind::int_)) return std::nullopt;
      out.type_ = Type::contacts;
      out.whole_ = value.as_int();
      return out;
    case facts::Function::affected_by:
      if (from.is != Is::equal || !value.is_true() || from.args.size() != 1 ||
          !from.args.front().value().is(cel::Kind::string_))
        return std::nullopt;
      out.type_ = Type::incident;
      out.text_ = from.args.front().value().as_string();
      return out;
    default:
      return std::nullopt;
  }
}

/// nullopt: it is of another type.
std::optional<Compare::Type> Compare::type_of(Fact fact) {
  if (is_length(fact)) return Type::length;
  if (count_of(fact) != nullptr) return Type::count;
  if (name_of(fact) != nullptr) return Type::text;
  switch (fact) {
    case Fact::queue_waiting:
      return Type::queue_waiting;
    case Fact::call_sentiment:
      return Type::sentiment;
    case Fact::customer_area:
      return Type::customer_area;
    case Fact::customer_tier:
      return Type::customer_tier;
    default:
      return std::nullopt;
  }
}

std::optional<Compare> Compare::of(const cel::Program::Comparison& from) {
  if (from.slot >= facts::kFactCount) return std::nullopt;
  if (from.function) return of_function(from);
  Compare out;
  out.fact_ = static_cast<Fact>(from.slot);
  out.be(from.is);
  const auto type = type_of(out.fact_);
  if (!type) return std::nullopt;
  out.type_ = *type;
  const cel::Value& limit = from.constant.value();
  const bool order = from.is != Is::equal && from.is != Is::unequal;
  switch (out.type_) {
    case Type::length:
      if (!limit.is(cel::Kind::duration_) || !order) return std::nullopt;
      if (limit.nanos() % 1000 != 0) return std::nullopt;
      // Far beyond any length that a call can have, its microseconds would not fit.
      if (std::abs(limit.seconds()) > 1'000'000'000'000) return std::nullopt;
      out.length_ = limit.duration_at(Time());
      return out;
    case Type::count:
    case Type::queue_waiting:
      if (!limit.is(cel::Kind::int_)) return std::nullopt;
      out.count_ = count_of(out.fact_);
      out.whole_ = limit.as_int();
      return out;
    case Type::sentiment:
      if (!limit.is(cel::Kind::double_) && !limit.is(cel::Kind::int_)) return std::nullopt;
      // A score is between -1 and 1: a limit that a double cannot hold is as far off as its
      // nearest.
      out.number_ =
          limit.is(cel::Kind::double_) ? limit.as_double() : static_cast<double>(limit.as_int());
      if (std::isnan(out.number_)) return std::nullopt;
      return out;
    default:
      if (!limit.is(cel::Kind::string_) || order) return std::nullopt;
      out.name_ = name_of(out.fact_);
      out.text_ = limit.as_string();
      return out;
  }
}

template <class T>
Verdict Compare::ordered(const T& value, const T& limit) const {
  const int where = 1 + (value > limit ? 1 : 0) - (value < limit ? 1 : 0);
  return yes_or_no((true_where_ >> where & 1) != 0);
}

Verdict Compare::equal(const facts::Name& name) const {
  return yes_or_no((name.text() == text_) == (is_ == Is::equal));
}

Verdict Compare::length(const facts::Clock& clock, Time now) const {
  Verdict out = ordered(clock.at(now), length_);
  if (!clock.since) return out;
  if (now < *clock.since) return {out.truth, *clock.since};  // it does not run yet
  // It grows: once past the limit it stays so. `over` and `at_most` turn a microsecond behind it.
  const bool behind = is_ == Is::over || is_ == Is::at_most;
  const Time turns = *clock.since + (length_ - clock.base) + Duration{behind ? 1 : 0};
  if (turns > now) out.valid_until = turns;
  return out;
}

Verdict Compare::operator()(facts::CallActivation& of, Time now) const {
  static const facts::Name none;
  const facts::Call& call = of.of();
  switch (type_) {
    case Type::length:
      return length(clock_of(fact_, call.facts), now);
    case Type::count:
      return ordered(std::int64_t{call.facts.*count_}, whole_);
    case Type::queue_waiting:
      return ordered(call.queue != nullptr ? std::int64_t{*call.queue->waiting} : 0, whole_);
    case Type::sentiment:
      return ordered(call.facts.sentiment(), number_);
    case Type::text:
      return equal(call.facts.*name_);
    case Type::customer_area:
      return equal(call.customer != nullptr ? *call.customer->known().area : none);
    case Type::customer_tier:
      return equal(call.customer != nullptr ? *call.customer->known().tier : none);
    case Type::contacts:
      if (call.customer != nullptr && !call.customer->contacts.empty())
        return {Truth::unknown, now};
      return ordered(std::int64_t{0}, whole_);
    case Type::incident:
      break;
  }
  return yes_or_no(of.incident(text_) != nullptr);
}

std::optional<Compares> Compares::of(const cel::Program& program) {
  const auto& [any, negated] = program.comparisons();
  if (any.empty() || any.size() > kMost) return std::nullopt;
  std::vector<Compare> all;
  for (const auto& one : any) {
    const auto compare = Compare::of(one);
    if (!compare) return std::nullopt;
    all.push_back(*compare);
  }
  Compares out;
  out.negated_ = negated;
  out.first_ = all.front();
  out.lone_ = all.size() == 1 && !negated;
  if (!out.lone_) out.any_ = std::make_unique<const std::vector<Compare>>(std::move(all));
  return out;
}

std::span<const Compare> Compares::all() const {
  if (lone_) return {&first_, 1};
  return any_ == nullptr ? std::span<const Compare>() : *any_;
}

Verdict Compares::any(facts::CallActivation& of, Time now) const {
  Verdict out{Truth::no, kNever};
  for (const Compare& compare : all()) {
    const Verdict one = compare(of, now);
    if (one.truth == Truth::unknown) return one;
    if (one.truth == Truth::yes) {
      out = one;
      break;
    }
    out.valid_until = std::min(out.valid_until, one.valid_until);
  }
  if (negated_) out.truth = out.truth == Truth::yes ? Truth::no : Truth::yes;
  return out;
}

bool Compares::looks_through_incidents() const {
  const auto each = all();
  return std::any_of(each.begin(), each.end(),
                     [](const Compare& one) { return one.looks_through_incidents(); });
}

std::vector<Compare::Once> Compares::onces() const {
  std::vector<Compare::Once> out;
  for (const Compare& compare : all()) {
    const auto once = compare.once();
    if (negated_ || !once) return {};
    out.push_back(*once);
  }
  return out;
}

}  // namespace assist::engine
