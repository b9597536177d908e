#include "events/write.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "events/text.hpp"

namespace assist::events {
namespace {

/// 0: written as it is; 'u': \u00XX; '8': beyond ASCII; else the letter after the backslash.
constexpr std::array<char, 256> kEscapes = [] {
  std::array<char, 256> table{};
  for (int c = 0; c < 0x20; ++c) table[c] = 'u';
  for (int c = 0x80; c < 0x100; ++c) table[c] = '8';
  table['"'] = '"';
  table['\\'] = '\\';
  table['\b'] = 'b';
  table['\f'] = 'f';
  table['\n'] = 'n';
  table['\r'] = 'r';
  table['\t'] = 't';
  return table;
}();

void append_escape(std::string& out, unsigned char c, char escape) {
  constexpr char kHex[] = "0123456789abcdef";
  out += '\\';
  out += escape;
  if (escape != 'u') return;
  out += "00";
  out += kHex[c >> 4];
  out += kHex[c & 15];
}

/// Two digits, as times have them. Returns the end.
char* put_two(char* out, unsigned value) {
  out[0] = static_cast<char>('0' + value / 10);
  out[1] = static_cast<char>('0' + value % 10);
  return out + 2;
}

constexpr std::size_t kWord = sizeof(std::uint64_t);

/// Whether the next eight characters are written as they are, and are ASCII.
bool is_plain(const char* at) {
  constexpr std::uint64_t kOnes = 0x0101010101010101, kHigh = 0x80 * kOnes;
  std::uint64_t word;
  std::memcpy(&word, at, kWord);
  // A byte that is less than what is taken off it has the highest bit then. So have others only
  // behind such a one, which lent of them.
  const std::uint64_t quote = word ^ '"' * kOnes, escape = word ^ '\\' * kOnes;
  return ((word | (word - ' ' * kOnes) | (quote - kOnes) | (escape - kOnes)) & kHigh) == 0;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t done = 0, at = 0;
  while (at < text.size()) {
    if (at + kWord <= text.size() && is_plain(text.data() + at)) {
      at += kWord;
      continue;
    }
    const auto c = static_cast<unsigned char>(text[at]);
    const char escape = kEscapes[c];
    if (escape == 0) {
      ++at;
      continue;
    }
    if (escape == '8') {
      if (const auto size = utf8_size(text.substr(at)); size > 0) {
        at += size;
        continue;
      }
    }
    out.append(text, done, at - done);
    if (escape == '8') {
      out += "\xEF\xBF\xBD";
    } else {
      append_escape(out, c, escape);
    }
    done = ++at;
  }
  out.append(text, done, at - done);
  out += '"';
}

void append_json_number(std::string& out, std::int64_t value) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

void append_json_number(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  char digits[40];
  const char* end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  const std::string_view text(digits, static_cast<std::size_t>(end - digits));
  out += text;
  if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
}

void append_json(std::string& out, const Json& value) {
  switch (value.kind) {
    case Json::Kind::null:
      out += "null";
      return;
    case Json::Kind::boolean:
      out += value.boolean ? "true" : "false";
      return;
    case Json::Kind::integer:
      return append_json_number(out, value.integer);
    case Json::Kind::number:
      return append_json_number(out, value.number);
    case Json::Kind::string:
      return append_json_string(out, value.string);
    case Json::Kind::object:
      return append_json(out, value.object);
    case Json::Kind::list:
      break;
  }
  out += '[';
  for (const Json& item : value.list) {
    if (&item != value.list.data()) out += ',';
    append_json(out, item);
  }
  out += ']';
}

void append_json(std::string& out, JsonObject object) {
  out += '{';
  for (const JsonMember& member : object) {
    if (&member != object.data()) out += ',';
    append_json_string(out, member.name);
    out += ':';
    append_json(out, member.value);
  }
  out += '}';
}

void append_rfc3339(std::string& out, Time time) {
  using namespace std::chrono;
  const auto date = floor<days>(time);
  const year_month_day ymd{date};
  const auto micros = static_cast<std::uint64_t>((time - date).count());
  const auto clock = static_cast<unsigned>(micros / 1'000'000);
  const auto year = static_cast<unsigned>(int{ymd.year()});
  char text[sizeof "2026-11-22T10:02:00.123456Z"];
  char* end = put_two(put_two(text, year / 100), year % 100);
  const auto put = [&end](char before, unsigned value) {
    *end = before;
    end = put_two(end + 1, value);
  };
  put('-', unsigned{ymd.month()});
  put('-', unsigned{ymd.day()});
  put('T', clock / 3600);
  put(':', clock / 60 % 60);
  put(':', clock % 60);
  if (const auto fraction = static_cast<unsigned>(micros % 1'000'000); fraction != 0) {
    put('.', fraction / 10'000);
    end = put_two(put_two(end, fraction / 100 % 100), fraction % 100);
  }
  *end++ = 'Z';
  out.append(text, end);
}

EventLine::EventLine(std::string& out, const Attributes& attributes) : out_(out) {
  out_ += R"({"specversion":"1.0","id":)";
  append_json_string(out_, attributes.id);
  out_ += R"(,"source":)";
  append_json_string(out_, attributes.source);
  out_ += R"(,"type":)";
  append_json_string(out_, attributes.type);
  out_ += R"(,"subject":)";
  append_json_string(out_, attributes.subject);
  if (attributes.time) {
    out_ += R"(,"time":")";
    append_rfc3339(out_, *attributes.time);
    out_ += '"';
  }
  if (!attributes.extensions.empty()) out_.append(",").append(attributes.extensions);
  out_ += R"(,"data":{)";
}

void EventLine::name(std::string_view name) {
  if (!first_) out_ += ',';
  first_ = false;
  append_json_string(out_, name);
  out_ += ':';
}

EventLine& EventLine::text(std::string_view name_of_it, std::string_view value) {
  name(name_of_it);
  append_json_string(out_, value);
  return *this;
}

EventLine& EventLine::integer(std::string_view name_of_it, std::int64_t value) {
  name(name_of_it);
  append_json_number(out_, value);
  return *this;
}

EventLine& EventLine::number(std::string_view name_of_it, double value) {
  name(name_of_it);
  append_json_number(out_, value);
  return *this;
}

EventLine& EventLine::boolean(std::string_view name_of_it, bool value) {
  name(name_of_it);
  out_ += value ? "true" : "false";
  return *this;
}

EventLine& EventLine::json(std::string_view name_of_it, std::string_view value) {
  name(name_of_it);
  out_ += value;
  return *this;
}

void EventLine::end() { out_ += "}}"; }

}  // namespace assist::events
