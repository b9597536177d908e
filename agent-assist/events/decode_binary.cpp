#include <algorithm>
#include <array>
#include <utility>

#include "events/decode_parser.hpp"
#include "events/text.hpp"
#include "events/write.hpp"

namespace assist::events {
namespace {

/// What headers can set. `data` comes from the body and `datacontenttype` from Content-Type alone
/// (HTTP binding, 3.1.1 and 3.1.3), whatever a header may claim.
bool may_be_set(std::string_view name) {
  return name != "data" && name != "data_base64" && name != "datacontenttype";
}

/// The name of the attribute that a header carries, in lower case; "": it carries none.
std::string attribute_name(std::string_view header) {
  if (header.size() <= 3 || !equal_no_case(header.substr(0, 3), "ce-")) return {};
  std::string name(header.substr(3));
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (!good) return {};
  }
  return may_be_set(name) ? name : std::string();
}

bool is_context_attribute(std::string_view name) {
  constexpr std::array<std::string_view, 7> kNames = {"specversion", "id",   "source",    "type",
                                                      "subject",     "time", "dataschema"};
  return std::ranges::find(kNames, name) != kNames.end();
}

/// Collects the attributes of the headers as JSON.
class HeaderAttributes {
 public:
  /// Says what is wrong, with the name of the attribute, or nothing.
  std::optional<Error> add(const Decoder::Header& header, std::string& json) {
    const std::string name = attribute_name(header.name);
    if (name.empty()) return std::nullopt;
    if (std::ranges::find(seen_, name) != seen_.end()) {
      if (!is_context_attribute(name)) return std::nullopt;
      return wrong(name, "the header ce-" + name + " is given twice");
    }
    const std::string value = decode_header_value(header.value);
    if (!is_utf8(value)) return wrong(name, "the header ce-" + name + " is not UTF-8");
    json += ',';
    append_json_string(json, name);
    json += ':';
    append_json_string(json, value);
    seen_.push_back(name);
    return std::nullopt;
  }

 private:
  static Error wrong(const std::string& name, std::string text) {
    return {ErrorCode::not_cloudevent, std::move(text), Place{.file = {}, .pointer = '/' + name}};
  }
  std::vector<std::string> seen_;
};

std::optional<std::string_view> content_type(std::span<const Decoder::Header> headers) {
  for (const auto& header : headers) {
    if (equal_no_case(header.name, "content-type")) return header.value;
  }
  return std::nullopt;
}

/// Where the headers hold one id that can be read, the refusal says it.
void name_rejection(std::span<const Decoder::Header> headers, Rejection& rejection, Arena& arena) {
  bool found = false;
  std::string id;
  for (const auto& header : headers) {
    if (attribute_name(header.name) != "id") continue;
    if (std::exchange(found, true)) return;
    id = decode_header_value(header.value);
  }
  if (!found || id.empty() || !is_utf8(id)) return;
  rejection.id = arena.keep(id);
  rejection.has_id = true;
}

bool is_blank(std::string_view body) {
  return body.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace

void Decoder::decode_binary(std::span<const Header> headers, std::string_view body, Batch& out) {
  out.clear();
  parser_->run_binary(headers, body, out, *out.memory_);
}

void Decoder::Parser::run_binary(std::span<const Header> headers, std::string_view body, Batch& to,
                                 Memory& memory) {
  batch = &to;
  arena = &memory.arena;
  const auto refuse_body = [&](ErrorCode code, std::string_view pointer, std::string why) {
    refuse_whole(arena->keep(body.substr(0, limits.message_bytes_max)),
                 {code, std::move(why), Place{.file = {}, .pointer = std::string(pointer)}});
    name_rejection(headers, batch->rejected.front(), *arena);
  };
  if (body.size() > limits.message_bytes_max) {
    return refuse_body(ErrorCode::too_large, "",
                       "the body has " + std::to_string(body.size()) + " bytes; the limit is " +
                           std::to_string(limits.message_bytes_max));
  }
  std::string attributes;
  HeaderAttributes collected;
  for (const auto& header : headers) {
    if (auto slip = collected.add(header, attributes))
      return refuse_body(slip->code, slip->place.pointer, std::move(slip->text));
  }
  structured = "{";
  if (!attributes.empty()) structured.append(attributes, 1);
  if (!is_blank(body)) {
    const auto media_text = content_type(headers);
    const auto media = media_text ? parse_media_type(*media_text) : std::nullopt;
    if (!media || !is_json(*media)) {
      return refuse_body(ErrorCode::bad_data, "/datacontenttype",
                         "Content-Type must say that the body is JSON: application/json");
    }
    // The body is looked at by itself first: {"a":1},"id":"x" must not become a part of the event.
    text = memory.keep(body);
    const auto refuse_no_json = [&](std::string_view why) {
      refuse_body(ErrorCode::not_json, "", "this is no JSON: " + std::string(why));
    };
    if (const char* const why = index.build(text)) return refuse_no_json(why);
    reader.start(text, index, *arena);
    if (!reader.skip(2)) return refuse_no_json(reader.slip());
    if (!reader.at_end()) return refuse_no_json("something follows its end");
    if (structured.size() > 1) structured += ',';
    structured += R"("datacontenttype":)";
    append_json_string(structured, decode_header_value(*media_text));
    structured.append(R"(,"data":)").append(body);
  }
  structured += '}';
  run_unlimited(memory.keep(structured), Shape::event);
}

}  // namespace assist::events
