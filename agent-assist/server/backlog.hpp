#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <utility>

namespace assist::server {

/// One text message, encoded once, shared by all who are sent it.
using Frame = std::shared_ptr<const std::string>;

/// What waits to be written to one screen. Bounded: a screen that reads too slowly loses what
/// waits, and is sent the whole state afresh once it reads again. Plain bookkeeping, no socket.
class Backlog {
 public:
  explicit Backlog(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  /// The whole state, from which changes go on. What waited is older, and goes.
  void welcome(Frame frame) {
    clear();
    state_ = State::flowing;
    add(std::move(frame));
  }

  /// A change to what was welcomed. Dropped while a welcome is due: that will hold it. False: this
  /// one made it run over.
  bool change(Frame frame) {
    if (state_ != State::flowing) {
      shed();
      return true;
    }
    add(std::move(frame));
    if (bytes_ <= bytes_max_) return true;
    bytes_ = 0;
    state_ = State::overrun;
    ++overruns_;
    return false;
  }

  /// The next frame to write; null while there is none.
  Frame next() {
    if (state_ != State::flowing || frames_.empty()) return nullptr;
    auto frame = std::move(frames_.front());
    frames_.pop_front();
    bytes_ -= frame->size();
    return frame;
  }

  /// True, once for each time it ran over: the screen has read what it had, and a welcome must be
  /// fetched for it.
  bool wants_welcome() {
    if (state_ != State::overrun) return false;
    state_ = State::awaiting;
    return true;
  }

  std::size_t bytes() const { return bytes_; }
  std::size_t overruns() const { return overruns_; }

 private:
  enum class State { awaiting, flowing, overrun };

  void add(Frame frame) {
    bytes_ += frame->size();
    frames_.push_back(std::move(frame));
  }
  /// What ran over is freed little by little: where many screens stall together, to free it all at
  /// once would hold up the others.
  void shed() {
    constexpr int kFrames = 8;
    for (int i = 0; i < kFrames && !frames_.empty(); ++i) frames_.pop_back();
  }
  void clear() {
    frames_.clear();
    bytes_ = 0;
  }

  const std::size_t bytes_max_;
  std::deque<Frame> frames_;
  std::size_t bytes_ = 0;
  std::size_t overruns_ = 0;
  State state_ = State::awaiting;
};

}  // namespace assist::server
