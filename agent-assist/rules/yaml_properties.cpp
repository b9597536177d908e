#include <algorithm>

#include "rules/yaml_parser.hpp"

/// Anchors, tags and aliases (6.9, 7.1): what texts become that begin with &, ! and *.
namespace assist::rules::yaml {
namespace {

/// Of the names that YAML allows (6.9.2) those that no expression begins with.
bool is_anchor_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

}  // namespace

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
  if (name.empty() && is_blank(c_.here()))
    fail(out.begin, "An item of a list begins with a dash: write - instead of *.");
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

}  // namespace assist::rules::yaml
