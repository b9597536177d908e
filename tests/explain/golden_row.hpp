#pragma once

// A scene whose report is a golden file.

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <string>
#include <string_view>

#include "golden.hpp"
#include "scene.hpp"

namespace assist::explain {

/// The block of one rule; "" for the whole.
inline std::string block(const std::string& text, std::string_view rule) {
  if (rule.empty()) return text;
  const auto begin = text.find("\n\n" + std::string(rule) + " ");
  REQUIRE(begin != std::string::npos);
  return text.substr(begin + 2, text.find("\n\n", begin + 2) - begin - 1);
}

struct GoldenRow {
  const char* name;  // of the golden file
  const char* rule;  // whose block is shown; "": all
  Scene scene;
};

inline void check(const GoldenRow& row) {
  INFO(row.name);
  const engine::Inspection seen = inspect(row.scene);
  const Report told = report(seen);
  check_golden(std::string(row.name) + ".txt", block(to_text(told, false), row.rule));
  CHECK_NOTHROW(boost::json::parse(to_json(told)));
}

}  // namespace assist::explain
