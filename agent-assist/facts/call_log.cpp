#include "facts/call_log.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/archive.hpp"
#include "base/free_lists.hpp"
#include "facts/words.hpp"

namespace assist::facts {
namespace {

using events::Json;

// A record: u32 size of the payload, u8 type, i64 time in microseconds, payload.
constexpr std::size_t kHead = 4 + 1 + 8;

template <class T>
void put(std::string& out, T value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out.append(bytes, sizeof value);
}

/// A count in one byte, or from 255 on in five.
void put_count(std::string& out, std::size_t count) {
  if (count < 255) {
    out += static_cast<char>(count);
    return;
  }
  out += static_cast<char>(255);
  put(out, static_cast<std::uint32_t>(count));
}

void put(std::string& out, std::string_view text) {
  put_count(out, text.size());
  out.append(text);
}

void put(std::string& out, const events::Text& text) {
  put(out, static_cast<std::uint8_t>(text.has_value()));
  if (text) put(out, *text);
}

void put(std::string& out, std::optional<bool> value) {
  put(out, static_cast<std::uint8_t>(value ? (*value ? 2 : 1) : 0));
}

void put(std::string& out, const Json& json);

void put(std::string& out, events::JsonObject object) {
  put_count(out, object.size());
  for (const auto& [name, value] : object) {
    put(out, name);
    put(out, value);
  }
}

void put(std::string& out, const Json& json) {
  put(out, static_cast<std::uint8_t>(json.kind));
  switch (json.kind) {
    case Json::Kind::null:
      break;
    case Json::Kind::boolean:
      put(out, static_cast<std::uint8_t>(json.boolean));
      break;
    case Json::Kind::integer:
      put(out, json.integer);
      break;
    case Json::Kind::number:
      put(out, json.number);
      break;
    case Json::Kind::string:
      put(out, json.string);
      break;
    case Json::Kind::object:
      put(out, json.object);
      break;
    case Json::Kind::list:
      put_count(out, json.list.size());
      for (const auto& item : json.list) put(out, item);
  }
}

void put(std::string& out, const events::Attributes& attributes) {
  put(out, static_cast<std::uint8_t>(attributes.has_value()));
  if (attributes) put(out, *attributes);
}

/// Reads back what put() wrote, in the same order.
class Reader {
 public:
  Reader(std::string_view bytes, CallLog::Memory& memory) : bytes_(bytes), memory_(memory) {}

  template <class T>
  T number() {
    T value{};
    if (!has(sizeof value)) return value;
    std::memcpy(&value, bytes_.data(), sizeof value);
    bytes_.remove_prefix(sizeof value);
    return value;
  }
  std::size_t count() {
    const auto small = number<std::uint8_t>();
    return small < 255 ? small : number<std::uint32_t>();
  }
  std::string_view string() {
    const auto size = count();
    if (!has(size)) return {};
    const auto text = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return text;
  }
  events::Text text() {
    return number<std::uint8_t>() != 0 ? events::Text(string()) : std::nullopt;
  }
  std::optional<bool> boolean() {
    const auto value = number<std::uint8_t>();
    return value == 0 ? std::nullopt : std::optional(value == 2);
  }
  events::Attributes attributes() {
    if (number<std::uint8_t>() == 0) return std::nullopt;
    return object();
  }
  std::string_view rest() { return std::exchange(bytes_, {}); }
  /// All of it was read, and it was right.
  bool done() const { return ok_ && bytes_.empty(); }

