#include "trials/look_back.hpp"

#include <algorithm>

namespace assist::trials {

LookBack::LookBack(std::shared_ptr<const rules::RuleSet> rules, engine::Options options,
                   events::Limits limits, std::string call)
    : rules_(std::move(rules)),
      options_(options),
      limits_(limits),
      call_(std::move(call)),
      all_(replay()),
      decoder_(limits) {}

Replay LookBack::replay() const { return Replay(rules_, options_, limits_); }

Result<void> LookBack::line(std::string_view text) {
  ignored_.clear();
  const std::uint64_t taken_before = all_.stats().events;
  if (const auto taken = all_.line(text, ignored_); !taken) return taken;
  if (all_.stats().events == taken_before) return {};  // white space, or a duplicate
  decoder_.decode(text, events::Shape::event, batch_);
  events::Event& event = batch_.events.front();
  const Time clock = all_.engine().now();
  if (event.about_call()) calls_.emplace(event.subject);
  if (event.about_call() && event.subject == call_ && !first_) first_ = clock;
  lines_.push_back({std::string(text), clock});
  const bool alive = all_.engine().call(call_).has_value();
  if (alive) last_alive_ = lines_.size();
  if (first_ && !alive && !found_ended_) {
    found_ended_ = clock;
    events::settle_time(event, clock);
    const bool by_itself = event.type() == events::EventType::call_ended && event.subject == call_;
    ended_ = by_itself ? event.time : clock;
  }
  alive_ = alive;
  return {};
}

Replay LookBack::replay_of(std::size_t lines) const {
  Replay out = replay();
  std::vector<Replay::Decided> ignored;
  for (std::size_t i = 0; i < lines; ++i) {
    // Each was taken before, after the same ones.
    static_cast<void>(out.line(lines_[i].text, ignored));
    ignored.clear();
  }
  return out;
}

/// Of a call that was in progress after some line: when time alone ended it, up to `until` and to
/// the line that found it ended.
std::optional<Time> LookBack::end_by_silence(Time until) const {
  until = std::min(until, found_ended_.value_or(until));
  Replay run = replay_of(*last_alive_);
  std::vector<Replay::Decided> ignored;
  while (run.engine().next_due() <= until) {
    const Time due = run.engine().next_due();
    run.pass(due, ignored);
    ignored.clear();
    if (!run.engine().call(call_)) return due;
  }
  return std::nullopt;
}

LookBack::View LookBack::at(Time at) const {
  View out;
  if (!first_ || at < *first_) return out;
  const auto after = std::upper_bound(lines_.begin(), lines_.end(), at,
                                      [](Time t, const Line& line) { return t < line.clock; });
  Replay run = replay_of(static_cast<std::size_t>(after - lines_.begin()));
  std::vector<Replay::Decided> ignored;
  run.pass(at, ignored);
  out.inspection = run.engine().inspect(call_);
  if (out.inspection) return out;
  set_end(out, last_alive_ ? end_by_silence(at) : std::nullopt);
  return out;
}

void LookBack::set_end(View& view, std::optional<Time> silence) const {
  view.ended = silence ? silence : ended_;
  if (!silence && ended_ != found_ended_) view.told = found_ended_;
}

LookBack::View LookBack::latest() const {
  View out;
  if (alive_) {
    out.inspection = all_.engine().inspect(call_);
    return out;
  }
  const auto silence = last_alive_ ? end_by_silence(*found_ended_) : std::nullopt;
  set_end(out, silence);
  if (!last_alive_) return out;  // it ended with its first event
  Replay run = replay_of(*last_alive_);
  std::vector<Replay::Decided> ignored;
  // What is due at the moment of the end itself is no longer decided for it.
  const Time last = std::max(run.engine().now(), silence ? *silence - Duration{1} : *found_ended_);
  run.pass(last, ignored);
  out.inspection = run.engine().inspect(call_);
  return out;
}

}  // namespace assist::trials
