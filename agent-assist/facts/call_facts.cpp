#include "facts/call_facts.hpp"

#include <algorithm>

namespace assist::facts {
namespace {

/// Changes a length that may run by `change`, and marks what of it is thereby another.
template <class Change>
void change_clock(Clock& clock, Fact fact, Time now, Delta& delta, Change change) {
  const Clock before = clock;
  change(clock);
  if (before == clock) return;
  delta.touched |= bit(fact);
  if (before.at(now) != clock.at(now)) delta.mark(fact);
}

struct Fold {
  CallFacts& f;
  Time time;  // of the event
  Time now;
  Names& names;
  Delta& delta;

  void operator()(const events::CallStarted& d) const {
    set(f.customer, d.customer, Fact::customer_id);
    set(f.queue, d.queue, Fact::call_queue);
    set(f.channel, d.channel, Fact::call_channel);
    set(f.direction, d.direction, Fact::call_direction);
    set(f.area, d.area, Fact::call_area);
    set(f.topic, d.topic, Fact::call_topic);
    merge(d.attributes);
  }
  void operator()(const events::CallQueued& d) const { set(f.queue, d.queue, Fact::call_queue); }
  void operator()(const events::CallAnswered& d) const { answer(d.agent); }
  void operator()(const events::CallHeld&) const {
    if (f.on_hold()) return;
    f.holds += 1;
    delta.mark(bit(Fact::call_holds) | bit(Fact::call_on_hold));
    change_hold(time);
    change_clock(f.hold_total, Fact::call_hold_total, now, delta, [&](Clock& c) { c.start(time); });
  }
  void operator()(const events::CallResumed&) const { end_hold(); }
  void operator()(const events::CallTransferred& d) const {
    f.transfers += 1;
    delta.mark(Fact::call_transfers);
    set(f.queue, d.queue, Fact::call_queue);
    if (d.agent && f.agent == *d.agent) return;  // leaves the hold as it is
    if (d.agent) {
      answer(*d.agent);
      return;
    }
    end_hold();
    set(f.agent, std::string_view(), Fact::call_agent);
    change_clock(f.wait, Fact::call_wait, now, delta, [&](Clock& c) { c.start(time); });
  }
  void operator()(const events::CallStep& d) const { set(f.step, d.step, Fact::call_step); }
  void operator()(const events::CallSaid&) const {}  // see World::listen()
  void operator()(const events::CallSentiment& d) const {
    if (f.sentiment() != d.score) delta.mark(Fact::call_sentiment);
    auto& all = f.sentiments;
    if (all.size() < CallFacts::kSentiments) {
      if (all.empty()) all.reserve(CallFacts::kSentiments);
      all.push_back(d.score);
      delta.mark(Fact::call_sentiments);
      return;
    }
    std::rotate(all.begin(), all.begin() + 1, all.end());
    // Moved up by one, the list is the same only where all of them were equal, this one too.
    const bool same = all.back() == d.score && std::equal(all.begin() + 1, all.end(), all.begin());
    all.back() = d.score;
    if (!same) delta.mark(Fact::call_sentiments);
  }
  void operator()(const events::CallUpdated& d) const {
    set(f.topic, d.topic, Fact::call_topic);
    set(f.area, d.area, Fact::call_area);
    set(f.customer, d.customer, Fact::customer_id);
    resolve(d.resolved);
    merge(d.attributes);
  }
  void operator()(const events::CallEnded& d) const {
    resolve(d.resolved);
    f.started_at = std::min(f.started_at, time);
    end_hold();
    change_clock(f.wait, Fact::call_wait, now, delta, [&](Clock& c) { c.stop(time); });
    f.ended_at = time;
  }
  template <class Other>
  void operator()(const Other&) const {}  // not about a call

