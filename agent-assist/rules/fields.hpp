#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "rules/reader.hpp"

namespace assist::rules {

/// The entries of one map whose keys are known. Unknown keys are reported at once.
class Fields {
 public:
  Fields(Reader& reader, const yaml::Node& map, std::string_view what,
         const std::vector<std::string_view>& keys);

  /// The value, or nullptr: the key is not there, or has no value (which is reported).
  const yaml::Node* find(std::string_view key);
  /// The same; what is missing is reported at the start of the map.
  const yaml::Node* require(std::string_view key);
  /// The key itself, where it is there.
  const yaml::Node* key(std::string_view key) const;

 private:
  void tell_unknown(const yaml::Node& key, const std::vector<std::string_view>& keys);
  bool is_left_behind(std::size_t entry, const std::vector<std::string_view>& keys);
  bool is_told(std::string_view key) const;

  Reader& reader_;
  const yaml::Node& map_;
  std::string what_;
  std::vector<std::string>
      told_;  // keys that are missing, or have no value: of a slip, told as such
};

}  // namespace assist::rules
