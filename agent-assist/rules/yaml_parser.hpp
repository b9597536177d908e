#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/yaml_text.hpp"

namespace assist::rules::yaml {

constexpr std::size_t kKeyBytes = 1024;  // of a key on its line (7.4.2)

/// What a value stands behind, which decides what it may be.
enum class After : std::uint8_t { start, marker, dash, colon, properties };

/// Recursive descent over the structure of a file: blocks in yaml.cpp, what stands in brackets and
/// braces in yaml_braces.cpp, anchors, tags and aliases in yaml_properties.cpp. What cannot be read
/// is thrown as a Fault up to the item or key that it belongs to, told there, and read past.
class Parser {
 public:
  Parser(std::string_view text, Report& report, const Limits& limits)
      : report_(report), limits_(limits), c_{text} {}

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

/// Tells each key that stands twice in its map, at the second.
void report_duplicates(const Node& root, Report& report);

}  // namespace assist::rules::yaml
