#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/time.hpp"

namespace assist::simulation {

struct Options {
  std::uint64_t calls = 1000;  // 0: without end
  std::uint64_t seed = 1;
  /// Ids hold a mark of seed and start, so that a later run is not taken for a repetition.
  Time start = Time(std::chrono::sys_days(std::chrono::year(2026) / 3 / 2)) +
               std::chrono::hours(8);  // a Monday
  std::size_t agents = 24;
  std::uint32_t calls_per_hour = 0;  // 0: as many as keep the agents busy for most of the time
  std::size_t customers = 0;         // 0: as many as calls, 200 at least
  /// The stream runs so much faster than the times of its own that it models: 2.0 halves all gaps.
  double speed = 1.0;
  /// The load follows the hours of a day (UTC); else it is even.
  bool diurnal = true;
  /// For showing: within the first minute an outage opens and the agent ana has a customer of its
  /// area on the line, who waited long, called before, is on hold for more than two minutes, and is
  /// unhappy. What takes longer than that is told late, with a `time` in the past.
  bool demo = false;
};

/// A contact center's events, made up: queues, waits, agents with skills, holds, transfers,
/// customers who call again, an outage in two areas that comes and goes. Deterministic: the same
/// options give the same bytes on every machine. Reads no clock.
///
/// Lines come in order of `time` (but in a demo's first minute), each a CloudEvent of about 300
/// bytes; ids are never used twice.
class Simulator {
 public:
  explicit Simulator(const Options& options);
  ~Simulator();
  Simulator(Simulator&&) noexcept;

  /// The next event as one line, without its line break. False: the calls are over.
  bool next(std::string& line);
  /// The same, told as happening at `now`, whatever the time of the model: for sending at a rate.
  bool next(std::string& line, Time now);

  /// The time of the model: that of the last line, unless that was told late.
  Time time() const;

  /// How many lines at the beginning only tell who is there; they need not be spread over time.
  std::size_t setup_lines() const;

  /// Events per call that the model makes on average, measured: for calls_per_hour by a rate.
  static constexpr double kEventsPerCall = 25.0;
  /// Calls per hour that keep an agent busy for most of the time.
  static constexpr double kCallsPerHourAndAgent = 14.0;

 private:
  class Center;
  std::unique_ptr<Center> center_;
};

}  // namespace assist::simulation
