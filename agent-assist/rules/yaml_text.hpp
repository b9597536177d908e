#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rules/yaml.hpp"

/// Characters and scalars of YAML: what yaml.cpp reads its structure with.
namespace assist::rules::yaml {

/// Reading stops here.
struct Fault {
  std::size_t at;
  std::string text;
  bool open_to_the_end = false;  // in brackets that are not closed: looked for once, not per level
};

inline bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// The text with a place in it. Line breaks are "\n" or "\r\n".
struct Cursor {
  std::string_view s;
  std::size_t p = 0;
  std::size_t first = 0;  // behind a byte order mark

  bool at_end() const { return p >= s.size(); }
  char at(std::size_t offset) const { return offset < s.size() ? s[offset] : '\0'; }
  char here() const { return at(p); }
  bool is_break(std::size_t offset) const {
    return offset >= s.size() || s[offset] == '\n' || (s[offset] == '\r' && at(offset + 1) == '\n');
  }
  bool is_blank_or_break(std::size_t offset) const {
    return is_break(offset) || is_blank(s[offset]);
  }
  bool at_break() const { return is_break(p); }
  /// Past the line break at `offset`; the end of the text stays.
  std::size_t after_break(std::size_t offset) const {
    if (offset >= s.size()) return offset;
    return offset + (s[offset] == '\r' ? 2 : 1);
  }
  std::size_t skip_blanks(std::size_t offset) const {
    while (offset < s.size() && is_blank(s[offset])) ++offset;
    return offset;
  }
  std::size_t skip_spaces(std::size_t offset) const {
    while (offset < s.size() && s[offset] == ' ') ++offset;
    return offset;
  }
  std::size_t line_start(std::size_t offset) const {
    const std::size_t before = offset == 0 ? std::string_view::npos : s.rfind('\n', offset - 1);
    return before == std::string_view::npos ? first : before + 1;
  }
  /// `---` or `...` at the start of a line, alone or before a blank.
  bool is_marker(std::size_t offset) const {
    const auto three = s.substr(std::min(offset, s.size()), 3);
    return (three == "---" || three == "...") && is_blank_or_break(offset + 3);
  }
};

/// Encoding and characters (5.1): UTF-8 without control characters. Lone carriage returns and byte
/// order marks inside are refused with them.
std::optional<Fault> check_characters(std::string_view text);

/// Each reads the scalar at the cursor into `out` and leaves the cursor behind it. Lines after the
/// first are indented by more than `indent`. Throws Fault.
void read_single_quoted(Cursor& cursor, int indent, Node& out);
void read_double_quoted(Cursor& cursor, int indent, Node& out);
/// `in_braces`: commas and brackets end it. Outside, a first line that ends at `: ` is a key, and
/// read alone.
void read_plain(Cursor& cursor, int indent, bool in_braces, Node& out);
/// Leaves the cursor at the start of a line.
void read_block_scalar(Cursor& cursor, int indent, Node& out);

/// ` To compare, write {over: 2m}.` of `> 2m`, with a number behind the sign; else "". What opens a
/// block of text in YAML looks like a comparison. In braces it ends at a comma or bracket.
std::string comparison_advice(const Cursor& cursor, bool in_braces);

/// Whether `:` at the cursor stands for a value to come.
bool is_value_colon(const Cursor& cursor, std::size_t offset, bool in_braces);

}  // namespace assist::rules::yaml
