#include "trials/facts_lines.hpp"

#include <algorithm>

#include "events/write.hpp"
#include "facts/activation.hpp"

namespace assist::trials {
namespace {

using cel::Value;

/// Gives facts alone: there are no rules here.
class FactsOnly final : public facts::CallActivation {
 public:
  using CallActivation::CallActivation;
};

void append_value(std::string& out, const Value& value, Time now, cel::Arena& arena);

template <class At>
void append_list(std::string& out, std::size_t size, At at) {
  out += '[';
  for (std::size_t i = 0; i < size; ++i) {
    if (i > 0) out += ',';
    at(i);
  }
  out += ']';
}

void append_object(std::string& out, const Value& value, Time now, cel::Arena& arena) {
  const cel::StructType& type = value.object_type();
  out += '{';
  for (std::uint32_t i = 0; i < type.fields.size(); ++i) {
    if (i > 0) out += ',';
    events::append_json_string(out, type.fields[i].name);
    out += ':';
    append_value(out, type.get(value.object_data(), i, arena), now, arena);
  }
  out += '}';
}

void append_map(std::string& out, const cel::MapView& map, Time now, cel::Arena& arena) {
  out += '{';
  for (std::size_t i = 0; i < map.size(); ++i) {
    if (i > 0) out += ',';
    const auto [key, value] = map.entry(i, arena);
    events::append_json_string(out, key.as_string());
    out += ':';
    append_value(out, value, now, arena);
  }
  out += '}';
}

void append_value(std::string& out, const Value& value, Time now, cel::Arena& arena) {
  switch (value.kind()) {
    case cel::Kind::bool_:
      out += value.as_bool() ? "true" : "false";
      return;
    case cel::Kind::int_:
      return events::append_json_number(out, value.as_int());
    case cel::Kind::double_:
      return events::append_json_number(out, value.as_double());
    case cel::Kind::string_:
      return events::append_json_string(out, value.as_string());
    case cel::Kind::duration_:
      out += format_seconds(value.duration_at(now));
      return;
    case cel::Kind::timestamp_:
      out += '"';
      events::append_rfc3339(out, value.timestamp_at(now));
      out += '"';
      return;
    case cel::Kind::list_:
      return append_list(out, value.list_size(), [&](std::size_t i) {
        append_value(out, value.list_at(i, arena), now, arena);
      });
    case cel::Kind::map_:
      return append_map(out, value.as_map(), now, arena);
    case cel::Kind::object_:
      return append_object(out, value, now, arena);
    default:
      out += "null";
      return;
  }
}

/// `"call":{...}` of all facts whose name begins with `call.`.
void append_group(std::string& out, std::string_view group, FactsOnly& facts, cel::Run& run) {
  events::append_json_string(out, group);
  out += ":{";
  bool first = true;
  for (const facts::FactInfo& info : facts::kFacts) {
    if (info.name.size() <= group.size() || !info.name.starts_with(group) ||
        info.name[group.size()] != '.')
      continue;
    if (!first) out += ',';
    first = false;
    events::append_json_string(out, info.name.substr(group.size() + 1));
    out += ':';
    const Value value = facts.load(static_cast<std::uint32_t>(info.fact), run);
    append_value(out, value, run.now(), run.arena());
  }
  out += '}';
}

}  // namespace

FactsLines::FactsLines(Duration contacts_kept, Duration silence, events::Limits limits)
    : world_(contacts_kept), silence_(silence), decoder_(limits) {}

Result<void> FactsLines::line(std::string_view text, std::optional<Time> arrival,
                              std::string& out) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return {};
  lines_ += 1;
  decoder_.decode(text, events::Shape::event, batch_);
  if (!batch_.rejected.empty()) return batch_.rejected.front().error;
  events::Event& event = batch_.events.front();
  if (!event.has_time && !arrival && clock_ == Time::min())
    return Error{ErrorCode::bad_argument,
                 "the first event gives no \"time\", and there is none before it to count from; "
                 "give it one",
                 {{}, 0, 0, "/time"}};
  if (!duplicates_.insert(event.source, event.id)) return {};
  if (arrival || event.has_time) clock_ = std::max(clock_, arrival.value_or(event.time));
  events::settle_time(event, clock_);
  end_silent_calls(clock_);
  changes_.clear();
  world_.apply(event, clock_, changes_);
  auto& calls = changes_.calls;
  std::sort(calls.begin(), calls.end(), [&](const auto& a, const auto& b) {
    return world_.call(a.call).order < world_.call(b.call).order;
  });
  for (const facts::Touched& touched : calls) append(out, world_.call(touched.call));
  if (changes_.ended) world_.remove(changes_.ended_call, clock_);
  return {};
}

void FactsLines::end_silent_calls(Time now) {
  if (now < next_silence_) return;
  next_silence_ = now + silence_;
  for (facts::CallIndex i = 0; i < world_.call_slots(); ++i) {
    if (!world_.alive(i)) continue;
    const Time due = world_.call(i).last_applied + silence_;
    if (due > now) {
      next_silence_ = std::min(next_silence_, due);
      continue;
    }
    facts::Changes ignored;
    world_.end_by_silence(i, due, ignored);
    world_.remove(i, now);
  }
}

void FactsLines::append(std::string& out, const facts::Call& call) const {
  FactsOnly facts(world_, call);
  cel::Arena arena;
  cel::Run run(facts, clock_, arena);
  out += "{\"seq\":" + std::to_string(lines_) + ",\"at\":\"";
  events::append_rfc3339(out, clock_);
  out += "\",\"call\":";
  events::append_json_string(out, call.id);
  out += ",\"facts\":{";
  for (const std::string_view group : {"call", "customer", "agent"}) {
    append_group(out, group, facts, run);
    out += ',';
  }
  out += "\"incidents\":";
  const Value incidents = facts.load(static_cast<std::uint32_t>(facts::Fact::incidents), run);
  append_value(out, incidents, clock_, arena);
  out += "}}\n";
}

}  // namespace assist::trials
