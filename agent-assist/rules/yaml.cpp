#include "rules/yaml.hpp"

#include <algorithm>
#include <map>
#include <unordered_set>

#include "rules/yaml_text.hpp"

namespace assist::rules::yaml {
namespace {

constexpr std::size_t kKeyBytes = 1024;  // of a key on its line (7.4.2)
constexpr std::size_t kShownBytes = 60;  // of a line in a message
constexpr std::size_t kItemKeys = 30;    // an item of a list hardly has more
constexpr std::size_t kLinearKeys = 8;   // a map this small needs no index of its keys

/// What a value stands behind, which decides what it may be.
enum class After : std::uint8_t { start, marker, dash, colon, properties };

/// Of the names that YAML allows (6.9.2) those that no expression begins with.
bool is_anchor_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

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

class Parser {
 public:
  Parser(const Source& source, Report& report, const Limits& limits)
      : report_(report), limits_(limits), c_{source.text()} {}

  Node document();

 private:
  /// A line that holds something, with the cursor's place moved to it.
  struct Line {
    std::size_t at = 0;
    int indent = 0;
    bool end = false;  // of the document
    std::size_t tab = std::string_view::npos;
  };
  struct Properties {
    std::string anchor;
    std::size_t anchor_at = 0;
    bool tagged = false;
    int column = -1;  // where they began
  };

  struct Anchor {
    std::optional<Node> scalar;  // nullopt: of a list or map
    std::size_t at = 0;
    bool used = false;
  };

  [[noreturn]] static void fail(std::size_t at, std::string text) {
    throw Fault{at, std::move(text)};
  }
  Line line();
  void check_indent(const Line& line) const;
  void end_line(const Node& before);
  int column(std::size_t offset) const { return static_cast<int>(offset - c_.line_start(offset)); }
  bool dash_at(std::size_t offset) const {
    return c_.at(offset) == '-' && c_.is_blank_or_break(offset + 1);
  }

  Node block_value(int indent, After after);
  Node value_below(int indent, After after, const Properties& properties, std::size_t from);
  Node value_here(int indent, After after, bool nested, Properties properties);
  Node list(int indent);
  Node item(int indent);
  void skip_item(int indent);
  Node map(int indent, Node key);
  Node entry_value(int indent, const Node& key, Node& map);
  static bool is_merge(const Node& key) { return key.is_plain() && key.text == "<<"; }
  static void refuse_merge(const Node& key) {
    if (is_merge(key))
      fail(key.begin, "Merge keys (<<) are not read. Write out what should stand here.");
  }
  bool next_key(int indent, Node& map, Node& key);
  void recover(const Fault& fault, std::size_t depth, std::size_t from);
  void skip_entry(int indent);
  Node map_key(int indent);
  Node scalar(int indent, bool in_braces);
  Node alias();
  void check_first(bool in_braces) const;
  void check_key(const Node& key) const;
  bool read_properties(Properties& properties, bool in_braces);
  void tag(bool in_braces);

  Node flow(int indent);
  Node flow_value(int indent);
  Node flow_list(int indent);
  Node flow_map(int indent);
  Node flow_pair(int indent, Node key, std::size_t colon);
  void flow_entry(int indent, Entry& entry);
  [[noreturn]] void refuse_colon(const Node& text) const;
  bool is_cut_by_comma(Entry& before, const Entry& entry);
  template <class Read>
  bool flow_part(int indent, char closing, const Node& of, Read read);
  std::optional<std::size_t> flow_part_end(int indent, char closing, std::size_t from) const;
  bool skip_line(int indent, std::size_t& at) const;
  bool skip_quoted(int indent, std::size_t& at) const;
  void flow_space(int indent, std::size_t opened);
  bool flow_next(int indent, char closing, Node& out);

  void add(Node& map, Entry entry);
  void remember(const Properties& properties, const Node& node);
  std::string shown(std::size_t from, std::size_t end) const;
  bool is_text_as_comment(std::size_t at) const;
  void refuse_comment(std::size_t at);
  void refuse_unused(std::string_view name, const Anchor& anchor);
  Node missing(std::size_t at) const;

