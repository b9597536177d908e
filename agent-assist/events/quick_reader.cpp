#include "events/quick_reader.hpp"

#include <simdjson.h>

#include <cmath>
#include <cstring>

#include "events/short_text.hpp"

namespace assist::events {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

bool QuickReader::start(std::string_view text, Arena& arena) {
  begin_ = text.data();
  end_ = begin_ + text.size();
  // A line's end behind it is not to count as a control character in it.
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  Quotes::Found found;
  if (!quotes_.find(text, found) || quotes_.size() % 2 != 0) return false;
  if (found.beyond_ascii && !simdjson::validate_utf8(text.data(), text.size())) return false;
  strings_are_plain_ = !found.escapes && !found.controls;
  quote_ = quotes_.begin();
  arena_ = &arena;
  containers_.clear();
  return go_on(begin_);
}

void QuickReader::skip_space() {
  while (is_space(*at_)) ++at_;
}

bool QuickReader::check_string(std::string_view& out) {
  bool has_escapes = false;
  for (const char c : out) {
    if (static_cast<unsigned char>(c) < ' ') return false;
    has_escapes |= c == '\\';
  }
  if (!has_escapes) return true;
  bool lone_surrogate = false;
  char* const to = arena_->bytes(out.size());
  const auto size = unescape(out, to, lone_surrogate);
  if (!size || lone_surrogate) return false;
  out = {to, *size};
  return true;
}

bool QuickReader::number(Json& out) {
  const char* at = at_;
  if (!read_number(at, end_, out)) return false;
  if (out.kind == Json::Kind::number && std::isinf(out.number)) return false;
  return go_on(at);
}

bool QuickReader::literal(Json& out) {
  const auto is = [&](std::string_view word) {
    return std::memcmp(at_, word.data(), word.size()) == 0 && go_on(at_ + word.size());
  };
  const bool yes = *at_ == 't';
  if (*at_ == 'n') {
    out.kind = Json::Kind::null;
    return is("null");
  }
  out.kind = Json::Kind::boolean;
  out.boolean = yes;
  return yes ? is("true") : is("false");
}

bool QuickReader::other_value(Json& out, std::size_t depth) {
  const char c = *at_;
  if (c == '-' || (c >= '0' && c <= '9')) return number(out);
  if (c != '{' && c != '[') return literal(out);
  if (depth > nesting_max_) return false;
  return c == '[' ? containers_.list(*this, *arena_, depth, out)
                  : containers_.object(*this, *arena_, depth, out);
}

bool QuickReader::members(std::vector<JsonMember>& out, std::size_t depth) {
  const std::size_t base = out.size();
  if (!mark('{')) return false;
  if (peek() == '}') return mark('}');
  const auto take = [&out](std::string_view name, std::string_view text) {
    JsonMember& member = out.emplace_back();
    member.name = name;
    member.value.kind = Json::Kind::string;
    member.value.string = text;
  };
  while (plain_pairs(take)) {
    JsonMember member;
    if (!name(member.name) || !value(member.value, depth + 1)) return false;
    out.push_back(member);
    if (!comma()) break;
  }
  if (!mark('}')) return false;
  const auto read = std::span(out).subspan(base);
  if (may_repeat_names(read)) out.resize(base + drop_repeated_names(read));
  return true;
}

bool QuickReader::skip(std::size_t depth) {
  Json ignored;
  return value(ignored, depth);
}

}  // namespace assist::events
