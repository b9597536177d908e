#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "server/outputs.hpp"
#include "server/partition.hpp"
#include "server/screen.hpp"

namespace assist::server {

/// One open socket of an agent. I/O thread only.
class ScreenSocket {
 public:
  virtual ~ScreenSocket() = default;
  virtual void welcome(Frame frame) = 0;
  virtual void change(const Frame& frame) = 0;
  /// For this socket alone.
  virtual void tell(Frame frame) = 0;
  /// One of its feedback messages was refused, or is saved.
  virtual void answered() = 0;
};

class Screens;

/// Room for one socket of an agent, from its handshake on: those that shake hands at the same time
/// count too.
class ScreenPlace {
 public:
  ScreenPlace(Screens& screens, std::string agent) : screens_(screens), agent_(std::move(agent)) {}
  ~ScreenPlace();
  ScreenPlace(const ScreenPlace&) = delete;
  ScreenPlace& operator=(const ScreenPlace&) = delete;

 private:
  Screens& screens_;
  const std::string agent_;
};

/// All agents' screens: what the engine decided goes to each open tab of the agent it is for.
/// Knows agents only while they have a socket open. I/O thread only.
class Screens {
 public:
  /// `at_least`: the clock of what was taken up. What was sent before it, in a process before this
  /// one, had a lower `seq` than what is sent from here on.
  Screens(Partition& partition, const config::Settings& settings, Time at_least);

  /// null: the agent has as many sockets as may be.
  std::unique_ptr<ScreenPlace> reserve(const std::string& agent);
  /// The socket's number; it is sent a welcome.
  std::uint64_t open(const std::string& agent, ScreenSocket& socket);
  void close(const std::string& agent, std::uint64_t socket);
  void refresh(const std::string& agent, std::uint64_t socket);
  void feedback(FeedbackGiven given);
  /// For one socket.
  void error(const std::string& agent, std::uint64_t socket, std::string_view code,
             std::string_view detail);

  void on(const Welcome& welcome);
  void on(const Change& change);
  void on(const FeedbackDone& done);
  void on(const Durable& durable);

  /// A screen's backlog ran over.
  void note_overrun() { ++overruns_; }

  std::size_t sockets() const { return open_sockets_; }
  std::uint64_t overruns() const { return overruns_; }

 private:
  struct Agent {
    std::unique_ptr<Screen> screen;
    std::map<std::uint64_t, ScreenSocket*> sockets;
  };
  friend class ScreenPlace;
  std::uint64_t first_seq() const;
  void give_back(const std::string& agent);
  Agent* find(const std::string& agent);
  ScreenSocket* find(const std::string& agent, std::uint64_t socket);
  void saved(const FeedbackDone& done);

  Partition& partition_;
  const config::Settings& settings_;
  std::map<std::string, Agent> agents_;
  std::map<std::string, std::size_t> places_;  // taken
  std::deque<FeedbackDone> unsaved_;           // by ticket, rising
  std::vector<Frame> frames_;
  std::uint64_t last_socket_ = 0;
  std::uint64_t durable_ = 0;
  std::size_t open_sockets_ = 0;
  std::uint64_t overruns_ = 0;
  std::uint64_t last_seq_;  // no agent that was forgotten had a higher one
};

}  // namespace assist::server
