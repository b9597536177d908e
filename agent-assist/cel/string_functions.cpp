#include <algorithm>
#include <cstring>
#include <string>

#include "cel/functions.hpp"
#include "cel/ops.hpp"
#include "cel/text.hpp"

namespace assist::cel {
namespace {

using Args = std::span<const Value>;

Value text(Run& run, std::string_view s) {
  if (!run.arena().has_room(s.size())) return Value::error("the text grows too large");
  return Value::string(run.arena().copy(s));
}

Value out_of_range(Run& run, std::int64_t index) {
  if (!run.arena().has_room(128)) return Value::error("outside the text");
  return run.error("place " + std::to_string(index) + " is outside the text");
}

/// The kinds due, as letters: s text, i a whole number, l a list.
bool kinds(Args a, std::string_view due) {
  if (a.size() != due.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const Kind kind = due[i] == 's' ? Kind::string_ : due[i] == 'i' ? Kind::int_ : Kind::list_;
    if (!a[i].is(kind)) return false;
  }
  return true;
}

/// Every function here looks at all of its first text, at most a few times.
void spend_on(Run& run, Args a) { run.spend(a[0].as_string().size() / 16); }

Value char_at(Run& run, Args a) {
  if (!kinds(a, "si")) return no_overload(run, "charAt()", a);
  spend_on(run, a);
  const auto s = a[0].as_string();
  const std::int64_t index = a[1].as_int(), size = static_cast<std::int64_t>(code_points(s));
  if (index < 0 || index > size) return out_of_range(run, index);
  if (index == size) return Value::string("");
  const std::size_t begin = byte_of(s, static_cast<std::size_t>(index));
  std::size_t end = begin;
  decode_utf8(s, end);
  return Value::string(s.substr(begin, end - begin));
}

Value index_of(Run& run, Args a) {
  if (!kinds(a, a.size() == 2 ? "ss" : "ssi")) return no_overload(run, "indexOf()", a);
  spend_on(run, a);
  const auto s = a[0].as_string(), part = a[1].as_string();
  const std::int64_t from = a.size() == 3 ? a[2].as_int() : 0;
  if (from < 0 || from > static_cast<std::int64_t>(code_points(s))) return out_of_range(run, from);
  const auto found = find_text(s, part, byte_of(s, static_cast<std::size_t>(from)));
  if (found == std::string_view::npos) return Value::integer(-1);
  return Value::integer(static_cast<std::int64_t>(code_points(s.substr(0, found))));
}

Value last_index_of(Run& run, Args a) {
  if (!kinds(a, a.size() == 2 ? "ss" : "ssi")) return no_overload(run, "lastIndexOf()", a);
  spend_on(run, a);
  const auto s = a[0].as_string(), part = a[1].as_string();
  const auto size = static_cast<std::int64_t>(code_points(s));
  const std::int64_t from = a.size() == 3 ? a[2].as_int() : size;
  if (from < 0 || from > size) return out_of_range(run, from);
  run.spend(s.size() * std::min<std::size_t>(part.size(), 64) / 64);  // rfind may look at all twice
  const auto found = s.rfind(part, byte_of(s, static_cast<std::size_t>(from)));
  if (found == std::string_view::npos) return Value::integer(-1);
  return Value::integer(static_cast<std::int64_t>(code_points(s.substr(0, found))));
}

Value lower_ascii(Run& run, Args a) {
  if (!kinds(a, "s")) return no_overload(run, "lowerAscii()", a);
  spend_on(run, a);
  return text(run, ascii_lower(a[0].as_string()));
}
Value upper_ascii(Run& run, Args a) {
  if (!kinds(a, "s")) return no_overload(run, "upperAscii()", a);
  spend_on(run, a);
  std::string s(a[0].as_string());
  for (char& c : s) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return text(run, s);
}

Value replace(Run& run, Args a) {
  if (!kinds(a, a.size() == 3 ? "sss" : "sssi")) return no_overload(run, "replace()", a);
  spend_on(run, a);
  const auto s = a[0].as_string(), from = a[1].as_string(), to = a[2].as_string();
  std::int64_t left = a.size() == 4 ? a[3].as_int() : -1;
  std::string out;
  std::size_t at = 0;
  const auto fits = [&] { return run.arena().has_room(out.size() + to.size() + s.size()); };
  if (from.empty()) {  // between all characters, and at both ends
    while (left != 0 && fits()) {
      out += to;
      --left;
      if (at >= s.size()) break;
      const std::size_t begin = at;
      decode_utf8(s, at);
      out += s.substr(begin, at - begin);
    }
  } else {
    while (left != 0 && fits()) {
      const auto found = find_text(s, from, at);
      if (found == std::string_view::npos) break;
      out += s.substr(at, found - at);
      out += to;
      at = found + from.size();
      --left;
    }
  }
  if (!fits() || !run.spend(out.size() / 16)) return Value::error("the text grows too large");
  if (at < s.size()) out += s.substr(at);
  return text(run, out);
}

Value split(Run& run, Args a) {
  if (!kinds(a, a.size() == 2 ? "ss" : "ssi")) return no_overload(run, "split()", a);
  spend_on(run, a);
  const auto s = a[0].as_string(), separator = a[1].as_string();
  const std::int64_t limit = a.size() == 3 ? a[2].as_int() : -1;
  if (limit == 0) return Value::list(nullptr, 0);
  const bool bounded = limit > 0;
  std::vector<std::string_view> parts;
  const auto last = [&] { return bounded && static_cast<std::int64_t>(parts.size()) + 1 >= limit; };
  std::size_t at = 0;
  if (separator.empty()) {  // into characters
    while (at < s.size() && !last()) {
      const std::size_t begin = at;
      decode_utf8(s, at);
      parts.push_back(s.substr(begin, at - begin));
    }
    if (at < s.size()) parts.push_back(s.substr(at));
  } else {
    while (!last()) {
      const auto found = find_text(s, separator, at);
      if (found == std::string_view::npos) break;
      parts.push_back(s.substr(at, found - at));
      at = found + separator.size();
    }
    parts.push_back(s.substr(at));
  }
  if (!run.arena().has_room(parts.size() * sizeof(Value)) || !run.spend(parts.size() / 4)) {
    return Value::error("the list grows too large");
  }
  const auto items = run.arena().values(parts.size());
  std::transform(parts.begin(), parts.end(), items.begin(), Value::string);
  return Value::list(items);
}

Value substring(Run& run, Args a) {
  if (!kinds(a, a.size() == 2 ? "si" : "sii")) return no_overload(run, "substring()", a);
  spend_on(run, a);
  const auto s = a[0].as_string();
  const auto size = static_cast<std::int64_t>(code_points(s));
  const std::int64_t begin = a[1].as_int(), end = a.size() == 3 ? a[2].as_int() : size;
  if (begin < 0 || begin > size) return out_of_range(run, begin);
  if (end < 0 || end > size) return out_of_range(run, end);
  if (begin > end) return Value::error("the end of the part of text is before its beginning");
  const std::size_t from = byte_of(s, static_cast<std::size_t>(begin));
  const std::size_t count = byte_of(s.substr(from), static_cast<std::size_t>(end - begin));
  return Value::string(s.substr(from, count));
}

bool is_space(char32_t c) {
  return (c >= 9 && c <= 13) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

Value trim(Run& run, Args a) {
  if (!kinds(a, "s")) return no_overload(run, "trim()", a);
  spend_on(run, a);
  const auto s = a[0].as_string();
  std::size_t begin = s.size(), end = 0;
  for (std::size_t at = 0; at < s.size();) {
    const std::size_t before = at;
    if (is_space(decode_utf8(s, at))) continue;
    begin = std::min(begin, before);
    end = at;
  }
  return Value::string(begin < end ? s.substr(begin, end - begin) : "");
}

Value reverse(Run& run, Args a) {
  if (!kinds(a, "s")) return no_overload(run, "reverse()", a);
  spend_on(run, a);
  const auto s = a[0].as_string();
  std::string out(s.size(), '\0');
  std::size_t to = s.size();
  for (std::size_t at = 0; at < s.size();) {
    const std::size_t before = at;
    decode_utf8(s, at);
    to -= at - before;
    std::memcpy(out.data() + to, s.data() + before, at - before);
  }
  return text(run, out);
}

Value join(Run& run, Args a) {
  if (!kinds(a, a.size() == 1 ? "l" : "ls")) return no_overload(run, "join()", a);
  const auto separator = a.size() == 2 ? a[1].as_string() : std::string_view();
  const std::size_t count = a[0].list_size();
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    const Value item = a[0].list_at(i, run.arena());
    if (!item.is(Kind::string_)) return no_overload(run, "join()", {&item, 1});
    if (i > 0) out += separator;
    out += item.as_string();
    if (!run.arena().has_room(out.size())) return Value::error("the text grows too large");
  }
  run.spend(count / 4 + out.size() / 32);
  return text(run, out);
}

Value quote_text(Run& run, Args a) {
  if (!kinds(a, "s")) return no_overload(run, "strings.quote()", a);
  spend_on(run, a);
  constexpr std::string_view kValues = "\a\b\f\n\r\t\v\\\"";
  constexpr std::string_view kNames = "abfnrtv\\\"";
  const auto s = a[0].as_string();
  std::string out = "\"";
  for (std::size_t at = 0; at < s.size();) {
    const char32_t c = decode_utf8(s, at);
    const auto named = c < 128 ? kValues.find(static_cast<char>(c)) : std::string_view::npos;
    if (named != std::string_view::npos) {
      out += '\\';
      out += kNames[named];
    } else {
      append_utf8(out, c);
    }
  }
  return text(run, out + "\"");
}

constexpr FunctionRow kRows[] = {
    {"charAt", "string.(int) string", char_at},
    {"indexOf", "string.(string) int", index_of},
    {"indexOf", "string.(string, int) int", index_of},
    {"lastIndexOf", "string.(string) int", last_index_of},
    {"lastIndexOf", "string.(string, int) int", last_index_of},
    {"lowerAscii", "string.() string", lower_ascii},
    {"upperAscii", "string.() string", upper_ascii},
    {"replace", "string.(string, string) string", replace},
    {"replace", "string.(string, string, int) string", replace},
    {"split", "string.(string) list(string)", split},
    {"split", "string.(string, int) list(string)", split},
    {"substring", "string.(int) string", substring},
    {"substring", "string.(int, int) string", substring},
    {"trim", "string.() string", trim},
    {"reverse", "string.() string", reverse},
    {"join", "list(string).() string", join},
    {"join", "list(string).(string) string", join},
    {"strings.quote", "(string) string", quote_text},
    {"format", "string.(list(dyn)) string", format_function},
};

}  // namespace

std::span<const FunctionRow> string_functions() { return kRows; }

}  // namespace assist::cel