 private:
  /// Marks `fact` where it thereby changes.
  void set(Name& to, std::string_view value, Fact fact) const {
    if (to == value) return;
    to = names.of(value);
    delta.mark(fact);
  }
  void set(Name& to, const events::Text& value, Fact fact) const {
    if (value) set(to, *value, fact);
  }
  void answer(std::string_view agent) const {
    end_hold();
    set(f.agent, agent, Fact::call_agent);
    change_clock(f.wait, Fact::call_wait, now, delta, [&](Clock& c) { c.stop(time); });
    if (f.answered_at) return;
    f.answered_at = time;
    delta.mark(Fact::call_answered);
    delta.touched |= bit(Fact::call_talk);
    if (now > time) delta.mark(Fact::call_talk);
  }
  void change_hold(MaybeTime since) const {
    Clock hold = f.hold();
    change_clock(hold, Fact::call_hold, now, delta, [&](Clock& c) { c.since = since; });
    f.held_since = since;
  }
  void end_hold() const {
    if (!f.on_hold()) return;
    delta.mark(Fact::call_on_hold);
    change_hold(MaybeTime());
    change_clock(f.hold_total, Fact::call_hold_total, now, delta, [&](Clock& c) { c.stop(time); });
  }
  void resolve(std::optional<bool> resolved) const {
    if (!resolved || *resolved == f.resolved) return;
    f.resolved = *resolved;
    delta.mark(Fact::call_resolved);
  }
  void merge(const events::Attributes& attributes) const {
    if (!attributes || attributes->empty()) return;
    if (f.attributes.merge(*attributes, names)) delta.mark(Fact::call_attributes);
  }
};

}  // namespace

Clock CallFacts::running_from(Time start) const {
  Clock clock;
  clock.start(start);
  if (ended_at) clock.stop(*ended_at);
  return clock;
}

CallFacts started(const events::Event& first, Names& names, std::pmr::memory_resource* memory) {
  CallFacts facts(memory);
  facts.channel = names.of("voice");
  facts.direction = names.of("inbound");
  facts.started_at = first.time;
  facts.wait.start(first.time);
  return facts;
}

void fold(CallFacts& facts, const events::Event& event, Time now, Names& names, Delta& delta) {
  delta.mark(Fact::call_events);
  delta.touched |= event_bit(static_cast<std::uint32_t>(event.type()));
  std::visit(Fold{facts, event.time, now, names, delta}, event.data);
}

Delta difference(const CallFacts& a, const CallFacts& b, Time now) {
  Delta d;
  const auto mark_if = [&](bool differs, Fact fact) {
    if (differs) d.mark(fact);
  };
  const auto clocks = [&](const Clock& x, const Clock& y, Fact fact) {
    if (x != y) d.touched |= bit(fact);
    mark_if(x.at(now) != y.at(now), fact);
  };
  mark_if(a.started_at != b.started_at, Fact::call_started_at);
  mark_if(a.customer != b.customer, Fact::customer_id);
  mark_if(a.queue != b.queue, Fact::call_queue);
  mark_if(a.area != b.area, Fact::call_area);
  mark_if(a.topic != b.topic, Fact::call_topic);
  mark_if(a.step != b.step, Fact::call_step);
  mark_if(a.agent != b.agent, Fact::call_agent);
  mark_if(a.channel != b.channel, Fact::call_channel);
  mark_if(a.direction != b.direction, Fact::call_direction);
  mark_if(a.answered_at.has_value() != b.answered_at.has_value(), Fact::call_answered);
  mark_if(a.on_hold() != b.on_hold(), Fact::call_on_hold);
  mark_if(a.holds != b.holds, Fact::call_holds);
  mark_if(a.transfers != b.transfers, Fact::call_transfers);
  mark_if(a.resolved != b.resolved, Fact::call_resolved);
  mark_if(a.sentiment() != b.sentiment(), Fact::call_sentiment);
  mark_if(a.sentiments != b.sentiments, Fact::call_sentiments);
  mark_if(!(a.attributes == b.attributes), Fact::call_attributes);
  clocks(a.age(), b.age(), Fact::call_age);
  clocks(a.talk(), b.talk(), Fact::call_talk);
  clocks(a.wait, b.wait, Fact::call_wait);
  clocks(a.hold(), b.hold(), Fact::call_hold);
  clocks(a.hold_total, b.hold_total, Fact::call_hold_total);
  return d;
}

}  // namespace assist::facts
