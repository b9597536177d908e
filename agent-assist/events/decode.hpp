#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "events/event.hpp"

namespace assist::events {

/// Bounds on what comes in; each beyond is `too_large`.
struct Limits {
  std::size_t message_bytes_max = 1 << 20;
  std::size_t events_per_message_max = 10'000;
  std::size_t nesting_max = 64;
  std::size_t attributes_per_event_max = 200;
  std::size_t text_bytes_max = 8 << 10;  // of call.said; longer is cut at a code point, and counted
};

/// An event that was refused, and exactly why.
struct Rejection {
  std::size_t index = 0;  // in its message, from 0
  std::string_view id;    // the event's id, where it could be read; else ""
  bool has_id = false;
  Error error;  // code, text for people, place.pointer ("/data/agent")
  /// What was refused, as it came; of a message that is too large its beginning alone. It may hold
  /// anything, bytes that are no UTF-8 too.
  std::string_view raw;
};

/// What a message may hold.
enum class Shape : std::uint8_t {
  event,           // one event; an array is refused
  batch,           // an array of events; an object is refused
  event_or_batch,  // either
};

inline constexpr std::size_t kRawOfTooLargeBytes = 4096;

/// What one message held. Reused for the next: its memory stays. Views are valid until then.
class Batch {
 public:
  Batch();
  ~Batch();
  Batch(Batch&&) noexcept;
  Batch& operator=(Batch&&) noexcept;

  std::vector<Event> events;         // accepted, in the order of the message
  std::vector<std::size_t> indexes;  // of events: the index in the message of each
  std::vector<Rejection> rejected;
  std::size_t size = 0;       // how many events the message held, refused ones too
  std::size_t texts_cut = 0;  // call.said texts longer than the limit
  /// It was no JSON, not of the shape, or too large: `rejected` holds one entry, `size` is 1.
  bool whole_message_refused = false;

  void clear();

 private:
  friend class Decoder;
  struct Memory;
  void empty();  // keeps what the memory holds
  std::unique_ptr<Memory> memory_;
};

/// CloudEvents 1.0 in JSON (structured mode, JSON batch), and the HTTP binding's binary mode, to
/// events (contract, section 1; CloudEvents spec 1.0.3, JSON format, HTTP binding). Owns parser
/// memory that it reuses: one a thread. Never throws; reads no clock.
class Decoder {
 public:
  explicit Decoder(Limits limits = {});
  ~Decoder();
  Decoder(Decoder&&) noexcept;

  /// One event, or (where `arrays`) an array of events. `out` is cleared first. `time` of events
  /// without one is left at the epoch: see settle_time().
  ///
  /// Of repeated names, in the event as in its data, the last one counts. Numbers out of the range
  /// of a double and lone surrogates are told per event. `message` is copied: it may go.
  void decode(std::string_view message, Shape shape, Batch& out);
  void decode(std::string_view message, bool arrays, Batch& out) {
    decode(message, arrays ? Shape::event_or_batch : Shape::event, out);
  }

  /// Binary mode: `ce-` headers and `Content-Type` (names in any case; others are ignored) with the
  /// data as body. `out` as above; `raw` is the event as one structured JSON text.
  struct Header {
    std::string_view name, value;
  };
  void decode_binary(std::span<const Header> headers, std::string_view body, Batch& out);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

/// A member that `data` of a type may have, or must.
struct DataMember {
  std::string_view name;
  bool required;
};
std::vector<DataMember> data_members(EventType type);

}  // namespace assist::events
