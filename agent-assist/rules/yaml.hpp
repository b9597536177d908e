#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "rules/source.hpp"

/// A strict reader of the YAML 1.2 that configuration needs: maps, lists and scalars, in blocks or
/// in braces, with comments. What people get wrong without noticing is an error with its place:
/// duplicate keys, tabs that indent, an unquoted `!x`, quotes that swallow the lines after them,
/// `<<`, several documents. So are the parts that rule files have no use for: tags, directives,
/// complex keys, aliases of anything but scalars.
///
/// Not yaml-cpp (0.7): it takes these without a word, and what it hands on has lost the style of
/// scalars and the places inside them. tests/rules reads the same files with both and compares.
namespace assist::rules::yaml {

enum class Style : std::uint8_t { plain, single_quoted, double_quoted, literal, folded };

struct Entry;

struct Node {
  enum class Kind : std::uint8_t { scalar, list, map };

  Kind kind = Kind::scalar;
  Style style = Style::plain;
  bool in_braces = false;   // a list or map in brackets
  bool missing = false;     // nothing stands where a value could: a plain scalar without text
  bool broken = false;      // already reported: say no more about it
  bool incomplete = false;  // a map: what could not be read, which was reported, may hold more keys
  std::size_t begin = 0;    // its first byte in the file: the quote, bracket, first key or dash;
                            // of an item that is `missing` its own dash
  std::size_t end = 0;      // past its last
  std::size_t alias_of = 0, alias_end = 0;  // of an alias: what it stands for; else 0
  std::size_t cut = 0;  // of plain text: where a ` #` ended it without a space behind; else 0

  std::string text;            // of a scalar, decoded
  std::vector<Node> items;     // of a list
  std::vector<Entry> entries;  // of a map, in the order of the file

  bool is_scalar() const { return kind == Kind::scalar; }
  bool is_list() const { return kind == Kind::list; }
  bool is_map() const { return kind == Kind::map; }
  bool is_plain() const { return is_scalar() && style == Style::plain; }

  /// The byte of the file that the decoded byte `offset` of `text` came from.
  std::size_t in_file(std::size_t offset) const;

  /// `text` from `decoded` on stands in the file from `file` on, byte for byte, up to the next run.
  struct Run {
    std::size_t decoded, file;
  };
  std::vector<Run> runs;
};

struct Entry {
  Node key;
  Node value;
};

struct Limits {
  std::size_t file_bytes = 16 << 20;    // ten thousand rules with long texts
  std::size_t depth = 128;              // of nesting
  std::size_t alias_bytes = 256 << 10;  // that aliases add up to
};

/// The one document in `source`. nullopt: it cannot be read on; `report` says where and why. A tree
/// may be returned along with errors (duplicate keys, tags): then it is for finding more of them.
/// An empty file is a scalar that is `missing`.
std::optional<Node> read(const Source& source, Report& report, const Limits& limits = {});

/// A plain scalar by the core schema of YAML 1.2 (10.3.2): `NO` and `yes` are text, `1e3` a double.
/// A number that does not fit is Misfit. What is quoted is always text.
struct Misfit {};
using Scalar = std::variant<std::nullptr_t, bool, std::int64_t, double, std::string_view, Misfit>;
Scalar resolve(const Node& scalar);
bool is_null(const Node& node);

/// The scalar that begins at the byte `offset` of the file, at `root` or below. nullptr: none does.
const Node* scalar_at(const Node& root, std::size_t offset);

}  // namespace assist::rules::yaml
