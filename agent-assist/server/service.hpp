#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "config/settings.hpp"
#include "journal/journal.hpp"

namespace assist::server {

/// The service: what listens, what decides, what is kept, put together.
class Service {
 public:
  struct Parts {
    config::Settings settings;
    std::unique_ptr<journal::Journal> journal;
    std::filesystem::path web;  // the built web pages
    /// SIGTERM, SIGINT: stop(); SIGHUP: reload(). From start() on; where the caller has blocked
    /// them until then, start() lets them in.
    bool handles_signals = true;
  };

  /// Why it did not start. `in_files`: it is for what is in a file (exit 1), else for usage or the
  /// environment (exit 2).
  struct Refusal {
    std::string text;  // may be of several lines, ended
    bool in_files = false;
    bool stopped = false;  // it was told to end while it started: no failure
  };

  struct Started {
    std::unique_ptr<Service> service;  // null: see refusal
    Refusal refusal;
  };

  /// Rebuilds the state from the journal, takes over the rules, listens. Where the rules on disk
  /// are wrong, the last ones that ran go on; where there are none, it does not start.
  static Started start(Parts parts);
  ~Service();

  /// "http://127.0.0.1:8080"
  std::string url() const;
  std::uint16_t port() const;

  /// Works until stop(): then takes nothing more in, makes durable and acknowledges what it has,
  /// closes what is open and returns.
  void run();

  void stop();    // from any thread
  void reload();  // from any thread

 private:
  struct State;
  explicit Service(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace assist::server
