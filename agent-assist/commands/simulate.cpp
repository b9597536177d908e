#include "commands/simulate.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <memory>
#include <string>
#include <thread>

#include "commands/websocket_client.hpp"
#include "simulation/simulator.hpp"

namespace assist::commands {
namespace {

using Simulator = simulation::Simulator;

struct Options {
  std::uint64_t calls = 1000;
  bool calls_given = false;
  std::uint64_t seed = 1;
  double rate = 0.0;
  bool rate_given = false;
  std::string to;
  std::string token;
  std::string start;
  std::size_t agents = 24;
  bool agents_given = false;
  std::uint32_t calls_per_hour = 0;
  bool demo = false;
};

constexpr char kAbout[] =
    "Makes up a contact center's events: calls that queue, wait, are answered, held and passed "
    "on,\n"
    "customers who call again, what is said and in what mood, an outage in two areas that comes "
    "and\n"
    "goes. Equal seeds give equal bytes, on every machine.";

constexpr char kFooter[] =
    "\nWithout --to the events go to stdout, one JSON line each, as fast as they can be written; "
    "with\n"
    "--rate they come in real time, and say so: their `time` is now. With --to they go to a "
    "running\n"
    "service over a WebSocket; what it does not ack is sent again after a break. There --rate is "
    "10\n"
    "unless said (0: as fast as the service acks), and the calls go on until Ctrl-C unless "
    "--calls\n"
    "says how many.\n\n"
    "  agent-assist simulate --calls 2000 --seed 7 > monday.jsonl\n"
    "  agent-assist simulate --demo --to ws://127.0.0.1:8080\n"
    "  agent-assist simulate --calls 5000 --rate 1000 --to ws://127.0.0.1:8080\n\n"
    "Exit status: 0 all was written, or acked; 1 something was not acked; 2 usage, or the service\n"
    "cannot be reached.";

/// Years of calls. What is more is read as the greatest number there is: calls without end.
constexpr std::uint64_t kCallsMax = 1'000'000'000'000;

/// Events a second.
constexpr double kRateMax = 1e6;
constexpr double kLiveRate = 10.0;
/// A demo is for people to follow: about two calls a minute for the one who is looked at.
constexpr double kDemoRate = 5.0;

Time clock_now() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

/// The simulator's events by the wall clock: either so many a second, told as happening now, or, in
/// a demo, each at its own time.
class Feed final : public EventFeed {
 public:
  Feed(const simulation::Options& model, double rate)
      : simulator_(model),
        rate_(rate),
        by_own_time_(model.demo),
        setup_left_(simulator_.setup_lines()) {}

  Next next(Time now, std::string& line) override {
    if (over_) return Next::over;
    if (setup_left_ == 0 && (by_own_time_ ? waits_for_its_time(now) : waits_for_its_turn(now)))
      return over_ ? Next::over : Next::later;
    if (held_) {
      held_ = false;
      std::swap(line, line_);
    } else if (!simulator_.next(line, now)) {
      over_ = true;
      return Next::over;
    }
    setup_left_ -= setup_left_ > 0;
    ++given_;
    return Next::event;
  }

 private:
  /// Each event at the moment that the model gives it.
  bool waits_for_its_time(Time now) {
    if (!held_) {
      held_ = simulator_.next(line_);
      over_ = !held_;
    }
    return over_ || simulator_.time() > now;
  }

  bool waits_for_its_turn(Time now) {
    if (rate_ <= 0.0) return false;
    if (begun_ == Time{}) restart(now);
    const double due = std::chrono::duration<double>(now - begun_).count() * rate_;
    // What a break or a slow service held up is not made up for by a burst.
    if (due - static_cast<double>(given_) > rate_ + 1.0) {
      restart(now);
      return false;
    }
    return static_cast<double>(given_) >= due;
  }

  void restart(Time now) {
    begun_ = now;
    given_ = 0;
  }

  Simulator simulator_;
  double rate_;
  bool by_own_time_;
  std::size_t setup_left_;
  Time begun_{};
  std::uint64_t given_ = 0;
  std::string line_;
  bool held_ = false, over_ = false;
};

int complain(const std::string& text) {
  std::fprintf(stderr, "agent-assist simulate: error: %s\n", text.c_str());
  return 2;
}

/// Buffered writes to stdout. False: it cannot be written to any more.
class Output {
 public:
  bool line(const std::string& text) {
    buffer_.append(text).append("\n");
    return buffer_.size() < kBytes || flush();
  }
  bool flush() {
    const bool good = std::fwrite(buffer_.data(), 1, buffer_.size(), stdout) == buffer_.size() &&
                      std::fflush(stdout) == 0;
    buffer_.clear();
    return good;
  }

