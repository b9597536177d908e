#include "engine/compare.hpp"

#include <algorithm>

namespace assist::engine {
namespace {

using facts::Fact;

bool is_length(Fact fact) {
  return fact == Fact::call_hold || fact == Fact::call_hold_total || fact == Fact::call_wait ||
         fact == Fact::call_age || fact == Fact::call_talk;
}

bool is_whole(Fact fact) {
  return fact == Fact::call_holds || fact == Fact::call_transfers || fact == Fact::queue_waiting;
}

std::int64_t whole_of(Fact fact, const facts::Call& call) {
  if (fact == Fact::call_holds) return call.facts.holds;
  if (fact == Fact::call_transfers) return call.facts.transfers;
  return call.queue != nullptr ? *call.queue->waiting : 0;
}

bool is_text(Fact fact) {
  switch (fact) {
    case Fact::call_queue:
    case Fact::call_channel:
    case Fact::call_direction:
    case Fact::call_area:
    case Fact::call_topic:
    case Fact::call_step:
    case Fact::call_agent:
    case Fact::customer_area:
    case Fact::customer_tier:
      return true;
    default:
      return false;
  }
}

const facts::Name& text_of(Fact fact, const facts::Call& call) {
  static const facts::Name none;
  const facts::CallFacts& f = call.facts;
  switch (fact) {
    case Fact::customer_area:
      return call.customer != nullptr ? *call.customer->known().area : none;
    case Fact::customer_tier:
      return call.customer != nullptr ? *call.customer->known().tier : none;
    case Fact::call_queue:
      return f.queue;
    case Fact::call_channel:
      return f.channel;
    case Fact::call_direction:
      return f.direction;
    case Fact::call_area:
      return f.area;
    case Fact::call_topic:
      return f.topic;
    case Fact::call_step:
      return f.step;
    default:
      return f.agent;
  }
}

}  // namespace

std::optional<Compare::Once> Compare::once() const {
  if (type_ != Type::length || (is_ != Is::over && is_ != Is::at_least)) return std::nullopt;
  return Once{fact_, length_ + Duration{is_ == Is::over ? 1 : 0}};
}

std::optional<Compare> Compare::of_function(const cel::Program::Comparison& from) {
  Compare out;
  out.is_ = from.is;
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

std::optional<Compare> Compare::of(const cel::Program::Comparison& from) {
  if (from.slot >= facts::kFactCount) return std::nullopt;
  Compare out;
  if (from.function) return of_function(from);
  out.fact_ = static_cast<Fact>(from.slot);
  out.is_ = from.is;
  const cel::Value& limit = from.constant.value();
  const bool order = from.is != Is::equal && from.is != Is::unequal;
  if (is_length(out.fact_) && limit.is(cel::Kind::duration_) && order) {
    if (limit.nanos() % 1000 != 0) return std::nullopt;
    // Far beyond any length that a call can have, its microseconds would not fit.
    if (std::abs(limit.seconds()) > 1'000'000'000'000) return std::nullopt;
    out.type_ = Type::length;
    out.length_ = limit.duration_at(Time());
    return out;
  }
  if (is_whole(out.fact_) && limit.is(cel::Kind::int_)) {
    out.type_ = Type::whole;
    out.whole_ = limit.as_int();
    return out;
  }
  const bool number = limit.is(cel::Kind::double_) || limit.is(cel::Kind::int_);
  if (out.fact_ == Fact::call_sentiment && number) {
    // A score is between -1 and 1: a limit that a double cannot hold is as far off as its nearest.
    out.type_ = Type::number;
    out.number_ =
        limit.is(cel::Kind::double_) ? limit.as_double() : static_cast<double>(limit.as_int());
    return out;
  }
  if (!is_text(out.fact_) || !limit.is(cel::Kind::string_) || order) return std::nullopt;
  out.type_ = Type::text;
  out.text_ = limit.as_string();
  return out;
}

template <class T>
bool Compare::holds(const T& value, const T& limit) const {
  switch (is_) {
    case Is::less:
      return value < limit;
    case Is::at_most:
      return value <= limit;
    case Is::over:
      return value > limit;
    case Is::at_least:
      return value >= limit;
    case Is::equal:
      return value == limit;
    default:
      return value != limit;
  }
}

Compare::Verdict Compare::length(const facts::Clock& clock, Time now) const {
  const bool truth = holds(clock.at(now), length_);
  if (!clock.since) return {truth, kNever};
  if (now < *clock.since) return {truth, *clock.since};  // it does not run yet
  // It grows: once past the limit it stays so. `over` and `at_most` turn a microsecond behind it.
  const bool behind = is_ == Is::over || is_ == Is::at_most;
  const Time turns = *clock.since + (length_ - clock.base) + Duration{behind ? 1 : 0};
  return {truth, turns > now ? turns : kNever};
}

std::optional<Compare::Verdict> Compare::operator()(const facts::World& world,
                                                    const facts::Call& call, Time now) const {
  switch (type_) {
    case Type::length:
      return length(clock_of(fact_, call.facts), now);
    case Type::whole:
      return Verdict{holds(whole_of(fact_, call), whole_), kNever};
    case Type::number:
      return Verdict{holds(call.facts.sentiment(), number_), kNever};
    case Type::contacts:
      if (call.customer != nullptr && !call.customer->contacts.empty()) return std::nullopt;
      return Verdict{holds(std::int64_t{0}, whole_), kNever};
    case Type::incident:
      return Verdict{world.incident(call, text_) != nullptr, kNever};
    default:
      return Verdict{(text_of(fact_, call).text() == text_) == (is_ == Is::equal), kNever};
  }
}

std::optional<Compares> Compares::of(const cel::Program& program) {
  const auto& [any, negated] = program.comparisons();
  if (any.empty() || any.size() > kMost) return std::nullopt;
  Compares out;
  out.negated_ = negated;
  for (const auto& one : any) {
    auto compare = Compare::of(one);
    if (!compare) return std::nullopt;
    out.any_.push_back(std::move(*compare));
  }
  return out;
}

std::optional<Compare::Verdict> Compares::operator()(const facts::World& world,
                                                     const facts::Call& call, Time now) const {
  Time valid_until = kNever;
  for (const Compare& compare : any_) {
    const auto one = compare(world, call, now);
    if (!one) return std::nullopt;
    if (one->truth) return Compare::Verdict{!negated_, one->valid_until};
    valid_until = std::min(valid_until, one->valid_until);
  }
  return Compare::Verdict{negated_, valid_until};
}

bool Compares::looks_through_incidents() const {
  return std::any_of(any_.begin(), any_.end(),
                     [](const Compare& one) { return one.looks_through_incidents(); });
}

std::vector<Compare::Once> Compares::onces() const {
  std::vector<Compare::Once> out;
  for (const Compare& compare : any_) {
    const auto once = compare.once();
    if (negated_ || !once) return {};
    out.push_back(*once);
  }
  return out;
}

}  // namespace assist::engine
