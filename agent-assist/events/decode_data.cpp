#include "events/decode_data.hpp"

#include <array>
#include <cmath>

#include "events/text.hpp"

namespace assist::events {
namespace {

// The table of types of the contract, section 1: a function a row. `in` reads the members, or
// takes their names.

void read(auto& in, CallStarted& out) {
  in.member("customer", out.customer);
  in.member("queue", out.queue);
  in.member("channel", out.channel);
  in.member("direction", out.direction);
  in.member("area", out.area);
  in.member("topic", out.topic);
  in.member("attributes", out.attributes);
}
void read(auto& in, CallQueued& out) { in.required_id("queue", out.queue); }
void read(auto& in, CallAnswered& out) { in.required_id("agent", out.agent); }
void read(auto&, CallHeld&) {}
void read(auto&, CallResumed&) {}
void read(auto& in, CallTransferred& out) {
  in.member("agent", out.agent);
  in.member("queue", out.queue);
  // Nobody is called "": the call waits again.
  if (out.agent && out.agent->empty()) out.agent.reset();
}
void read(auto& in, CallStep& out) { in.required_id("step", out.step); }
void read(auto& in, CallSaid& out) {
  in.speaker(out.speaker);
  in.said(out.text);
}
void read(auto& in, CallSentiment& out) { in.score(out.score); }
void read(auto& in, CallUpdated& out) {
  in.member("attributes", out.attributes);
  in.member("topic", out.topic);
  in.member("area", out.area);
  in.member("customer", out.customer);
  in.member("resolved", out.resolved);
}
void read(auto& in, CallEnded& out) {
  in.member("reason", out.reason);
  in.member("resolved", out.resolved);
}
void read(auto& in, CustomerUpdated& out) {
  in.member("area", out.area);
  in.member("tier", out.tier);
  in.member("products", out.products);
  in.member("attributes", out.attributes);
}
void read(auto& in, AgentUpdated& out) {
  in.member("name", out.name);
  in.member("team", out.team);
  in.member("tier", out.tier);
  in.member("attributes", out.attributes);
}
void read(auto& in, QueueUpdated& out) {
  in.waiting(out.waiting);
  in.longest_wait(out.longest_wait);
}
void read_change(auto& in, IncidentChange& out) {
  in.member("summary", out.summary);
  in.member("areas", out.areas);
  in.member("services", out.services);
  in.member("eta", out.eta);
}
void read(auto& in, IncidentOpened& out) {
  in.required_id("kind", out.kind);
  read_change(in, out);
}
void read(auto& in, IncidentUpdated& out) {
  in.member("kind", out.kind);
  read_change(in, out);
}
void read(auto&, IncidentResolved&) {}

template <class T>
void read_as(DataReader& in, Data& out) {
  read(in, out.emplace<T>());
}

constexpr std::array<void (*)(DataReader&, Data&), kEventTypeCount> kReaders = {
#define ASSIST_X(type, name, data) &read_as<data>,
    ASSIST_EVENT_TYPES(ASSIST_X)
#undef ASSIST_X
};

/// In the place of a DataReader: which members a type has.
struct MemberNames {
  std::vector<DataMember>& out;

