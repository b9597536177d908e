// Whatever comes in as a message: no crash, an answer for each event, the same answer again for
// what is journalled, and "not_json" exactly where simdjson's own parser says so.
#include <simdjson.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "events/decode.hpp"
#include "events/http.hpp"
#include "events/text.hpp"

namespace {

using namespace assist::events;

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

void check(const Batch& batch) {
  require(batch.events.size() == batch.indexes.size(), "an index for each event");
  require(batch.events.size() + batch.rejected.size() == batch.size, "an answer for each event");
  for (const auto& rejection : batch.rejected) {
    require(is_utf8(rejection.error.text), "texts are UTF-8");
    require(is_utf8(rejection.error.place.pointer), "pointers are UTF-8");
  }
  static Decoder decoder;
  static Batch again;
  for (const auto& event : batch.events) {
    require(!event.id.empty() && !event.source.empty() && !event.subject.empty(), "ids are given");
    decoder.decode(event.raw, Shape::event, again);
    require(again.events.size() == 1, "an accepted event is accepted again");
    require(again.events[0].id == event.id, "with its id");
    require(again.events[0].data.index() == event.data.index(), "and its type");
  }
}

void compare_with_simdjson(std::string_view message, const Batch& batch) {
  static simdjson::dom::parser judge;
  const auto error = judge.parse(message.data(), message.size()).error();
  // What it refuses and we read: numbers out of range, lone surrogates, and any depth.
  if (error == simdjson::NUMBER_ERROR || error == simdjson::STRING_ERROR ||
      error == simdjson::DEPTH_ERROR)
    return;
  const bool no_json =
      batch.whole_message_refused && batch.rejected[0].error.code == assist::ErrorCode::not_json;
  require(no_json == (error != simdjson::SUCCESS), "what is JSON is what simdjson reads");
}

/// Lines "name: value" up to an empty one are headers, the rest is the body.
void decode_as_request(std::string_view text, Decoder& decoder, Batch& batch) {
  std::vector<Decoder::Header> headers;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty()) break;
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    headers.push_back({line.substr(0, colon), line.substr(colon + 1)});
  }
  (void)http_mode(headers);
  decoder.decode_binary(headers, text, batch);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Decoder decoder;
  static Batch batch;
  const std::string_view message(reinterpret_cast<const char*>(data), size);
  decoder.decode(message, Shape::event_or_batch, batch);
  check(batch);
  compare_with_simdjson(message, batch);
  decoder.decode(message, Shape::event, batch);
  check(batch);
  decoder.decode(message, Shape::batch, batch);
  check(batch);
  decode_as_request(message, decoder, batch);
  check(batch);
  return 0;
}
