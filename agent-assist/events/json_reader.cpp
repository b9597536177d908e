#include "events/json_reader.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include "events/short_text.hpp"

namespace assist::events {
namespace {

const char* words_of(simdjson::error_code error) {
  switch (error) {
    case simdjson::EMPTY:
      return "there is nothing in it";
    case simdjson::UTF8_ERROR:
      return "it is not UTF-8";
    case simdjson::UNCLOSED_STRING:
      return "a string is not closed";
    case simdjson::UNESCAPED_CHARS:
      return "a string holds a control character that must be escaped";
    default:
      return "it is too large to read";
  }
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// What may follow a number or a literal, beside the end.
constexpr std::array<bool, 256> kEnds = [] {
  std::array<bool, 256> table{};
  for (const unsigned char c : {' ', '\t', '\n', '\r', ',', ':', '[', ']', '{', '}'})
    table[c] = true;
  return table;
}();

/// The first backslash from `at` on; the end: there is none.
const char* find_escape(const char* at, const char* end) {
  const void* const found = std::memchr(at, '\\', static_cast<std::size_t>(end - at));
  return found == nullptr ? end : static_cast<const char*>(found);
}

}  // namespace

struct JsonIndex::Stage {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
  std::size_t capacity = 0;
};

JsonIndex::JsonIndex() : stage_(std::make_unique<Stage>()) {}
JsonIndex::~JsonIndex() = default;
JsonIndex::JsonIndex(JsonIndex&&) noexcept = default;

const char* JsonIndex::build(std::string_view text) {
  if (text.size() > stage_->capacity || stage_->parser == nullptr) {
    const std::size_t capacity = std::max<std::size_t>(4096, std::bit_ceil(text.size()));
    stage_->parser.reset();
    stage_->capacity = 0;
    const auto error = simdjson::get_active_implementation()->create_dom_parser_implementation(
        capacity, 1, stage_->parser);
    if (error != simdjson::SUCCESS) return words_of(error);
    stage_->capacity = capacity;
  }
  const auto error = stage_->parser->stage1(reinterpret_cast<const std::uint8_t*>(text.data()),
                                            text.size(), simdjson::stage1_mode::regular);
  return error == simdjson::SUCCESS ? nullptr : words_of(error);
}

const std::uint32_t* JsonIndex::begin() const { return stage_->parser->structural_indexes.get(); }

void JsonReader::start(std::string_view text, const JsonIndex& index, Arena& arena) {
  text_ = text.data();
  size_ = text.size();
  next_ = index.begin();
  arena_ = &arena;
  escape_ = find_escape(text_, text_ + size_);
  wrong_ = nullptr;
  containers_.clear();
  forget();
}

std::size_t JsonReader::last_end() const {
  std::size_t end = *next_;
  while (is_space(text_[end - 1])) --end;
  return end;
}

bool JsonReader::had_lone_surrogate(std::string_view text) const {
  return std::ranges::find(notes_.lone_surrogates, text.data()) != notes_.lone_surrogates.end();
}

std::string JsonReader::slip() const {
  const std::string what = wrong_ == nullptr ? "something is wrong" : wrong_;
  return what + " at byte " + std::to_string(wrong_at_);
}

void JsonReader::note_slip(const char* what) {
  if (wrong_ != nullptr) return;
  wrong_ = at_end() ? "it breaks off" : what;
  wrong_at_ = *next_;
}

bool JsonReader::ends_here(const char* at) const {
  return at == text_ + size_ || kEnds[static_cast<unsigned char>(*at)];
}

const char* JsonReader::words_of_missing(char mark) {
  switch (mark) {
    case ':':
      return "a colon is missing";
    case '}':
      return "a comma or } is missing";
    case ']':
      return "a comma or ] is missing";
    default:
      return "a value is missing";
  }
}

/// Between the quote that closes a string and the next value or mark is nothing but white space.
const char* JsonReader::find_close(const char* from) const {
  while (is_space(*from)) --from;
  return *from == '"' ? from : nullptr;
}

/// `out` holds at least one backslash and ends at `close`.
bool JsonReader::unescaped(std::string_view& out, const char* close, bool keep) {
  bool lone = false;
  char* const to = keep ? arena_->bytes(out.size()) : nullptr;
  const auto size = unescape(out, to, lone);
  if (!size) return fail("an escape is wrong in the string");
  if (keep) out = {to, *size};
  if (keep && lone) notes_.lone_surrogates.push_back(to);
  escape_ = find_escape(close, text_ + size_);
  return true;
}

bool JsonReader::number(Json& out) {
  const char* at = text_ + *next_;
  if (!read_number(at, text_ + size_, out) || !ends_here(at)) return fail("a number is wrong");
  notes_.infinite = notes_.infinite || (out.kind == Json::Kind::number && std::isinf(out.number));
  ++next_;
  return true;
}

bool JsonReader::literal(Json& out) {
  const std::string_view rest(text_ + *next_, size_ - *next_);
  const auto is = [&](std::string_view word) {
    if (!rest.starts_with(word) || !ends_here(rest.data() + word.size())) return false;
    ++next_;
    return true;
  };
  if (is("null")) {
    out.kind = Json::Kind::null;
  } else if (is("true") || is("false")) {
    out.kind = Json::Kind::boolean;
    out.boolean = rest.front() == 't';
  } else {
    return fail("a value is missing or wrong");
  }
  return true;
}

bool JsonReader::scalar(Json& out, bool keep) {
  const char c = peek();
  if (c == '"') {
    out.kind = Json::Kind::string;
    return string(out.string, keep);
  }
  return c == '-' || (c >= '0' && c <= '9') ? number(out) : literal(out);
}

bool JsonReader::other_value(Json& out, std::size_t depth) {
  const char c = peek();
  if (c != '{' && c != '[') return scalar(out, true);
  if (depth > nesting_max_) return skip(depth);
  return c == '[' ? containers_.list(*this, *arena_, depth, out)
                  : containers_.object(*this, *arena_, depth, out);
}

bool JsonReader::members(std::vector<JsonMember>& out, std::size_t depth) {
  const std::size_t base = out.size();
  if (!mark('{')) return false;
  if (peek() != '}') {
    do {
      JsonMember member;
      if (!name(member.name) || !value(member.value, depth + 1)) return false;
      out.push_back(member);
    } while (comma());
  }
  if (!mark('}')) return false;
  const auto read = std::span(out).subspan(base);
  if (may_repeat_names(read)) out.resize(base + drop_repeated_names(read));
  return true;
}

bool JsonReader::skip_other(std::size_t depth) {
  open_.clear();
  bool opened = false, done = false;
  for (;;) {
    if (!skip_scalar_or_open(depth + open_.size(), opened)) return false;
    if (opened) continue;
    if (!skip_close(done)) return false;
    if (done) return true;
  }
}

/// Reads one value that holds nothing further, or opens one that does (and reads its first name).
bool JsonReader::skip_scalar_or_open(std::size_t depth, bool& opened) {
  const char c = peek();
  opened = false;
  Json ignored;
  if (c != '{' && c != '[') return scalar(ignored, false);
  notes_.too_deep = notes_.too_deep || depth > nesting_max_;
  ++next_;
  open_.push_back(c);
  if (peek() == (c == '{' ? '}' : ']')) return true;  // empty: skip_close() reads its end
  opened = true;
  std::string_view ignored_name;
  return c == '[' || (string(ignored_name, false) && mark(':'));
}

/// After a value: closes what ends here, and goes on to the next value, or is done.
bool JsonReader::skip_close(bool& done) {
  while (!open_.empty()) {
    const bool object = open_.back() == '{';
    if (comma()) {
      std::string_view ignored_name;
      return !object || (string(ignored_name, false) && mark(':'));
    }
    if (!mark(object ? '}' : ']')) return false;
    open_.pop_back();
  }
  done = true;
  return true;
}

bool may_repeat_names(std::span<const JsonMember> members) {
  if (members.size() < 2) return false;
  std::uint64_t seen = 0;  // a bit of each, of its size and two letters
  for (const auto& [name, value] : members) {
    const auto letter = [&n = name](std::size_t i) { return static_cast<unsigned char>(n[i]); };
    const std::size_t sum =
        name.empty() ? 0 : name.size() + 3u * letter(0) + 5u * letter(name.size() / 2);
    const std::uint64_t bit = std::uint64_t{1} << (sum % 64);
    if ((seen & bit) != 0) return true;
    seen |= bit;
  }
  return false;
}

std::size_t drop_repeated_names(std::span<JsonMember> members) {
  constexpr std::size_t kFew = 16;
  const std::size_t n = members.size();
  const auto drop = [&](auto&& is_repeated) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < n; ++i) {
      if (!is_repeated(i)) members[kept++] = members[i];
    }
    return kept;
  };
  if (n <= kFew) {
    return drop([&](std::size_t i) {
      const auto later = members.subspan(i + 1);
      return std::ranges::find(later, members[i].name, &JsonMember::name) != later.end();
    });
  }
  std::vector<std::uint32_t> order(n);
  for (std::size_t i = 0; i < n; ++i) order[i] = static_cast<std::uint32_t>(i);
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
    const int c = members[a].name.compare(members[b].name);
    return c != 0 ? c < 0 : a < b;
  });
  std::vector<bool> repeated(n);
  for (std::size_t i = 0; i + 1 < n; ++i) {
    repeated[order[i]] = members[order[i]].name == members[order[i + 1]].name;
  }
  return drop([&](std::size_t i) { return repeated[i]; });
}

}  // namespace assist::events
