#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "rules/load.hpp"

namespace assist::rules {

inline std::string slurp(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

inline Loaded load_text(std::string text, const LoadOptions& options = {}) {
  return load({{"rules.yaml", "rules.yaml", std::move(text)}}, options);
}

/// All that is wrong, as it is shown to people.
inline std::string told(const Loaded& loaded) {
  std::string out;
  for (const Diagnostic& error : loaded.errors) out += format(error);
  return out;
}

/// `LINE:COLUMN` of each error.
inline std::vector<std::string> places(const Loaded& loaded) {
  std::vector<std::string> out;
  for (const Diagnostic& error : loaded.errors)
    out.push_back(std::to_string(error.place.line) + ":" + std::to_string(error.place.column));
  return out;
}

/// A file with one rule and this `when`, which begins on a line of its own.
inline std::string rule_with(const std::string& when) {
  return "rules:\n  - id: a\n    title: A\n    when:\n      " + when + "\n";
}

}  // namespace assist::rules
