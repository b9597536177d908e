#pragma once

#include <memory>
#include <string>

#include "server/backlog.hpp"
#include "server/screens.hpp"
#include "server/web_socket.hpp"

namespace assist::server {

/// One tab of an agent on `/v1/agent` (contract, section 3). I/O thread only.
class AgentSession final : public SocketHandler, public ScreenSocket {
 public:
  AgentSession(Screens& screens, std::unique_ptr<ScreenPlace> place, std::string agent,
               const config::Settings& settings)
      : screens_(screens),
        place_(std::move(place)),
        agent_(std::move(agent)),
        note_bytes_max_(settings.note_bytes_max),
        backlog_(settings.screen_backlog_bytes_max) {}

  void on_open(WebSocket& socket) override;
  void on_message(std::string_view text) override;
  bool wants_more() override;
  Frame next_frame() override;
  void on_closed() override;

  void welcome(Frame frame) override;
  void change(const Frame& frame) override;
  void tell(Frame frame) override;
  void answered() override;

 private:
  Screens& screens_;
  std::unique_ptr<ScreenPlace> place_;  // until it closes
  const std::string agent_;
  const std::size_t note_bytes_max_;
  Backlog backlog_;
  WebSocket* socket_ = nullptr;  // null once closed
  std::uint64_t number_ = 0;
  std::size_t under_way_ = 0;  // feedback that is not answered
  bool paused_ = false;
};

/// What an agent's message says. An error: code and text are for the agent's client.
Result<FeedbackGiven> read_feedback(std::string_view text, std::size_t note_bytes_max = 8 << 10);

}  // namespace assist::server