 private:
  bool has(std::size_t size) {
    if (size > bytes_.size()) ok_ = false, bytes_ = {};
    return ok_;
  }
  events::JsonObject object() {
    const auto size = count();
    if (!has(size)) return {};  // a member is of a byte at least
    auto& members = memory_.members.emplace_back();
    members.reserve(size);
    for (std::size_t i = 0; i < size; ++i) {
      const auto name = string();
      members.push_back({name, json()});
    }
    return members;
  }
  Json json() {
    Json out;
    const auto kind = number<std::uint8_t>();
    if (kind > static_cast<std::uint8_t>(Json::Kind::object) || depth_ > kDepthMax) ok_ = false;
    if (!ok_) return out;
    out.kind = static_cast<Json::Kind>(kind);
    ++depth_;
    switch (out.kind) {
      case Json::Kind::null:
        break;
      case Json::Kind::boolean:
        out.boolean = number<std::uint8_t>() != 0;
        break;
      case Json::Kind::integer:
        out.integer = number<std::int64_t>();
        break;
      case Json::Kind::number:
        out.number = number<double>();
        break;
      case Json::Kind::string:
        out.string = string();
        break;
      case Json::Kind::object:
        out.object = object();
        break;
      case Json::Kind::list: {
        const auto size = count();
        if (!has(size)) break;
        auto& items = memory_.items.emplace_back();
        items.reserve(size);
        for (std::size_t i = 0; i < size; ++i) items.push_back(json());
        out.list = items;
      }
    }
    --depth_;
    return out;
  }

  static constexpr int kDepthMax = 2000;  // an event's data nests less, whatever the limits
  std::string_view bytes_;
  CallLog::Memory& memory_;
  bool ok_ = true;
  int depth_ = 0;
};

/// Writes the data of each type of event about a call.
struct Writer {
  std::string& out;

