#pragma once

// A small world of facts like the product's, for tests, benchmarks and fuzzing of the language.

#include <array>
#include <string>
#include <vector>

#include "cel/cel.hpp"

namespace cel_test {

using namespace assist::cel;  // NOLINT: tests alone
using std::chrono::seconds;

struct Contact {
  Time at;
  std::string queue, topic;
  bool resolved = false;
};

/// Facts of one call, and what the names mean.
class World final : public Activation, public ListView {
 public:
  enum Slot : std::uint32_t {
    kQueue,
    kTopic,
    kHolds,
    kSentiment,
    kHold,
    kHoldTotal,
    kStartedAt,
    kAnswered,
    kContacts,
    kProducts,
    kAttributes,
    kSituation,
    kRepeat,
    kWait
  };

  World() {
    contact_type_ = &env.declare_struct({"contact",
                                         {{"at", Type::timestamp()},
                                          {"queue", Type::string()},
                                          {"topic", Type::string()},
                                          {"resolved", Type::boolean()}},
                                         [](const void* object, std::uint32_t field, Arena&) {
                                           const auto& c = *static_cast<const Contact*>(object);
                                           switch (field) {
                                             case 0:
                                               return Value::timestamp(c.at);
                                             case 1:
                                               return Value::string(c.queue);
                                             case 2:
                                               return Value::string(c.topic);
                                             default:
                                               return Value::boolean(c.resolved);
                                           }
                                         }});
    env.declare("call.queue", Type::string(), kQueue);
    env.declare("call.topic", Type::string(), kTopic);
    env.declare("call.holds", Type::integer(), kHolds);
    env.declare("call.sentiment", Type::number(), kSentiment);
    env.declare("call.hold", Type::duration(), kHold);
    env.declare("call.hold_total", Type::duration(), kHoldTotal);
    env.declare("call.wait", Type::duration(), kWait);
    env.declare("call.started_at", Type::timestamp(), kStartedAt);
    env.declare("call.answered", Type::boolean(), kAnswered);
    env.declare("call.attributes", Type::map(Type::string(), Type::dyn()), kAttributes);
    env.declare("customer.contacts", Type::list(Type::object(*contact_type_)), kContacts);
    env.declare("customer.products", Type::list(Type::string()), kProducts);
    env.declare("situation.outage", Type::boolean(), kSituation);
    env.declare("situation.repeat-contact", Type::boolean(), kRepeat);
    const Value fragile[] = {Value::string("billing"), Value::string("retention")};
    env.declare_constant("lists.fragile_queues", Type::list(Type::dyn()),
                         OwnedConstant(Value::list(fragile)));
    env.declare_now();
    env.declare_lengths_of_time();
    env.declare_function("contacts_within", {Type::duration()}, false, Type::integer(), 1);
    env.declare_function("affected_by", {Type::string()}, false, Type::boolean(), 2);
    env.declare_function("customer_said", {Type::string()}, true, Type::boolean(), 3);
    incident_type_ =
        &env.declare_struct({"incident",
                             {{"kind", Type::string()}, {"summary", Type::string()}},
                             [](const void*, std::uint32_t field, Arena&) {
                               return Value::string(field == 0 ? "outage" : "Hurricane damage");
                             }});
    env.declare_function("incident", {Type::string()}, false, Type::object(*incident_type_), 4);
    env.declare_function("events_within", {Type::string(), Type::duration()}, false,
                         Type::integer(), 5);
    set_attributes();
  }

  void set_attributes() {
    arena_.reset();
    const Value keys[] = {Value::string("plan"), Value::string("visits"), Value::string("vip")};
    const Value values[] = {Value::string("gold"), Value::integer(4), Value::boolean(true)};
    attributes_ = make_map(keys, values, arena_);
    products_[0] = Value::string("internet");
    products_[1] = Value::string("tv");
  }

  Value load(std::uint32_t slot, Run& run) override {
    switch (slot) {
      case kQueue:
        return Value::string(queue);
      case kTopic:
        return Value::string(topic);
      case kHolds:
        return Value::integer(holds);
      case kSentiment:
        return Value::number(sentiment);
      case kHold:
        return on_hold ? Value::elapsed_since(held_at) : Value::duration(Duration(0));
      case kHoldTotal:
        return on_hold ? Value::running(held_before, held_at) : Value::duration(held_before);
      case kWait:
        return Value::duration(waited);
      case kStartedAt:
        return Value::timestamp(started_at);
      case kAnswered:
        return Value::boolean(answered);
      case kContacts:
        return Value::list(*this);
      case kProducts:
        return Value::list(products_.data(), products_.size());
      case kAttributes:
        return attributes_;
      case kSituation:
        return Value::boolean(outage);
      case kRepeat:
        return Value::boolean(repeat);
      default:
        return run.error("no such fact");
    }
  }

  /// Exact about time, as the product's functions are.
  Value call(std::uint32_t function, std::span<const Value> args, Run& run) override {
    if (function == 2) return Value::boolean(args[0].as_string() == "outage" && outage);
    if (function == 3) {
      for (const Value& phrase : args) {
        if (phrase.as_string() == "cancel") return Value::boolean(true);
      }
      return Value::boolean(false);
    }
    if (function == 4) {
      if (outage && args[0].as_string() == "outage") return Value::object(*incident_type_, this);
      return run.error("no incident of this kind affects the call");
    }
    if (function == 5) return Value::integer(args[0].as_string() == "call.held" ? holds : 0);
    const Duration window = args[0].duration_at(run.now());
    std::int64_t count = 0;
    for (const Contact& c : contacts) {
      if (c.at > run.now()) {
        run.valid_until(c.at);
      } else if (c.at > run.now() - window) {
        ++count;
        run.valid_until(c.at + window);
      }
    }
    return Value::integer(count);
  }

  std::size_t size() const override { return contacts.size(); }
  Value at(std::size_t index, Arena&) const override {
    return Value::object(*contact_type_, &contacts[index]);
  }

  Env env;
  std::string queue = "billing", topic = "bill";
  std::int64_t holds = 2;
  double sentiment = -0.25;
  bool on_hold = true, answered = true, outage = false, repeat = true;
  Time started_at{seconds(1'800'000'000)}, held_at{seconds(1'800'000'060)};
  Duration held_before = seconds(45), waited = seconds(30);
  std::vector<Contact> contacts;

 private:
  const StructType* contact_type_;
  const StructType* incident_type_;
  Arena arena_;
  Value attributes_;
  std::array<Value, 2> products_;
};

/// The program, or an end of the test with what is wrong.
template <class Fail>
Program compiled(const Env& env, std::string_view source, Fail fail,
                 const CompileOptions& options = {}) {
  auto result = compile(source, env, options);
  if (const auto* problems = std::get_if<std::vector<Problem>>(&result)) {
    fail(std::string(source) + ": " + problems->front().text);
  }
  return std::get<Program>(std::move(result));
}

}  // namespace cel_test
