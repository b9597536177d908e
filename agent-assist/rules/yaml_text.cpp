#include "rules/yaml_text.hpp"

#include <algorithm>
#include <cstring>

#include "rules/comparison.hpp"

namespace assist::rules::yaml {
namespace {

constexpr std::string_view kFlowIndicators = ",[]{}";

[[noreturn]] void fail(std::size_t at, std::string text) { throw Fault{at, std::move(text)}; }

/// Appends to a scalar's text and remembers where it came from.
void append(Node& out, std::string_view text, std::size_t file, bool verbatim) {
  const bool goes_on = !out.runs.empty() && verbatim &&
                       file - out.runs.back().file == out.text.size() - out.runs.back().decoded;
  if (!goes_on) out.runs.push_back({out.text.size(), file});
  out.text += text;
}

void append_code_point(Node& out, char32_t c, std::size_t file) {
  char bytes[4];
  std::size_t n = 0;
  if (c < 0x80) {
    bytes[n++] = static_cast<char>(c);
  } else if (c < 0x800) {
    bytes[n++] = static_cast<char>(0xC0 | (c >> 6));
    bytes[n++] = static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    bytes[n++] = static_cast<char>(0xE0 | (c >> 12));
    bytes[n++] = static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    bytes[n++] = static_cast<char>(0x80 | (c & 0x3F));
  } else {
    bytes[n++] = static_cast<char>(0xF0 | (c >> 18));
    bytes[n++] = static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    bytes[n++] = static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    bytes[n++] = static_cast<char>(0x80 | (c & 0x3F));
  }
  append(out, {bytes, n}, file, false);
}

/// Length and value of the code point at `at`; length 0: it is no UTF-8.
std::pair<std::size_t, char32_t> decode(std::string_view s, std::size_t at) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return at + i < s.size() ? static_cast<unsigned char>(s[at + i]) : 0u;
  };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned b = byte(0);
  if (b < 0x80) return {1, b};
  if (b >= 0xC2 && b < 0xE0 && tail(1)) return {2, (b & 0x1F) << 6 | (byte(1) & 0x3F)};
  if (b >= 0xE0 && b < 0xF0 && tail(1) && tail(2)) {
    const char32_t c = (b & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
    return {c < 0x800 || (c >= 0xD800 && c < 0xE000) ? 0 : 3, c};
  }
  if (b >= 0xF0 && b < 0xF5 && tail(1) && tail(2) && tail(3)) {
    const char32_t c =
        (b & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F);
    return {c < 0x10000 || c > 0x10FFFF ? 0 : 4, c};
  }
  return {0, 0};
}

bool is_printable(char32_t c) {
  return c == '\t' || c == '\n' || (c >= 0x20 && c < 0x7F) || (c >= 0xA0 && c < 0xFFFE) ||
         c >= 0x10000;
}

std::string hex(char32_t c) {
  char out[16];
  std::snprintf(out, sizeof out, "U+%04X", static_cast<unsigned>(c));
  return out;
}

std::optional<Fault> check_encoding(std::string_view s) {
  const bool wide = s.starts_with("\xFF\xFE") || s.starts_with("\xFE\xFF") ||
                    (s.size() >= 2 && (s[0] == '\0') != (s[1] == '\0'));
  if (!wide) return std::nullopt;
  return Fault{0, "This file is not in UTF-8 (it looks like UTF-16 or UTF-32). Save it as UTF-8."};
}

/// Folds the line break at the cursor (7.3): the blanks before it are gone already. Leaves the
/// cursor at the next line's first character that counts.
void fold_lines(Cursor& c, int indent, Node& out, std::size_t opened, bool escaped) {
  const std::size_t first = c.p;
  std::size_t breaks = 0;
  for (;;) {
    if (c.at_end()) fail(opened, "The quote that opens here is never closed.");
    c.p = c.after_break(c.p);
    ++breaks;
    const std::size_t line = c.p;
    if (c.is_marker(line))
      fail(opened, "The quote that opens here is not closed before the end of the document.");
    const std::size_t text = c.skip_blanks(line);
    if (c.is_break(text)) {
      c.p = text;
      continue;
    }
    const auto spaces = static_cast<int>(c.skip_spaces(line) - line);
    if (spaces <= indent) {
      fail(opened,
           "The quote that opens here is not closed on its line, and what follows is not indented "
           "as a part of it. Is the closing quote missing?");
    }
    c.p = text;
    break;
  }
  if (breaks == 1 && !escaped) append(out, " ", first, false);
  for (std::size_t i = 1; i < breaks; ++i) append(out, "\n", first, false);
}

/// Up to `trailing` bytes at the end of the text are blanks that a line break drops.
void drop_trailing_blanks(Node& out, std::size_t keep) {
  while (out.text.size() > keep && is_blank(out.text.back())) out.text.pop_back();
  while (!out.runs.empty() && out.runs.back().decoded > out.text.size()) out.runs.pop_back();
}

char32_t hex_digits(const Cursor& c, std::size_t at, std::size_t count, std::size_t escape) {
  char32_t value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const char d = c.at(at + i);
    const int digit = d >= '0' && d <= '9'   ? d - '0'
                      : d >= 'a' && d <= 'f' ? d - 'a' + 10
                      : d >= 'A' && d <= 'F' ? d - 'A' + 10
                                             : -1;
    if (digit < 0) {
      fail(escape, std::string("\"\\") + c.at(escape + 1) + "\" wants " + std::to_string(count) +
                       " hexadecimal digits behind it.");
    }
    value = value * 16 + static_cast<char32_t>(digit);
  }
  return value;
}

