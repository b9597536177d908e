#pragma once

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "paths.hpp"

/// Compares with tests/explain/golden/NAME; UPDATE_GOLDEN=1 rewrites it: read the difference aloud.
inline void check_golden(const std::string& name, const std::string& got) {
  const std::string path = std::string(ASSIST_TESTS_DIR) + "/explain/golden/" + name;
  if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(path) << got;
  std::stringstream wanted;
  wanted << std::ifstream(path).rdbuf();
  INFO(path);
  CHECK(got == wanted.str());
}
