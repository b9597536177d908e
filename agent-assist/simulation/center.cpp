#include "simulation/center.hpp"

#include <algorithm>

namespace assist::simulation {
namespace {

using namespace std::chrono_literals;
using events::EventLine;
using events::EventType;

// No call is answered in the moment in which it begins to wait.
constexpr Duration kRing = 1200ms;
constexpr std::string_view kPhones[] = {"/phones/denver/pbx-1", "/phones/boulder/pbx-2"};
constexpr std::string_view kCrm = "/crm/customers";
constexpr std::string_view kWorkforce = "/workforce/agents";

/// Load by hour of the day, in percent of the mean of the busy hours.
constexpr std::array<std::uint16_t, 24> kLoad = {10,  6,   5,   5,   6,   10,  25,  55,
                                                 90,  115, 125, 120, 105, 110, 120, 118,
                                                 110, 100, 80,  60,  45,  35,  25,  15};

/// How calls spread over the queues, in percent.
constexpr std::array<std::uint8_t, kQueueCount> kQueueShare = {30, 30, 10, 12, 18};

constexpr Duration kQueueReport = 30s;

/// The last `digits` digits of a number, to base 36 (or less).
std::string in_base(std::uint64_t base, std::uint64_t value, std::size_t digits) {
  std::string out(digits, '0');
  for (std::size_t i = digits; i-- > 0; value /= base)
    out[i] = "0123456789abcdefghijklmnopqrstuvwxyz"[value % base];
  return out;
}

std::string padded(std::uint64_t value, std::size_t digits) {
  std::string out = std::to_string(value);
  return out.size() < digits ? std::string(digits - out.size(), '0') + out : out;
}

}  // namespace

Simulator::Center::Center(const Options& options)
    : options_(options), random_(Random::mix(options.seed) ^ 0xA55157) {
  const auto start = static_cast<std::uint64_t>(options_.start.time_since_epoch() / 1s);
  mark_ = in_base(36, Random::mix(start * 0x9E3779B97F4A7C15 + options_.seed), 6);
  agents_ = make_agents(std::max<std::size_t>(options_.agents, 1));
  const std::size_t by_calls = std::min<std::uint64_t>(options_.calls, 200'000);
  const std::size_t usual = std::max<std::size_t>(options_.calls == 0 ? 5000 : by_calls, 200);
  customers_ = make_customers(options_.customers > 1 ? options_.customers : usual, random_);
  if (options_.calls_per_hour == 0) {
    options_.calls_per_hour =
        static_cast<std::uint32_t>(static_cast<double>(agents_.size()) * kCallsPerHourAndAgent);
  }
  mean_gap_ = Duration(1h) / std::max<std::uint32_t>(options_.calls_per_hour, 1);
  plan(gap(), Due::Kind::arrival);
  plan(kQueueReport, Due::Kind::report);
  if (options_.demo) {
    plan(500ms, Due::Kind::outage_opens);
    agents_[0].busy = true;  // for the call that comes
    customers_[0].calling = true;
    plan(1s, Due::Kind::demo, 0, 0);
    plan(2500ms, Due::Kind::demo, 0, 1);
  } else {
    // A fifth into the run, so that calls come before, during and after it.
    const Duration span =
        mean_gap_ * static_cast<std::int64_t>(std::min<std::uint64_t>(
                        options_.calls == 0 ? 1'000'000 : options_.calls, 1'000'000));
    plan(std::min<Duration>(span / 5, 1h), Due::Kind::outage_opens);
  }
}

Time Simulator::Center::told(Duration at) const {
  if (options_.speed == 1.0) return options_.start + at;
  const auto micros = static_cast<std::int64_t>(static_cast<double>(at.count()) / options_.speed);
  return options_.start + Duration(micros);
}

bool Simulator::Center::done() const {
  return options_.calls != 0 && arrived_ >= options_.calls && in_progress_ == 0;
}

bool Simulator::Center::next(std::string& line, std::optional<Time> now) {
  stamp_ = now;
  if (told_ == 0) {
    for (std::size_t i = 0; i < setup_lines(); ++i) agent_known(agents_[i]);
  }
  while (line_next_ == line_count_) {
    line_next_ = line_count_ = 0;
    if (done()) {
      if (!outage_.open) return false;
      outage_ends();
      continue;
    }
    const Due due = due_.top();
    due_.pop();
    now_ = due.at;
    happen(due);
  }
  std::swap(line, lines_[line_next_++]);
  return true;
}

void Simulator::Center::plan(Duration after, Due::Kind kind, std::uint32_t call,
                             std::uint32_t number) {
  due_.push({now_ + after, planned_++, kind, call, number});
}

void Simulator::Center::happen(const Due& due) {
  switch (due.kind) {
    case Due::Kind::arrival:
      return arrival();
    case Due::Kind::patience:
      return patience(due);
    case Due::Kind::ring:
      return serve();
    case Due::Kind::beat:
      return beat(due.call);
    case Due::Kind::report:
      return report();
    case Due::Kind::outage_opens:
      return outage_opens();
    case Due::Kind::outage_changes:
      return outage_changes();
    case Due::Kind::outage_ends:
      return outage_ends();
    case Due::Kind::demo:
      return demo(due.number);
  }
}

EventLine Simulator::Center::tell(const Told& event) {
  if (line_count_ == lines_.size()) lines_.emplace_back();
  std::string& line = lines_[line_count_++];
  line.clear();
  const std::string id = mark_ + '-' + padded(++told_, 7);
  const std::uint64_t trace = Random::mix(told_ ^ Random::mix(options_.seed));
  std::string extensions = R"("datacontenttype":"application/json","traceparent":"00-)";
  extensions += in_base(16, trace, 16) + in_base(16, Random::mix(trace), 16) + '-';
  extensions += in_base(16, Random::mix(~trace), 16) + "-01\"";
  return EventLine(line, {.id = id,
                          .source = event.source,
                          .type = events::name_of(event.type),
                          .subject = event.subject,
                          .time = (stamp_ ? *stamp_ : told(now_)) - event.lag,
                          .extensions = extensions});
}

EventLine Simulator::Center::tell(std::uint32_t number, EventType type, Duration lag) {
  const Call& about = call(number);
  return tell({type, kPhones[about.phone], about.id, lag});
}

Duration Simulator::Center::gap() {
  Duration mean = mean_gap_;
  if (outage_.open) mean = mean * 2 / 3;
  if (options_.diurnal) {
    const auto hour = (options_.start + now_).time_since_epoch() / 1h % 24;
    mean = mean * 100 / kLoad[static_cast<std::size_t>((hour + 24) % 24)];
  }
  return random_.exponential(mean);
}

void Simulator::Center::arrival() {
  if (options_.calls != 0 && arrived_ >= options_.calls) return;
  const std::uint32_t customer = choose_customer();
  if (customer != kNobody) {
    const bool in_outage = outage_.affects(customers_[customer].area);
    start(make_call(customer, choose_queue(in_outage)));
    serve();
  }
  plan(gap(), Due::Kind::arrival);
}

/// Most who call while there is an outage are affected by it. kNobody: all that were tried are on
/// the line already.
std::uint32_t Simulator::Center::choose_customer() {
  const bool affected = outage_.open && random_.percent(60);
  std::uint32_t found = kNobody;
  for (int i = 0; i < 20; ++i) {
    const auto candidate = static_cast<std::uint32_t>(pick_customer(customers_.size(), random_));
    if (customers_[candidate].calling) continue;
    found = candidate;
    if (!affected || outage_.affects(customers_[candidate].area)) break;
  }
  return found;
}

Queue Simulator::Center::choose_queue(bool in_outage) {
  if (in_outage && random_.percent(70)) return random_.percent(75) ? support : tech;
  auto share = static_cast<int>(random_.below(100));
  for (std::size_t queue = 0; queue < kQueueCount; ++queue) {
    share -= kQueueShare[queue];
    if (share < 0) return static_cast<Queue>(queue);
  }
  return support;
}

std::uint32_t Simulator::Center::make_call(std::uint32_t customer, Queue queue) {
  while (!calls_.empty() && calls_.front().over) {
    calls_.pop_front();
    ++first_call_;
  }
  Customer& caller = customers_[customer];
  const bool in_outage = outage_.affects(caller.area);
  Call& begun = calls_.emplace_back();
  begun.id = "call-" + mark_ + '-' + padded(++arrived_, 5);
  begun.customer = customer;
  begun.phone = static_cast<std::uint8_t>(caller.area % std::size(kPhones));
  begun.mood.queue = queue;
  begun.mood.topic = in_outage && queue == support ? "outage" : pick_topic(queue, random_);
  begun.mood.in_outage = in_outage;
  begun.mood.repeated = caller.calls > 1;
  caller.calling = true;
  ++caller.calls;
  ++in_progress_;
  return first_call_ + static_cast<std::uint32_t>(calls_.size() - 1);
}

void Simulator::Center::customer_known(Customer& customer) {
  if (customer.known) return;
  customer.known = true;
  auto line = tell({EventType::customer_updated, kCrm, customer.id});
  line.text("area", kAreas[customer.area]).text("tier", customer.tier);
  line.json("products", customer.products);
  line.json("attributes", R"({"since":)" + std::to_string(customer.since) + '}').end();
}

void Simulator::Center::agent_known(Agent& agent) {
  if (agent.known) return;
  agent.known = true;
  auto line = tell({EventType::agent_updated, kWorkforce, agent.id});
  line.text("name", agent.name).text("team", agent.team).text("tier", agent.tier).end();
}

void Simulator::Center::start(std::uint32_t number) {
  const Call& begun = call(number);
  Customer& caller = customers_[begun.customer];
  customer_known(caller);
  auto line = tell(number, EventType::call_started);
  line.text("customer", caller.id).text("channel", "voice").text("direction", "inbound");
  line.text("area", kAreas[caller.area]).text("topic", begun.mood.topic);
  line.json("attributes", R"({"language":"en","menu":[1,3]})").end();
  wait(number, begun.mood.queue);
}

void Simulator::Center::wait(std::uint32_t number, Queue queue) {
  Call& waits = call(number);
  waits.mood.queue = queue;
  waits.agent = kNobody;
  waits.waiting_since = now_;
  ++waits.waits;
  waiting_[queue].push_back(number);
  tell(number, EventType::call_queued).text("queue", kQueues[queue]).end();
  plan(kRing, Due::Kind::ring);
  plan(4min + random_.exponential(6min), Due::Kind::patience, number, waits.waits);
}

void Simulator::Center::patience(const Due& due) {
  if (due.call < first_call_) return;
  Call& waits = call(due.call);
  if (waits.over || waits.agent != kNobody || waits.waits != due.number) return;
  std::erase(waiting_[waits.mood.queue], due.call);
  end(due.call, "abandoned", false);
}

/// Gives the calls that wait longest to free agents who can take them.
void Simulator::Center::serve() {
  for (;;) {
    std::uint32_t best = kNobody, agent = kNobody;
    for (std::size_t queue = 0; queue < kQueueCount; ++queue) {
      if (waiting_[queue].empty()) continue;
      const std::uint32_t number = waiting_[queue].front();
      if (now_ - call(number).waiting_since < kRing) continue;
      const auto free = free_agent(static_cast<Queue>(queue));
      const bool longer = best == kNobody || call(number).waiting_since < call(best).waiting_since;
      if (free == kNobody || !longer) continue;
      best = number;
      agent = free;
    }
    if (best == kNobody) return;
    waiting_[call(best).mood.queue].pop_front();
    answer(best, agent);
  }
}

std::uint32_t Simulator::Center::free_agent(Queue queue) const {
  for (std::size_t i = 0; i < agents_.size(); ++i) {
    if (!agents_[i].busy && agents_[i].can(queue)) return static_cast<std::uint32_t>(i);
  }
  return kNobody;
}

void Simulator::Center::answer(std::uint32_t number, std::uint32_t agent) {
  Call& answered = call(number);
  answered.agent = agent;
  answered.mood.waited = now_ - answered.waiting_since;
  agents_[agent].busy = true;
  agent_known(agents_[agent]);
  tell(number, EventType::call_answered).text("agent", agents_[agent].id).end();
  converse(number);
}

void Simulator::Center::converse(std::uint32_t number) {
  Call& talks = call(number);
  plan_conversation(talks.mood, random_, talks.plan);
  talks.next_beat = 0;
  plan(talks.plan.front().after, Due::Kind::beat, number);
}

void Simulator::Center::release(std::uint32_t agent) {
  agents_[agent].busy = false;
  serve();
}

void Simulator::Center::end(std::uint32_t number, std::string_view reason, bool resolved) {
  Call& ended = call(number);
  ended.over = true;
  customers_[ended.customer].calling = false;
  --in_progress_;
  tell(number, EventType::call_ended).text("reason", reason).boolean("resolved", resolved).end();
  if (ended.agent != kNobody) release(ended.agent);
}

void Simulator::Center::report() {
  for (std::size_t queue = 0; queue < kQueueCount; ++queue) {
    const auto& waiting = waiting_[queue];
    const auto count = static_cast<std::uint32_t>(waiting.size());
    if (count == 0 && reported_[queue] == 0) continue;
    reported_[queue] = count;
    const Duration longest =
        waiting.empty() ? Duration{} : now_ - call(waiting.front()).waiting_since;
    auto line = tell({EventType::queue_updated, kWorkforce, kQueues[queue]});
    line.integer("waiting", count).integer("longest_wait_seconds", longest / 1s).end();
  }
  plan(kQueueReport, Due::Kind::report);
}

void Simulator::Center::beat(std::uint32_t number) {
  Call& talks = call(number);
  const Beat now = talks.plan[talks.next_beat++];
  perform(number, now);
  if (number < first_call_ || now.kind == Beat::Kind::to_queue ||
      now.kind == Beat::Kind::to_agent || now.kind == Beat::Kind::end)
    return;
  plan(talks.plan[talks.next_beat].after, Due::Kind::beat, number);
}

void Simulator::Center::perform(std::uint32_t number, const Beat& beat) {
  switch (beat.kind) {
    case Beat::Kind::step:
      return tell(number, EventType::call_step).text("step", beat.text).end();
    case Beat::Kind::customer:
      return tell(number, EventType::call_said)
          .text("speaker", "customer")
          .text("text", beat.text)
          .end();
    case Beat::Kind::agent:
      return tell(number, EventType::call_said)
          .text("speaker", "agent")
          .text("text", beat.text)
          .end();
    case Beat::Kind::sentiment:
      return tell(number, EventType::call_sentiment).number("score", beat.value / 100.0).end();
    case Beat::Kind::topic:
      return tell(number, EventType::call_updated).text("topic", beat.text).end();
    case Beat::Kind::note:
      return tell(number, EventType::call_updated).json("attributes", beat.text).end();
    case Beat::Kind::resolved:
      return tell(number, EventType::call_updated).boolean("resolved", true).end();
    case Beat::Kind::hold:
      return tell(number, EventType::call_held).end();
    case Beat::Kind::resume:
      return tell(number, EventType::call_resumed).end();
    case Beat::Kind::to_queue:
      return transfer_to_queue(number, static_cast<Queue>(beat.value));
    case Beat::Kind::to_agent:
      return transfer_to_agent(number, static_cast<Queue>(beat.value));
    case Beat::Kind::end:
      return end(number, "hangup", beat.value == 1);
  }
}

void Simulator::Center::transfer_to_queue(std::uint32_t number, Queue queue) {
  const std::uint32_t agent = call(number).agent;
  ++call(number).mood.transfers;
  tell(number, EventType::call_transferred).text("queue", kQueues[queue]).end();
  wait(number, queue);
  release(agent);
}

void Simulator::Center::transfer_to_agent(std::uint32_t number, Queue queue) {
  const std::uint32_t next = free_agent(queue);
  if (next == kNobody) return transfer_to_queue(number, queue);
  Call& passed = call(number);
  const std::uint32_t before = passed.agent;
  passed.agent = next;
  passed.mood.queue = queue;
  ++passed.mood.transfers;
  agents_[next].busy = true;
  agent_known(agents_[next]);
  tell(number, EventType::call_transferred)
      .text("agent", agents_[next].id)
      .text("queue", kQueues[queue])
      .end();
  converse(number);
  release(before);
}

}  // namespace assist::simulation