  void operator()(const events::CallStarted& d) const {
    for (const auto* text : {&d.customer, &d.queue, &d.channel, &d.direction, &d.area, &d.topic})
      put(out, *text);
    put(out, d.attributes);
  }
  void operator()(const events::CallQueued& d) const { put(out, d.queue); }
  void operator()(const events::CallAnswered& d) const { put(out, d.agent); }
  void operator()(const events::CallHeld&) const {}
  void operator()(const events::CallResumed&) const {}
  void operator()(const events::CallTransferred& d) const {
    put(out, d.agent);
    put(out, d.queue);
  }
  void operator()(const events::CallStep& d) const { put(out, d.step); }
  void operator()(const events::CallSaid& d) const {
    put(out, static_cast<std::uint8_t>(d.speaker));
    append_words(out, d.text);
  }
  void operator()(const events::CallSentiment& d) const { put(out, d.score); }
  void operator()(const events::CallUpdated& d) const {
    put(out, d.attributes);
    for (const auto* text : {&d.topic, &d.area, &d.customer}) put(out, *text);
    put(out, d.resolved);
  }
  void operator()(const events::CallEnded& d) const {
    put(out, d.reason);
    put(out, d.resolved);
  }
  template <class Other>
  void operator()(const Other&) const {}  // not about a call: never logged here
};

events::Data read(events::EventType type, Reader& in) {
  using events::EventType;
  switch (type) {
    case EventType::call_started: {
      events::CallStarted d;
      for (auto* text : {&d.customer, &d.queue, &d.channel, &d.direction, &d.area, &d.topic})
        *text = in.text();
      d.attributes = in.attributes();
      return d;
    }
    case EventType::call_queued:
      return events::CallQueued{in.string()};
    case EventType::call_answered:
      return events::CallAnswered{in.string()};
    case EventType::call_held:
      return events::CallHeld{};
    case EventType::call_resumed:
      return events::CallResumed{};
    case EventType::call_transferred: {
      events::CallTransferred d;
      d.agent = in.text();
      d.queue = in.text();
      return d;
    }
    case EventType::call_step:
      return events::CallStep{in.string()};
    case EventType::call_said:
      return events::CallSaid{static_cast<events::Speaker>(in.number<std::uint8_t>()), in.rest()};
    case EventType::call_sentiment:
      return events::CallSentiment{in.number<double>()};
    case EventType::call_updated: {
      events::CallUpdated d;
      d.attributes = in.attributes();
      for (auto* text : {&d.topic, &d.area, &d.customer}) *text = in.text();
      d.resolved = in.boolean();
      return d;
    }
    case EventType::call_ended: {
      events::CallEnded d;
      d.reason = in.text();
      d.resolved = in.boolean();
      return d;
    }
    default:
      return events::CallHeld{};  // never logged here
  }
}

}  // namespace

std::string_view CallLog::append(const events::Event& event, std::string& record) {
  record.clear();
  put(record, std::uint32_t{0});
  put(record, static_cast<std::uint8_t>(event.type()));
  put(record, static_cast<std::int64_t>(event.time.time_since_epoch().count()));
  std::visit(Writer{record}, event.data);
  const auto size = static_cast<std::uint32_t>(record.size() - kHead);
  std::memcpy(record.data(), &size, sizeof size);
  const std::size_t start = bytes_.size(), needed = start + record.size();
  // A log is written now and then and kept for long: it grows by less than twice its size, to what
  // its memory is handed out in.
  if (needed > bytes_.capacity())
    bytes_.reserve(FreeLists::whole(std::max(needed, bytes_.capacity() * 5 / 4)));
  bytes_.insert(bytes_.end(), record.begin(), record.end());
  if (event.type() != events::EventType::call_said) return {};
  return std::string_view(bytes_.data(), bytes_.size()).substr(start + kHead + 1);
}

CallLog::Record CallLog::Iterator::operator*() const {
  std::uint32_t size;
  std::int64_t time;
  std::memcpy(&size, rest_.data(), sizeof size);
  std::memcpy(&time, rest_.data() + 5, sizeof time);
  return {static_cast<events::EventType>(rest_[4]), Time(Duration(time)),
          rest_.substr(kHead, size)};
}

CallLog::Iterator& CallLog::Iterator::operator++() {
  std::uint32_t size;
  std::memcpy(&size, rest_.data(), sizeof size);
  rest_.remove_prefix(kHead + size);
  return *this;
}

namespace {

/// As fold_words() writes them: a space before and behind each word.
bool are_words(std::string_view text) {
  if (text.empty()) return true;
  return text.size() > 2 && text.front() == ' ' && text.back() == ' ' &&
         text.find("  ") == std::string_view::npos;
}

bool is_whole(const CallLog::Record& record) {
  const auto micros = record.time.time_since_epoch().count();
  if (micros > kFarMicros || micros < -kFarMicros) return false;
  if (record.type > events::EventType::call_ended) return false;
  CallLog::Memory memory;
  Reader in(record.payload, memory);
  const events::Data data = read(record.type, in);
  const auto* const said = std::get_if<events::CallSaid>(&data);
  return in.done() &&
         (said == nullptr || (said->speaker <= events::Speaker::agent && are_words(said->text)));
}

}  // namespace

bool CallLog::restore(std::string_view bytes) {
  bytes_.clear();
  for (std::string_view rest = bytes; !rest.empty();) {
    std::uint32_t size = 0;
    if (rest.size() < kHead) return false;
    std::memcpy(&size, rest.data(), sizeof size);
    if (size > rest.size() - kHead || !is_whole(*Iterator(rest))) return false;
    rest.remove_prefix(kHead + size);
  }
  bytes_.assign(bytes.begin(), bytes.end());
  return true;
}

std::vector<events::Event> CallLog::sorted(Memory& memory) const {
  std::vector<events::Event> out;
  for (const Record record : *this) {
    events::Event event;
    event.time = record.time;
    Reader in(record.payload, memory);
    event.data = read(record.type, in);
    out.push_back(event);
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return a.time < b.time; });
  return out;
}

bool CallLog::said(events::Speaker speaker, std::string_view phrase) const {
  for (const Record record : *this) {
    if (record.type != events::EventType::call_said) continue;
    if (static_cast<events::Speaker>(record.payload[0]) != speaker) continue;
    if (says(record.payload.substr(1), phrase)) return true;
  }
  return false;
}

}  // namespace assist::facts
