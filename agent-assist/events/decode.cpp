#include "events/decode.hpp"

#include <algorithm>
#include <cstring>

#include "events/decode_parser.hpp"
#include "events/text.hpp"

namespace assist::events {
namespace {

/// The member of an event that `name` is; nullptr: none of those that are read.
Json* slot_of(Envelope& event, std::string_view name) {
  switch (name.size()) {
    case 2:
      return name == "id" ? &event.id : nullptr;
    case 4:
      return name == "type" ? &event.type : name == "time" ? &event.time : nullptr;
    case 6:
      return name == "source" ? &event.source : nullptr;
    case 7:
      return name == "subject" ? &event.subject : nullptr;
    case 10:
      return name == "dataschema" ? &event.dataschema : nullptr;
    case 11:
      return name == "specversion"   ? &event.specversion
             : name == "data_base64" ? &event.data_base64
                                     : nullptr;
    case 15:
      return name == "datacontenttype" ? &event.datacontenttype : nullptr;
    default:
      return nullptr;
  }
}

Error error_at(ErrorCode code, std::string_view pointer, std::string text) {
  return Error{code, std::move(text), Place{.file = {}, .pointer = std::string(pointer)}};
}

std::string pointer_of(std::string_view name) { return '/' + std::string(name); }

/// The one that nearly all events give: not taken apart anew each time.
constexpr std::string_view kJsonType = "application/json";

bool is_given(const Json& value) { return value.kind != Json::Kind::null; }

}  // namespace

Batch::Batch() : memory_(std::make_unique<Memory>()) {}
Batch::~Batch() = default;
Batch::Batch(Batch&&) noexcept = default;
Batch& Batch::operator=(Batch&&) noexcept = default;

void Batch::clear() {
  events.clear();
  indexes.clear();
  rejected.clear();
  size = 0;
  texts_cut = 0;
  whole_message_refused = false;
  if (memory_ == nullptr) memory_ = std::make_unique<Memory>();  // it was moved from
  memory_->arena.clear();
}

Decoder::Decoder(Limits limits) : parser_(std::make_unique<Parser>(limits)) {}
Decoder::~Decoder() = default;
Decoder::Decoder(Decoder&&) noexcept = default;

void Decoder::decode(std::string_view message, Shape shape, Batch& out) {
  out.clear();
  parser_->run(message, shape, out, *out.memory_);
}

void Decoder::Parser::run(std::string_view message, Shape shape, Batch& to, Memory& memory) {
  batch = &to;
  arena = &memory.arena;
  if (message.size() > limits.message_bytes_max) {
    return refuse_whole(
        arena->keep(message.substr(0, kRawOfTooLargeBytes)),
        error_at(ErrorCode::too_large, "",
                 "the message has " + std::to_string(message.size()) + " bytes; the limit is " +
                     std::to_string(limits.message_bytes_max)));
  }
  run_unlimited(memory.keep(message), shape);
}

void Decoder::Parser::run_unlimited(std::string_view kept, Shape shape) {
  text = kept;
  // RFC 8259, 8.1: senders must not add one.
  if (text.starts_with("\xEF\xBB\xBF")) return refuse_no_json("it begins with a byte order mark");
  if (const char* const wrong = index.build(text)) return refuse_no_json(wrong);
  reader.start(text, index, *arena);
  const bool array = reader.peek() == '[';
  const bool wanted = array ? shape != Shape::event : shape != Shape::batch;
  const bool read = !wanted ? reader.skip(1) : array ? read_array() : read_event(0);
  if (!read) return refuse_no_json(reader.slip());
  if (!reader.at_end()) {
    return refuse_no_json("something follows its end at byte " + std::to_string(reader.position()));
  }
  if (!wanted) {
    return refuse_whole(text, error_at(ErrorCode::not_cloudevent, "",
                                       array ? "one event is expected here, not an array"
                                             : "an array of events is expected here"));
  }
  if (batch->size > limits.events_per_message_max) {
    return refuse_whole(text, error_at(ErrorCode::too_large, "",
                                       "the message holds " + std::to_string(batch->size) +
                                           " events; the limit is " +
                                           std::to_string(limits.events_per_message_max)));
  }
}

bool Decoder::Parser::read_array() {
  if (!reader.mark('[')) return false;
  if (reader.peek() == ']') return reader.mark(']');
  for (std::size_t i = 0;; ++i) {
    // Beyond the limit all are refused: only that the text is JSON is still looked at.
    const bool read = i < limits.events_per_message_max ? read_event(i) : reader.skip(2);
    if (!read) return false;
    batch->size = i + 1;
    if (reader.peek() != ',') return reader.mark(']');
    if (!reader.mark(',')) return false;
  }
}

bool Decoder::Parser::read_event(std::size_t at) {
  reader.forget();
  inner_reader.forget();
  envelope = Envelope{};
  data_members.clear();
  deep_member = {};
  const std::size_t begin = reader.position();
  batch->size = at + 1;
  const bool object = reader.peek() == '{';
  if (!(object ? read_envelope() : reader.skip(1))) return false;
  raw = text.substr(begin, reader.last_end() - begin);
  if (!object) {
    refuse(at, error_at(ErrorCode::not_cloudevent, "", "an event must be a JSON object"));
    return true;
  }
  Event& event = batch->events.emplace_back();
  event.raw = raw;
  if (auto error = build(event)) {
    batch->events.pop_back();
    refuse(at, std::move(*error));
  } else {
    batch->indexes.push_back(at);
  }
  return true;
}

bool Decoder::Parser::read_envelope() {
  if (!reader.mark('{')) return false;
  if (reader.peek() == '}') return reader.mark('}');
  for (;;) {
    std::string_view name;
    if (!reader.name(name) || !read_member(name)) return false;
    if (deep_member.empty() && reader.notes().too_deep) deep_member = name;
    if (reader.peek() != ',') return reader.mark('}');
    if (!reader.mark(',')) return false;
  }
}

bool Decoder::Parser::read_member(std::string_view name) {
  if (name == "data") return read_data(reader);
  Json* const slot = slot_of(envelope, name);
  if (slot == nullptr) return reader.skip(2);
  *slot = Json{};
  if (reader.peek() != '{' && reader.peek() != '[') return reader.value(*slot, 2);
  // None of them may be one: its kind is all that matters.
  slot->kind = reader.peek() == '{' ? Json::Kind::object : Json::Kind::list;
  return reader.skip(2);
}

/// `data` is an object's members, which need not outlive the event, or anything else.
bool Decoder::Parser::read_data(JsonReader& from) {
  data_members.clear();
  envelope.data = Json{};
  if (from.peek() != '{') return from.value(envelope.data, 2);
  envelope.data.kind = Json::Kind::object;
  return from.members(data_members, 2);
}

std::optional<Error> Decoder::Parser::build(Event& event) {
  if (auto error = check_required(event)) return error;
  if (auto error = check_optional(event)) return error;
  if (!deep_member.empty()) {
    std::string pointer;
    append_pointer(pointer, deep_member);
    return error_at(
        ErrorCode::too_large, pointer,
        "the event is nested more than " + std::to_string(limits.nesting_max) + " levels deep");
  }
  const auto type = event_type(envelope.type.string);
  if (!type) {
    return error_at(ErrorCode::unknown_type, "/type",
                    '"' + std::string(cut_utf8(envelope.type.string, 100)) +
                        "\" is no type of event that is known here");
  }
  if (!is_given(envelope.subject)) {
    return error_at(ErrorCode::bad_data, "/subject",
                    "\"subject\" is required in " + std::string(name_of(*type)) +
                        " and must say what it is about");
  }
  if (auto error = take_base64()) return error;
  return take_data(*type, event);
}

std::optional<Error> Decoder::Parser::check_text(std::string_view name, const Json& value) const {
  const auto wrong = [&](std::string_view what) {
    return error_at(ErrorCode::not_cloudevent, pointer_of(name),
                    '"' + std::string(name) + "\" " + std::string(what));
  };
  if (value.kind != Json::Kind::string)
    return wrong("must be a text, not " + std::string(words_of(value)));
  if (value.string.empty()) return wrong("must not be empty");
  if (!is_attribute_text(value.string) || reader.had_lone_surrogate(value.string))
    return wrong("holds a control character, a noncharacter or half a surrogate pair");
  return std::nullopt;
}

std::optional<Error> Decoder::Parser::check_required(Event& event) {
  struct Row {
    std::string_view name;
    const Json& value;
  };
  const Row rows[] = {{"specversion", envelope.specversion},
                      {"id", envelope.id},
                      {"source", envelope.source},
                      {"type", envelope.type}};
  for (const auto& [name, value] : rows) {
    if (!is_given(value)) {
      return error_at(ErrorCode::not_cloudevent, pointer_of(name),
                      '"' + std::string(name) + "\" is required in every event");
    }
    if (auto error = check_text(name, value)) return error;
  }
  if (envelope.specversion.string != "1.0")
    return error_at(ErrorCode::not_cloudevent, "/specversion", "\"specversion\" must be \"1.0\"");
  if (!is_known_source(envelope.source.string)) {
    return error_at(ErrorCode::not_cloudevent, "/source",
                    "\"source\" must be a URI reference (RFC 3986), such as \"/phones/denver\"");
  }
  event.id = envelope.id.string;
  event.source = envelope.source.string;
  return std::nullopt;
}

/// Sources are few and come again and again: the last good one is not checked anew.
bool Decoder::Parser::is_known_source(std::string_view source) {
  if (source == good_source) return true;
  if (!is_uri_reference(source)) return false;
  if (source.size() <= kGoodSourceBytesMax) good_source = source;
  return true;
}

std::optional<Error> Decoder::Parser::check_optional(Event& event) {
  if (is_given(envelope.subject)) {
    if (auto error = check_text("subject", envelope.subject)) return error;
    event.subject = envelope.subject.string;
  }
  if (is_given(envelope.time)) {
    const bool text_given = envelope.time.kind == Json::Kind::string;
    const auto time = text_given ? parse_rfc3339(envelope.time.string) : std::nullopt;
    if (!time) {
      return error_at(ErrorCode::not_cloudevent, "/time",
                      "\"time\" must be an RFC 3339 time, such as \"2026-11-22T10:02:00Z\"");
    }
    event.time = *time;
    event.has_time = true;
  }
  if (is_given(envelope.dataschema)) {
    if (auto error = check_text("dataschema", envelope.dataschema)) return error;
    if (!is_uri(envelope.dataschema.string)) {
      return error_at(ErrorCode::not_cloudevent, "/dataschema",
                      "\"dataschema\" must be an absolute URI");
    }
  }
  return check_data_members();
}

std::optional<Error> Decoder::Parser::check_data_members() {
  if (is_given(envelope.datacontenttype)) {
    if (envelope.datacontenttype.string == kJsonType) return check_base64();
    if (auto error = check_text("datacontenttype", envelope.datacontenttype)) return error;
    if (!parse_media_type(envelope.datacontenttype.string)) {
      return error_at(ErrorCode::not_cloudevent, "/datacontenttype",
                      "\"datacontenttype\" must be a media type, such as \"application/json\"");
    }
  }
  return check_base64();
}

std::optional<Error> Decoder::Parser::check_base64() {
  if (!is_given(envelope.data_base64)) return std::nullopt;
  if (envelope.data_base64.kind != Json::Kind::string) {
    return error_at(
        ErrorCode::not_cloudevent, "/data_base64",
        "\"data_base64\" must be a text, not " + std::string(words_of(envelope.data_base64)));
  }
  if (is_given(envelope.data)) {
    return error_at(ErrorCode::not_cloudevent, "/data_base64",
                    "\"data\" and \"data_base64\" exclude each other");
  }
  return std::nullopt;
}

/// Puts what `data_base64` holds in the place of `data`.
std::optional<Error> Decoder::Parser::take_base64() {
  const std::string_view base64 = envelope.data_base64.string;
  if (!is_given(envelope.data_base64)) return std::nullopt;
  char* const bytes = arena->bytes(base64_bytes_max(base64.size()) + kJsonPadding);
  const auto size = decode_base64(base64, bytes);
  if (!size) {
    return error_at(ErrorCode::not_cloudevent, "/data_base64",
                    "\"data_base64\" is no base64 (RFC 4648)");
  }
  if (*size == 0) return std::nullopt;
  if (!is_given(envelope.datacontenttype)) {
    return error_at(ErrorCode::bad_data, "/datacontenttype",
                    "\"datacontenttype\" is required beside \"data_base64\" and must be "
                    "\"application/json\"");
  }
  std::memset(bytes + *size, 0, kJsonPadding);
  const std::string_view json(bytes, *size);
  const auto no_json = [](std::string_view what) {
    return error_at(ErrorCode::bad_data, "/data_base64",
                    "what \"data_base64\" holds is no JSON: " + std::string(what));
  };
  if (const char* const wrong = inner_index.build(json)) return no_json(wrong);
  inner_reader.start(json, inner_index, *arena);
  if (!read_data(inner_reader)) return no_json(inner_reader.slip());
  if (!inner_reader.at_end()) return no_json("something follows its end");
  if (inner_reader.notes().too_deep) {
    return error_at(
        ErrorCode::too_large, "/data_base64",
        "the event is nested more than " + std::to_string(limits.nesting_max) + " levels deep");
  }
  return std::nullopt;
}

std::optional<Error> Decoder::Parser::take_data(EventType type, Event& event) {
  if (is_given(envelope.data)) {
    if (is_given(envelope.datacontenttype) && envelope.datacontenttype.string != kJsonType &&
        !is_json(*parse_media_type(envelope.datacontenttype.string))) {
      return error_at(ErrorCode::bad_data, "/datacontenttype",
                      "the data must be JSON: \"datacontenttype\" must be \"application/json\"");
    }
    if (envelope.data.kind != Json::Kind::object) {
      return error_at(ErrorCode::bad_data, "/data",
                      "\"data\" must be an object, not " + std::string(words_of(envelope.data)));
    }
  }
  const bool may_be_infinite = reader.notes().infinite || inner_reader.notes().infinite;
  DataReader data({type, data_members, may_be_infinite}, limits, *arena);
  auto error = data.read(event.data);
  if (!error && data.text_was_cut()) ++batch->texts_cut;
  return error;
}

void Decoder::Parser::refuse(std::size_t at, Error error) {
  const bool has_id = envelope.id.kind == Json::Kind::string;
  batch->rejected.push_back({.index = at,
                             .id = has_id ? envelope.id.string : std::string_view(),
                             .has_id = has_id,
                             .error = std::move(error),
                             .raw = raw});
}

void Decoder::Parser::refuse_whole(std::string_view what, Error error) {
  batch->events.clear();
  batch->indexes.clear();
  batch->rejected.clear();
  batch->texts_cut = 0;
  batch->size = 1;
  batch->whole_message_refused = true;
  batch->rejected.push_back({0, {}, false, std::move(error), what});
}

void Decoder::Parser::refuse_no_json(std::string_view why) {
  refuse_whole(text, error_at(ErrorCode::not_json, "", "this is no JSON: " + std::string(why)));
}

}  // namespace assist::events
