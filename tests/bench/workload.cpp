#include "bench/workload.hpp"

#include <cstdio>
#include <random>

namespace assist::bench {
namespace {

// clang-format off
constexpr char kGeneral[] = R"yaml(rules:
  - id: outage
    title: Service outage at the customer's address
    when: {affected_by: outage}
    suggest:
      - id: hold-back-the-pitch
        suppress: [cross_sell]
        headline: Leave the bundle offer out
        say: I'm sorry your service is down. Here is what we know.
        because: ${ incident("outage").summary }
        priority: urgent
  - id: long_hold
    title: Kept waiting
    when:
      any:
        - call.hold: {over: 2m}
        - call.hold_total: {over: 4m}
        - call.wait: {over: 7m}
    suggest:
      - headline: Acknowledge the wait
        say: Thank you for your patience; ${ call.agent_name } here, I stay with you.
  - id: repeat_contact
    title: Third contact in a week
    when:
      all:
        - contacts: {within: 7d, at_least: 2}
        - call.queue: [q1, q2, q3, q4, q5, q6, q7, q8]
        - "!(call.topic in ['survey', 'sales'])"
    unless:
      - situation.outage
    for: 5s
    keep_for: 30s
    limit: {per_call: 1, per_customer: {count: 1, within: 7d}}
    suggest:
      - id: escalate
        escalate_to: tier2
        headline: Offer your direct line
  - id: cancelling
    title: Speaks of leaving
    when: {customer_said: [cancel, switch provider, close my account]}
    suggest:
      - headline: Ask what went wrong
        priority: high
  - id: upset
    title: The mood is bad
    when: call.sentiment < -0.6 && call.talk > seconds(20)
    for: 3s
    suggest:
      - headline: Slow down and listen
  - id: passed_around
    title: Passed on twice
    when: {call.transfers: {at_least: 2}}
    suggest:
      - headline: Stay with this call to its end
        group: care
  - id: gold
    title: A customer of many years
    when: {customer.tier: gold, call.wait: {over: 90s}}
    suggest:
      - offer: {gesture: waive_fee, amount: 5, currency: USD}
        headline: Waive the fee
        group: care
  - id: held_often
    title: Put on hold again and again
    when: {events: {type: call.held, within: 10m, at_least: 3}}
    suggest:
      - headline: Offer to call back
  - id: busy
    title: The queue is long
    when: {queue.waiting: {over: 40}, call.step: cross_sell}
    suggest:
      - suppress: [cross_sell]
        headline: Be short
  - id: thanks
    title: All is well
    when: call.sentiment > 0.7 && call.step == 'goodbye' && !situation.outage
    cooldown: 5m
    suggest:
      - ask: Would you leave us a review?
        headline: Ask for a review
)yaml";
// clang-format on

/// The next number, the same for a place in the file whatever the machine.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : engine_(seed) {}
  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(engine_() % bound); }
  bool chance(std::uint32_t percent) { return below(100) < percent; }

 private:
  std::mt19937_64 engine_;
};

std::string number(std::uint64_t value) { return std::to_string(value); }

std::string keyed_condition(std::uint32_t i, Draw& draw, const Center& center) {
  const std::string queue = "q" + number(draw.below(center.queues));
  const std::string area = "a" + number(draw.below(center.areas));
  const std::string product = "p" + number(draw.below(center.products));
  switch (i % 8) {
    case 0:
      return "{call.queue: " + queue + ", call.hold: {over: " + number(60 + 30 * draw.below(6)) +
             "s}}";
    case 1:
      return "{call.queue: " + queue + ", call.wait: {over: " + number(2 + draw.below(8)) + "m}}";
    case 2:
      return "call.area == '" + area + "' && call.sentiment < -0." + number(3 + draw.below(6));
    case 3:
      return "{customer.products: {contains: " + product +
             "}, contacts: {within: 7d, at_least: " + number(1 + draw.below(3)) + "}}";
    case 4:
      return "{call.queue: [" + queue + ", q" + number(draw.below(center.queues)) +
             "], call.transfers: {at_least: " + number(1 + draw.below(3)) + "}}";
    case 5:
      return "{call.area: " + area + ", call.queue: " + queue + ", call.step: cross_sell}";
    case 6:
      return "\"'" + product + "' in customer.products && call.talk > minutes(" +
             number(3 + draw.below(10)) + ") && call.step == 'verify'\"";
    default:
      return "{call.attributes.product: " + product +
             ", call.holds: {at_least: " + number(2 + draw.below(3)) + "}}";
  }
}

