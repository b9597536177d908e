#pragma once

// A contact center for measuring: rules as centers have them (a few for all, most of them for one
// queue, area or product), and the events of many calls at once.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assist::bench {

struct Center {
  std::uint32_t queues = 1000, areas = 500, products = 400;
  std::uint32_t customers_per_call = 2, agents_per_100_calls = 60;
};

/// A rule file of `count` rules: ten for every call, the others each for a queue, an area or a
/// product. `keyless_percent` of those name none, so that nothing but what they read tells which
/// events matter to them.
std::string rules(std::uint32_t count, std::uint32_t keyless_percent, const Center& center);

/// Events as JSON lines of about 300 bytes, without what is between them.
struct Events {
  std::string text;
  std::vector<std::size_t> ends;

  std::size_t size() const { return ends.size(); }
  std::string_view operator[](std::size_t i) const {
    const std::size_t begin = i == 0 ? 0 : ends[i - 1];
    return std::string_view(text).substr(begin, ends[i] - begin);
  }
};

struct StreamOptions {
  std::size_t events = 1'000'000;
  std::uint32_t live_calls = 1'000;  // at once, as soon as all have started
  std::uint64_t seed = 1;
  bool only_starts = false;  // every event starts a call, and is followed by its answer
};
Events stream(const StreamOptions& options, const Center& center);

/// The n-th incident, in so many areas of its own, after so many events.
std::string incident(std::uint32_t number_of, std::uint32_t areas, std::size_t events,
                     std::uint32_t live_calls);

}  // namespace assist::bench