 private:
  static constexpr std::size_t kBytes = 256 << 10;
  std::string buffer_;
};

int write_all(const simulation::Options& model) {
  Simulator simulator(model);
  Output out;
  std::string line;
  bool good = true;
  while (good && simulator.next(line)) good = out.line(line);
  return good && out.flush() ? 0 : complain("cannot write to stdout");
}

int write_live(const simulation::Options& model, double rate) {
  Feed feed(model, rate);
  Output out;
  std::string line;
  for (;;) {
    const auto next = feed.next(clock_now(), line);
    if (next == EventFeed::Next::over) return 0;
    if (next == EventFeed::Next::later) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    } else if (!out.line(line) || !out.flush()) {
      return complain("cannot write to stdout");
    }
  }
}

int send(const Options& options, const simulation::Options& model, double rate) {
  const auto target = parse_target(options.to);
  if (!target) return complain(target.error().text);
  Feed feed(model, rate);
  SendOptions sending;
  sending.target = *target;
  sending.token = options.token;
  const auto report = send_events(sending, feed);
  if (!report) return complain(report.error().text);
  std::fprintf(stderr,
               "simulate: %llu events sent, %llu acked, %llu rejected, %llu sent again, "
               "%llu reconnects\n",
               static_cast<unsigned long long>(report->sent),
               static_cast<unsigned long long>(report->acked),
               static_cast<unsigned long long>(report->rejected),
               static_cast<unsigned long long>(report->resent),
               static_cast<unsigned long long>(report->reconnects));
  return report->acked == report->sent ? 0 : 1;
}

/// A center of the size that makes about `rate` events a second by itself, so that what is sent at
/// that rate also lasts as long as it would.
void size_for(double rate, const Options& options, simulation::Options& model) {
  const double calls_per_hour = std::clamp(rate * 3600.0 / Simulator::kEventsPerCall, 20.0, 1e6);
  if (options.calls_per_hour == 0)
    model.calls_per_hour = static_cast<std::uint32_t>(calls_per_hour);
  if (options.agents_given) return;
  const double agents = model.calls_per_hour / Simulator::kCallsPerHourAndAgent;
  model.agents = static_cast<std::size_t>(std::clamp(agents, 4.0, 5000.0));
}

int run(const Options& options) {
  const bool live = !options.to.empty() || options.rate_given || options.demo;
  simulation::Options model;
  model.calls = live && !options.calls_given ? 0 : options.calls;
  model.seed = options.seed;
  model.agents = options.agents;
  model.calls_per_hour = options.calls_per_hour;
  model.demo = options.demo;
  if (live) {
    model.start = clock_now();
    model.diurnal = false;
  }
  if (!options.start.empty()) {
    const auto start = parse_rfc3339(options.start);
    if (!start) {
      return complain("--start must be an RFC 3339 time, such as 2026-03-02T08:00:00Z, not \"" +
                      options.start + '"');
    }
    model.start = *start;
  }
  if (!live) return write_all(model);
  const double rate = options.rate_given ? options.rate : options.demo ? kDemoRate : kLiveRate;
  size_for(rate > 0.0 ? rate : 1000.0, options, model);
  return options.to.empty() ? write_live(model, rate) : send(options, model, rate);
}

/// What is wrong with nan, which CLI::Range takes: it is neither too small nor too large.
std::string no_number(std::string& rate) {
  if (!std::isnan(std::strtod(rate.c_str(), nullptr))) return "";
  return "Value " + rate + " not in range 0 to " + std::to_string(kRateMax);
}

}  // namespace

void add_simulate(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("simulate", kAbout);
  command->footer(kFooter);
  auto* calls = command->add_option("--calls", options->calls,
                                    "How many calls (default 1000; 0: without end)");
  calls->check(CLI::Range(std::uint64_t{0}, kCallsMax));
  command->add_option("--seed", options->seed, "Another seed, another day (default 1)")
      ->check(CLI::Range(std::uint64_t{0}, std::numeric_limits<std::uint64_t>::max()));
  auto* rate = command->add_option("--rate", options->rate, "Events a second, in real time")
                   ->check(CLI::Range(0.0, kRateMax))
                   ->check(CLI::Validator(no_number, ""));
  command->add_option("--to", options->to,
                      "A running service: ws://HOST:PORT[/PATH], the path /v1/events unless said");
  command->add_option("--token", options->token, "A bearer token of the role platform, for --to");
  auto* start = command->add_option("--start", options->start,
                                    "The first moment (default 2026-03-02T08:00:00Z; live: now)");
  auto* agents = command
                     ->add_option("--agents", options->agents,
                                  "How many agents (default 24; live: as the rate needs)")
                     ->check(CLI::Range(1, 100'000));
  command
      ->add_option("--calls-per-hour", options->calls_per_hour,
                   "How many calls arrive (default: as the agents can take)")
      ->check(CLI::Range(std::uint32_t{0}, std::numeric_limits<std::uint32_t>::max()));
  auto* demo = command->add_flag(
      "--demo", options->demo,
      "For showing, in real time: an outage, and the agent ana with a call from its "
      "area that goes badly, at once");
  demo->excludes(start);
  command->callback([=, &exit_code] {
    options->calls_given = calls->count() > 0;
    options->rate_given = rate->count() > 0;
    options->agents_given = agents->count() > 0;
    exit_code = run(*options);
  });
}

}  // namespace assist::commands
