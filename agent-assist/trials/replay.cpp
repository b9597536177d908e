#include "trials/replay.hpp"

#include <algorithm>

namespace assist::trials {
namespace {

constexpr Duration kAfterLastEvent = std::chrono::hours{24};

bool blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace

Replay::Replay(std::shared_ptr<const rules::RuleSet> rules, engine::Options options,
               events::Limits limits)
    : engine_(std::move(rules), options), decoder_(limits) {}

void Replay::read(std::string_view text) {
  Ahead& ahead = ahead_[ahead_count_++];
  ahead.blank = blank(text);
  if (ahead.blank) return;
  decoder_.decode(text, events::Shape::event, ahead.batch);
  for (const events::Event& event : ahead.batch.events) {
    duplicates_.prefetch(event.key);
    engine_.expect_later(event);
  }
}

Result<void> Replay::line(std::string_view text, std::vector<Decided>& out) {
  ahead_next_ = ahead_count_ = 0;
  read(text);
  return next(out);
}

void Replay::read_ahead(std::span<const std::string> texts) {
  ahead_next_ = ahead_count_ = 0;
  for (const std::string& text : texts.first(std::min(texts.size(), kAhead))) read(text);
  std::array<const events::Event*, kAhead> events;
  std::size_t count = 0;
  for (std::size_t i = 0; i < ahead_count_; ++i) {
    if (ahead_[i].blank || ahead_[i].batch.events.empty()) continue;
    events[count++] = &ahead_[i].batch.events.front();
  }
  engine_.expect({events.data(), count});
}

Result<void> Replay::next(std::vector<Decided>& out) {
  Ahead& ahead = ahead_[ahead_next_++];
  if (ahead.blank) return {};
  stats_.lines += 1;
  if (!ahead.batch.rejected.empty()) {
    stats_.refused += 1;
    return ahead.batch.rejected.front().error;
  }
  events::Event& event = ahead.batch.events.front();
  if (!event.has_time && !started_) {
    stats_.refused += 1;
    missed_first_time_ = true;
    return Error{ErrorCode::bad_argument,
                 "the first event gives no \"time\", and there is none before it to count from; "
                 "give it one",
                 {{}, 0, 0, "/time"}};
  }
  if (!duplicates_.insert(event)) {
    stats_.duplicates += 1;
    return {};
  }
  if (event.has_time) clock_ = started_ ? std::max(clock_, event.time) : event.time;
  apply(event, out);
  return {};
}

Result<void> Replay::recorded(std::string_view json, Time at, std::vector<Decided>& out) {
  stats_.lines += 1;
  decoder_.decode(json, events::Shape::event, batch_);
  if (!batch_.rejected.empty()) {
    stats_.refused += 1;
    return batch_.rejected.front().error;
  }
  clock_ = at;
  apply(batch_.events.front(), out);
  return {};
}

void Replay::act(std::string_view call, std::string_view suggestion,
                 engine::Feedback::Verdict verdict, Time at, std::vector<Decided>& out) {
  const auto shown = engine_.call(call);
  if (!shown) return;
  clock_ = at;
  engine_.feedback({shown->agent, std::string(suggestion), verdict}, at, effects_);
  collect(stats_.lines, stats_.lines, nullptr, out);
}

/// Time passes up to the clock; then the event counts.
void Replay::apply(events::Event& event, std::vector<Decided>& out) {
  stats_.events += 1;
  started_ = true;
  events::settle_time(event, clock_);
  engine_.apply(event, effects_);
  // What fell due on the way to the event comes after the line before it.
  collect(stats_.lines - 1, stats_.lines, &event, out);
}

void Replay::pass(Time to, std::vector<Decided>& out) {
  clock_ = to;
  engine_.advance(to, effects_);
  collect(stats_.lines, stats_.lines, nullptr, out);
}

void Replay::finish(std::vector<Decided>& out) {
  if (!started_) return;
  const Time last = clock_ + kAfterLastEvent;
  while (engine_.live_calls() > 0 && engine_.next_due() <= last) {
    engine_.advance(engine_.next_due(), effects_);
    collect(stats_.lines, stats_.lines, nullptr, out);
  }
}

void Replay::collect(std::uint64_t of_clock, std::uint64_t of_event, const events::Event* event,
                     std::vector<Decided>& out) {
  const auto seq = [&](engine::Trigger by) {
    return by == engine::Trigger::clock ? of_clock : of_event;
  };
  Cause applied;
  if (effects_.wants_withheld && event != nullptr)
    applied = std::make_shared<const EventId>(
        EventId{std::string(event->source), std::string(event->id)});
  const auto cause = [&](engine::Trigger by) {
    return by == engine::Trigger::event ? applied : nullptr;
  };
  stats_.decisions += effects_.decisions.size();
  for (auto& decision : effects_.decisions) {
    const engine::Trigger by = decision.by;
    out.push_back({seq(by), std::move(decision), cause(by)});
  }
  for (auto& withheld : effects_.withheld) {
    const engine::Trigger by = withheld.by;
    held_.push_back({seq(by), std::move(withheld), cause(by)});
  }
  effects_.clear();
}

}  // namespace assist::trials
