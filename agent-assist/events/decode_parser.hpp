#pragma once

#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "events/arena.hpp"
#include "events/decode.hpp"
#include "events/decode_data.hpp"
#include "events/json_reader.hpp"
#include "events/known_texts.hpp"
#include "events/quick_reader.hpp"

namespace assist::events {

/// The members of an event that are read; what was not given is null.
struct Envelope {
  Json specversion, id, source, type, subject, time, datacontenttype, dataschema, data_base64, data;

  /// Of the other members of a Json the one counts that its kind says.
  void clear() {
    specversion.kind = id.kind = source.kind = type.kind = subject.kind = time.kind =
        datacontenttype.kind = dataschema.kind = data_base64.kind = data.kind = Json::Kind::null;
  }
};

/// What a batch's views point into.
struct Batch::Memory {
  Arena arena;

  /// A copy of `message` with the padding that JsonIndex wants.
  std::string_view keep(std::string_view message) {
    if (message.size() + kJsonPadding > capacity_) {
      capacity_ = std::max<std::size_t>(1024, (message.size() + kJsonPadding) * 3 / 2);
      text_ = std::make_unique_for_overwrite<char[]>(capacity_);
    }
    if (!message.empty()) std::memcpy(text_.get(), message.data(), message.size());
    std::memset(text_.get() + message.size(), 0, kJsonPadding);
    return {text_.get(), message.size()};
  }

 private:
  std::unique_ptr<char[]> text_;
  std::size_t capacity_ = 0;
};

/// One message being decoded, and the memory that is kept from one to the next.
struct Decoder::Parser {
  using Memory = Batch::Memory;

  explicit Parser(const Limits& given)
      : limits(given),
        quick(given.nesting_max),
        reader(given.nesting_max),
        inner_reader(given.nesting_max) {}

  void run(std::string_view message, Shape shape, Batch& to, Memory& memory);
  /// `kept` lies in the memory of the batch, padded; its size is not looked at.
  void run_unlimited(std::string_view kept, Shape shape);
  void run_binary(std::span<const Header> headers, std::string_view body, Batch& to,
                  Memory& memory);

  bool run_quickly(Shape shape);
  void run_strictly(Shape shape);

  // Each is false if the text is no JSON, or the reader gives up.
  template <class Reader>
  bool read_array(Reader& from);
  template <class Reader>
  bool read_event(Reader& from, std::size_t at);
  template <class Reader>
  bool read_envelope(Reader& from);
  template <class Reader>
  bool read_member(Reader& from);
  template <class Reader>
  bool read_unusual(Reader& from, Json& member);
  template <class Reader>
  bool read_data(Reader& from);
  void add_event(std::size_t at);

  // Each is false if something is wrong with the event that was read: `error` says what.
  bool build(Event& event);
  bool has_usual_attributes(bool type_is_known) const;
  bool check_required();
  bool check_text(std::string_view name, const Json& value);
  bool check_subject(Event& event);
  bool check_time(Event& event);
  bool check_dataschema();
  bool check_datacontenttype();
  bool check_media_type();
  bool check_base64();
  bool take_base64();
  bool read_inner(std::string_view json);
  bool take_data(EventType type, Event& event);
  bool check_data();
  // These always are.
  [[gnu::cold]] bool wrong(ErrorCode code, std::string_view pointer,
                           std::initializer_list<std::string_view> words);
  [[gnu::cold]] bool refuse_deep_member();
  [[gnu::cold]] bool refuse_too_deep(std::string_view pointer);
  [[gnu::cold]] bool refuse_type();
  [[gnu::cold]] bool refuse_missing_subject(EventType type);

  void refuse(std::size_t at, Error why);
  void refuse_whole(std::string_view what, Error why);
  void refuse_no_json(std::string_view why);

  Limits limits;
  QuickReader quick;
  JsonIndex index, inner_index;     // inner: of what data_base64 holds
  JsonReader reader, inner_reader;  // likewise
  KnownTexts good_sources;          // they are few and come again and again: not checked anew
  TimeReader times;
  std::string structured;  // binary mode: the event as it is put together

  // The message:
  Batch* batch = nullptr;
  Arena* arena = nullptr;
  std::string_view text;
  // The event:
  Envelope envelope;
  std::vector<JsonMember> data_members;
  std::string_view deep_member;  // the first that is nested too deep
  std::string_view raw;
  std::optional<Error> error;
};

}  // namespace assist::events
