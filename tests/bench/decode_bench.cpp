// What it costs to decode an event and to see whether it came before, against reading its JSON
// alone: the same events, the same run, turn by turn.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "bench/parse_alone.hpp"
#include "bench/workload.hpp"
#include "events/decode.hpp"
#include "events/duplicates.hpp"

namespace assist::bench {
namespace {

using Clock = std::chrono::steady_clock;

/// From bytes to an event that is new.
class Decoding {
 public:
  /// decode_instructions.sh counts by this name.
  [[gnu::noinline]] void take(std::string_view text) {
    decoder_.decode(text, events::Shape::event, batch_);
    for (const events::Event& event : batch_.events)
      fresh_ += duplicates_.insert(event.source, event.id);
    refused_ += batch_.rejected.size();
  }
  std::size_t fresh() const { return fresh_; }
  std::size_t refused() const { return refused_; }

 private:
  events::Decoder decoder_;
  events::Batch batch_;
  events::Duplicates duplicates_;
  std::size_t fresh_ = 0, refused_ = 0;
};

template <class Take>
double ns_an_event(const Events& events, Take&& take) {
  const auto begin = Clock::now();
  for (std::size_t i = 0; i < events.size(); ++i) take(events[i]);
  return std::chrono::duration<double, std::nano>(Clock::now() - begin).count() /
         static_cast<double>(events.size());
}

int measure(const StreamOptions& options, int rounds) {
  const Events events = stream(options, {});
  std::vector<double> ratios;
  double alone = 1e18, decoding = 1e18;
  std::size_t sum = 0, fresh = 0, refused = 0;
  for (int round = 0; round < rounds; ++round) {
    ParseNative parse;
    Decoding path;
    const double a = ns_an_event(events, [&](std::string_view text) { sum += parse.read(text); });
    const double b = ns_an_event(events, [&](std::string_view text) { path.take(text); });
    alone = std::min(alone, a);
    decoding = std::min(decoding, b);
    ratios.push_back(b / a);
    fresh = path.fresh();
    refused = path.refused();
  }
  std::sort(ratios.begin(), ratios.end());
  std::printf(
      "%zu events of %zu bytes: simdjson alone %.0f ns, decoded and known %.0f ns, ratio "
      "%.2f\n",
      events.size(), events.text.size() / events.size(), alone, decoding,
      ratios[ratios.size() / 2]);
  return sum != 0 && fresh == events.size() && refused == 0 ? 0 : 2;
}

/// Reads the events of a file (of `engine_bench --write`) and takes each: to count instructions.
int run_file(const std::string& path) {
  std::ifstream in(path);
  Decoding decoding;
  std::string line;
  while (std::getline(in, line)) decoding.take(line);
  std::printf("%zu events are new, %zu refused\n", decoding.fresh(), decoding.refused());
  return 0;
}

}  // namespace
}  // namespace assist::bench

int main(int argc, char** argv) {
  assist::bench::StreamOptions options;
  options.events = 300'000;
  int rounds = 7;
  std::string run;
  CLI::App app("What decoding an event costs, against reading its JSON alone");
  app.add_option("--events", options.events);
  app.add_option("--calls", options.live_calls);
  app.add_option("--rounds", rounds);
  app.add_option("--run", run, "reads the events of a file once, and nothing else");
  CLI11_PARSE(app, argc, argv);
  return run.empty() ? assist::bench::measure(options, rounds) : assist::bench::run_file(run);
}
