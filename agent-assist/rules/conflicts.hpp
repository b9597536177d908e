#pragma once

#include <optional>
#include <string>

#include "rules/source.hpp"

namespace assist::rules {

/// Tells the conflicts that a merge left in a file: `<<<<<<< HEAD`, one version, `=======`, the
/// other, `>>>>>>> branch` (between them, as some write it, `|||||||` and what both came from).
/// Each is told once, at its first line; a line of these that is left alone, by itself.
///
/// Returns the text with the first version of each alone, for finding more that is wrong: what is
/// left out of it are line breaks, so that each character keeps its place. nullopt: no conflict.
std::optional<std::string> without_conflicts(const Source& source, Report& report);

}  // namespace assist::rules
