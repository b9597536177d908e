// The outage, and the scenes of a demo.
#include "simulation/center.hpp"

namespace assist::simulation {
namespace {

using namespace std::chrono_literals;
using events::EventType;

constexpr std::string_view kNetwork = "/network/incidents";

}  // namespace

void Simulator::Center::outage_opens() {
  outage_.open = true;
  outage_.id = "inc-" + mark_ + '-' + std::to_string(++outage_.count);
  // The first is where alan lives.
  const std::uint32_t first = outage_.count == 1 ? 0 : random_.below(kAreaCount);
  outage_.areas = {static_cast<std::uint8_t>(first),
                   static_cast<std::uint8_t>((first + 1) % kAreaCount)};
  const std::string areas = "[\"" + std::string(kAreas[outage_.areas[0]]) + "\",\"" +
                            std::string(kAreas[outage_.areas[1]]) + "\"]";
  auto line = tell({EventType::incident_opened, kNetwork, outage_.id});
  line.text("kind", "outage").text("summary", "A damaged cable; a crew is on its way");
  line.json("areas", areas).end();
  plan(scaled(12min), Due::Kind::outage_changes);
  plan(scaled(random_.length(40min, 70min)), Due::Kind::outage_ends);
}

void Simulator::Center::outage_changes() {
  if (!outage_.open) return;
  std::string eta;
  events::append_rfc3339(eta, (stamp_ ? *stamp_ : told(now_)) + 45min);
  auto line = tell({EventType::incident_updated, kNetwork, outage_.id});
  line.text("kind", "outage").text("summary", "A crew is repairing the cable");
  line.text("eta", eta).end();
}

void Simulator::Center::outage_ends() {
  if (!outage_.open) return;
  outage_.open = false;
  tell({EventType::incident_resolved, kNetwork, outage_.id}).end();
  plan(scaled(random_.length(90min, 240min)), Due::Kind::outage_opens);
}

void Simulator::Center::demo(std::uint32_t scene) {
  if (scene == 0) return demo_history();
  demo_call();
}

/// Two calls of alan's in the days before, which did not help.
void Simulator::Center::demo_history() {
  customer_known(customers_[0]);
  for (const Duration ago : {Duration(75h), Duration(26h)}) {
    customers_[0].calling = false;
    const std::uint32_t number = make_call(0, support);
    auto line = tell(number, EventType::call_started, ago);
    line.text("customer", "alan").text("area", "denver").text("topic", "slow_line").end();
    tell(number, EventType::call_queued, ago).text("queue", "support").end();
    tell(number, EventType::call_answered, ago - 1min).text("agent", agents_[0].id).end();
    auto last = tell(number, EventType::call_ended, ago - 6min);
    last.text("reason", "hangup").boolean("resolved", false).end();
    call(number).over = true;
    --in_progress_;
  }
  customers_[0].calling = true;
}

/// Alan again: ana has him on the line for some minutes already, and just now on hold.
void Simulator::Center::demo_call() {
  const std::uint32_t number = make_call(0, support);
  call(number).agent = 0;
  auto line = tell(number, EventType::call_started, 13min);
  line.text("customer", "alan").text("channel", "voice").text("area", "denver");
  line.text("topic", "outage").end();
  tell(number, EventType::call_queued, 13min).text("queue", "support").end();
  tell(number, EventType::call_answered, 4min).text("agent", agents_[0].id).end();
  tell(number, EventType::call_step, 230s).text("step", "greeting").end();
  tell(number, EventType::call_step, 200s).text("step", "verify").end();
  auto said = tell(number, EventType::call_said, 150s);
  said.text("speaker", "customer");
  said.text("text", "This is the third time I call, the whole street is down again.").end();
  tell(number, EventType::call_held, 110s).end();
  // It reaches two minutes in ten seconds; from the resume on all is told as it happens.
  using Kind = Beat::Kind;
  call(number).plan = {{18s, Kind::resume, {}, 0},
                       {2s, Kind::agent, "I am back, thank you for your patience.", 0},
                       {2s, Kind::step, "discover", 0},
                       {4s, Kind::customer, "I work from home, I lose money every day.", 0},
                       {1s, Kind::sentiment, {}, -55},
                       {5s, Kind::agent, "I understand, that is a bad situation.", 0},
                       {4s, Kind::customer, "If it goes on like that I want to cancel.", 0},
                       {1s, Kind::sentiment, {}, -72},
                       {9s, Kind::agent, "A crew is on its way, I see it here.", 0},
                       {7s, Kind::step, "resolve", 0},
                       {9s, Kind::agent, "I will send you a message once the line is up.", 0},
                       {6s, Kind::sentiment, {}, 10},
                       {6s, Kind::step, "cross_sell", 0},
                       {8s, Kind::step, "survey", 0},
                       {6s, Kind::customer, "Thank you, that helped me a lot.", 0},
                       {2s, Kind::sentiment, {}, 45},
                       {2s, Kind::resolved, {}, 0},
                       {3s, Kind::step, "goodbye", 0},
                       {12s, Kind::end, {}, 1}};
  call(number).next_beat = 0;
  plan(call(number).plan.front().after, Due::Kind::beat, number);
}

}  // namespace assist::simulation
