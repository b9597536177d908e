#pragma once

#include <deque>
#include <memory>
#include <string>

#include "server/ack_ledger.hpp"
#include "server/intake.hpp"
#include "server/web_socket.hpp"

namespace assist::server {

/// One platform's WebSocket on `/v1/events` (contract, section 2). I/O thread only.
class PlatformSession final : public SocketHandler,
                              public EventSource,
                              public std::enable_shared_from_this<PlatformSession> {
 public:
  /// `answers`: acks and rejections are sent (agent-assist.v1); else each message is one event and
  /// nothing is answered (cloudevents.json).
  PlatformSession(Intake& intake, bool answers, std::size_t bytes_under_way_max)
      : intake_(intake), answers_(answers), bytes_under_way_max_(bytes_under_way_max) {}

  void on_open(WebSocket& socket) override;
  void on_message(std::string_view text) override;
  bool wants_more() override;
  bool settled() const override;
  Frame next_frame() override;
  void on_closed() override;

  void consumed(const Consumed& consumed) override;
  bool durable(std::uint64_t ticket) override;
  void room() override;

 private:
  void resume();
  void answer(const std::vector<events::Rejection>& rejected, std::uint64_t message);
  bool has_room() const;

  Intake& intake_;
  const bool answers_;
  const std::size_t bytes_under_way_max_;
  WebSocket* socket_ = nullptr;  // null once closed
  std::uint64_t source_ = 0;
  std::uint64_t messages_ = 0, consumed_messages_ = 0;
  AckLedger ledger_;
  std::deque<Frame> rejections_;
  std::size_t rejection_bytes_ = 0;
  std::size_t bytes_under_way_ = 0, messages_under_way_ = 0;
  bool paused_ = false, waits_for_room_ = false;
};

/// `"id":...,"code":...,"detail":...,"pointer":...` of a refused event, with its index before.
void append_rejection(std::string& out, const events::Rejection& rejection);

}  // namespace assist::server
