#pragma once

#include <span>
#include <string_view>

#include "events/decode.hpp"

namespace assist::events {

/// How an HTTP request carries its events (CloudEvents HTTP binding, section 3).
enum class HttpMode : std::uint8_t {
  structured,   // one event as JSON: decode(body, Shape::event)
  batch,        // an array of events: decode(body, Shape::batch)
  binary,       // attributes in `ce-` headers: decode_binary(headers, body)
  unsupported,  // none of these, or a format that is not JSON: answer 415
};

/// Reads the mode from `Content-Type` alone, and, where that names no CloudEvents format, from
/// whether there are `ce-` headers. Header names in any case; a `Content-Type` given twice, or one
/// with a charset that is not UTF-8, is unsupported.
HttpMode http_mode(std::span<const Decoder::Header> headers);

/// What a 415 should say to the one who sent the request.
inline constexpr std::string_view kUnsupportedText =
    "send application/cloudevents+json (one event), application/cloudevents-batch+json (an array "
    "of events), or application/json with ce- headers, all in UTF-8";

}  // namespace assist::events