struct Escape {
  char letter;
  char32_t value;
};
constexpr Escape kEscapes[] = {
    {'0', 0},   {'a', 7},     {'b', 8},    {'t', 9},    {'\t', 9},     {'n', 10},
    {'v', 11},  {'f', 12},    {'r', 13},   {'e', 27},   {' ', ' '},    {'"', '"'},
    {'/', '/'}, {'\\', '\\'}, {'N', 0x85}, {'_', 0xA0}, {'L', 0x2028}, {'P', 0x2029},
};

/// The escape at the cursor, which is at its backslash (5.7).
void read_escape(Cursor& c, Node& out) {
  const std::size_t start = c.p;
  const char letter = c.at(start + 1);
  for (const auto& escape : kEscapes) {
    if (escape.letter != letter || start + 1 >= c.s.size()) continue;
    append_code_point(out, escape.value, start);
    c.p = start + 2;
    return;
  }
  const std::size_t count = letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
  if (count == 0) {
    fail(start,
         "In double quotes a backslash begins an escape such as \\n or \\\", and this is none. "
         "Write \\\\ for a backslash, or use single quotes.");
  }
  char32_t value = hex_digits(c, start + 2, count, start);
  c.p = start + 2 + count;
  if (value >= 0xD800 && value < 0xDC00 && c.here() == '\\' && c.at(c.p + 1) == 'u') {
    const char32_t low = hex_digits(c, c.p + 2, 4, c.p);  // a pair, as JSON writes it
    if (low >= 0xDC00 && low < 0xE000) {
      value = 0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00);
      c.p += 6;
    }
  }
  if (value > 0x10FFFF || (value >= 0xD800 && value < 0xE000))
    fail(start, "This escape stands for no character.");
  append_code_point(out, value, start);
}

}  // namespace

std::optional<Fault> check_characters(std::string_view s) {
  if (auto fault = check_encoding(s)) return fault;
  std::size_t at = s.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  while (at < s.size()) {
    const auto [length, c] = decode(s, at);
    if (length == 0) return Fault{at, "This is not valid UTF-8. Save the file as UTF-8."};
    if (c == 0xFEFF) return Fault{at, "A byte order mark stands inside the text. Delete it."};
    if (c == '\r') {
      if (at + 1 >= s.size() || s[at + 1] != '\n')
        return Fault{at, "A carriage return stands alone. End lines with LF or CRLF."};
    } else if (!is_printable(c)) {
      return Fault{at, "The control character " + hex(c) +
                           " cannot stand here. In double quotes it can be written as an escape."};
    }
    at += length;
  }
  return std::nullopt;
}

