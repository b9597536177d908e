#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"
#include "engine/engine.hpp"
#include "server/backlog.hpp"
#include "server/encode.hpp"

namespace assist::server {

/// What one step of the engine changes on one agent's screen.
struct ScreenChange {
  Time at;                                  // the engine's clock after the step
  std::vector<engine::Decision> decisions;  // live ones, for this agent, in order
  std::vector<engine::CallView> calls;      // calls of this agent that may look different now
  std::vector<engine::CallGone> gone;
};

/// One agent's screen: turns what the engine did into the messages of `/v1/agent`, the same for all
/// tabs of the agent. No socket, no clock.
///
/// A reader that applies each message in order is always right: a call comes before what is raised
/// in it, with the suggestions that stood until then; `raised` and `withdrawn` then change it; a
/// second `call` follows where other members changed too (the script's struck-through steps).
class Screen {
 public:
  /// `script` must outlive it. `seq` of the first message is above `seq`.
  Screen(std::string agent, const std::vector<config::Step>& script, std::uint64_t seq);

  /// The whole state.
  Frame welcome(const std::vector<engine::CallView>& calls, Time at);
  /// The messages for a change, appended to `out`. None before the first welcome.
  void change(const ScreenChange& change, std::vector<Frame>& out);

  Frame feedback_saved(std::string_view suggestion);
  Frame error(std::string_view code, std::string_view detail);

  const std::string& agent() const { return agent_; }
  /// Of the last message.
  std::uint64_t seq() const { return seq_; }

 private:
  std::string begin(std::string_view type);
  Frame end(std::string message);
  Frame call_message(const engine::CallView& call, const Suggestions& standing, Time at);
  Frame decision_message(const engine::Decision& decision);
  Frame gone_message(const engine::CallGone& gone);
  std::string head(const engine::CallView& call, const Suggestions& standing) const;

  const std::string agent_;
  const std::vector<config::Step>& script_;
  std::uint64_t seq_;
  bool welcomed_ = false;
  std::map<std::string, std::string> heads_;  // of the calls on screen, as last sent
};

/// The suggestions that stood in `call` for `agent` before `decisions` were made.
Suggestions standing_before(const engine::CallView& call,
                            const std::vector<engine::Decision>& decisions);

}  // namespace assist::server
