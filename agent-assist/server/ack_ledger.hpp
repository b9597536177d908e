#pragma once

#include <cstdint>
#include <deque>
#include <optional>

namespace assist::server {

/// What one connection may be told is durable (contract, section 2). Plain bookkeeping: messages
/// are noted with the ticket of the commit that covers them, and count once that is durable.
class AckLedger {
 public:
  struct Totals {
    std::uint64_t messages = 0, events = 0;
    friend bool operator==(const Totals&, const Totals&) = default;
  };

  /// The next message, of `events` events (duplicates and rejected ones counted), is covered by
  /// `ticket`. Tickets do not fall from message to message.
  void note(std::uint64_t events, std::uint64_t ticket) {
    ++noted_.messages;
    noted_.events += events;
    if (ticket <= durable_) {
      reached_ = noted_;
    } else if (!waiting_.empty() && waiting_.back().ticket == ticket) {
      waiting_.back().totals = noted_;
    } else {
      waiting_.push_back({ticket, noted_});
    }
  }

  /// This ticket, and all before it, are durable.
  void durable(std::uint64_t ticket) {
    durable_ = ticket;
    while (!waiting_.empty() && waiting_.front().ticket <= ticket) {
      reached_ = waiting_.front().totals;
      waiting_.pop_front();
    }
  }

  /// The totals to acknowledge, if they have grown since they were last taken.
  std::optional<Totals> take() {
    if (reached_ == told_) return std::nullopt;
    told_ = reached_;
    return told_;
  }

  /// True: everything noted was taken.
  bool settled() const { return told_ == noted_; }
  bool waits() const { return !waiting_.empty(); }

 private:
  struct Waiting {
    std::uint64_t ticket;
    Totals totals;
  };
  std::deque<Waiting> waiting_;  // a ticket each, rising
  Totals noted_, reached_, told_;
  std::uint64_t durable_ = 0;
};

}  // namespace assist::server
