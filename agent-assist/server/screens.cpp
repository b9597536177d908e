#include "server/screens.hpp"

#include <algorithm>
#include <chrono>

namespace assist::server {
namespace {

std::uint64_t micros(std::chrono::system_clock::duration since) {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<Duration>(since).count());
}

}  // namespace

Screens::Screens(Partition& partition, const config::Settings& settings, Time at_least)
    : partition_(partition), settings_(settings), last_seq_(micros(at_least.time_since_epoch())) {}

/// Where an agent's `seq` goes on after it was forgotten, here or in a process before this one:
/// microseconds, of which more pass than messages are sent. The system's clock may be set back.
std::uint64_t Screens::first_seq() const {
  return std::max(last_seq_, micros(std::chrono::system_clock::now().time_since_epoch()));
}

Screens::Agent* Screens::find(const std::string& agent) {
  const auto at = agents_.find(agent);
  return at == agents_.end() ? nullptr : &at->second;
}

ScreenSocket* Screens::find(const std::string& agent, std::uint64_t socket) {
  auto* const known = find(agent);
  if (!known) return nullptr;
  const auto at = known->sockets.find(socket);
  return at == known->sockets.end() ? nullptr : at->second;
}

ScreenPlace::~ScreenPlace() { screens_.give_back(agent_); }

std::unique_ptr<ScreenPlace> Screens::reserve(const std::string& agent) {
  const auto at = places_.find(agent);
  if (at != places_.end() && at->second >= settings_.connections_per_subject_max) return nullptr;
  if (settings_.connections_per_subject_max == 0) return nullptr;
  ++places_[agent];
  return std::make_unique<ScreenPlace>(*this, agent);
}

void Screens::give_back(const std::string& agent) {
  const auto at = places_.find(agent);
  if (--at->second == 0) places_.erase(at);
}

std::uint64_t Screens::open(const std::string& agent, ScreenSocket& socket) {
  auto& known = agents_[agent];
  if (!known.screen) known.screen = std::make_unique<Screen>(agent, settings_.script, first_seq());
  known.sockets.emplace(++last_socket_, &socket);
  ++open_sockets_;
  partition_.watch(agent, last_socket_);
  return last_socket_;
}

void Screens::close(const std::string& agent, std::uint64_t socket) {
  auto* const known = find(agent);
  if (!known || known->sockets.erase(socket) == 0) return;
  --open_sockets_;
  partition_.unwatch(agent);
  if (!known->sockets.empty()) return;
  last_seq_ = std::max(last_seq_, known->screen->seq());
  agents_.erase(agent);
}

void Screens::refresh(const std::string& agent, std::uint64_t socket) {
  partition_.refresh(agent, socket);
}

void Screens::feedback(FeedbackGiven given) { partition_.feedback(std::move(given)); }

void Screens::error(const std::string& agent, std::uint64_t socket, std::string_view code,
                    std::string_view detail) {
  if (auto* const at = find(agent, socket)) at->tell(find(agent)->screen->error(code, detail));
}

void Screens::on(const Welcome& welcome) {
  if (auto* const socket = find(welcome.agent, welcome.socket))
    socket->welcome(find(welcome.agent)->screen->welcome(welcome.calls, welcome.at));
}

void Screens::on(const Change& change) {
  auto* const agent = find(change.agent);
  if (!agent) return;
  frames_.clear();
  agent->screen->change(change.change, frames_);
  for (const auto& frame : frames_) {
    for (const auto& [number, socket] : agent->sockets) socket->change(frame);
  }
}

void Screens::on(const FeedbackDone& done) {
  if (!done.taken) {
    error(done.agent, done.socket, "not_found",
          "there is no suggestion \"" + done.suggestion + "\" to give feedback on");
    if (auto* const socket = find(done.agent, done.socket)) socket->answered();
  } else if (done.ticket <= durable_) {
    saved(done);
  } else {
    unsaved_.push_back(done);
  }
}

void Screens::on(const Durable& durable) {
  durable_ = durable.ticket;
  while (!unsaved_.empty() && unsaved_.front().ticket <= durable_) {
    saved(unsaved_.front());
    unsaved_.pop_front();
  }
}

void Screens::saved(const FeedbackDone& done) {
  auto* const socket = find(done.agent, done.socket);
  if (!socket) return;
  socket->tell(find(done.agent)->screen->feedback_saved(done.suggestion));
  socket->answered();
}

}  // namespace assist::server