  void member(std::string_view name, auto&) { out.push_back({name, false}); }
  void required_id(std::string_view name, auto&) { out.push_back({name, true}); }
  void speaker(Speaker&) { out.push_back({"speaker", true}); }
  void said(std::string_view&) { out.push_back({"text", true}); }
  void score(double&) { out.push_back({"score", true}); }
  void waiting(std::optional<std::int64_t>&) { out.push_back({"waiting", false}); }
  void longest_wait(std::optional<Duration>&) { out.push_back({"longest_wait_seconds", false}); }
};

template <class T>
void name_members_of(MemberNames& in) {
  T unused{};
  read(in, unused);
}

constexpr std::array<void (*)(MemberNames&), kEventTypeCount> kMembers = {
#define ASSIST_X(type, name, data) &name_members_of<data>,
    ASSIST_EVENT_TYPES(ASSIST_X)
#undef ASSIST_X
};

std::string pointer_to(std::string_view name) {
  std::string pointer = "/data";
  append_pointer(pointer, name);
  return pointer;
}

std::string quoted(std::string_view name) { return '"' + std::string(name) + '"'; }

/// Longer than a hundred years is a slip, not a wait; and it must fit a Duration.
constexpr double kLongestWaitSeconds = 100.0 * 366 * 86'400;

}  // namespace

std::vector<DataMember> data_members(EventType type) {
  std::vector<DataMember> out;
  MemberNames names{out};
  kMembers[static_cast<std::size_t>(type)](names);
  return out;
}

std::string_view words_of(const Json& value) {
  switch (value.kind) {
    case Json::Kind::null:
      return "null";
    case Json::Kind::boolean:
      return value.boolean ? "true" : "false";
    case Json::Kind::integer:
      return "a number";
    case Json::Kind::number:
      return std::isfinite(value.number) ? "a number" : "a number out of range";
    case Json::Kind::string:
      return value.string.empty() ? "an empty text" : "a text";
    case Json::Kind::list:
      return "a list";
    case Json::Kind::object:
      return "an object";
  }
  return "";
}

bool DataReader::read(Data& out) {
  kReaders[static_cast<std::size_t>(input_.type)](*this, out);
  return !error_;
}

void DataReader::refuse(ErrorCode code, std::string text, std::string pointer) {
  error_ = Error{code, std::move(text), Place{.file = {}, .pointer = std::move(pointer)}};
}

void DataReader::wrong(std::string_view name, std::string_view what, const Json& found) {
  std::string text = quoted(name) + " in " + std::string(name_of(input_.type)) + " must be ";
  text.append(what).append(", not ").append(words_of(found));
  refuse(ErrorCode::bad_data, std::move(text), pointer_to(name));
}

void DataReader::missing(std::string_view name, std::string_view what) {
  std::string text = quoted(name) + " is required in " + std::string(name_of(input_.type));
  text.append(" and must be ").append(what);
  refuse(ErrorCode::bad_data, std::move(text), pointer_to(name));
}

void DataReader::take(std::string_view name, const Json& value, Text& out) {
  if (value.kind != Json::Kind::string) return wrong(name, "a text", value);
  out = value.string;
}

void DataReader::take(std::string_view name, const Json& value, Texts& out) {
  if (value.kind != Json::Kind::list) return wrong(name, "a list of texts", value);
  const auto items = value.list;
  char* const memory = arena_.bytes(items.size() * sizeof(std::string_view));
  auto* const texts = reinterpret_cast<std::string_view*>(memory);
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].kind != Json::Kind::string) {
      wrong(name, "a list of texts", value);
      error_->text = quoted(name) + " in " + std::string(name_of(input_.type)) +
                     " must be a list of texts, but entry " + std::to_string(i + 1) + " is " +
                     std::string(words_of(items[i]));
      append_pointer(error_->place.pointer, std::to_string(i));
      return;
    }
    new (texts + i) std::string_view(items[i].string);
  }
  out = std::span<const std::string_view>(texts, items.size());
}

void DataReader::take(std::string_view name, const Json& value, std::optional<bool>& out) {
  if (value.kind != Json::Kind::boolean) return wrong(name, "true or false", value);
  out = value.boolean;
}

void DataReader::take(std::string_view name, const Json& value, std::optional<Time>& out) {
  constexpr std::string_view kWhat = "an RFC 3339 time such as \"2026-11-22T10:02:00Z\"";
  if (value.kind != Json::Kind::string) return wrong(name, kWhat, value);
  out = parse_rfc3339(value.string);
  if (!out) wrong(name, kWhat, value);
}

void DataReader::take(std::string_view name, const Json& value, Attributes& out) {
  if (value.kind != Json::Kind::object) return wrong(name, "an object", value);
  if (value.object.size() > limits_.attributes_per_event_max) {
    return refuse(ErrorCode::too_large,
                  quoted(name) + " holds " + std::to_string(value.object.size()) +
                      " attributes; the limit is " +
                      std::to_string(limits_.attributes_per_event_max),
                  pointer_to(name));
  }
  if (input_.may_be_infinite) {
    std::string pointer = pointer_to(name);
    if (!check_numbers(value, pointer)) {
      return refuse(ErrorCode::bad_data, "a number in " + quoted(name) + " is out of range",
                    std::move(pointer));
    }
  }
  out = value.object;
}

