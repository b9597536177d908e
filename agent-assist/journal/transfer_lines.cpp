#include "journal/transfer_lines.hpp"

#include <charconv>
#include <cinttypes>
#include <cstdio>

#include "journal/base64.hpp"

namespace assist::journal {
namespace {

namespace json = boost::json;

constexpr std::pair<Kind, std::string_view> kKinds[] = {
    {Kind::event, "event"}, {Kind::act, "act"}, {Kind::rule_set, "rule_set"}};
static_assert(std::size(kKinds) == static_cast<std::size_t>(kLastKind));

/// How many bytes the character at the beginning of `text` has; 0: it is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  const bool bad = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) > 0x9F) ||
                   (first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) > 0x8F);
  return bad ? 0 : size;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto size = utf8_length(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

}  // namespace

json::value as_json(std::string_view bytes) {
  if (is_utf8(bytes)) return json::string(bytes);
  return json::object{{"base64", base64(bytes)}};
}

std::string as_hex(std::uint64_t value) {
  char out[17];
  std::snprintf(out, sizeof out, "%016" PRIx64, value);
  return out;
}

std::string_view name_of(Kind kind) {
  for (const auto& [one, name] : kKinds)
    if (one == kind) return name;
  return "";
}

std::optional<Kind> kind_named(std::string_view name) {
  for (const auto& [kind, one] : kKinds)
    if (one == name) return kind;
  return std::nullopt;
}

const json::value* LineReader::find(std::string_view name) {
  const auto* const found = object_.if_contains(name);
  if (!found) note(name);
  return found;
}

std::uint64_t LineReader::number(std::string_view name) {
  const auto* const value = find(name);
  if (!value) return 0;
  if (const auto* const small = value->if_int64(); small && *small >= 0)
    return static_cast<std::uint64_t>(*small);
  if (const auto* const large = value->if_uint64()) return *large;
  note(name);
  return 0;
}

std::uint64_t LineReader::hex(std::string_view name) {
  const auto* const value = find(name);
  const auto* const text = value ? value->if_string() : nullptr;
  std::uint64_t out = 0;
  if (text && text->size() == 16) {
    const auto* const end = text->data() + text->size();
    if (std::from_chars(text->data(), end, out, 16).ptr == end) return out;
  }
  note(name);
  return 0;
}

std::string LineReader::bytes(std::string_view name) {
  const auto* const value = find(name);
  if (!value) return {};
  if (const auto* const text = value->if_string()) return std::string(*text);
  const auto* const object = value->if_object();
  const auto* const coded = object ? object->if_contains("base64") : nullptr;
  const auto* const text = coded ? coded->if_string() : nullptr;
  auto decoded = text ? from_base64(*text) : std::nullopt;
  if (!decoded) note(name);
  return std::move(decoded).value_or("");
}

std::optional<std::string> LineReader::bytes_or_null(std::string_view name) {
  const auto* const value = find(name);
  if (!value || value->is_null()) return std::nullopt;
  return bytes(name);
}

Time LineReader::time(std::string_view name) {
  const auto parsed = parse_rfc3339(bytes(name));
  if (!parsed) note(name);
  return parsed.value_or(Time{});
}

const json::object* LineReader::object(std::string_view name) {
  const auto* const value = object_.if_contains(name);
  return value ? value->if_object() : nullptr;
}

}  // namespace assist::journal
