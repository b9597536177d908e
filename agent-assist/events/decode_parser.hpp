#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "events/arena.hpp"
#include "events/decode.hpp"
#include "events/decode_data.hpp"
#include "events/json_reader.hpp"

namespace assist::events {

/// The members of an event that are read; what was not given is null.
struct Envelope {
  Json specversion, id, source, type, subject, time, datacontenttype, dataschema, data_base64, data;
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
      : limits(given), reader(given.nesting_max), inner_reader(given.nesting_max) {}

  void run(std::string_view message, Shape shape, Batch& to, Memory& memory);
  /// `kept` lies in the memory of the batch, padded; its size is not looked at.
  void run_unlimited(std::string_view kept, Shape shape);
  void run_binary(std::span<const Header> headers, std::string_view body, Batch& to,
                  Memory& memory);

  // Each is false if the text is no JSON.
  bool read_array();
  bool read_event(std::size_t at);
  bool read_envelope();
  bool read_member(std::string_view name);
  bool read_data(JsonReader& from);

  // Each says what is wrong with the event that was read.
  std::optional<Error> build(Event& event);
  std::optional<Error> check_text(std::string_view name, const Json& value) const;
  std::optional<Error> check_required(Event& event);
  std::optional<Error> check_optional(Event& event);
  std::optional<Error> check_data_members();
  std::optional<Error> check_base64();
  std::optional<Error> take_base64();
  std::optional<Error> take_data(EventType type, Event& event);
  bool is_known_source(std::string_view source);

  void refuse(std::size_t at, Error error);
  void refuse_whole(std::string_view what, Error error);
  void refuse_no_json(std::string_view why);

  static constexpr std::size_t kGoodSourceBytesMax = 256;

  Limits limits;
  JsonIndex index, inner_index;     // inner: of what data_base64 holds
  JsonReader reader, inner_reader;  // likewise
  std::string good_source;
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
};

}  // namespace assist::events
