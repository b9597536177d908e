#include <algorithm>
#include <set>

#include "facts/vocabulary.hpp"
#include "rules/condition.hpp"

/// Texts with `${ EXPRESSION }` in them.
namespace assist::rules {
namespace {

using yaml::Node;

/// Past a string literal of the expression language that begins at `at`.
std::size_t after_text(std::string_view s, std::size_t at) {
  const char quote = s[at];
  const bool raw = at > 0 && (s[at - 1] == 'r' || s[at - 1] == 'R');
  const std::string three(3, quote);
  const std::size_t length = s.substr(at).starts_with(three) ? 3 : 1;
  const std::string_view close = s.substr(at, length);
  for (at += length; at < s.size(); ++at) {
    if (s[at] == '\\' && !raw) {
      ++at;
    } else if (s.substr(at).starts_with(close)) {
      return at + length;
    }
  }
  return s.size();
}

char closing(char bracket) { return bracket == '(' ? ')' : bracket == '[' ? ']' : '}'; }

/// The first `}` outside quotes and brackets, from `at` on. nullopt: there is none; then `unclosed`
/// is the bracket that hides it, if one does.
std::optional<std::size_t> closing_brace(std::string_view s, std::size_t at,
                                         std::optional<std::size_t>& unclosed) {
  std::vector<std::size_t> open;
  while (at < s.size()) {
    const char c = s[at];
    if (c == '"' || c == '\'') {
      at = after_text(s, at);
      continue;
    }
    if (c == '}' && open.empty()) return at;
    if (c == '(' || c == '[' || c == '{') open.push_back(at);
    if ((c == ')' || c == ']' || c == '}') && !open.empty()) {
      // Of `${ (call.id }` the brace closes the wrong one.
      if (closing(s[open.back()]) != c && !unclosed) unclosed = open.back();
      open.pop_back();
    }
    ++at;
  }
  if (!unclosed && !open.empty()) unclosed = open.back();
  return std::nullopt;
}

bool can_be_written(const cel::Type& type) {
  using Of = cel::Type::Of;
  for (const Of of : {Of::dyn, Of::string_, Of::int_, Of::uint_, Of::double_, Of::bool_,
                      Of::duration_, Of::timestamp_})
    if (type.is(of)) return true;
  return false;
}

class TemplateReader {
 public:
  TemplateReader(Reader& reader, const Node& node, const Names& names)
      : reader_(reader), node_(node), names_(names), s_(node.text) {}

  std::optional<Text> read() {
    std::size_t at = 0;
    while (at < s_.size()) {
      if (s_.substr(at).starts_with("$${")) {
        literal_ += "${";
        at += 3;
      } else if (s_.substr(at).starts_with("${")) {
        at = expression(at);
      } else if (const std::size_t end = placeholder(at); end > at) {
        at = end;
      } else {
        literal_ += s_[at++];
      }
    }
    end_literal();
    if (!good_) return std::nullopt;
    std::sort(text_.situations.begin(), text_.situations.end());
    text_.situations.erase(std::unique(text_.situations.begin(), text_.situations.end()),
                           text_.situations.end());
    return std::move(text_);
  }

 private:
  void end_literal() {
    if (!literal_.empty()) text_.parts.push_back({std::move(literal_), std::nullopt});
    literal_.clear();
  }

  void fail(std::size_t at, std::string text) {
    reader_.error(node_.in_file(at), std::move(text));
    good_ = false;
  }

  /// Reads the expression that opens at `at`; returns where the text goes on.
  std::size_t expression(std::size_t at) {
    const std::size_t begin = at + 2;
    std::optional<std::size_t> unclosed;
    const auto brace = closing_brace(s_, begin, unclosed);
    if (!brace) {
      const std::string opening = unclosed ? std::string(1, s_[*unclosed]) : "${";
      fail(unclosed.value_or(at), "The " + opening + " that opens here is not closed: a " +
                                      (unclosed ? closing(s_[*unclosed]) : '}') + " is missing.");
      return s_.size();
    }
    const std::size_t end = *brace;
    const std::size_t first = s_.find_first_not_of(" \t\n", begin);
    if (first >= end) {
      fail(at, "There is no expression in this ${ }.");
      return end + 1;
    }
    end_literal();
    auto program = compile_in_file(reader_, node_, begin, end, names_, {});
    if (!program) {
      good_ = false;
    } else if (!can_be_written(program->type())) {
      fail(first, "This is " + program->type().in_words() +
                      " and cannot be written in a text. Name a part of it that is text or a "
                      "number.");
    } else {
      add(std::move(*program));
    }
    return end + 1;
  }

  /// Told: `{call.queue}`, `{{ name }}`, `$call.queue`, which would be shown as they stand. Returns
  /// where the text goes on; `at`: none of these begins here.
  std::size_t placeholder(std::size_t at) {
    const bool opens = s_[at] == '{' || s_[at] == '$' || s_.substr(at).starts_with("<%");
    if (!opens) return at;
    const bool double_brace = s_.substr(at).starts_with("{{");
    const std::size_t begin = std::min(s_.find_first_not_of("{$<%= (", at), s_.size());
    if (s_.substr(at, begin - at).find("${") != std::string_view::npos) return at;
    constexpr std::string_view kName =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.";
    const std::size_t end = std::min(s_.find_first_not_of(kName, begin), s_.size());
    std::string_view name = s_.substr(begin, end - begin);
    while (name.ends_with('.')) name.remove_suffix(1);
    const bool fact = names_.is_fact(name) || name.find(".attributes.") != name.npos;
    if (!fact && (!double_brace || name.empty())) return at;
    fail(at, "This would be shown as it stands. Write ${ " + std::string(name) +
                 " } for the value" + (fact ? "." : " of a fact."));
    return end;
  }

  void add(cel::Program program) {
    text_.reads |= facts::facts_read(program);
    for (const RuleIndex rule : situations_read(program)) text_.situations.push_back(rule);
    text_.parts.push_back({"", std::move(program)});
  }

  Reader& reader_;
  const Node& node_;
  const Names& names_;
  std::string_view s_;
  std::string literal_;
  Text text_;
  bool good_ = true;
};

}  // namespace

std::optional<Text> read_template(Reader& reader, const Node& node, std::string_view name,
                                  const Names& names) {
  if (!reader.text(node, name)) return std::nullopt;
  return TemplateReader(reader, node, names).read();
}

}  // namespace assist::rules
