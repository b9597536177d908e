#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "journal/committer.hpp"
#include "server/entry_check.hpp"
#include "server/partition.hpp"
#include "server/snapshots.hpp"

namespace assist::server {

/// What the service measures of itself, as Prometheus reads it (docs/operators.md, "Metrics").
/// Any thread may observe.
class Metrics {
 public:
  using Length = std::chrono::steady_clock::duration;

  /// What is counted elsewhere, as it stands.
  struct Figures {
    const Partition::Figures& partition;
    journal::Committer::Figures commits;
    std::size_t connections = 0;
    std::uint64_t connections_refused = 0;
    std::size_t screens = 0;
    std::uint64_t screen_overruns = 0;
    std::size_t bytes_under_way = 0;     // of events, between a socket and the engine
    std::size_t outputs_waiting = 0;     // between the engine and the sockets
    std::size_t deliveries_waiting = 0;  // messages, for the engine
    Snapshots::Figures snapshots;
    EntryCheck::Figures entry_check;
  };

  Metrics();
  ~Metrics();

  /// From the receipt of an event to the frame of what it changed, ready for the screen's socket.
  void on_screen(Length since_receipt);
  /// From the receipt of a message to the commit that makes it durable.
  void durable(Length since_receipt);
  /// One commit of the journal.
  void committed(Length took);
  /// What waits for the engine, and what it decided for the sockets, at each look at the latter.
  void engine_queue(std::size_t messages);
  void screens_queue(std::size_t outputs);

  /// The Prometheus text format, version 0.0.4.
  std::string text(const Figures& figures) const;

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

}  // namespace assist::server
