// What an event costs, from its bytes to what is decided, against reading its JSON alone: the same
// events, the same run, turn by turn. Prints the curve over the number of rules; with --gate the
// exit status is 1 where a bar is missed.

#include <malloc.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <new>

#include "base/prefetch.hpp"
#include "bench/parse_alone.hpp"
#include "bench/workload.hpp"
#include "engine/engine.hpp"
#include "events/decode.hpp"
#include "events/duplicates.hpp"
#include "rules/load.hpp"

namespace {
std::uint64_t allocations = 0;
}

void* operator new(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace assist::bench {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// What a socket delivered just now is in the cache: the stream, of hundreds of megabytes, is
/// brought there, for all who read it alike, some events ahead.
std::string_view next(const Events& events, std::size_t i) {
  constexpr std::size_t kAhead = 8;
  if (i + kAhead < events.size()) {
    const std::string_view later = events[i + kAhead];
    prefetch(later.data(), later.size());
  }
  return events[i];
}

/// The path of an event: bytes, event, duplicates, engine, decisions.
class Path {
 public:
  explicit Path(std::shared_ptr<const rules::RuleSet> rules) : engine_(std::move(rules), {}) {}

  /// How far an event goes.
  enum class To : std::uint8_t { event, known, decided };

  void take(std::string_view text, To to = To::decided) {
    read(text);
    take_read(to);
  }

  /// As replay and the service do: what is there is read first, and its calls asked for.
  void take_all(const Events& events, To to = To::decided) {
    duplicates_.reserve(events.size());
    for (std::size_t i = 0; i < events.size(); ++i) {
      read(next(events, i));
      if (read_ == ahead_.size() || i + 1 == events.size()) take_read(to);
    }
  }

  void read(std::string_view text) {
    events::Batch& batch = ahead_[read_++];
    decoder_.decode(text, events::Shape::event, batch);
    for (const events::Event& event : batch.events) {
      duplicates_.prefetch(event.key);
      engine_.expect_later(event);
    }
    if (read_ == ahead_.size()) expect();
  }

  void expect() {
    std::array<const events::Event*, engine::Engine::kAheadMax> next;
    std::size_t count = 0;
    for (events::Batch& batch : ahead_) {
      for (const events::Event& event : batch.events) {
        next[count++] = &event;
      }
    }
    engine_.expect({next.data(), count});
  }

  void take_read(To to = To::decided) {
    for (std::size_t i = 0; i < read_; ++i) take_batch(ahead_[i], to);
    read_ = 0;
  }

  void take_batch(events::Batch& batch, To to) {
    if (to == To::event) return;
    for (events::Event& event : batch.events) {
      if (!duplicates_.insert(event) || to == To::known) continue;
      clock_ = std::max(clock_, event.time);
      events::settle_time(event, clock_);
      effects_.clear();
      engine_.apply(event, effects_);
      decisions_ += effects_.decisions.size();
    }
    refused_ += batch.rejected.size();
  }

  /// What falls due until an event is no matter of that event's.
  void pass_until(std::string_view text) {
    decoder_.decode(text, events::Shape::event, ahead_[0]);
    clock_ = std::max(clock_, ahead_[0].events.front().time);
    effects_.clear();
    engine_.advance(clock_, effects_);
    decisions_ += effects_.decisions.size();
  }

  bool full() const { return read_ == ahead_.size(); }

  std::uint64_t decisions() const { return decisions_; }
  std::uint64_t refused() const { return refused_; }
  const engine::Engine& engine() const { return engine_; }

 private:
  events::Decoder decoder_;
  std::array<events::Batch, engine::Engine::kAheadMax> ahead_;
  std::size_t read_ = 0;
  events::Duplicates duplicates_;
  engine::Engine engine_;
  engine::Effects effects_;
  Time clock_ = Time::min();
  std::uint64_t decisions_ = 0, refused_ = 0;
};

std::shared_ptr<const rules::RuleSet> load(std::uint32_t count, std::uint32_t keyless) {
  const auto begin = Clock::now();
  auto loaded = rules::load({{"bench.yaml", "bench.yaml", rules(count, keyless, {})}}, {});
  if (!loaded.rules) {
    std::fprintf(stderr, "%s\n", loaded.errors.front().text.c_str());
    std::exit(2);
  }
  if (count >= 10'000 && keyless == 0)
    std::printf("%u rules loaded in %.2f s\n", count, seconds_since(begin));
  return loaded.rules;
}

struct Figures {
  double parse_ns = 1e18, native_ns = 1e18, event_ns = 1e18, known_ns = 1e18, path_ns = 1e18;
  double ratio = 0;
  std::uint64_t decisions = 0, live = 0;
  double allocations = 0;  // see allocations_of_quiet_events()
};

/// What an event allocates in the steady state that neither starts a call, ends one nor decides
/// anything: of the second half of the events.
double allocations_of_quiet_events(const std::shared_ptr<const rules::RuleSet>& set,
                                   const Events& events) {
  Path path(set);
  std::uint64_t quiet = 0, allocated = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const std::uint64_t before = allocations, decisions = path.decisions();
    const std::size_t live = path.engine().live_calls();
    path.take(events[i]);
    if (i < events.size() / 2 || path.engine().live_calls() != live ||
        path.decisions() != decisions)
      continue;
    ++quiet;
    allocated += allocations - before;
  }
  return static_cast<double>(allocated) / static_cast<double>(std::max<std::uint64_t>(quiet, 1));
}

/// Parsing alone and the whole path, turn by turn, so that both see the same machine; the best of
/// each.
Figures measure(const std::shared_ptr<const rules::RuleSet>& set, const Events& events,
                int rounds) {
  Figures out;
  std::size_t sum = 0;
  std::vector<double> ratios;
  for (int round = 0; round < rounds; ++round) {
    ParseAlone parse;
    auto begin = Clock::now();
    for (std::size_t i = 0; i < events.size(); ++i) sum += parse.read(next(events, i));
    const double parse_ns = seconds_since(begin) * 1e9 / static_cast<double>(events.size());
    for (const auto& [to, ns] :
         {std::pair(Path::To::event, &out.event_ns), std::pair(Path::To::known, &out.known_ns)}) {
      Path part(set);
      begin = Clock::now();
      part.take_all(events, to);
      *ns = std::min(*ns, seconds_since(begin) * 1e9 / static_cast<double>(events.size()));
    }
    Path path(set);
    begin = Clock::now();
    path.take_all(events);
    const double path_ns = seconds_since(begin) * 1e9 / static_cast<double>(events.size());
    out.decisions = path.decisions();
    out.live = path.engine().live_calls();
    ParseNative native;
    begin = Clock::now();
    for (std::size_t i = 0; i < events.size(); ++i) sum += native.read(next(events, i));
    const double native_ns = seconds_since(begin) * 1e9 / static_cast<double>(events.size());
    out.native_ns = std::min(out.native_ns, native_ns);
    out.parse_ns = std::min(out.parse_ns, parse_ns);
    out.path_ns = std::min(out.path_ns, path_ns);
    ratios.push_back(path_ns / parse_ns);
    if (path.refused() != 0) std::printf("REFUSED %lu\n", path.refused());
  }
  if (sum == 0) std::printf("nothing read\n");
  std::sort(ratios.begin(), ratios.end());
  out.ratio = ratios[ratios.size() / 2];
  out.allocations = allocations_of_quiet_events(set, events);
  return out;
}

/// Of its own, so that a profiler finds it.
[[gnu::noinline]] void take_incident(Path& path, std::string_view text) { path.take(text); }

/// Of some that follow each other, each in other areas: the median, and the first.
struct Incidents {
  double ms = 0, first_ms = 0;
  std::uint64_t decisions = 0;  // of one
};

Incidents measure_incidents(const std::shared_ptr<const rules::RuleSet>& set,
                            const Events& events) {
  constexpr std::uint32_t kIncidents = 7;
  Path path(set);
  path.take_all(events);
  // Of 500 areas, so many that 5,900 calls of the 10,000 or 100,000 are in one of them.
  const auto areas = static_cast<std::uint32_t>(
      5'900 * 500 / std::max<std::uint64_t>(path.engine().live_calls(), 1));
  std::vector<double> all;
  const std::uint64_t before = path.decisions();
  for (std::uint32_t i = 0; i < kIncidents; ++i) {
    const std::string text = incident(i, areas, events.size(), 100'000);
    path.pass_until(text);
    const auto begin = Clock::now();
    take_incident(path, text);
    all.push_back(seconds_since(begin) * 1e3);
  }
  Incidents out;
  out.first_ms = all[0];
  out.decisions = (path.decisions() - before) / kIncidents;
  std::sort(all.begin(), all.end());
  out.ms = all[kIncidents / 2];
  return out;
}

std::size_t resident_bytes() {
  std::ifstream in("/proc/self/statm");
  std::size_t all = 0, resident = 0;
  in >> all >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

double bytes_a_call(std::uint32_t calls) {
  const auto set = load(10, 0);
  malloc_trim(0);
  StreamOptions options;
  options.live_calls = calls;
  options.events = 2 * static_cast<std::size_t>(calls);
  options.only_starts = true;
  const Events events = stream(options, {});
  const std::size_t before = resident_bytes();
  Path path(set);
  path.take_all(events);
  const std::size_t after = resident_bytes();
  return static_cast<double>(after - before) / static_cast<double>(path.engine().live_calls());
}

struct Options {
  std::size_t events = 1'000'000;
  int rounds = 3;
  std::uint32_t memory_calls = 1'000'000;
  bool gate = false, only_memory = false, only_incident = false, only_one = false;
  std::string write, run;
  std::uint32_t rules = 10, calls = 1'000, keyless = 0;
};

bool row(std::uint32_t count, std::uint32_t calls, std::uint32_t keyless, double bar,
         const Events& events, int rounds) {
  const Figures f = measure(load(count, keyless), events, rounds);
  std::printf(
      "%6u rules %3u %% keyless %7u calls: parse %4.0f ns (native %4.0f), event %4.0f ns, known "
      "%4.0f ns, "
      "decided %6.0f ns, ratio %5.2f",
      count, keyless, calls, f.parse_ns, f.native_ns, f.event_ns, f.known_ns, f.path_ns, f.ratio);
  if (bar > 0) std::printf(" (bar %.0f)%s", bar, f.ratio <= bar ? "" : " MISSED");
  std::printf(" (native %.2f)  %.3f allocations, %lu decisions\n", f.path_ns / f.native_ns,
              f.allocations, f.decisions);
  std::fflush(stdout);
  return bar == 0 || f.ratio <= bar;
}

bool memory(const Options& options) {
  const double bytes = bytes_a_call(options.memory_calls);
  std::printf("%u live calls, 10 rules: %.0f bytes a call (bar 1024)%s\n", options.memory_calls,
              bytes, bytes <= 1024 ? "" : " MISSED");
  return bytes <= 1024;
}

/// Each touches some 5,900 of 100,000 calls.
bool incidents(const Events& events) {
  bool good = true;
  for (const std::uint32_t count : {10u, 10'000u}) {
    const double bar = count == 10 ? 3 : 5;
    const Incidents all = measure_incidents(load(count, 0), events);
    std::printf("incident, %u rules: %.2f ms (the first %.2f; bar %.0f)%s, %lu decisions\n", count,
                all.ms, all.first_ms, bar, all.first_ms <= bar ? "" : " MISSED", all.decisions);
    good &= all.first_ms <= bar;
  }
  return good;
}

int curve(const Options& options) {
  bool good = memory(options);  // first: what others leave of the heap would count
  for (const std::uint32_t calls : {1'000u, 100'000u}) {
    StreamOptions s;
    s.events = options.events;
    s.live_calls = calls;
    const Events events = stream(s, {});
    for (const std::uint32_t count : {10u, 100u, 1'000u, 10'000u}) {
      const double bar = count == 10       ? (calls == 1'000 ? 5 : 8)
                         : count == 10'000 ? (calls == 1'000 ? 8 : 12)
                                           : 0;
      good &= row(count, calls, 0, bar, events, options.rounds);
    }
    row(10'000, calls, 20, 0, events, options.rounds);
    if (calls == 100'000) good &= incidents(events);
  }
  return options.gate && !good ? 1 : 0;
}

int one(const Options& options) {
  StreamOptions s;
  s.events = options.events;
  s.live_calls = options.calls;
  row(options.rules, options.calls, options.keyless, 0, stream(s, {}), options.rounds);
  return 0;
}

/// Reads the events of a file and takes each, and nothing else: for counting instructions.
int run_file(const Options& options) {
  std::ifstream in(options.run);
  Path path(load(options.rules, options.keyless));
  std::string line;
  std::uint64_t events = 0;
  while (std::getline(in, line)) {
    path.read(line);
    if (path.full()) path.take_read();
    ++events;
  }
  path.take_read();
  std::printf("%lu events, %lu decisions\n", events, path.decisions());
  return 0;
}

int write_file(const Options& options) {
  StreamOptions s;
  s.events = options.events;
  s.live_calls = options.calls;
  const Events events = stream(s, {});
  std::ofstream out(options.write);
  for (std::size_t i = 0; i < events.size(); ++i) out << events[i] << '\n';
  std::ofstream(options.write + ".yaml") << rules(options.rules, options.keyless, {});
  return out.good() ? 0 : 2;
}

}  // namespace
}  // namespace assist::bench

int main(int argc, char** argv) {
  assist::bench::Options options;
  CLI::App app("What an event costs, against reading its JSON alone");
  app.add_option("--events", options.events);
  app.add_option("--rounds", options.rounds);
  app.add_option("--memory-calls", options.memory_calls);
  app.add_flag("--gate", options.gate, "exit status 1 where a bar is missed");
  app.add_flag("--memory", options.only_memory, "measures memory alone");
  app.add_flag("--incident", options.only_incident, "measures an incident alone");
  app.add_flag("--one", options.only_one, "measures one row: of --rules, --calls, --keyless");
  app.add_option("--write", options.write, "writes the events to a file, and the rules beside it");
  app.add_option("--run", options.run, "runs the events of a file once");
  app.add_option("--rules", options.rules);
  app.add_option("--calls", options.calls);
  app.add_option("--keyless", options.keyless);
  CLI11_PARSE(app, argc, argv);
  if (!options.write.empty()) return write_file(options);
  if (!options.run.empty()) return run_file(options);
  if (options.only_incident) {
    assist::bench::StreamOptions s;
    s.events = options.events;
    s.live_calls = 100'000;
    return assist::bench::incidents(assist::bench::stream(s, {})) ? 0 : 1;
  }
  if (options.only_memory) return memory(options) ? 0 : 1;
  if (options.only_one) return assist::bench::one(options);
  return curve(options);
}