/// All numbers in the tree are finite; else `pointer` leads to the first that is not. As deep as
/// the limit of nesting lets a tree be.
bool DataReader::check_numbers(const Json& value, std::string& pointer) {
  const std::size_t size = pointer.size();
  if (value.kind == Json::Kind::number) return std::isfinite(value.number);
  if (value.kind == Json::Kind::list) {
    for (std::size_t i = 0; i < value.list.size(); ++i) {
      append_pointer(pointer, std::to_string(i));
      if (!check_numbers(value.list[i], pointer)) return false;
      pointer.resize(size);
    }
  }
  if (value.kind == Json::Kind::object) {
    for (const auto& member : value.object) {
      append_pointer(pointer, member.name);
      if (!check_numbers(member.value, pointer)) return false;
      pointer.resize(size);
    }
  }
  return true;
}

void DataReader::required_id(std::string_view name, std::string_view& out) {
  constexpr std::string_view kWhat = "a text that is not empty";
  const Json* const value = get_required(name, kWhat);
  if (value == nullptr) return;
  if (value->kind != Json::Kind::string || value->string.empty()) return wrong(name, kWhat, *value);
  out = value->string;
}

void DataReader::required_id(std::string_view name, Text& out) {
  std::string_view id;
  required_id(name, id);
  out = id;
}

void DataReader::speaker(Speaker& out) {
  constexpr std::string_view kWhat = "\"customer\" or \"agent\"";
  const Json* const value = get_required("speaker", kWhat);
  if (value == nullptr) return;
  if (value->kind == Json::Kind::string && value->string == "customer") {
    out = Speaker::customer;
  } else if (value->kind == Json::Kind::string && value->string == "agent") {
    out = Speaker::agent;
  } else {
    wrong("speaker", kWhat, *value);
    if (value->kind == Json::Kind::string && !value->string.empty())
      error_->text = "\"speaker\" in call.said must be \"customer\" or \"agent\"";
  }
}

void DataReader::said(std::string_view& out) {
  const Json* const value = get_required("text", "a text");
  if (value == nullptr) return;
  if (value->kind != Json::Kind::string) return wrong("text", "a text", *value);
  out = cut_utf8(value->string, limits_.text_bytes_max);
  text_was_cut_ = out.size() < value->string.size();
}

void DataReader::score(double& out) {
  constexpr std::string_view kWhat = "a number from -1.0 to 1.0";
  const Json* const value = get_required("score", kWhat);
  if (value == nullptr) return;
  if (value->kind == Json::Kind::integer) {
    out = static_cast<double>(value->integer);
  } else if (value->kind == Json::Kind::number) {
    out = value->number;
  } else {
    return wrong("score", kWhat, *value);
  }
  if (out < -1.0 || out > 1.0) {
    refuse(ErrorCode::bad_data, "\"score\" in call.sentiment must lie between -1.0 and 1.0",
           pointer_to("score"));
  }
}

void DataReader::waiting(std::optional<std::int64_t>& out) {
  const Json* const value = get("waiting");
  if (value == nullptr) return;
  if (value->kind != Json::Kind::integer || value->integer < 0) {
    wrong("waiting", "a whole number, 0 or more", *value);
    if (value->kind == Json::Kind::integer)
      error_->text = "\"waiting\" in queue.updated must not be below 0";
    if (value->kind == Json::Kind::number)
      error_->text = "\"waiting\" in queue.updated must be a whole number, without a fraction";
    return;
  }
  out = value->integer;
}

void DataReader::longest_wait(std::optional<Duration>& out) {
  constexpr std::string_view kName = "longest_wait_seconds";
  const Json* const value = get(kName);
  if (value == nullptr) return;
  double length = 0.0;
  if (value->kind == Json::Kind::integer) {
    length = static_cast<double>(value->integer);
  } else if (value->kind == Json::Kind::number) {
    length = value->number;
  } else {
    return wrong(kName, "a number of seconds", *value);
  }
  if (length < 0.0 || length > kLongestWaitSeconds) {
    return refuse(ErrorCode::bad_data,
                  "\"longest_wait_seconds\" in queue.updated must be 0 or more, and a length that "
                  "can be",
                  pointer_to(kName));
  }
  out = Duration{std::llround(length * 1e6)};
}

}  // namespace assist::events
