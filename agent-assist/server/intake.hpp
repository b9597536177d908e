#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "events/decode.hpp"
#include "server/outputs.hpp"
#include "server/partition.hpp"

namespace assist::server {

/// Whoever delivers events and is told what became of them. I/O thread only.
class EventSource {
 public:
  virtual ~EventSource() = default;
  /// The oldest message under way was applied.
  virtual void consumed(const Consumed& consumed) = 0;
  /// Asked after each commit, from a consumed() that is not yet durable on. False: nothing of it
  /// waits any more.
  virtual bool durable(std::uint64_t ticket) = 0;
  /// There is room again: see Intake::wait_for_room().
  virtual void room() {}
};

/// The way from the platforms' connections to the engine: decodes, counts what is under way, and
/// brings back what became of it. I/O thread only.
class Intake {
 public:
  using Deliver = std::function<void(Delivery)>;

  struct Limits {
    events::Limits events;
    std::size_t bytes_under_way_max = 64 << 20;  // of all sources
  };

  Intake(const Limits& limits, Deliver deliver)
      : limits_(limits), decoder_(limits.events), deliver_(std::move(deliver)) {}

  /// Numbers rise; a source that is gone is forgotten.
  std::uint64_t add(std::weak_ptr<EventSource> source);
  void remove(std::uint64_t source) { sources_.erase(source); }

  /// Decodes with `decode(decoder, batch)` into memory that is used again.
  template <class Decode>
  std::unique_ptr<events::Batch> decode(const Decode& decode) {
    auto batch = memory();
    decode(decoder_, *batch);
    return batch;
  }

  void deliver(std::uint64_t source, std::unique_ptr<events::Batch> batch, std::size_t bytes);

  /// Too much is under way, or the service goes down: a source should read no further until room().
  bool full() const { return closed_ || bytes_under_way_ >= limits_.bytes_under_way_max; }
  /// From here on nothing more is taken in; what is under way goes on.
  void close() { closed_ = true; }
  void wait_for_room(std::uint64_t source) { without_room_.push_back(source); }

  void on(Consumed& consumed);
  void on(const Durable& durable);

  std::size_t bytes_under_way() const { return bytes_under_way_; }
  bool idle() const { return messages_under_way_ == 0 && waiting_.empty(); }

 private:
  std::unique_ptr<events::Batch> memory();
  std::shared_ptr<EventSource> find(std::uint64_t source) const;
  void make_room();

  const Limits limits_;
  events::Decoder decoder_;
  const Deliver deliver_;
  std::unordered_map<std::uint64_t, std::weak_ptr<EventSource>> sources_;
  std::vector<std::uint64_t> waiting_;       // for a commit
  std::vector<std::uint64_t> without_room_;  // paused, to be resumed
  std::vector<std::unique_ptr<events::Batch>> spare_;
  std::uint64_t last_source_ = 0;
  std::uint64_t durable_ = 0;
  std::size_t bytes_under_way_ = 0, messages_under_way_ = 0;
  bool closed_ = false;
};

}  // namespace assist::server