std::string keyless_condition(std::uint32_t i, Draw& draw) {
  switch (i % 4) {
    case 0:
      return "{call.hold: {over: " + number(30 + draw.below(600)) + "s}}";
    case 1:
      return "call.sentiment < -0." + number(100 + draw.below(900)) +
             " && call.holds >= " + number(1 + draw.below(6));
    case 2:
      return "{call.wait: {over: " + number(30 + draw.below(900)) +
             "s}, call.transfers: {over: " + number(draw.below(4)) + "}}";
    default:
      return "{contacts: {within: " + number(1 + draw.below(60)) +
             "d, at_least: " + number(2 + draw.below(8)) + "}}";
  }
}

constexpr const char* kSteps[] = {"greet", "verify", "diagnose", "cross_sell", "goodbye"};
constexpr const char* kSaid[] = {"hello there, I am calling about the bill that came last week",
                                 "it has not been working since the storm and nobody calls back",
                                 "could you please tell me when a technician will be here",
                                 "yes that is right, the address is the same as it was before",
                                 "I think I will cancel if this happens once more",
                                 "thank you, that is very kind of you"};

/// A call's life, an event at a time.
struct Life {
  std::uint64_t id = 0;
  std::uint32_t stage = 0, left = 0;
  bool held = false;
};

class Stream {
 public:
  Stream(const StreamOptions& options, const Center& center)
      : options_(options), center_(center), draw_(options.seed), lives_(options.live_calls) {
    out_.text.reserve(options.events * 310);
    out_.ends.reserve(options.events);
  }

  Events run() {
    while (out_.size() < options_.events) {
      if (options_.only_starts) {
        const auto at = out_.size() / 2 % lives_.size();
        step(lives_[at]);
      } else if (draw_.below(500) == 0) {
        world_event();
      } else {
        step(lives_[out_.size() < lives_.size() ? out_.size() : draw_.below(options_.live_calls)]);
      }
    }
    return std::move(out_);
  }

 private:
  std::uint32_t agents() const {
    return 1 + options_.live_calls * center_.agents_per_100_calls / 100;
  }
  std::uint32_t customers() const { return 1 + options_.live_calls * center_.customers_per_call; }

