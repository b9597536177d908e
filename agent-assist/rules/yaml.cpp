#include "rules/yaml.hpp"

#include <algorithm>

#include "rules/conflicts.hpp"
#include "rules/yaml_parser.hpp"

namespace assist::rules::yaml {
namespace {

constexpr std::size_t kShownBytes = 60;  // of a line in a message

/// Of a key that was meant as the first of an item, with a dash that YAML takes as a part of it:
/// `-id`, or a longer dash and a space. The bytes of that dash; else 0.
std::size_t dash_of(std::string_view key) {
  const auto letter = [key](std::size_t at) {
    return at < key.size() && ((key[at] >= 'a' && key[at] <= 'z') || key[at] == '_');
  };
  for (const std::string_view dash : {"\u2013", "\u2014", "\u2212", "\u2022"})
    if (key.starts_with(dash) && key.substr(dash.size()).starts_with(' ')) return dash.size();
  return key.starts_with('-') && letter(1) ? 1 : 0;
}

}  // namespace

Node Parser::missing(std::size_t at) const {
  Node node;
  node.missing = true;
  node.begin = node.end = at;
  return node;
}

/// Moves over empty lines and comments. The cursor must be at the start of a line.
Parser::Line Parser::line() {
  for (;;) {
    const std::size_t text = c_.skip_blanks(c_.p);
    if (text >= c_.s.size()) return {text, 0, true};
    if (c_.at(text) == '#') {
      c_.p = text;
      while (!c_.at_break()) ++c_.p;
      c_.p = c_.after_break(c_.p);
    } else if (c_.is_break(text)) {
      c_.p = c_.after_break(text);
    } else {
      if (c_.is_marker(c_.p)) return {c_.p, 0, true};
      const std::size_t spaces = c_.skip_spaces(c_.p);
      return {text, static_cast<int>(spaces - c_.p), false,
              spaces < text ? spaces : std::string_view::npos};
    }
  }
}

/// What looks like indentation and is none.
void Parser::check_indent(const Line& line) const {
  if (line.end) return;
  if (line.tab != std::string_view::npos) fail(line.tab, "Tabs cannot indent in YAML. Use spaces.");
  constexpr std::string_view kOddSpaces[] = {"\xC2\xA0",     "\xE2\x80\x82", "\xE2\x80\x83",
                                             "\xE2\x80\x89", "\xE2\x80\xAF", "\xE3\x80\x80"};
  for (const std::string_view space : kOddSpaces) {
    if (c_.s.substr(line.at).starts_with(space))
      fail(line.at,
           "This line begins with a space of another kind (a no-break space, say), which cannot "
           "indent. Use plain spaces.");
  }
}

/// The rest of the line holds nothing but a comment.
void Parser::end_line(const Node& before) {
  const std::size_t rest = c_.skip_blanks(c_.p);
  if (c_.at(rest) == '#' && rest > 0 && is_blank(c_.at(rest - 1))) {
    c_.p = rest;
    while (!c_.at_break()) ++c_.p;
  } else if (!c_.is_break(rest)) {
    if (before.is_scalar() && before.style == Style::plain)
      fail(rest, "This cannot stand here. Put the text in quotes.");
    if (!before.is_scalar() && (c_.at(rest) == '}' || c_.at(rest) == ']'))
      fail(rest,
           std::string("There is one ") + c_.at(rest) + " too many: this one closes nothing.");
    const char* what = before.is_scalar() ? "the closing quote"
                       : before.is_list() ? "the closing bracket"
                                          : "the closing brace";
    const bool single = before.is_scalar() && before.style == Style::single_quoted;
    const char other = single ? '"' : '\'';
    std::size_t end = before.begin;
    while (!c_.is_break(end) && c_.at(end) != other) ++end;
    const char* advice = c_.is_break(end)
                             ? (single ? "Put the whole in double quotes: \"like this\"."
                                       : "Put the whole in single quotes: 'like this'.")
                         : single ? "Inside single quotes write '' for a '."
                                  : "Inside double quotes write \\\" for a \".";
    fail(before.begin, std::string("There is text after ") + what + " (`" +
                           std::string(c_.s.substr(rest, 1)) + "`...). " + advice);
  } else {
    c_.p = rest;
  }
  c_.p = c_.after_break(c_.p);
}

Node Parser::document() {
  if (c_.s.starts_with("\xEF\xBB\xBF")) c_.p = c_.first = 3;
  Line first = line();
  if (!first.end && c_.at(first.at) == '%' && first.indent == 0)
    fail(first.at, "A line cannot begin with %. (Directives of YAML have no use here.)");
  Node root;
  const bool marked = first.end && c_.s.substr(std::min(first.at, c_.s.size()), 3) == "---";
  if (marked) c_.p += 3;
  root = block_value(-1, marked ? After::marker : After::start);
  Line rest = line();
  if (!rest.end) fail(rest.at, "This is not indented as a part of what stands above it.");
  if (c_.s.substr(std::min(rest.at, c_.s.size()), 3) == "...") {
    c_.p = rest.at + 3;
    end_line(missing(rest.at));
    rest = line();
    if (!rest.end) fail(rest.at, "There is text after the end of the document.");
  }
  if (rest.at < c_.s.size())
    fail(rest.at, "A file holds one document: what follows this line would be lost.");
  for (const auto& [name, anchor] : anchors_) refuse_unused(name, anchor);
  return root;
}

/// A value of a map or list in a block. The cursor is behind the colon or dash; it is left at the
/// start of a line.
Node Parser::block_value(int indent, After after) {
  const Nesting nesting(*this);
  const std::size_t from = c_.p;
  if (after == After::start) return value_below(indent, after, {}, from);
  const std::size_t text = c_.skip_blanks(c_.p);
  const bool tab = c_.s.substr(c_.p, text - c_.p).find('\t') != std::string_view::npos;
  if (c_.is_break(text) || (c_.at(text) == '#' && text > c_.p)) {
    c_.p = text;
    end_line(missing(from));
    Node below = value_below(indent, after, {}, from);
    if (below.missing && is_text_as_comment(text)) {
      refuse_comment(text);
      below.broken = true;
    }
    return below;
  }
  c_.p = text;
  return value_here(indent, after, after == After::dash && !tab, {});
}

/// What stands in the file, for a message: cut where it is long, and without blanks at its end.
std::string Parser::shown(std::size_t from, std::size_t end) const {
  const auto in_character = [this](std::size_t at) {
    return (static_cast<unsigned char>(c_.at(at)) & 0xC0) == 0x80;
  };
  if (end - from > kShownBytes) {
    end = from + kShownBytes;
    while (in_character(end)) --end;
  }
  while (end > from && is_blank(c_.at(end - 1))) --end;
  return std::string(c_.s.substr(from, end - from));
}

/// `#1 tip`: who writes a comment leaves a space behind its #.
bool Parser::is_text_as_comment(std::size_t at) const {
  return c_.at(at) == '#' && c_.at(at + 1) != '#' && !c_.is_blank_or_break(at + 1);
}

/// Of a value that is lost so.
void Parser::refuse_comment(std::size_t at) {
  std::size_t end = at;
  while (!c_.is_break(end)) ++end;
  if (!report_.is_full())
    report_.add(at, "YAML takes \"" + shown(at, end) +
                        "\" as a comment, and no value is left. Put the text in quotes.");
}

Node Parser::value_below(int indent, After after, const Properties& properties, std::size_t from) {
  const Line l = line();
  check_indent(l);
  const bool list_of_key = after == After::colon && l.indent == indent && dash_at(l.at);
  if (l.end || (l.indent <= indent && !list_of_key)) {
    Node none = missing(from);
    remember(properties, none);
    return none;
  }
  c_.p = l.at;
  return value_here(indent, After::start, true, properties);
}

/// The value whose first character is at the cursor. `nested`: a list or map may begin on this
/// line.
Node Parser::value_here(int indent, After after, bool nested, Properties properties) {
  const int start =
      properties.column >= 0 && after == After::properties ? properties.column : column(c_.p);
  const bool had = !properties.anchor.empty() || properties.tagged;
  if (c_.here() == '&' || c_.here() == '!') {
    if (had) fail(c_.p, "There are anchors or tags on two lines here.");
    Properties own;
    own.column = start;
    const std::size_t from = c_.p;
    if (!read_properties(own, false)) {  // an unquoted condition, already reported
      Node broken = missing(from);
      broken.broken = true;
      return broken;
    }
    if (c_.at_break() || c_.here() == '#') {
      end_line(missing(c_.p));
      Node below =
          value_below(indent, after == After::colon ? After::colon : After::start, own, from);
      below.broken = own.tagged;  // the tag was told
      return below;
    }
    return value_here(indent, After::properties, nested, own);
  }
  if (dash_at(c_.p)) {
    if (!nested || after == After::properties)
      fail(c_.p, "A list begins on a line of its own: put this item on the next line.");
    Node out = list(column(c_.p));
    remember(properties, out);
    // What stands between this list and what holds it may be keys of its last item: it is told.
    const Line rest = line();
    if (!rest.end && rest.indent > indent) out.items.back().incomplete = true;
    return out;
  }
  const std::size_t begin = c_.p;
  const char k = c_.here();
  if (k == '|' || k == '>') {
    Node out;
    read_block_scalar(c_, indent, out);
    remember(properties, out);
    return out;
  }
  Node out = k == '[' || k == '{' ? flow(indent) : scalar(indent, false);
  const std::size_t colon = c_.skip_blanks(c_.p);
  if (!is_value_colon(c_, colon, false)) {
    remember(properties, out);
    end_line(out);
    return out;
  }
  if (!out.is_scalar()) fail(begin, "A key is text: lists and maps cannot be keys.");
  if (!nested) {
    fail(begin, after == After::colon || after == After::properties
                    ? "There is a colon with a space behind it in this unquoted text, or a map on "
                      "the line of its key. Put the text in quotes, or the map on the next line."
                    : "A map begins on a line of its own.");
  }
  check_key(out);
  c_.p = colon + 1;
  if (properties.column >= 0 && after == After::properties) remember(properties, out);
  Node result = map(start, std::move(out));
  if (after != After::properties) remember(properties, result);
  return result;
}

Node Parser::list(int indent) {
  Node out;
  out.kind = Node::Kind::list;
  out.begin = c_.p;
  for (;;) {
    out.items.push_back(item(indent));
    out.end = out.items.back().end;
    const Line l = line();
    check_indent(l);
    if (l.end || l.indent < indent) return out;
    if (l.indent > indent)
      fail(l.at, "This is indented more than the items of the list that it follows.");
    if (!dash_at(l.at)) return out;  // whoever holds this list says what may come here
    c_.p = l.at;
  }
}

/// One item of a list, with the cursor at its dash. What cannot be read ends with the item, so that
/// what is wrong in the next ones is told as well.
Node Parser::item(int indent) {
  const std::size_t dash = c_.p++;
  const std::size_t depth = depth_;
  try {
    Node out = block_value(indent, After::dash);
    if (out.missing) out.begin = out.end = dash;
    return out;
  } catch (const Fault& fault) {
    recover(fault, depth, dash);
    skip_item(indent);
    Node broken = missing(dash);
    broken.broken = true;
    broken.end = c_.p;
    return broken;
  }
}

/// Tells what is wrong. Reading goes on behind it, and not before `from`.
void Parser::recover(const Fault& fault, std::size_t depth, std::size_t from) {
  if (report_.is_full()) throw fault;  // nobody would read on
  if (!fault.text.empty()) report_.add(fault.at, fault.text);
  depth_ = depth;  // one level too deep is counted, and not left
  c_.p = std::max(fault.at, from);
}

/// Moves to the next line on which an item of this list, or something outside it, may begin.
void Parser::skip_item(int indent) {
  do {
    while (!c_.at_break()) ++c_.p;
    c_.p = c_.after_break(c_.p);
    const Line l = line();
    if (l.end || l.indent < indent || (l.indent == indent && dash_at(l.at))) return;
  } while (!c_.at_end());
}

/// The map whose first key is read, with the cursor behind its colon.
Node Parser::map(int indent, Node key) {
  Node out;
  out.kind = Node::Kind::map;
  out.begin = key.begin;
  for (;;) {
    Entry entry{std::move(key), {}};
    entry.value = entry_value(indent, entry.key, out);
    out.end = entry.value.end;
    add(out, std::move(entry));
    if (!next_key(indent, out, key)) return out;
  }
}

/// What cannot be read ends with the entry, so that what is wrong in the next ones is told as well.
/// Where it took lines below its key with it, these may have held other keys of `map`.
Node Parser::entry_value(int indent, const Node& key, Node& map) {
  const std::size_t depth = depth_;
  const std::size_t from = c_.p;
  try {
    refuse_merge(key);
    return block_value(indent, After::colon);
  } catch (const Fault& fault) {
    recover(fault, depth, key.begin);
    map.incomplete |= is_merge(key) || c_.line_start(c_.p) != c_.line_start(key.begin);
    skip_entry(indent);
    Node broken = missing(from);
    broken.broken = true;
    broken.end = c_.p;
    return broken;
  }
}

/// Whether a further key of `map` follows. A line that is none leaves the map incomplete: what it
/// says is not known in whole.
bool Parser::next_key(int indent, Node& map, Node& key) {
  for (;;) {
    const std::size_t depth = depth_;
    const std::size_t from = c_.p;
    try {
      const Line l = line();
      check_indent(l);
      if (l.end || l.indent < indent) return false;
      if (l.indent > indent)
        fail(l.at, "This is indented more than the keys of the map that it follows.");
      c_.p = l.at;
      key = map_key(indent);
      return true;
    } catch (const Fault& fault) {
      recover(fault, depth, from);
      skip_entry(indent);
      map.incomplete = true;
      map.end = c_.p;
    }
  }
}

/// Moves to the next line on which a key of this map, or something outside it, may begin.
void Parser::skip_entry(int indent) {
  do {
    while (!c_.at_break()) ++c_.p;
    c_.p = c_.after_break(c_.p);
    const Line l = line();
    if (l.end || l.indent < indent || (l.indent == indent && !dash_at(l.at))) return;
  } while (!c_.at_end());
}

Node Parser::map_key(int indent) {
  if (dash_at(c_.p)) fail(c_.p, "There is an item of a list where a key is due.");
  if (c_.here() == '[' || c_.here() == '{')
    fail(c_.p, "A key is text: lists and maps cannot be keys.");
  Properties properties;
  if (c_.here() == '&' || c_.here() == '!') {
    if (!read_properties(properties, false) || c_.at_break()) fail(c_.p, "A key is due here.");
  }
  Node key = scalar(indent, false);
  const std::size_t colon = c_.skip_blanks(c_.p);
  if (!is_value_colon(c_, colon, false)) {
    fail(key.begin,
         "This is no key: a colon and a space are missing behind it, or the line is not indented "
         "as a part of the text above it.");
  }
  check_key(key);
  remember(properties, key);
  c_.p = colon + 1;
  return key;
}

void Parser::check_key(const Node& key) const {
  const auto text = c_.s.substr(key.begin, key.end - key.begin);
  if (const std::size_t dash = dash_of(text); dash != 0)
    fail(key.begin, dash == 1 ? "A space is missing behind this dash: write - " +
                                    std::string(text.substr(dash)) + "."
                              : "An item of a list begins with a plain dash: write - instead of " +
                                    std::string(text.substr(0, dash)) + ".");
  if (text.find('\n') != std::string_view::npos) fail(key.begin, "A key stands on one line.");
  if (text.size() > kKeyBytes) fail(key.begin, "This key is longer than 1024 characters.");
}

/// Adds an entry. Whether its key is there already is looked for in the end.
void Parser::add(Node& map, Entry entry) {
  const Node& key = entry.key;
  if (key.is_plain() && is_null(key)) {
    report_.add(key.begin, "A key is missing here.");
  }
  map.entries.push_back(std::move(entry));
}

/// Characters that cannot begin an unquoted text (5.3).
void Parser::check_first(bool in_braces) const {
  const char k = c_.here();
  const auto refuse = [&](std::string why) {
    const std::string comparison = comparison_advice(c_, in_braces);
    fail(c_.p, "An unquoted text cannot begin with " + std::string(1, k) + why + "." +
                   (comparison.empty() ? " Put the text in quotes." : comparison));
  };
  if (c_.s.substr(c_.p).starts_with("```"))
    fail(c_.p, "This is left of a page that the text was copied from. Delete each line with ```.");
  if (std::string_view("@`%").find(k) != std::string_view::npos) refuse("");
  if (std::string_view("|>").find(k) != std::string_view::npos) refuse(" in braces");
  if (std::string_view("]},").find(k) != std::string_view::npos) refuse("");
  if (k == '#') fail(c_.p, "A comment (#) wants a space before it; a text with # wants quotes.");
  const bool alone =
      c_.is_blank_or_break(c_.p + 1) ||
      (in_braces && std::string_view(",[]{}").find(c_.at(c_.p + 1)) != std::string_view::npos);
  if (k == '?' && alone) fail(c_.p, "A key is one line of text: `? ` has no use here.");
  if (k == '-' && alone)
    fail(c_.p, "A list item (- ) cannot stand here. If this is text, put it in quotes.");
  if (k == ':' && alone) fail(c_.p, "A key is missing before this colon.");
}

Node Parser::scalar(int indent, bool in_braces) {
  Node out;
  const char k = c_.here();
  if (k == '"') {
    read_double_quoted(c_, indent, out);
  } else if (k == '\'') {
    read_single_quoted(c_, indent, out);
  } else if (k == '*') {
    out = alias();
  } else {
    check_first(in_braces);
    read_plain(c_, indent, in_braces, out);
  }
  return out;
}

std::size_t Node::in_file(std::size_t offset) const {
  const auto after =
      std::upper_bound(runs.begin(), runs.end(), offset,
                       [](std::size_t o, const Run& run) { return o < run.decoded; });
  if (after == runs.begin()) return begin;
  const Run& run = *(after - 1);
  const std::size_t next = after == runs.end() ? end : after->file;
  return std::min(run.file + (offset - run.decoded), std::max(next, run.file));
}

std::optional<Node> read(const Source& source, Report& report, const Limits& limits) {
  if (source.text().size() > limits.file_bytes) {
    report.add(0, "This file is too large (more than " + std::to_string(limits.file_bytes >> 20) +
                      " MiB).");
    return std::nullopt;
  }
  if (const auto fault = check_characters(source.text())) {
    report.add(fault->at, fault->text);
    return std::nullopt;
  }
  // Faults are thrown across the recursion of the parser, and caught here and in Parser::item().
  try {
    const auto chosen = without_conflicts(source, report);
    Node root = Parser(chosen ? *chosen : source.text(), report, limits).document();
    root.incomplete |= chosen.has_value();
    report_duplicates(root, report);
    return root;
  } catch (const Fault& fault) {
    if (!fault.text.empty()) report.add(fault.at, fault.text);
    return std::nullopt;
  }
}

}  // namespace assist::rules::yaml