  struct Nesting {
    explicit Nesting(Parser& p) : parser(p) {
      if (++parser.depth_ > parser.limits_.depth)
        fail(parser.c_.p, "This is nested too deeply (more than " +
                              std::to_string(parser.limits_.depth) + " levels).");
    }
    ~Nesting() { --parser.depth_; }
    Parser& parser;
  };

  Report& report_;
  const Limits& limits_;
  Cursor c_;
  std::size_t depth_ = 0;
  std::map<std::string, Anchor, std::less<>> anchors_;
  std::size_t alias_bytes_ = 0;
  bool told_of_aliases_ = false;
};

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
    fail(before.begin, std::string("There is text after ") + what + " (`" +
                           std::string(c_.s.substr(rest, 1)) +
                           "`...). Put the whole in quotes: 'like this'.");
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

/// Adds an entry. Duplicate keys are looked for in linear time.
void Parser::add(Node& map, Entry entry) {
  const Node& key = entry.key;
  if (key.is_plain() && is_null(key)) {
    report_.add(key.begin, "A key is missing here.");
  }
  map.entries.push_back(std::move(entry));
}

/// Marks anchors for later aliases.
void Parser::remember(const Properties& properties, const Node& node) {
  if (properties.anchor.empty()) return;
  const auto [found, fresh] = anchors_.try_emplace(properties.anchor);
  if (!fresh) refuse_unused(found->first, found->second);
  found->second = {node.is_scalar() ? std::optional(node) : std::nullopt, properties.anchor_at};
}

/// A text that was meant to begin with & has lost its beginning without a word. The anchor of a
/// list or map takes no text away.
void Parser::refuse_unused(std::string_view name, const Anchor& anchor) {
  if (anchor.used || !anchor.scalar || report_.is_full()) return;
  report_.add(anchor.at, "An unquoted & begins an anchor in YAML, and \"&" + std::string(name) +
                             "\" would be lost: nothing below uses it. Put the text in quotes.");
}

/// Anchor and tag at the cursor. False: a tag that was meant as a text; the line is skipped.
bool Parser::read_properties(Properties& out, bool in_braces) {
  bool anchored = false;
  for (;;) {
    if (c_.here() == '!') {
      if (out.tagged) fail(c_.p, "There are two tags here.");
      out.tagged = true;
      tag(in_braces);
      if (!in_braces && !c_.at_break() && c_.here() != '#') {
        while (!c_.at_break()) ++c_.p;
        c_.p = c_.after_break(c_.p);
        return false;
      }
    } else if (c_.here() == '&') {
      if (anchored) fail(c_.p, "There are two anchors here.");
      anchored = true;
      const std::size_t from = ++c_.p;
      while (!c_.is_blank_or_break(c_.p) &&
             std::string_view(",[]{}").find(c_.here()) == std::string_view::npos)
        ++c_.p;
      out.anchor = c_.s.substr(from, c_.p - from);
      out.anchor_at = from - 1;
      if (!is_anchor_name(out.anchor) || (!in_braces && !c_.is_blank_or_break(c_.p)))
        fail(from - 1, "A text that begins with & must be put in quotes: it is an anchor in YAML.");
    } else if (c_.here() == '*') {
      fail(c_.p, "An alias cannot have an anchor or tag of its own.");
    } else {
      return true;
    }
    c_.p = c_.skip_blanks(c_.p);
  }
}

/// A tag would swallow what it is written before.
void Parser::tag(bool in_braces) {
  const std::size_t from = c_.p;
  std::size_t end = from;
  while (!c_.is_break(end) &&
         !(in_braces && std::string_view(",]}").find(c_.at(end)) != std::string_view::npos))
    ++end;
  report_.add(from,
              "An unquoted ! begins a tag in YAML, and the text would be lost. If this is a "
              "condition, put it in quotes: \"" +
                  shown(from, end) + "\".");
  while (!c_.is_blank_or_break(c_.p) &&
         !(in_braces && std::string_view(",[]{}").find(c_.here()) != std::string_view::npos))
    ++c_.p;
  if (in_braces) throw Fault{from, ""};  // told already
}

Node Parser::alias() {
  Node out;
  out.begin = c_.p++;
  const std::size_t from = c_.p;
  while (!c_.is_blank_or_break(c_.p) &&
         std::string_view(",[]{}").find(c_.here()) == std::string_view::npos)
    ++c_.p;
  const auto name = c_.s.substr(from, c_.p - from);
  const auto anchor = anchors_.find(name);
  if (anchor == anchors_.end()) {
    fail(out.begin, "An unquoted * begins an alias in YAML, and nothing above is named \"" +
                        std::string(name) + "\". If this is text, put it in quotes.");
  }
  anchor->second.used = true;
  if (!anchor->second.scalar)
    fail(out.begin, "An alias can stand for a text or a number only: write the list or map out.");
  const Node& scalar = *anchor->second.scalar;
  alias_bytes_ += scalar.text.size() + 16;
  if (alias_bytes_ > limits_.alias_bytes)
    fail(out.begin, std::exchange(told_of_aliases_, true) ? "" : "There are too many aliases.");
  out.text = scalar.text;
  out.style = scalar.style;
  out.missing = scalar.missing;
  out.alias_of = scalar.begin;
  out.alias_end = scalar.end;
  out.end = c_.p;
  return out;
}

/// Characters that cannot begin an unquoted text (5.3).
void Parser::check_first(bool in_braces) const {
  const char k = c_.here();
  const auto refuse = [&](std::string why) {
    const std::string comparison = comparison_advice(c_, in_braces);
    fail(c_.p, "An unquoted text cannot begin with " + std::string(1, k) + why + "." +
                   (comparison.empty() ? " Put the text in quotes." : comparison));
  };
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

// Flow style: lists and maps in brackets.

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
  const bool number = is_number(value.text) && is_number(rest.text) && rest.begin == value.end + 1;
  const bool list = value.text.starts_with('(') && !value.text.ends_with(')');
  if (!number && !list) return false;
  if (!value.broken)
    report_.add(value.begin,
                number ? "In braces a comma ends the value. Write 1000 for 1,000, and 0.5 for 0,5."
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

/// The keys that stand in their map a second time, each at the second.
std::vector<const Node*> duplicates_of(const Node& map, std::unordered_set<std::string>& seen) {
  std::vector<const Node*> out;
  seen.clear();
  for (std::size_t i = 0; i < map.entries.size(); ++i) {
    const Node& key = map.entries[i].key;
    bool again = false;
    if (map.entries.size() > kLinearKeys) {
      again = !seen.insert(key.text).second;
    } else {
      for (std::size_t k = 0; k < i; ++k) again |= map.entries[k].key.text == key.text;
    }
    if (again && !key.missing) out.push_back(&key);
  }
  return out;
}

/// Whether the map begins anew in its midst, with the key that it begins with: two items of a list,
/// the second without its dash.
bool lacks_dash(const Node& map, const std::vector<const Node*>& duplicates) {
  if (duplicates.size() < 2 || map.in_braces) return false;
  const std::size_t last = std::min(map.entries.size(), kItemKeys) - 1;
  return duplicates[0]->text == map.entries[0].key.text &&
         duplicates[1]->text != duplicates[0]->text &&
         duplicates[0]->begin <= map.entries[last].key.begin;
}

/// Tells each key that stands twice, at the second.
void report_duplicates(const Node& node, Report& report, std::unordered_set<std::string>& seen) {
  if (node.is_map()) {
    const auto duplicates = duplicates_of(node, seen);
    if (lacks_dash(node, duplicates)) {
      const Node& key = *duplicates[0];
      report.add(key.begin, "\"" + key.text + "\" stands twice in this map (first in line " +
                                std::to_string(report.source().place(node.begin).line) +
                                "), and so do keys below it. Is a dash missing before this one?");
    } else {
      for (const Node* key : duplicates)
        report.add(key->begin,
                   "\"" + key->text + "\" stands twice in this map; one would be lost.");
    }
  }
  for (const Node& item : node.items) report_duplicates(item, report, seen);
  for (const Entry& entry : node.entries) report_duplicates(entry.value, report, seen);
}

}  // namespace

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
    Node root = Parser(source, report, limits).document();
    std::unordered_set<std::string> seen;
    report_duplicates(root, report, seen);
    return root;
  } catch (const Fault& fault) {
    if (!fault.text.empty()) report.add(fault.at, fault.text);
    return std::nullopt;
  }
}

}  // namespace assist::rules::yaml
