#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "rules/condition.hpp"

namespace assist::rules {

/// A word that leads a leaf and is no fact's name, such as `contacts`.
struct Word {
  std::string_view name;
  /// What is behind its colon as an expression; nullopt: it is wrong, and the report says so.
  std::optional<std::string> (*read)(Reader&, const yaml::Node&, const Names&);
};
std::span<const Word> leaf_words();

}  // namespace assist::rules
