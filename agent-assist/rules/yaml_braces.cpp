#include <algorithm>

#include "rules/yaml_parser.hpp"

/// Lists and maps in brackets and braces (flow style, 7.4).
namespace assist::rules::yaml {

/// Blanks, line breaks and comments inside brackets.
void Parser::flow_space(int indent, std::size_t opened) {
  for (;;) {
    const std::size_t text = c_.skip_blanks(c_.p);
    const bool line_start = c_.p == c_.first || c_.at(c_.p - 1) == '\n';
    if (c_.at(text) == '#' && text < c_.s.size() && (text > c_.p || line_start)) {
      c_.p = text;
      while (!c_.at_break()) ++c_.p;
    } else {
      c_.p = text;
    }
    if (c_.at_end())
      fail(opened, std::string("The ") + (c_.at(opened) == '[' ? "bracket" : "brace") +
                       " that opens here is never closed.");
    if (!c_.at_break()) return;
    c_.p = c_.after_break(c_.p);
    const std::size_t next = c_.skip_blanks(c_.p);
    if (c_.is_break(next) || c_.at(next) == '#') continue;
    const bool outside =
        c_.is_marker(c_.p) || static_cast<int>(c_.skip_spaces(c_.p) - c_.p) <= indent;
    if (outside && c_.at(next) == (c_.at(opened) == '[' ? ']' : '}'))
      throw Fault{next,
                  std::string("Indent this closing ") + c_.at(next) +
                      " further than the key of what it closes.",
                  true};
    if (outside)
      fail(opened, std::string("The ") + (c_.at(opened) == '[' ? "bracket" : "brace") +
                       " that opens here is not closed, and the next line is not indented as a "
                       "part of it.");
  }
}

Node Parser::flow(int indent) {
  const Nesting nesting(*this);
  return c_.here() == '[' ? flow_list(indent) : flow_map(indent);
}

/// Whether a further item follows; else the closing bracket is read.
bool Parser::flow_next(int indent, char closing, Node& out) {
  flow_space(indent, out.begin);
  const bool first = out.items.empty() && out.entries.empty();
  if (!first && c_.here() == ',') {
    ++c_.p;
    flow_space(indent, out.begin);
  } else if (!first && c_.here() != closing) {
    fail(c_.p, std::string("A comma or ") + closing +
                   " is due here. If this belongs to the text before it, put that in quotes.");
  }
  if (c_.here() == closing) {
    out.end = ++c_.p;
    return false;
  }
  if (c_.here() != ',') return true;
  report_.add(c_.p, "There is nothing before this comma.");
  while (c_.here() == ',') {
    ++c_.p;
    flow_space(indent, out.begin);
  }
  if (c_.here() != closing) return true;
  out.end = ++c_.p;
  return false;
}

/// Reads what stands up to the next comma or the closing bracket. False: it cannot be read, which
/// is told, and reading goes on behind it, so that what is wrong in the next parts is told as well.
template <class Read>
bool Parser::flow_part(int indent, char closing, const Node& of, Read read) {
  const std::size_t depth = depth_;
  const std::size_t from = c_.p;
  try {
    read();
    flow_space(indent, of.begin);
    if (c_.here() == ',' || c_.here() == closing) return true;
    fail(c_.p, std::string("A comma or ") + closing +
                   " is due here. If this belongs to the text before it, put that in quotes.");
  } catch (const Fault& fault) {
    if (fault.open_to_the_end) throw;
    const auto end = flow_part_end(indent, closing, from);
    // A bracket or quote is not closed: nobody knows what is meant to be inside, nor outside it.
    if (!end) throw Fault{fault.at, fault.text, true};
    recover(fault, depth, from);
    c_.p = *end;
    return false;
  }
}

/// Where the part of a list or map in brackets that begins at `from` ends: at a comma, or at what
/// closes the list or map. nullopt: neither comes before the lines that are no part of it.
std::optional<std::size_t> Parser::flow_part_end(int indent, char closing, std::size_t from) const {
  std::string open;         // what closes the brackets inside
  bool value_start = true;  // a quote begins a quoted text here
  for (std::size_t at = from; at < c_.s.size();) {
    const char k = c_.at(at);
    if (c_.is_break(at) || (k == '#' && at > 0 && is_blank(c_.at(at - 1)))) {
      if (!skip_line(indent, at)) return std::nullopt;
      continue;
    }
    if (value_start && (k == '"' || k == '\'')) {
      if (!skip_quoted(indent, at)) return std::nullopt;
      value_start = false;
      continue;
    }
    if (open.empty() && (k == ',' || k == closing)) return at;
    if (k == '[' || k == '{' || k == '(') {
      open += k == '[' ? ']' : k == '{' ? '}' : ')';
    } else if (!open.empty() && k == open.back()) {
      open.pop_back();
    } else if (k == ']' || k == '}') {
      return std::nullopt;
    }
    const bool colon = k == ':' && c_.is_blank_or_break(at + 1);
    value_start = colon || k == ',' || k == '[' || k == '{' || (value_start && is_blank(k));
    ++at;
  }
  return std::nullopt;
}

/// Moves to the start of the next line. False: it is no part of what is indented more than
/// `indent`.
bool Parser::skip_line(int indent, std::size_t& at) const {
  while (!c_.is_break(at)) ++at;
  at = c_.after_break(at);
  const std::size_t text = c_.skip_blanks(at);
  if (text >= c_.s.size()) return false;
  if (c_.is_break(text) || c_.at(text) == '#') return true;
  return !c_.is_marker(at) && static_cast<int>(c_.skip_spaces(at) - at) > indent;
}

/// Moves behind the quoted text that begins here. False: it is not closed.
bool Parser::skip_quoted(int indent, std::size_t& at) const {
  const char quote = c_.at(at++);
  while (at < c_.s.size()) {
    if (c_.is_break(at)) {
      if (!skip_line(indent, at)) return false;
    } else if (quote == '"' && c_.at(at) == '\\') {
      at += 2;
    } else if (c_.at(at++) == quote) {
      if (quote == '"' || c_.at(at) != quote) return true;
      ++at;
    }
  }
  return false;
}

Node Parser::flow_value(int indent) {
  Properties properties;
  if (c_.here() == '&' || c_.here() == '!') {
    const std::size_t from = c_.p;
    read_properties(properties, true);
    if (c_.at_break() || c_.here() == '#') flow_space(indent, from);
    if (std::string_view(",]}").find(c_.here()) != std::string_view::npos) {
      Node none = missing(c_.p);
      remember(properties, none);
      return none;
    }
  }
  Node out = c_.here() == '[' || c_.here() == '{' ? flow(indent) : scalar(indent, true);
  remember(properties, out);
  return out;
}

Node Parser::flow_list(int indent) {
  Node out;
  out.kind = Node::Kind::list;
  out.in_braces = true;
  out.begin = c_.p++;
  while (flow_next(indent, ']', out)) {
    Node item = missing(c_.p);
    const bool good = flow_part(indent, ']', out, [&] {
      item = flow_value(indent);
      const std::size_t colon = c_.skip_blanks(c_.p);
      if (is_value_colon(c_, colon, true) || (!item.is_plain() && c_.at(colon) == ':'))
        item = flow_pair(indent, std::move(item), colon);
    });
    item.broken |= !good;
    out.items.push_back(std::move(item));
  }
  return out;
}

/// `[key: value]`: a map of one entry without braces (7.4.1), whose colon is on the key's line.
Node Parser::flow_pair(int indent, Node key, std::size_t colon) {
  if (!key.is_scalar()) fail(key.begin, "A key is text: lists and maps cannot be keys.");
  check_key(key);
  Node out;
  out.kind = Node::Kind::map;
  out.in_braces = true;
  out.begin = key.begin;
  c_.p = colon + 1;
  flow_space(indent, out.begin);
  Entry entry{std::move(key), missing(c_.p)};
  if (std::string_view(",]").find(c_.here()) == std::string_view::npos)
    entry.value = flow_value(indent);
  out.end = c_.p;
  add(out, std::move(entry));
  return out;
}

/// The text in braces goes on with a colon: it is one that wants quotes, a map without braces, or
/// the next key without a comma before it.
void Parser::refuse_colon(const Node& text) const {
  constexpr const char* kColon = "There is a colon with a space behind it in this unquoted text. ";
  const std::size_t blank = text.text.rfind(' ');
  if (blank != std::string::npos) {
    const std::string key = text.text.substr(blank + 1);
    fail(text.in_file(blank + 1), std::string(kColon) + "Is a comma missing before \"" + key +
                                      "\"? Else put the text in quotes.");
  }
  std::size_t end = c_.p;
  while (!c_.is_break(end) && std::string_view(",[]{}").find(c_.at(end)) == std::string_view::npos)
    ++end;
  fail(text.begin, std::string(kColon) +
                       "Put the text in quotes, or a map in braces of its own: {" +
                       shown(text.begin, end) + "}.");
}

/// The key is filled in first: what is wrong with its value leaves it known.
void Parser::flow_entry(int indent, Entry& entry) {
  if (c_.here() == '[' || c_.here() == '{')
    fail(c_.p, "A key is text: lists and maps cannot be keys.");
  entry.key = flow_value(indent);
  const bool quoted = !entry.key.is_plain();
  const std::size_t opened = entry.key.begin;
  const std::size_t key_end = c_.p;
  flow_space(indent, opened);
  if (c_.here() != ':' || (!quoted && !is_value_colon(c_, c_.p, true))) {
    c_.p = key_end;
    return;
  }
  if (entry.key.text.size() > kKeyBytes) fail(opened, "This key is longer than 1024 characters.");
  refuse_merge(entry.key);
  ++c_.p;
  flow_space(indent, opened);
  if (std::string_view(",}").find(c_.here()) == std::string_view::npos) {
    if (c_.here() == ']') fail(c_.p, "This bracket closes nothing.");
    entry.value = flow_value(indent);
    if (entry.value.is_plain() && is_value_colon(c_, c_.skip_blanks(c_.p), true))
      refuse_colon(entry.value);
  } else {
    entry.value = missing(c_.p);
  }
}

/// Told, once: `entry` is no key, but what a comma cut off the value before it, of a number (1,000)
/// or of a list in the wrong brackets: (a, b).
bool Parser::is_cut_by_comma(Entry& before, const Entry& entry) {
  Node& value = before.value;
  const Node& rest = entry.key;
  if (!entry.value.missing || !value.is_plain() || !rest.is_plain() || rest.missing) return false;
  const auto is_number = [](std::string_view text) {
    return !text.empty() && text.find_first_not_of("+-.0123456789") == std::string_view::npos;
  };
  const std::string_view digits =
      std::string_view(rest.text).substr(0, rest.text.find_last_of("0123456789") + 1);
  const std::string_view unit = std::string_view(rest.text).substr(digits.size());
  const bool length =
      !unit.empty() && std::string_view("smhd").find(unit) != std::string_view::npos;
  const bool number = is_number(value.text) && is_number(digits) && (unit.empty() || length) &&
                      rest.begin == value.end + 1;
  const bool list = value.text.starts_with('(') && !value.text.ends_with(')');
  if (!number && !list) return false;
  if (!value.broken)
    report_.add(value.begin,
                number ? length ? "In braces a comma ends the value, and a length of time has no "
                                  "fraction. Write 1h30m for 1,5h."
                                : "In braces a comma ends the value. Write 1000 for 1,000, and 0.5 "
                                  "for 0,5."
                       : "The items of a list stand in brackets: [first, second].");
  value.broken = true;
  if (list && rest.text.ends_with(')')) value.text += ')';
  return true;
}

Node Parser::flow_map(int indent) {
  Node out;
  out.kind = Node::Kind::map;
  out.in_braces = true;
  out.begin = c_.p++;
  while (flow_next(indent, '}', out)) {
    Entry entry{missing(c_.p), missing(c_.p)};
    const bool good = flow_part(indent, '}', out, [&] { flow_entry(indent, entry); });
    entry.value.broken |= !good;
    if (!out.entries.empty() && is_cut_by_comma(out.entries.back(), entry)) continue;
    out.incomplete |= is_merge(entry.key);
    if (good || !entry.key.missing) {
      add(out, std::move(entry));
    } else {
      out.incomplete = true;  // what it says is not known in whole
    }
  }
  return out;
}

}  // namespace assist::rules::yaml