void read_single_quoted(Cursor& c, int indent, Node& out) {
  out.style = Style::single_quoted;
  out.begin = c.p++;
  for (;;) {
    if (c.at_end()) fail(out.begin, "The quote that opens here is never closed.");
    if (c.at_break()) {
      drop_trailing_blanks(out, 0);
      fold_lines(c, indent, out, out.begin, false);
    } else if (c.here() == '\'' && c.at(c.p + 1) == '\'') {
      append(out, "'", c.p, false);
      c.p += 2;
    } else if (c.here() == '\'') {
      out.end = ++c.p;
      return;
    } else {
      append(out, c.s.substr(c.p, 1), c.p, true);
      ++c.p;
    }
  }
}

void read_double_quoted(Cursor& c, int indent, Node& out) {
  out.style = Style::double_quoted;
  out.begin = c.p++;
  std::size_t keep = 0;  // text before here was escaped: a line break does not drop it
  for (;;) {
    if (c.at_end()) fail(out.begin, "The quote that opens here is never closed.");
    if (c.at_break()) {
      drop_trailing_blanks(out, keep);
      fold_lines(c, indent, out, out.begin, false);
      keep = out.text.size();
    } else if (c.here() == '\\' && c.is_break(c.p + 1) && c.p + 1 < c.s.size()) {
      ++c.p;
      fold_lines(c, indent, out, out.begin, true);
      keep = out.text.size();
    } else if (c.here() == '\\') {
      read_escape(c, out);
      keep = out.text.size();
    } else if (c.here() == '"') {
      out.end = ++c.p;
      return;
    } else {
      append(out, c.s.substr(c.p, 1), c.p, true);
      ++c.p;
    }
  }
}

std::string comparison_advice(const Cursor& c, bool in_braces) {
  std::size_t end = c.p;
  while (!c.is_break(end) && c.at(end) != '#' &&
         !(in_braces && kFlowIndicators.find(c.at(end)) != std::string_view::npos))
    ++end;
  while (end > c.p && is_blank(c.at(end - 1))) --end;
  const std::string_view text = c.s.substr(c.p, end - c.p);
  const std::size_t operand = text.find_first_not_of("<>= ");
  const bool number =
      operand != std::string_view::npos &&
      std::string_view("-+.0123456789").find(text[operand]) != std::string_view::npos;
  const bool one_word = number && text.find(' ', operand) == std::string_view::npos;
  const std::string words = one_word ? comparison_in_words(text) : "";
  return words.empty() ? "" : " To compare, write " + words + ".";
}

bool is_value_colon(const Cursor& c, std::size_t offset, bool in_braces) {
  if (c.at(offset) != ':') return false;
  if (c.is_blank_or_break(offset + 1)) return true;
  return in_braces && kFlowIndicators.find(c.at(offset + 1)) != std::string_view::npos;
}

namespace {

/// One line of a plain scalar, up to what ends it; the blanks before that are left.
void read_plain_line(Cursor& c, bool in_braces, Node& out) {
  while (!c.at_break()) {
    if (is_blank(c.here())) {
      const std::size_t next = c.skip_blanks(c.p);
      const bool closed = in_braces && kFlowIndicators.find(c.at(next)) != std::string_view::npos;
      if (closed || c.is_break(next) || c.at(next) == '#' || is_value_colon(c, next, in_braces))
        return;
      append(out, c.s.substr(c.p, next - c.p), c.p, true);
      c.p = next;
      continue;
    }
    if (is_value_colon(c, c.p, in_braces)) return;
    if (in_braces && kFlowIndicators.find(c.here()) != std::string_view::npos) return;
    append(out, c.s.substr(c.p, 1), c.p, true);
    ++c.p;
  }
}

/// The next line that the scalar goes on in: its first character. 0: there is none.
std::size_t continuation(const Cursor& c, int indent, bool in_braces, std::size_t& breaks) {
  std::size_t line = c.skip_blanks(c.p);
  if (!c.is_break(line)) return 0;
  breaks = 0;
  for (;;) {
    if (line >= c.s.size()) return 0;
    line = c.after_break(line);
    ++breaks;
    const std::size_t text = c.skip_blanks(line);
    if (c.is_break(text)) {
      line = text;
      continue;
    }
    const auto spaces = static_cast<int>(c.skip_spaces(line) - line);
    if (spaces <= indent || c.at(text) == '#' || c.is_marker(line)) return 0;
    if (in_braces && (kFlowIndicators.find(c.at(text)) != std::string_view::npos ||
                      is_value_colon(c, text, true)))
      return 0;
    return text;
  }
}

bool has_value_colon(const Cursor& c, std::size_t at) {
  for (; !c.is_break(at); ++at)
    if (is_value_colon(c, at, false)) return true;
  return false;
}

/// The text ended at the cursor. Where that was for a comment, and a line follows that can only be
/// meant to go on with the text, that is told: else the line looks wrongly indented.
void refuse_comment_inside(const Cursor& c, int indent) {
  std::size_t at = c.skip_blanks(c.p);
  if (c.is_break(at)) at = c.skip_blanks(c.after_break(at));
  const std::size_t comment = at;
  if (c.at(comment) != '#') return;
  std::size_t line = comment;
  while (c.at(at) == '#' || (c.is_break(at) && at < c.s.size())) {
    while (!c.is_break(at)) ++at;
    line = c.after_break(at);
    at = c.skip_blanks(line);
  }
  const auto spaces = static_cast<int>(c.skip_spaces(line) - line);
  const bool goes_on = at < c.s.size() && spaces > indent && !c.is_marker(line) &&
                       !(c.at(at) == '-' && c.is_blank_or_break(at + 1)) && !has_value_colon(c, at);
  if (goes_on)
    fail(
        comment,
        "A comment ends the text before it, and the next line would go on with that text. Take "
        "the comment away, or write the whole as a block: | behind the colon, and the text below.");
}

}  // namespace

