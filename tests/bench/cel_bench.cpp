// What expressions cost: a run, and from text to program. Prints the best of several rounds, as
// the machine is shared, beside the bar; exit status 1 where one is missed and --gate is given.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>

#include "cel/world.hpp"

using namespace cel_test;

namespace {

using Clock = std::chrono::steady_clock;

double best_ns(int rounds, int times, const std::function<void()>& work) {
  double best = 1e18;
  for (int round = 0; round < rounds; ++round) {
    const auto begin = Clock::now();
    for (int i = 0; i < times; ++i) work();
    const double ns = std::chrono::duration<double, std::nano>(Clock::now() - begin).count();
    best = std::min(best, ns / times);
  }
  return best;
}

bool tell(const char* what, double value, double bar, const char* unit) {
  std::printf("%-66s %9.1f %s (bar %.0f)%s\n", what, value, unit, bar,
              value < bar ? "" : "  MISSED");
  return value < bar;
}

Program program_of(const World& world, std::string_view source) {
  return compiled(world.env, source, [](const std::string& text) {
    std::fprintf(stderr, "%s\n", text.c_str());
    std::exit(1);
  });
}

bool run_time(World& world, const char* source, Time now, double bar) {
  const Program program = program_of(world, source);
  Arena arena;
  std::int64_t sum = 0;
  const double ns = best_ns(20, 20'000, [&] {
    arena.reset();
    sum += program.run(world, now, arena).value.is_true();
  });
  if (sum < 0) std::printf("%ld\n", static_cast<long>(sum));
  return tell(source, ns, bar, "ns");
}

bool compile_time(const World& world) {
  const char* const conditions[] = {
      "call.hold > minutes(%d) && call.queue in [\"billing\", \"retention\"]",
      "!(call.topic in ['survey', 'sales']) && call.holds >= %d",
      "customer.contacts.exists(c, c.at > now - days(%d) && !c.resolved)",
      "call.sentiment < -0.%d || situation.outage",
      "has(call.attributes.plan) && call.attributes.plan == \"gold%d\"",
      "contacts_within(days(%d)) >= 2 && !situation[\"repeat-contact\"]",
      "customer_said(\"cancel\", \"close my account %d\") && call.answered",
      "call.queue.matches(\"^bill.*%d\") || call.wait > minutes(7)",
      "call.started_at + minutes(%d) < now ? call.holds > 1 : call.on == 1 || true",
      "customer.products.filter(p, p.startsWith(\"tv%d\")).size() > 0",
  };
  std::size_t wrong = 0;
  const auto begin = Clock::now();
  for (int i = 0; i < 10'000; ++i) {
    char source[256];
    std::snprintf(source, sizeof source, conditions[i % 10], i / 10 % 9 + 1);
    CompileOptions options;
    options.expected_result = Type::boolean();
    wrong += compile(source, world.env, options).index();
  }
  const double ms = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
  if (wrong != 1'000) std::printf("%zu conditions were wrong, 1000 expected\n", wrong);
  return tell("parse, check and compile 10,000 conditions", ms, 1000, "ms");
}

}  // namespace

int main(int argc, char** argv) {
  World world;
  const Time now = world.held_at + seconds(90);
  for (int i = 0; i < 10; ++i) {
    // All resolved: each of the ten is looked at.
    world.contacts.push_back({now - std::chrono::hours(24 * i + 1), "billing", "bill", true});
  }
  bool good = true;
  good &= run_time(world, "call.hold > minutes(2) && call.queue in [\"billing\", \"retention\"]",
                   now, 60);
  good &= run_time(world, "call.hold > minutes(2) && call.queue in [\"billing\", \"retention\"]",
                   now + seconds(60), 60);
  good &=
      run_time(world, "customer.contacts.exists(c, c.at > now - days(7) && !c.resolved)", now, 600);
  for (Contact& c : world.contacts) c.resolved = false;
  good &=
      run_time(world, "customer.contacts.exists(c, c.at > now - days(7) && !c.resolved)", now, 600);
  good &= compile_time(world);
  return good || argc < 2 || std::strcmp(argv[1], "--gate") != 0 ? 0 : 1;
}
