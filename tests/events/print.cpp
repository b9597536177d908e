#include "print.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

#include "events/write.hpp"

namespace assist::events {
namespace {

class Printer {
 public:
  explicit Printer(std::string& out) : out_(out) {}

  void operator()(const CallStarted& d) {
    put("customer", d.customer), put("queue", d.queue), put("channel", d.channel);
    put("direction", d.direction), put("area", d.area), put("topic", d.topic);
    put("attributes", d.attributes);
  }
  void operator()(const CallQueued& d) { put("queue", Text(d.queue)); }
  void operator()(const CallAnswered& d) { put("agent", Text(d.agent)); }
  void operator()(const CallHeld&) {}
  void operator()(const CallResumed&) {}
  void operator()(const CallTransferred& d) { put("agent", d.agent), put("queue", d.queue); }
  void operator()(const CallStep& d) { put("step", Text(d.step)); }
  void operator()(const CallSaid& d) {
    put("speaker", Text(d.speaker == Speaker::agent ? "agent" : "customer"));
    put("text", Text(d.text));
  }
  void operator()(const CallSentiment& d) { name("score"), append_json_number(out_, d.score); }
  void operator()(const CallUpdated& d) {
    put("attributes", d.attributes), put("topic", d.topic), put("area", d.area);
    put("customer", d.customer), put("resolved", d.resolved);
  }
  void operator()(const CallEnded& d) { put("reason", d.reason), put("resolved", d.resolved); }
  void operator()(const CustomerUpdated& d) {
    put("area", d.area), put("tier", d.tier), put("products", d.products);
    put("attributes", d.attributes);
  }
  void operator()(const AgentUpdated& d) {
    put("name", d.name), put("team", d.team), put("tier", d.tier), put("attributes", d.attributes);
  }
  void operator()(const QueueUpdated& d) {
    if (d.waiting) name("waiting"), append_json_number(out_, *d.waiting);
    if (d.longest_wait) name("longest_wait"), out_ += format_seconds(*d.longest_wait);
  }
  void operator()(const IncidentChange& d) {
    put("kind", d.kind), put("summary", d.summary), put("areas", d.areas);
    put("services", d.services);
    if (d.eta) name("eta"), out_ += format_rfc3339(*d.eta);
  }
  void operator()(const IncidentResolved&) {}

 private:
  void name(std::string_view name) { out_.append(" ").append(name).append("="); }
  void put(std::string_view n, const Text& value) {
    if (value) name(n), append_json_string(out_, *value);
  }
  void put(std::string_view n, const Texts& value) {
    if (!value) return;
    name(n);
    out_ += '[';
    for (const auto text : *value) append_json_string(out_, text), out_ += ' ';
    out_ += ']';
  }
  void put(std::string_view n, const std::optional<bool>& value) {
    if (value) name(n), out_ += *value ? "true" : "false";
  }
  void put(std::string_view n, const events::Attributes& value) {
    if (value) name(n), append_json(out_, *value);
  }

  std::string& out_;
};

}  // namespace

std::string print(const Event& event) {
  std::string out(name_of(event.type()));
  out += " id=";
  append_json_string(out, event.id);
  out += " source=";
  append_json_string(out, event.source);
  out += " subject=";
  append_json_string(out, event.subject);
  if (event.has_time) out += " time=" + format_rfc3339(event.time);
  std::visit(Printer(out), event.data);
  return out;
}

std::string print(const Batch& batch) {
  std::string out;
  std::size_t event = 0, rejected = 0;
  const auto line = [&](std::size_t index) { return std::to_string(index) + ' '; };
  while (event < batch.events.size() || rejected < batch.rejected.size()) {
    const bool is_event =
        rejected == batch.rejected.size() ||
        (event < batch.events.size() && batch.indexes[event] < batch.rejected[rejected].index);
    if (is_event) {
      out += line(batch.indexes[event]) + print(batch.events[event]) + '\n';
      ++event;
    } else {
      const auto& r = batch.rejected[rejected++];
      out += line(r.index) + std::string(code_name(r.error.code)) + ' ' + r.error.place.pointer;
      if (r.has_id) out += " id=" + std::string(r.id);
      out += '\n';
    }
  }
  return out;
}

Batch decode(std::string_view message, Shape shape, Limits limits) {
  Batch out;
  Decoder decoder(limits);
  decoder.decode(message, shape, out);
  return out;
}

std::string verdict(const Batch& batch) {
  if (!batch.rejected.empty()) return std::string(code_name(batch.rejected[0].error.code));
  return batch.events.empty() ? "nothing" : "accept";
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace assist::events