void read_plain(Cursor& c, int indent, bool in_braces, Node& out) {
  out.style = Style::plain;
  out.begin = c.p;
  read_plain_line(c, in_braces, out);
  out.end = c.p;
  // A key's line is all of it.
  const std::size_t first_end = c.skip_blanks(c.p);
  if (is_value_colon(c, first_end, in_braces)) return;
  std::size_t breaks = 0;
  while (const std::size_t next = continuation(c, indent, in_braces, breaks)) {
    if (!in_braces && c.at(next) == '-' && c.is_blank_or_break(next + 1)) {
      fail(next,
           "This line would be read as a part of the text above it. Should it be an item of a "
           "list? Then nothing but the key and its colon may stand before the list.");
    }
    const std::size_t end = c.p;
    c.p = next;
    if (breaks == 1) append(out, " ", end, false);
    for (std::size_t i = 1; i < breaks; ++i) append(out, "\n", end, false);
    read_plain_line(c, in_braces, out);
    out.end = c.p;
    if (!in_braces && is_value_colon(c, c.skip_blanks(c.p), false)) {
      if (out.text.starts_with("//")) fail(out.begin, "A comment begins with #, not with //.");
      fail(next,
           "This line is indented as if it belonged to the text above it, but has a colon as a key "
           "has. Check its indentation, or put the text in quotes.");
    }
  }
  if (!in_braces) refuse_comment_inside(c, indent);
  const std::size_t comment = c.skip_blanks(c.p);
  if (comment > c.p && c.at(comment) == '#' && !c.is_blank_or_break(comment + 1)) out.cut = comment;
}

