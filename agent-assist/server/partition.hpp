#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "engine/engine.hpp"
#include "events/decode.hpp"
#include "events/duplicates.hpp"
#include "journal/committer.hpp"
#include "server/clock.hpp"
#include "server/fair_queue.hpp"
#include "server/outbox.hpp"
#include "server/recovery.hpp"
#include "server/snapshots.hpp"

namespace assist::server {

/// One message of events, decoded.
struct Delivery {
  std::uint64_t source = 0;  // who is told that it was consumed
  std::unique_ptr<events::Batch> batch;
  std::size_t bytes = 0;
  std::chrono::steady_clock::time_point received{};
};

/// What an agent sent about a suggestion.
struct FeedbackGiven {
  std::uint64_t socket = 0;
  engine::Feedback feedback;
  std::string note;
  bool confidential = false;
};

/// The rules to go on with, and their record for the log.
struct NewRules {
  std::shared_ptr<const rules::RuleSet> rules;
  std::string body;  // journal::write_body(RuleSetRecord)
};

/// The single writer: one thread that owns the engine, its clock and its log. Takes what comes in
/// order, hands what it decided to the screens at once, and what it took in to the journal.
///
/// All public calls may come from any thread, and none waits for the engine.
class Partition {
 public:
  struct Figures {
    std::atomic<std::uint64_t> events{0}, duplicates{0}, rejected{0}, texts_cut{0};
    std::atomic<std::uint64_t> raised{0}, changed{0}, withdrawn{0}, feedback{0}, reloads{0};
    std::atomic<std::uint64_t> live_calls{0};
  };

  /// Bounds on what is known; an event beyond is refused.
  struct Limits {
    std::size_t calls_max = 1'000'000;
    std::size_t attributes_max = 200;           // of a call, a customer, an agent
    std::size_t call_log_bytes_max = 16 << 20;  // what the events of one call take
  };

  /// `snapshots`: that are taken now and then; nullptr: none are.
  Partition(Recovered from, const Limits& limits, journal::Committer& committer, Outbox& out,
            Snapshots* snapshots = nullptr);
  /// Ends the thread. What waits in the queues is applied first.
  ~Partition();

  void deliver(Delivery delivery);
  void feedback(FeedbackGiven feedback);
  /// A screen of `agent` opened: it is sent a Welcome, then Changes.
  void watch(std::string agent, std::uint64_t socket);
  /// A screen that had fallen behind reads again: it is sent a Welcome.
  void refresh(std::string agent, std::uint64_t socket);
  /// A screen of `agent` closed.
  void unwatch(std::string agent);
  /// From the next event on these rules apply.
  void reload(NewRules rules);

  /// Applies what waits, then ends the thread.
  void stop();

  /// Only after stop().
  const Recovered& state() const { return state_; }

  const Figures& figures() const { return figures_; }
  /// Messages of events that wait for the engine.
  std::size_t waiting() const;

 private:
  struct Watch {
    std::string agent;
    std::uint64_t socket;
    bool opens;
  };
  struct Unwatch {
    std::string agent;
  };
  using Control = std::variant<FeedbackGiven, Watch, Unwatch, NewRules>;

  struct Work {
    std::vector<Control> controls;
    std::vector<Delivery> deliveries;
    bool stopping = false;
    void clear() {
      controls.clear();
      deliveries.clear();
    }
  };

  void run();
  void wait(Work& work);
  void put(Control control);

  std::optional<RaisedLately::Entry> about(const engine::Feedback& feedback) const;
  void take(FeedbackGiven& given);
  void take(Watch& watch);
  void take(Unwatch& unwatch);
  void take(NewRules& rules);
  void take(Delivery& delivery);
  void expect_later(const events::Event& event) const;
  void expect(std::span<const events::Event> next) const;
  /// So many events ahead the memory of what finds an event's key and call is asked for.
  static constexpr std::size_t kFarAhead = 2 * engine::Engine::kAheadMax;
  std::optional<Error> beyond_limits(const events::Event& event) const;
  void refuse(const events::Event& event, std::size_t index, Error error, Time at,
              Consumed& consumed);
  void apply(events::Event& event, std::size_t index, Time at, Consumed& consumed);
  void reject(const events::Rejection& rejection, Time at);
  void record(const FeedbackGiven& given, const RaisedLately::Entry& about, Time at);
  void log(journal::Kind kind, Time at, std::string body);
  void pass_time();
  void commit();
  void take_snapshot();

  void publish();
  void count(const engine::Decision& decision);
  ScreenChange* change_of(const std::string& agent);
  void collect_decisions();
  void collect_calls();

  engine::Engine& engine() { return *state_.engine; }
  const engine::Engine& engine() const { return *state_.engine; }

  Recovered state_;
  const Limits limits_;
  journal::Committer& committer_;
  Outbox& out_;
  Snapshots* const snapshots_;
  Clock clock_;
  Figures figures_;

  // The engine's thread alone:
  engine::Effects effects_;
  std::optional<std::chrono::steady_clock::time_point> cause_;  // receipt of what is applied
  journal::Commit commit_;                                      // of this round
  std::vector<Consumed> consumed_;                      // of this round: told once it has a ticket
  std::vector<FeedbackDone> feedback_done_;             // likewise
  std::map<std::string, std::size_t> watched_;          // agents, and how many screens
  std::map<std::string, ScreenChange> screen_changes_;  // of this step

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Control> controls_;
  FairQueue<Delivery> deliveries_;
  bool stopping_ = false;

  std::thread thread_;  // last: runs on all of the above
};

}  // namespace assist::server
