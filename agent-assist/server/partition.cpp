#include "server/partition.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "journal/entries.hpp"
#include "server/log.hpp"

namespace assist::server {
namespace {

using engine::Feedback;

/// Work of one round: little enough that what is decided goes out soon.
constexpr std::size_t kEventsPerRound = 256;
/// The system's clock may be set anew while nothing happens: look now and then.
constexpr Duration kLongestSleep = std::chrono::seconds{1};
constexpr std::size_t kRulesNamed = 10;  // in a line of the log
constexpr Duration kSleepWithoutRoom = std::chrono::milliseconds{10};

bool takes_it_off(Feedback::Verdict verdict) {
  return verdict == Feedback::Verdict::used || verdict == Feedback::Verdict::dismissed;
}

std::string names(std::string_view what, const std::vector<std::string>& rules) {
  std::string out = std::to_string(rules.size()) + ' ' + std::string(what);
  for (std::size_t i = 0; i < rules.size() && i < kRulesNamed; ++i)
    out += (i == 0 ? " (" : ", ") + rules[i];
  if (rules.size() > kRulesNamed) out += ", ...";
  return rules.empty() ? out : out + ')';
}

std::string told(const engine::ReloadSummary& summary) {
  return names("added", summary.added) + ", " + names("changed", summary.changed) + ", " +
         names("removed", summary.removed) + ", " +
         names("start their timers anew", summary.timers_started_anew);
}

std::string month_of(Time at) { return format_rfc3339(at).substr(0, 7); }

}  // namespace

Partition::Partition(Recovered from, const Limits& limits, journal::Committer& committer,
                     Outbox& out, Snapshots* snapshots)
    : state_(std::move(from)),
      limits_(limits),
      committer_(committer),
      out_(out),
      snapshots_(snapshots),
      clock_(state_.at) {
  figures_.live_calls = engine().live_calls();
  effects_.wants_calls = true;
  thread_ = std::thread([this] { run(); });
}

Partition::~Partition() { stop(); }

void Partition::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void Partition::put(Control control) {
  const std::lock_guard lock(mutex_);
  controls_.push_back(std::move(control));
  wake_.notify_one();
}

void Partition::deliver(Delivery delivery) {
  const std::lock_guard lock(mutex_);
  const auto source = delivery.source;
  deliveries_.push(source, std::move(delivery));
  wake_.notify_one();
}

std::size_t Partition::waiting() const {
  const std::lock_guard lock(mutex_);
  return deliveries_.size();
}

void Partition::feedback(FeedbackGiven feedback) { put(std::move(feedback)); }
void Partition::watch(std::string agent, std::uint64_t socket) {
  put(Watch{std::move(agent), socket, true});
}
void Partition::refresh(std::string agent, std::uint64_t socket) {
  put(Watch{std::move(agent), socket, false});
}
void Partition::unwatch(std::string agent) { put(Unwatch{std::move(agent)}); }
void Partition::reload(NewRules rules) { put(std::move(rules)); }

/// Sleeps until there is work or something falls due.
void Partition::wait(Work& work) {
  work.clear();
  const bool room = committer_.has_room();
  const auto due = engine().next_due();
  auto sleep = due == kNever ? kLongestSleep : due - clock_.now();
  sleep = std::clamp(sleep, Duration::zero(), kLongestSleep);
  if (!room) sleep = std::min(sleep, kSleepWithoutRoom);
  std::unique_lock lock(mutex_);
  const auto open = [&] { return room || stopping_; };
  wake_.wait_for(lock, sleep, [&] {
    return stopping_ || !controls_.empty() || (open() && !deliveries_.empty());
  });
  while (!controls_.empty()) {
    work.controls.push_back(std::move(controls_.front()));
    controls_.pop_front();
  }
  for (std::size_t events = 0; open() && !deliveries_.empty() && events < kEventsPerRound;) {
    work.deliveries.push_back(deliveries_.pop());
    events += work.deliveries.back().batch->size;
  }
  work.stopping = stopping_ && work.controls.empty() && work.deliveries.empty();
}

void Partition::run() {
  Work work;
  do {
    wait(work);
    pass_time();
    for (auto& control : work.controls) {
      std::visit([this](auto& one) { take(one); }, control);
    }
    for (auto& delivery : work.deliveries) take(delivery);
    commit();
    take_snapshot();
    figures_.live_calls = engine().live_calls();
  } while (!work.stopping);
}

void Partition::pass_time() {
  engine().advance(clock_.now(), effects_);
  publish();
}

void Partition::take(Delivery& delivery) {
  const auto at = clock_.now();
  auto& batch = *delivery.batch;
  Consumed consumed;
  consumed.source = delivery.source;
  consumed.events = batch.size;
  consumed.bytes = delivery.bytes;
  consumed.received = delivery.received;
  cause_ = delivery.received;
  for (std::size_t i = 0; i < std::min(batch.events.size(), kFarAhead); ++i)
    expect_later(batch.events[i]);
  for (std::size_t i = 0; i < batch.events.size(); ++i) {
    if (i + kFarAhead < batch.events.size()) expect_later(batch.events[i + kFarAhead]);
    if (i % engine::Engine::kAheadMax == 0) expect(std::span(batch.events).subspan(i));
    apply(batch.events[i], batch.indexes[i], at, consumed);
  }
  for (const auto& rejection : batch.rejected) reject(rejection, at);
  figures_.events += consumed.accepted;
  figures_.duplicates += consumed.duplicates;
  figures_.rejected += batch.rejected.size() + consumed.refused.size();
  figures_.texts_cut += batch.texts_cut;
  cause_.reset();
  consumed.memory = std::move(delivery.batch);
  consumed_.push_back(std::move(consumed));
}

void Partition::expect_later(const events::Event& event) const {
  state_.seen.prefetch(event.key);
  engine().expect_later(event);
}

/// What comes next: its memory is asked for, all at once.
void Partition::expect(std::span<const events::Event> next) const {
  if (next.size() < 2) return;
  std::array<const events::Event*, engine::Engine::kAheadMax> events;
  const std::size_t count = std::min(next.size(), events.size());
  for (std::size_t i = 0; i < count; ++i) events[i] = &next[i];
  engine().expect({events.data(), count});
}

/// What only the writer can tell: the decoder sees an event, not what is known already.
std::optional<Error> Partition::beyond_limits(const events::Event& event) const {
  const auto too_large = [](std::string text, std::string pointer) {
    Error error{ErrorCode::too_large, std::move(text), {}};
    error.place.pointer = std::move(pointer);
    return error;
  };
  if (engine().live_calls() >= limits_.calls_max && engine().starts_call(event)) {
    return too_large("there are " + std::to_string(limits_.calls_max) +
                         " calls in progress already (limits: calls): end some, then send it again",
                     "/subject");
  }
  if (engine().longest_log() >= limits_.call_log_bytes_max &&
      engine().log_bytes(event) >= limits_.call_log_bytes_max &&
      event.type() != events::EventType::call_ended) {
    return too_large("the events of call \"" + std::string(event.subject) + "\" take " +
                         std::to_string(limits_.call_log_bytes_max) +
                         " bytes already (limits: call_log): end it, and go on with a new one",
                     "/subject");
  }
  if (engine().attributes_after(event) > limits_.attributes_max) {
    return too_large("\"" + std::string(event.subject) + "\" would have more than " +
                         std::to_string(limits_.attributes_max) +
                         " attributes (limits: attributes): set some to null first",
                     "/data/attributes");
  }
  return std::nullopt;
}

void Partition::refuse(const events::Event& event, std::size_t index, Error error, Time at,
                       Consumed& consumed) {
  state_.seen.erase(event.source, event.id);  // one of its id may follow
  consumed.refused.push_back({index, event.id, true, std::move(error), event.raw});
  reject(consumed.refused.back(), at);
}

void Partition::apply(events::Event& event, std::size_t index, Time at, Consumed& consumed) {
  state_.seen.pass(at);
  if (!state_.seen.insert(event)) {
    ++consumed.duplicates;
    return;
  }
  if (auto error = beyond_limits(event))
    return refuse(event, index, std::move(*error), at, consumed);
  ++consumed.accepted;
  events::settle_time(event, at);
  engine().apply(event, effects_);
  publish();
  log(journal::Kind::event, at, std::string(event.raw));
}

void Partition::reject(const events::Rejection& rejection, Time at) {
  journal::Rejected kept;
  kept.at = at;
  if (rejection.has_id) kept.id = std::string(rejection.id);
  kept.code = code_name(rejection.error.code);
  kept.detail = rejection.error.text;
  kept.pointer = rejection.error.place.pointer;
  kept.raw = rejection.raw;
  commit_.rejected.push_back(std::move(kept));
}

void Partition::log(journal::Kind kind, Time at, std::string body) {
  commit_.entries.push_back({++state_.last_sequence, at, kind, std::move(body)});
}

/// Of many that were raised the last ones are remembered; what stands longer is asked for.
std::optional<RaisedLately::Entry> Partition::about(const Feedback& feedback) const {
  if (const auto* const lately = state_.raised.find(feedback.suggestion)) return *lately;
  for (const auto& call : engine().calls_of(feedback.agent)) {
    for (const auto& suggestion : call.suggestions)
      if (suggestion.id() == feedback.suggestion)
        return RaisedLately::Entry{std::string(suggestion.name()), call.id};
  }
  return std::nullopt;
}

void Partition::take(FeedbackGiven& given) {
  const auto at = clock_.now();
  const auto about = this->about(given.feedback);
  const bool taken = about && engine().feedback(given.feedback, at, effects_);
  if (taken) {
    ++figures_.feedback;
    record(given, *about, at);
  }
  publish();
  feedback_done_.push_back(
      {given.feedback.agent, given.socket, given.feedback.suggestion, taken, 0});
}

void Partition::record(const FeedbackGiven& given, const RaisedLately::Entry& about, Time at) {
  const std::string verdict(engine::name_of(given.feedback.verdict));
  if (takes_it_off(given.feedback.verdict)) {
    log(journal::Kind::act, at,
        journal::write_body(journal::Act{about.call, given.feedback.suggestion, verdict}));
  }
  const auto open = [&](std::string note) {
    commit_.feedback.push_back({at, given.feedback.agent, given.feedback.suggestion, about.name,
                                verdict, std::move(note)});
  };
  if (!given.confidential) return open(given.note);
  if (!takes_it_off(given.feedback.verdict)) {
    commit_.confidential.push_back({about.name, verdict, given.note, month_of(at)});
    return;
  }
  // What took a card off is known by its act. Were this one alone without an open row, that would
  // give it away: it has the row of a press without a note, and the note stands without a verdict.
  open("");
  if (!given.note.empty())
    commit_.confidential.push_back({about.name, "", given.note, month_of(at)});
}

void Partition::take(Watch& watch) {
  if (watch.opens) ++watched_[watch.agent];
  auto calls = engine().calls_of(watch.agent);
  out_.push(Welcome{std::move(watch.agent), watch.socket, std::move(calls), engine().now()});
}

void Partition::take(Unwatch& unwatch) {
  const auto at = watched_.find(unwatch.agent);
  if (at != watched_.end() && --at->second == 0) watched_.erase(at);
}

void Partition::take(NewRules& rules) {
  const auto at = clock_.now();
  const auto summary = engine().reload(rules.rules, at, effects_);
  publish();
  log_info("rules taken over: " + told(summary));
  state_.rules_body = rules.body;
  log(journal::Kind::rule_set, at, std::move(rules.body));
  ++figures_.reloads;
}

/// Hands what this round took in to the journal, and tells who waits under which ticket.
void Partition::commit() {
  const auto ticket =
      commit_.empty() ? committer_.last_ticket() : committer_.append(std::exchange(commit_, {}));
  for (auto& consumed : consumed_) {
    consumed.ticket = ticket;
    out_.push(std::move(consumed));
  }
  consumed_.clear();
  for (auto& done : feedback_done_) {
    done.ticket = ticket;
    out_.push(std::move(done));
  }
  feedback_done_.clear();
}

/// What came so far is handed to the journal already: it is durable before the snapshot counts.
void Partition::take_snapshot() {
  if (snapshots_ == nullptr || !snapshots_->due(state_.last_sequence, engine().now())) return;
  snapshots_->take(state_, committer_.last_ticket());
}

/// Sends the screens what the engine just did.
void Partition::publish() {
  if (effects_.decisions.empty() && effects_.calls_changed.empty() && effects_.calls_gone.empty())
    return;
  for (const auto& decision : effects_.decisions) count(decision);
  state_.raised.note(effects_.decisions);
  if (!watched_.empty()) {
    collect_decisions();
    collect_calls();
    for (auto& [agent, change] : screen_changes_) {
      change.at = engine().now();
      out_.push(Change{agent, std::move(change), cause_});
    }
    screen_changes_.clear();
  }
  effects_.clear();
}

void Partition::count(const engine::Decision& decision) {
  switch (decision.action) {
    case engine::Action::raised:
      ++figures_.raised;
      break;
    case engine::Action::changed:
      ++figures_.changed;
      break;
    case engine::Action::withdrawn:
      ++figures_.withdrawn;
      break;
  }
}

ScreenChange* Partition::change_of(const std::string& agent) {
  return watched_.contains(agent) ? &screen_changes_[agent] : nullptr;
}

void Partition::collect_decisions() {
  for (const auto& decision : effects_.decisions) {
    if (decision.suggestion.mode() != rules::Mode::live) continue;
    if (auto* const change = change_of(decision.suggestion.agent))
      change->decisions.push_back(decision);
  }
  for (const auto& gone : effects_.calls_gone) {
    if (auto* const change = change_of(gone.agent)) change->gone.push_back(gone);
  }
}

void Partition::collect_calls() {
  std::set<std::string_view> seen;
  const auto look = [&](const std::string& id) {
    if (!seen.insert(id).second) return;
    auto call = engine().call(id);
    if (!call || call->agent.empty()) return;
    if (auto* const change = change_of(call->agent)) change->calls.push_back(std::move(*call));
  };
  for (const auto& id : effects_.calls_changed) look(id);
  for (const auto& decision : effects_.decisions) look(decision.suggestion.call);
}

}  // namespace assist::server