namespace {

struct Header {
  Style style;
  int indent = 0;  // 0: to be found
  char chomp = 0;
};

Header read_header(Cursor& c) {
  const std::string advice = comparison_advice(c, false);
  const std::size_t begin = c.p;
  Header header{c.here() == '|' ? Style::literal : Style::folded};
  for (++c.p;; ++c.p) {
    const char k = c.here();
    if ((k == '+' || k == '-') && header.chomp == 0) {
      header.chomp = k;
    } else if (k >= '1' && k <= '9' && header.indent == 0) {
      header.indent = k - '0';
    } else {
      break;
    }
  }
  const std::size_t rest = c.skip_blanks(c.p);
  const bool comment = c.at(rest) == '#' && rest > c.p;
  if (!c.is_break(rest) && !comment) {
    if (!advice.empty()) fail(begin, "An unquoted > begins a block of text in YAML." + advice);
    fail(c.p,
         "After | or > the text begins on the next line. If this is one line of text, put it in "
         "quotes.");
  }
  c.p = rest;
  while (!c.at_break()) ++c.p;
  c.p = c.after_break(c.p);
  return header;
}

/// How far the lines of the block are indented: as the first that is not empty.
int find_indent(const Cursor& c, int parent) {
  std::size_t line = c.p;
  std::size_t widest = 0, widest_at = 0;
  for (;;) {
    const std::size_t text = c.skip_spaces(line);
    if (c.is_break(text)) {
      if (text - line > widest) widest = text - line, widest_at = line;
      if (text >= c.s.size()) return std::max(parent + 1, static_cast<int>(widest));
      line = c.after_break(text);
      continue;
    }
    const auto spaces = static_cast<int>(text - line);
    if (spaces <= parent && c.at(text) == '\t')
      fail(text, "Tabs cannot indent in YAML. Use spaces.");
    if (spaces <= parent) return parent + 1;
    if (static_cast<int>(widest) > spaces)
      fail(widest_at, "This empty line has more spaces than the first line of the text below it.");
    return spaces;
  }
}

struct BlockLine {
  std::size_t begin, end;  // without its indentation
  std::size_t breaks_before = 0;
};

/// The lines that hold something, and how many line breaks follow the last.
std::pair<std::vector<BlockLine>, std::size_t> block_lines(Cursor& c, int indent) {
  std::vector<BlockLine> lines;
  std::size_t breaks = 0;
  while (!c.at_end()) {
    std::size_t text = c.p;
    while (text < c.s.size() && c.s[text] == ' ' && static_cast<int>(text - c.p) < indent) ++text;
    const bool empty = c.is_break(text);
    if (!empty && static_cast<int>(text - c.p) < indent) break;
    if (!empty && indent == 0 && c.is_marker(text)) break;
    std::size_t end = text;
    while (!c.is_break(end)) ++end;
    if (!empty) {
      lines.push_back({text, end, breaks});
      breaks = 0;
    }
    if (!empty || end < c.s.size() || text > c.p) ++breaks;  // spaces without an end are a line
    c.p = c.after_break(end);
  }
  return {std::move(lines), breaks};
}

void join_lines(const Cursor& c, const std::vector<BlockLine>& lines, bool folded, Node& out) {
  bool spaced_before = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const BlockLine& line = lines[i];
    const bool spaced = is_blank(c.at(line.begin));
    std::size_t breaks = line.breaks_before;
    if (folded && i > 0 && !spaced && !spaced_before) {
      if (breaks == 1) append(out, " ", line.begin - 1, false);
      --breaks;
    }
    for (std::size_t k = 0; k < breaks; ++k) append(out, "\n", line.begin - 1, false);
    append(out, c.s.substr(line.begin, line.end - line.begin), line.begin, true);
    spaced_before = spaced;
  }
}

/// Of a block that has no line: the next one was meant for it where it is as far indented as the
/// key, and neither a key nor an item.
void refuse_text_beside_key(const Cursor& c, int indent, std::size_t opened) {
  const std::size_t text = c.skip_blanks(c.p);
  const bool beside = !c.at_end() && !c.is_break(text) && c.at(text) != '#' && !c.is_marker(c.p) &&
                      static_cast<int>(text - c.p) == indent &&
                      !(c.at(text) == '-' && c.is_blank_or_break(text + 1)) &&
                      !has_value_colon(c, text);
  if (beside)
    fail(text, std::string("This is not read as the text of the ") + c.at(opened) +
                   " above it: indent it further than the key.");
}

}  // namespace

void read_block_scalar(Cursor& c, int indent, Node& out) {
  out.begin = c.p;
  const Header header = read_header(c);
  out.style = header.style;
  const int width =
      header.indent > 0 ? std::max(indent, 0) + header.indent : find_indent(c, indent);
  const auto [lines, breaks_after] = block_lines(c, width);
  if (lines.empty()) refuse_text_beside_key(c, indent, out.begin);
  join_lines(c, lines, header.style == Style::folded, out);
  out.end = lines.empty() ? c.p : lines.back().end;
  std::size_t breaks = breaks_after;
  if (header.chomp == '-') breaks = 0;
  if (header.chomp == 0) breaks = lines.empty() ? 0 : 1;
  if (header.chomp == '+' && !lines.empty()) breaks = std::max<std::size_t>(breaks, 1);
  for (std::size_t i = 0; i < breaks; ++i) append(out, "\n", out.end, false);
}

}  // namespace assist::rules::yaml
