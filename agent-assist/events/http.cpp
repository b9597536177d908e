#include "events/http.hpp"

#include "events/text.hpp"

namespace assist::events {
namespace {

bool is_ce_header(std::string_view name) {
  return name.size() > 3 && equal_no_case(name.substr(0, 3), "ce-");
}

/// The mode that the media type says by itself; nullopt: it names no CloudEvents format.
std::optional<HttpMode> mode_of(const MediaType& media) {
  if (!equal_no_case(media.type, "application")) return std::nullopt;
  if (equal_no_case(media.subtype, "cloudevents+json")) return HttpMode::structured;
  if (equal_no_case(media.subtype, "cloudevents-batch+json")) return HttpMode::batch;
  if (equal_no_case(media.subtype.substr(0, 11), "cloudevents")) return HttpMode::unsupported;
  return std::nullopt;
}

bool is_utf8_charset(std::string_view charset) {
  return charset.empty() || equal_no_case(charset, "utf-8") || equal_no_case(charset, "us-ascii");
}

}  // namespace

HttpMode http_mode(std::span<const Decoder::Header> headers) {
  const Decoder::Header* content_type = nullptr;
  bool has_ce = false;
  for (const auto& header : headers) {
    has_ce = has_ce || is_ce_header(header.name);
    if (!equal_no_case(header.name, "content-type")) continue;
    if (content_type != nullptr) return HttpMode::unsupported;
    content_type = &header;
  }
  const auto otherwise = has_ce ? HttpMode::binary : HttpMode::unsupported;
  if (content_type == nullptr) return otherwise;
  const auto media = parse_media_type(content_type->value);
  if (!media) return HttpMode::unsupported;
  if (!is_utf8_charset(media->charset)) return HttpMode::unsupported;
  return mode_of(*media).value_or(otherwise);
}

}  // namespace assist::events
