#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <queue>
#include <string>
#include <vector>

#include "events/event.hpp"
#include "events/write.hpp"
#include "simulation/conversation.hpp"
#include "simulation/people.hpp"
#include "simulation/simulator.hpp"

namespace assist::simulation {

inline constexpr std::uint32_t kNobody = 0xFFFFFFFF;

struct Call {
  std::string id;
  std::uint32_t customer = 0;
  std::uint32_t agent = kNobody;
  std::uint8_t phone = 0;
  Mood mood;
  Duration waiting_since{};
  std::uint32_t waits = 0;  // how many waits began: one that ended is told by an older number
  bool over = false;
  std::vector<Beat> plan;
  std::size_t next_beat = 0;
};

struct Outage {
  std::string id;
  std::array<std::uint8_t, 2> areas{};
  bool open = false;
  std::uint32_t count = 0;

  bool affects(std::uint8_t area) const { return open && (area == areas[0] || area == areas[1]); }
};

/// Something that is to happen.
struct Due {
  enum class Kind : std::uint8_t {
    arrival,
    patience,
    ring,  // a waiting call may now be answered
    beat,
    report,
    outage_opens,
    outage_changes,
    outage_ends,
    demo
  };
  Duration at{};
  std::uint64_t order = 0;  // of two at one moment the one that was planned first
  Kind kind = Kind::arrival;
  std::uint32_t call = 0;
  std::uint32_t number = 0;

  friend bool operator>(const Due& a, const Due& b) {
    return a.at != b.at ? a.at > b.at : a.order > b.order;
  }
};

/// The model behind Simulator: what is due happens, moment after moment, and tells its events.
class Simulator::Center {
 public:
  explicit Center(const Options& options);

  bool next(std::string& line, std::optional<Time> now);
  Time time() const { return told(now_); }
  /// A shift of thousands is not told at once: the others are when they take their first call.
  std::size_t setup_lines() const { return std::min<std::size_t>(agents_.size(), 32); }

 private:
  // What is to happen, and when.
  void plan(Duration after, Due::Kind kind, std::uint32_t call = 0, std::uint32_t number = 0);
  void happen(const Due& due);

  // Arrivals, queues and agents.
  Duration gap();
  void arrival();
  std::uint32_t choose_customer();
  Queue choose_queue(bool in_outage);
  std::uint32_t make_call(std::uint32_t customer, Queue queue);
  void start(std::uint32_t call);
  void wait(std::uint32_t call, Queue queue);
  void patience(const Due& due);
  void serve();
  void answer(std::uint32_t call, std::uint32_t agent);
  void converse(std::uint32_t call);
  std::uint32_t free_agent(Queue queue) const;
  void release(std::uint32_t agent);
  void end(std::uint32_t call, std::string_view reason, bool resolved);
  void report();

  // Beats of a conversation.
  void beat(std::uint32_t call);
  void perform(std::uint32_t call, const Beat& beat);
  void transfer_to_queue(std::uint32_t call, Queue queue);
  void transfer_to_agent(std::uint32_t call, Queue queue);

  // The outage.
  void outage_opens();
  void outage_changes();
  void outage_ends();
  Duration scaled(Duration usual) const { return options_.demo ? usual / 8 : usual; }

  // The demo's first minute.
  void demo(std::uint32_t scene);
  void demo_history();
  void demo_call();

  // Lines.
  struct Told {
    events::EventType type;
    std::string_view source, subject;
    Duration lag = {};  // told so long after it happened
  };
  events::EventLine tell(const Told& told);
  events::EventLine tell(std::uint32_t call, events::EventType type, Duration lag = {});
  void customer_known(Customer& customer);
  void agent_known(Agent& agent);
  Time told(Duration at) const;
  bool done() const;

  Options options_;
  Random random_;
  std::string mark_;  // of this run, in ids
  std::vector<Agent> agents_;
  std::vector<Customer> customers_;
  std::deque<Call> calls_;  // those that are over are dropped from the front
  std::uint32_t first_call_ = 0;
  std::array<std::deque<std::uint32_t>, kQueueCount> waiting_;
  std::array<std::uint32_t, kQueueCount> reported_{};
  Outage outage_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  std::uint64_t planned_ = 0;
  Duration now_{};  // since the start
  std::uint64_t arrived_ = 0, in_progress_ = 0, told_ = 0;
  Duration mean_gap_{};

  std::vector<std::string> lines_;  // those of this moment; the strings are used again
  std::size_t line_count_ = 0, line_next_ = 0;
  std::optional<Time> stamp_;

  Call& call(std::uint32_t number) { return calls_[number - first_call_]; }
};

}  // namespace assist::simulation
