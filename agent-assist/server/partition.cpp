#include "server/partition.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "journal/entries.hpp"
#include "server/log.hpp"

namespace assist::server {
namespace {

using engine::Feedback;

/// Work of one round: little enough that what is decided goes out soon.
constexpr std::size_t kDeliveriesPerRound = 64;
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

Partition::Partition(Recovered from, journal::Committer& committer, Outbox& out)
    : state_(std::move(from)), committer_(committer), out_(out), clock_(state_.at) {
  figures_.live_calls = engine().live_calls();
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
  deliveries_.push_back(std::move(delivery));
  wake_.notify_one();
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
  while (open() && !deliveries_.empty() && work.deliveries.size() < kDeliveriesPerRound) {
    work.deliveries.push_back(std::move(deliveries_.front()));
    deliveries_.pop_front();
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
  for (auto& event : batch.events) apply(event, at, consumed);
  for (const auto& rejection : batch.rejected) reject(rejection, at);
  figures_.events += consumed.accepted;
  figures_.duplicates += consumed.duplicates;
  figures_.rejected += batch.rejected.size();
  figures_.texts_cut += batch.texts_cut;
  consumed.memory = std::move(delivery.batch);
  consumed_.push_back(std::move(consumed));
}

void Partition::apply(events::Event& event, Time at, Consumed& consumed) {
  if (!state_.seen.insert(event.source, event.id)) {
    ++consumed.duplicates;
    return;
  }
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

void Partition::take(FeedbackGiven& given) {
  const auto at = clock_.now();
  const auto* const about = state_.raised.find(given.feedback.suggestion);
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
      out_.push(Change{agent, std::move(change)});
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
    if (decision.suggestion->mode != rules::Mode::live) continue;
    if (auto* const change = change_of(decision.suggestion->agent))
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
  for (const auto& decision : effects_.decisions) look(decision.suggestion->call);
}

}  // namespace assist::server
