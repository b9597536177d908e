#include "events/decode.hpp"

#include <algorithm>
#include <cstring>

#include "events/decode_parser.hpp"
#include "events/short_text.hpp"
#include "events/text.hpp"

namespace assist::events {
namespace {

/// The member of an event that `name` is; nullptr: none of those that are read.
[[gnu::always_inline]] inline Json* slot_of(Envelope& event, std::string_view name) {
  switch (name.size()) {
    case 2:
      return is(name, "id") ? &event.id : nullptr;
    case 4:
      return is(name, "type")   ? &event.type
             : is(name, "time") ? &event.time
             : is(name, "data") ? &event.data
                                : nullptr;
    case 6:
      return is(name, "source") ? &event.source : nullptr;
    case 7:
      return is(name, "subject") ? &event.subject : nullptr;
    case 10:
      return is(name, "dataschema") ? &event.dataschema : nullptr;
    case 11:
      return is(name, "specversion")   ? &event.specversion
             : is(name, "data_base64") ? &event.data_base64
                                       : nullptr;
    case 15:
      return is(name, "datacontenttype") ? &event.datacontenttype : nullptr;
    default:
      return nullptr;
  }
}

[[gnu::cold]] Error error_at(ErrorCode code, std::string_view pointer, std::string text) {
  return Error{code, std::move(text), Place{.file = {}, .pointer = std::string(pointer)}};
}

[[gnu::cold]] std::string pointer_of(std::string_view name) { return '/' + std::string(name); }

bool is_given(const Json& value) { return value.kind != Json::Kind::null; }

bool is_text(const Json& value) { return value.kind == Json::Kind::string; }

/// The media type that nearly all events give: not taken apart anew each time.
bool is_usual_media_type(const Json& value) {
  return is_text(value) && is(value.string, "application/json");
}

/// A text that check_text() has nothing against, seen at once. Not plain are others that it has
/// nothing against, and all in which half a surrogate pair was replaced.
bool is_plain_text(const Json& value) {
  return is_text(value) && !value.string.empty() && is_printable_ascii(value.string);
}

}  // namespace

Batch::Batch() : memory_(std::make_unique<Memory>()) {}
Batch::~Batch() = default;
Batch::Batch(Batch&&) noexcept = default;
Batch& Batch::operator=(Batch&&) noexcept = default;

inline void Batch::empty() {
  events.clear();
  indexes.clear();
  rejected.clear();
  size = 0;
  texts_cut = 0;
  whole_message_refused = false;
}

void Batch::clear() {
  empty();
  if (memory_ == nullptr) memory_ = std::make_unique<Memory>();  // it was moved from
  memory_->arena.clear();
}

Decoder::Decoder(Limits limits) : parser_(std::make_unique<Parser>(limits)) {}
Decoder::~Decoder() = default;
Decoder::Decoder(Decoder&&) noexcept = default;

[[gnu::always_inline]] inline void Decoder::Parser::run(std::string_view message, Shape shape,
                                                        Batch& to, Memory& memory) {
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

void Decoder::decode(std::string_view message, Shape shape, Batch& out) {
  out.clear();
  parser_->run(message, shape, out, *out.memory_);
}

void Decoder::Parser::run_unlimited(std::string_view kept, Shape shape) {
  text = kept;
  if (run_quickly(shape)) return;
  batch->empty();
  run_strictly(shape);
}

/// False: it is to be read by run_strictly(), which knows what is wrong if something is.
inline bool Decoder::Parser::run_quickly(Shape shape) {
  if (!quick.start(text, *arena)) return false;
  if (quick.peek() == '[') {
    return shape != Shape::event && read_array(quick) && quick.at_end() &&
           batch->size <= limits.events_per_message_max;
  }
  return shape != Shape::batch && quick.peek() == '{' && read_event(quick, 0) && quick.at_end();
}

void Decoder::Parser::run_strictly(Shape shape) {
  // RFC 8259, 8.1: senders must not add one.
  if (text.starts_with("\xEF\xBB\xBF")) return refuse_no_json("it begins with a byte order mark");
  if (const char* const what = index.build(text)) return refuse_no_json(what);
  reader.start(text, index, *arena);
  const bool array = reader.peek() == '[';
  const bool wanted = array ? shape != Shape::event : shape != Shape::batch;
  const bool read = !wanted ? reader.skip(1) : array ? read_array(reader) : read_event(reader, 0);
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

template <class Reader>
bool Decoder::Parser::read_array(Reader& from) {
  if (!from.mark('[')) return false;
  if (from.peek() == ']') return from.mark(']');
  for (std::size_t i = 0;; ++i) {
    // Beyond the limit all are refused: only that the text is JSON is still looked at.
    const bool read = i < limits.events_per_message_max ? read_event(from, i) : from.skip(2);
    if (!read) return false;
    batch->size = i + 1;
    if (!from.comma()) return from.mark(']');
  }
}

template <class Reader>
bool Decoder::Parser::read_event(Reader& from, std::size_t at) {
  reader.forget();
  inner_reader.forget();
  envelope.clear();
  data_members.clear();
  deep_member = {};
  const std::size_t begin = from.position();
  batch->size = at + 1;
  const bool object = from.peek() == '{';
  if (!(object ? read_envelope(from) : from.skip(1))) return false;
  raw = {text.data() + begin, from.last_end() - begin};
  if (!object) {
    refuse(at, error_at(ErrorCode::not_cloudevent, "", "an event must be a JSON object"));
    return true;
  }
  add_event(at);
  return true;
}

/// Of what was read.
[[gnu::always_inline]] inline void Decoder::Parser::add_event(std::size_t at) {
  Event& event = batch->events.emplace_back();
  event.raw = raw;
  if (build(event)) {
    event.key = key_of(event.source, event.id);
    event.subject_key = key_of(event.subject);
    batch->indexes.push_back(at);
  } else {
    batch->events.pop_back();
    refuse(at, std::move(*error));
    error.reset();
  }
}

template <class Reader>
[[gnu::always_inline]] inline bool Decoder::Parser::read_envelope(Reader& from) {
  if (!from.mark('{')) return false;
  if (from.peek() == '}') return from.mark('}');
  const auto take = [this](std::string_view name, std::string_view value) {
    Json* const member = slot_of(envelope, name);
    if (member == nullptr) return;
    member->kind = Json::Kind::string;
    member->string = value;
  };
  while (from.plain_pairs(take)) {
    if (!read_member(from)) return false;
    if (!from.comma()) break;
  }
  return from.mark('}');
}

template <class Reader>
bool Decoder::Parser::read_member(Reader& from) {
  std::string_view name;
  if (!from.name(name)) return false;
  Json* const member = slot_of(envelope, name);
  if (member != nullptr && from.peek() == '"') return from.value(*member, 2);
  const bool read = member == nullptr          ? from.skip(2)
                    : member == &envelope.data ? read_data(from)
                                               : read_unusual(from, *member);
  if (reader.notes().too_deep && deep_member.empty()) deep_member = name;
  return read;
}

/// What should be a text, and is none.
template <class Reader>
bool Decoder::Parser::read_unusual(Reader& from, Json& member) {
  member = Json{};
  if (from.peek() != '{' && from.peek() != '[') return from.value(member, 2);
  // None of them may be one: its kind is all that matters.
  member.kind = from.peek() == '{' ? Json::Kind::object : Json::Kind::list;
  return from.skip(2);
}

/// `data` is an object's members, which need not outlive the event, or anything else.
template <class Reader>
bool Decoder::Parser::read_data(Reader& from) {
  data_members.clear();
  envelope.data.kind = Json::Kind::null;
  if (from.peek() != '{') return from.value(envelope.data, 2);
  envelope.data.kind = Json::Kind::object;
  return from.members(data_members, 2);
}

bool Decoder::Parser::wrong(ErrorCode code, std::string_view pointer,
                            std::initializer_list<std::string_view> words) {
  std::string what;
  for (const std::string_view some : words) what += some;
  error = error_at(code, pointer, std::move(what));
  return false;
}

inline bool Decoder::Parser::build(Event& event) {
  std::optional<EventType> type;
  if (is_text(envelope.type)) type = event_type(envelope.type.string);
  if (!has_usual_attributes(type.has_value()) && !check_required()) return false;
  event.id = envelope.id.string;
  event.source = envelope.source.string;
  if (!check_subject(event) || !check_time(event)) return false;
  if (is_given(envelope.dataschema) && !check_dataschema()) return false;
  if (is_given(envelope.datacontenttype) && !check_datacontenttype()) return false;
  if (is_given(envelope.data_base64) && !check_base64()) return false;
  if (!deep_member.empty()) return refuse_deep_member();
  if (!type) return refuse_type();
  if (!is_given(envelope.subject)) return refuse_missing_subject(*type);
  if (is_given(envelope.data_base64) && !take_base64()) return false;
  return take_data(*type, event);
}

/// Nearly all events: the required attributes are as check_required() wants them, seen at once. The
/// name of a type that is known is a good text.
inline bool Decoder::Parser::has_usual_attributes(bool type_is_known) const {
  return type_is_known && is_text(envelope.specversion) && is(envelope.specversion.string, "1.0") &&
         is_plain_text(envelope.id) && is_text(envelope.source) &&
         good_sources.contains(envelope.source.string) && !envelope.source.string.empty();
}

bool Decoder::Parser::check_required() {
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
      return wrong(ErrorCode::not_cloudevent, pointer_of(name),
                   {"\"", name, "\" is required in every event"});
    }
    if (!check_text(name, value)) return false;
  }
  if (envelope.specversion.string != "1.0") {
    return wrong(ErrorCode::not_cloudevent, "/specversion", {"\"specversion\" must be \"1.0\""});
  }
  if (!is_uri_reference(envelope.source.string)) {
    return wrong(ErrorCode::not_cloudevent, "/source",
                 {"\"source\" must be a URI reference (RFC 3986), such as \"/phones/denver\""});
  }
  good_sources.add(envelope.source.string);
  return true;
}

bool Decoder::Parser::check_text(std::string_view name, const Json& value) {
  const auto refused = [&](std::string_view what, std::string_view found = {}) {
    return wrong(ErrorCode::not_cloudevent, pointer_of(name), {"\"", name, "\" ", what, found});
  };
  if (!is_text(value)) return refused("must be a text, not ", words_of(value));
  if (value.string.empty()) return refused("must not be empty");
  if (!is_attribute_text(value.string) || reader.had_lone_surrogate(value.string))
    return refused("holds a control character, a noncharacter or half a surrogate pair");
  return true;
}

inline bool Decoder::Parser::check_subject(Event& event) {
  const Json& subject = envelope.subject;
  if (!is_given(subject)) return true;
  event.subject = subject.string;
  return is_plain_text(subject) || check_text("subject", subject);
}

inline bool Decoder::Parser::check_time(Event& event) {
  if (!is_given(envelope.time)) return true;
  const auto time = is_text(envelope.time) ? times.read(envelope.time.string) : std::nullopt;
  if (!time) {
    return wrong(ErrorCode::not_cloudevent, "/time",
                 {"\"time\" must be an RFC 3339 time, such as \"2026-11-22T10:02:00Z\""});
  }
  event.time = *time;
  event.has_time = true;
  return true;
}

bool Decoder::Parser::check_dataschema() {
  if (!check_text("dataschema", envelope.dataschema)) return false;
  if (is_uri(envelope.dataschema.string)) return true;
  return wrong(ErrorCode::not_cloudevent, "/dataschema",
               {"\"dataschema\" must be an absolute URI"});
}

inline bool Decoder::Parser::check_datacontenttype() {
  return is_usual_media_type(envelope.datacontenttype) || check_media_type();
}

bool Decoder::Parser::check_media_type() {
  if (!check_text("datacontenttype", envelope.datacontenttype)) return false;
  if (parse_media_type(envelope.datacontenttype.string)) return true;
  return wrong(ErrorCode::not_cloudevent, "/datacontenttype",
               {"\"datacontenttype\" must be a media type, such as \"application/json\""});
}

bool Decoder::Parser::check_base64() {
  if (!is_text(envelope.data_base64)) {
    return wrong(ErrorCode::not_cloudevent, "/data_base64",
                 {"\"data_base64\" must be a text, not ", words_of(envelope.data_base64)});
  }
  if (is_given(envelope.data)) {
    return wrong(ErrorCode::not_cloudevent, "/data_base64",
                 {"\"data\" and \"data_base64\" exclude each other"});
  }
  return true;
}

bool Decoder::Parser::refuse_deep_member() {
  std::string pointer;
  append_pointer(pointer, deep_member);
  return refuse_too_deep(pointer);
}

bool Decoder::Parser::refuse_too_deep(std::string_view pointer) {
  return wrong(
      ErrorCode::too_large, pointer,
      {"the event is nested more than ", std::to_string(limits.nesting_max), " levels deep"});
}

bool Decoder::Parser::refuse_type() {
  const std::string_view type = cut_utf8(envelope.type.string, 100);
  const std::string_view near =
      nearest(type, {std::begin(kEventTypeNames), std::end(kEventTypeNames)});
  if (near.empty()) {
    return wrong(ErrorCode::unknown_type, "/type",
                 {"\"", type, "\" is no type of event that is known here"});
  }
  return wrong(
      ErrorCode::unknown_type, "/type",
      {"\"", type, "\" is no type of event that is known here. Did you mean \"", near, "\"?"});
}

bool Decoder::Parser::refuse_missing_subject(EventType type) {
  return wrong(ErrorCode::bad_data, "/subject",
               {"\"subject\" is required in ", name_of(type), " and must say what it is about"});
}

/// Puts what `data_base64` holds in the place of `data`.
bool Decoder::Parser::take_base64() {
  const std::string_view base64 = envelope.data_base64.string;
  char* const bytes = arena->bytes(base64_bytes_max(base64.size()) + kJsonPadding);
  const auto size = decode_base64(base64, bytes);
  if (!size) {
    return wrong(ErrorCode::not_cloudevent, "/data_base64",
                 {"\"data_base64\" is no base64 (RFC 4648)"});
  }
  if (*size == 0) return true;
  if (!is_given(envelope.datacontenttype)) {
    return wrong(ErrorCode::bad_data, "/datacontenttype",
                 {"\"datacontenttype\" is required beside \"data_base64\" and must be "
                  "\"application/json\""});
  }
  std::memset(bytes + *size, 0, kJsonPadding);
  return read_inner({bytes, *size});
}

bool Decoder::Parser::read_inner(std::string_view json) {
  const auto no_json = [&](std::string_view what) {
    return wrong(ErrorCode::bad_data, "/data_base64",
                 {"what \"data_base64\" holds is no JSON: ", what});
  };
  if (const char* const what = inner_index.build(json)) return no_json(what);
  inner_reader.start(json, inner_index, *arena);
  if (!read_data(inner_reader)) return no_json(inner_reader.slip());
  if (!inner_reader.at_end()) return no_json("something follows its end");
  return !inner_reader.notes().too_deep || refuse_too_deep("/data_base64");
}

inline bool Decoder::Parser::take_data(EventType type, Event& event) {
  if (is_given(envelope.data) && !check_data()) return false;
  const bool may_be_infinite = reader.notes().infinite || inner_reader.notes().infinite;
  DataReader data({type, data_members, may_be_infinite}, limits, *arena, error);
  if (!data.read(event.data)) return false;
  batch->texts_cut += data.text_was_cut();
  return true;
}

inline bool Decoder::Parser::check_data() {
  const Json& media = envelope.datacontenttype;
  if (is_given(media) && !is_usual_media_type(media) && !is_json(*parse_media_type(media.string))) {
    return wrong(ErrorCode::bad_data, "/datacontenttype",
                 {"the data must be JSON: \"datacontenttype\" must be \"application/json\""});
  }
  if (envelope.data.kind != Json::Kind::object) {
    return wrong(ErrorCode::bad_data, "/data",
                 {"\"data\" must be an object, not ", words_of(envelope.data)});
  }
  return true;
}

void Decoder::Parser::refuse(std::size_t at, Error why) {
  const bool has_id = envelope.id.kind == Json::Kind::string;
  batch->rejected.push_back({.index = at,
                             .id = has_id ? envelope.id.string : std::string_view(),
                             .has_id = has_id,
                             .error = std::move(why),
                             .raw = raw});
}

void Decoder::Parser::refuse_whole(std::string_view what, Error why) {
  batch->events.clear();
  batch->indexes.clear();
  batch->rejected.clear();
  batch->texts_cut = 0;
  batch->size = 1;
  batch->whole_message_refused = true;
  batch->rejected.push_back({0, {}, false, std::move(why), what});
}

void Decoder::Parser::refuse_no_json(std::string_view why) {
  refuse_whole(text, error_at(ErrorCode::not_json, "", "this is no JSON: " + std::string(why)));
}

}  // namespace assist::events