  void add(const char* type, const std::string& subject, const std::string& data) {
    const std::uint64_t n = out_.size();
    // A call has an event every twelve seconds.
    const std::uint64_t ms = n * 12'000 / options_.live_calls;
    char head[360];
    const int size = std::snprintf(
        head, sizeof head,
        "{\"specversion\":\"1.0\",\"id\":\"8f14e45f-%08llx-%04x\",\"source\":\"/acd/site-%u\","
        "\"type\":\"%s\",\"subject\":\"%s\",\"time\":\"2026-03-02T%02llu:%02llu:%02llu.%"
        "03lluZ\","
        "\"datacontenttype\":\"application/json\","
        "\"partitionkey\":\"site-%u\",\"data\":",
        static_cast<unsigned long long>(n), static_cast<unsigned>(n % 65536),
        static_cast<unsigned>(n % 4), type, subject.c_str(),
        static_cast<unsigned long long>(9 + ms / 3'600'000),
        static_cast<unsigned long long>(ms / 60'000 % 60),
        static_cast<unsigned long long>(ms / 1000 % 60), static_cast<unsigned long long>(ms % 1000),
        static_cast<unsigned>(n % 4));
    out_.text.append(head, static_cast<std::size_t>(size)).append(data).append("}");
    out_.ends.push_back(out_.text.size());
  }

  std::string agent() { return "agent-" + number(draw_.below(agents())); }
  std::string queue() { return "q" + number(draw_.below(center_.queues)); }
  std::string area() { return "a" + number(draw_.below(center_.areas)); }
  std::string product() { return "p" + number(draw_.below(center_.products)); }

  void world_event() {
    switch (draw_.below(4)) {
      case 0:
      case 1:
        return add("queue.updated", queue(),
                   "{\"waiting\":" + number(draw_.below(60)) +
                       ",\"longest_wait_seconds\":" + number(draw_.below(900)) + "}");
      case 2:
        return add("customer.updated", "customer-" + number(draw_.below(customers())),
                   "{\"tier\":\"" + std::string(draw_.chance(10) ? "gold" : "basic") +
                       "\",\"area\":\"" + area() + "\",\"products\":[\"" + product() + "\",\"" +
                       product() + "\"]}");
      default: {
        const std::string name = agent();
        return add("agent.updated", name,
                   "{\"name\":\"Name of " + name + "\",\"team\":\"team-" + number(draw_.below(40)) +
                       "\"}");
      }
    }
  }

  void step(Life& life) {
    const std::string call = "call-" + number(life.id);
    switch (life.stage) {
      case 0:
        life = {++calls_, 1, 15 + draw_.below(20), false};
        return add("call.started", "call-" + number(life.id),
                   "{\"customer\":\"customer-" + number(draw_.below(customers())) +
                       "\",\"queue\":\"" + queue() + "\",\"area\":\"" + area() +
                       "\",\"topic\":\"topic-" + number(draw_.below(20)) +
                       "\",\"attributes\":{\"product\":\"" + product() +
                       "\",\"language\":\"en\"}}");
      case 1:
        life.stage = 2;
        return add("call.answered", call, "{\"agent\":\"" + agent() + "\"}");
      default:
        break;
    }
    if (--life.left == 0) {
      life.stage = 0;
      return add("call.ended", call,
                 "{\"reason\":\"hangup\",\"resolved\":" +
                     std::string(draw_.chance(70) ? "true" : "false") + "}");
    }
    middle(life, call);
  }

  void middle(Life& life, const std::string& call) {
    const std::uint32_t what = draw_.below(100);
    if (life.held || what < 12) {
      life.held = !life.held;
      return add(life.held ? "call.held" : "call.resumed", call, "{}");
    }
    if (what < 42) {
      const bool customer = draw_.chance(55);
      return add("call.said", call,
                 "{\"speaker\":\"" + std::string(customer ? "customer" : "agent") +
                     "\",\"text\":\"" + kSaid[draw_.below(draw_.chance(8) ? 6 : 4)] + "\"}");
    }
    if (what < 62) {
      const std::uint32_t score = draw_.below(200);
      char text[32];
      std::snprintf(text, sizeof text, "{\"score\":%.2f}", (static_cast<int>(score) - 100) / 100.0);
      return add("call.sentiment", call, text);
    }
    if (what < 84)
      return add("call.step", call, "{\"step\":\"" + std::string(kSteps[draw_.below(5)]) + "\"}");
    if (what < 92)
      return add("call.updated", call,
                 "{\"attributes\":{\"language\":\"" + std::string(draw_.chance(50) ? "en" : "es") +
                     "\",\"score\":" + number(draw_.below(100)) + "},\"topic\":\"topic-" +
                     number(draw_.below(20)) + "\"}");
    if (what < 96) return add("call.transferred", call, "{\"agent\":\"" + agent() + "\"}");
    return add("call.queued", call, "{\"queue\":\"" + queue() + "\"}");
  }

  StreamOptions options_;
  Center center_;
  Draw draw_;
  std::vector<Life> lives_;
  std::uint64_t calls_ = 0;
  Events out_;
};

}  // namespace

std::string rules(std::uint32_t count, std::uint32_t keyless_percent, const Center& center) {
  std::string out = kGeneral;
  Draw draw(7);
  for (std::uint32_t i = 10; i < count; ++i) {
    const bool keyless = draw.chance(keyless_percent);
    const std::string id = "r" + number(i);
    out += "  - id: " + id + "\n    title: Rule " + number(i) + "\n    when: " +
           (keyless ? keyless_condition(i, draw) : keyed_condition(i, draw, center)) +
           "\n    suggest:\n      - headline: Do what is due in case " + number(i) +
           "\n        priority: low\n";
  }
  return out;
}

Events stream(const StreamOptions& options, const Center& center) {
  return Stream(options, center).run();
}

std::string incident(std::uint32_t number_of, std::uint32_t areas, std::size_t events,
                     std::uint32_t live_calls) {
  const std::uint64_t seconds = events * 12 / live_calls + 1 + number_of;
  const std::string id = number(number_of);
  char head[256];
  std::snprintf(head, sizeof head,
                "{\"specversion\":\"1.0\",\"id\":\"incident-%s\",\"source\":\"/noc\","
                "\"type\":\"incident.opened\",\"subject\":\"inc-%s\","
                "\"time\":\"2026-03-02T%02llu:%02llu:%02lluZ\",\"data\":",
                id.c_str(), id.c_str(), static_cast<unsigned long long>(9 + seconds / 3600),
                static_cast<unsigned long long>(seconds / 60 % 60),
                static_cast<unsigned long long>(seconds % 60));
  std::string out = head;
  out += "{\"kind\":\"outage\",\"summary\":\"A cable is cut\",\"areas\":[";
  for (std::uint32_t i = 0; i < areas; ++i)
    out += (i == 0 ? "\"a" : ",\"a") + number(number_of * areas + i) + "\"";
  return out + "]}}";
}

}  // namespace assist::bench
