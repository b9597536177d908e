#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "rules/source.hpp"
#include "rules/yaml.hpp"

namespace assist::rules {

/// [a-z0-9_-]+
bool is_id(std::string_view text);

/// Reads nodes as what is due. Each function reports what is wrong and returns nullopt. `name` is
/// the key that the node is the value of, for messages.
class Reader {
 public:
  Reader(const Source& source, Diagnostics& out, Diagnostics* warnings = nullptr)
      : report_(source, out, warnings) {}

  Report& report() { return report_; }
  const Source& source() const { return report_.source(); }
  void error(const yaml::Node& at, std::string text, ErrorKind kind = ErrorKind::of_file);
  /// Whether it is an alias of what was told already.
  bool is_told(const yaml::Node& node) const {
    return node.alias_end != 0 && report_.has_told(node.alias_of, node.alias_end);
  }
  void error(std::size_t offset, std::string text, ErrorKind kind = ErrorKind::of_file) {
    report_.add(offset, std::move(text), kind);
  }
  /// See Report::warn().
  void warn(const yaml::Node& at, std::string text) { report_.warn(at.begin, std::move(text)); }
  /// See Report::add_once().
  void error_once(const yaml::Node& at, const std::string& text,
                  ErrorKind kind = ErrorKind::of_file);

  /// Not empty. A number is none: its spelling would be a matter of luck.
  std::optional<std::string> text(const yaml::Node& node, std::string_view name);
  /// As text(), where a list is possible too: one that lacks its brackets is told.
  std::optional<std::string> one_text(const yaml::Node& node, std::string_view name);
  /// [a-z0-9_-]+
  std::optional<std::string> id(const yaml::Node& node, std::string_view name);
  std::optional<Duration> length(const yaml::Node& node, std::string_view name);
  std::optional<bool> yes_no(const yaml::Node& node, std::string_view name);
  std::optional<std::int64_t> whole(const yaml::Node& node, std::string_view name);
  /// A whole number from `least` on.
  std::optional<std::uint32_t> count(const yaml::Node& node, std::string_view name,
                                     std::uint32_t least = 1);
  std::optional<double> number(const yaml::Node& node, std::string_view name);
  /// The place in `names` of the word that the node is.
  std::optional<std::size_t> choice(const yaml::Node& node, std::string_view name,
                                    const std::vector<std::string_view>& names);
  /// Not empty.
  std::optional<std::vector<std::string>> texts(const yaml::Node& node, std::string_view name);

  /// Whether it is a list that is not empty, or a map.
  bool is_list(const yaml::Node& node, std::string_view name);
  bool is_map(const yaml::Node& node, std::string_view name);

 private:
  bool is_value(const yaml::Node& node, std::string_view name, std::string_view due);
  Report report_;
};

}  // namespace assist::rules
