#include "facts/call_log.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/archive.hpp"
#include "facts/words.hpp"

namespace assist::facts {
namespace {

using events::Json;

// A record: u32 size of the payload, u8 type, i64 time in microseconds, payload.
constexpr std::size_t kHead = 4 + 1 + 8;
constexpr std::size_t kGrowth = 64;  // bytes

/// Writes a record, piece by piece, into memory that is used again for the next one.
class Sink {
 public:
  explicit Sink(std::string& memory) : memory_(memory) {
    if (memory_.size() < kLeast) memory_.resize(kLeast);
    at_ = memory_.data();
    end_ = at_ + memory_.size();
  }

  template <class T>
  void put(T value) {
    make_room(sizeof value);
    std::memcpy(at_, &value, sizeof value);
    at_ += sizeof value;
  }
  void put_bytes(std::string_view bytes) {
    make_room(bytes.size());
    std::memcpy(at_, bytes.data(), bytes.size());
    at_ += bytes.size();
  }
  /// A count in one byte, or from 255 on in five.
  void put_count(std::size_t count) {
    if (count < 255) return put(static_cast<std::uint8_t>(count));
    put(std::uint8_t{255});
    put(static_cast<std::uint32_t>(count));
  }
  std::string_view written() const {
    return {memory_.data(), static_cast<std::size_t>(at_ - memory_.data())};
  }
  /// Over what was written first.
  void put_first(std::uint32_t value) { std::memcpy(memory_.data(), &value, sizeof value); }

 private:
  static constexpr std::size_t kLeast = 512;

  void make_room(std::size_t bytes) {
    if (static_cast<std::size_t>(end_ - at_) < bytes) grow(bytes);
  }
  [[gnu::noinline]] void grow(std::size_t bytes) {
    const std::size_t written = this->written().size();
    memory_.resize(2 * (written + bytes));
    at_ = memory_.data() + written;
    end_ = memory_.data() + memory_.size();
  }

  std::string& memory_;
  char* at_;
  char* end_;
};

void put(Sink& out, std::string_view text) {
  out.put_count(text.size());
  out.put_bytes(text);
}

void put(Sink& out, const events::Text& text) {
  out.put(static_cast<std::uint8_t>(text.has_value()));
  if (text) put(out, *text);
}

void put(Sink& out, std::optional<bool> value) {
  out.put(static_cast<std::uint8_t>(value ? (*value ? 2 : 1) : 0));
}

void put(Sink& out, const Json& json);

void put(Sink& out, events::JsonObject object) {
  out.put_count(object.size());
  for (const auto& [name, value] : object) {
    put(out, name);
    put(out, value);
  }
}

void put(Sink& out, const Json& json) {
  out.put(static_cast<std::uint8_t>(json.kind));
  switch (json.kind) {
    case Json::Kind::null:
      break;
    case Json::Kind::boolean:
      out.put(static_cast<std::uint8_t>(json.boolean));
      break;
    case Json::Kind::integer:
      out.put(json.integer);
      break;
    case Json::Kind::number:
      out.put(json.number);
      break;
    case Json::Kind::string:
      put(out, json.string);
      break;
    case Json::Kind::object:
      put(out, json.object);
      break;
    case Json::Kind::list:
      out.put_count(json.list.size());
      for (const auto& item : json.list) put(out, item);
  }
}

void put(Sink& out, const events::Attributes& attributes) {
  out.put(static_cast<std::uint8_t>(attributes.has_value()));
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
  Sink& out;
  std::string& words;

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
    out.put(static_cast<std::uint8_t>(d.speaker));
    words.clear();
    append_words(words, d.text);
    out.put_bytes(words);
  }
  void operator()(const events::CallSentiment& d) const { out.put(d.score); }
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

std::string_view CallLog::append(const events::Event& event, Scratch& scratch) {
  Sink out(scratch.record);
  out.put(std::uint32_t{0});
  out.put(static_cast<std::uint8_t>(event.type()));
  out.put(static_cast<std::int64_t>(event.time.time_since_epoch().count()));
  std::visit(Writer{out, scratch.words}, event.data);
  const std::string_view record = out.written();
  out.put_first(static_cast<std::uint32_t>(record.size() - kHead));
  const std::size_t start = bytes_.size(), needed = start + record.size();
  // A log is written now and then and kept for long: it grows by less than twice its size.
  if (needed > bytes_.capacity()) {
    const std::size_t wanted = std::max(needed, bytes_.capacity() * 5 / 4);
    bytes_.reserve((wanted + kGrowth - 1) / kGrowth * kGrowth);
  }
  bytes_.append(record);
  if (event.type() != events::EventType::call_said) return {};
  return bytes_.view().substr(start + kHead + 1);
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
  bytes_.append(bytes);
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
