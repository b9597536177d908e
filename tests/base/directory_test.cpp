#include "base/directory.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>

namespace assist {
namespace {

namespace fs = std::filesystem;

TEST_CASE("a directory is listed by name, with what in it is a directory") {
  const fs::path dir = fs::temp_directory_path() / ("directory_test." + std::to_string(::getpid()));
  fs::create_directories(dir / "b" / "inner");
  fs::create_directory_symlink(dir / "b", dir / "link");
  std::ofstream(dir / ".hidden") << "x";
  std::ofstream(dir / "a.yaml") << "x";
  std::vector<DirectoryEntry> entries;
  CHECK_FALSE(list_directory(dir, entries));
  std::string told;
  for (const auto& entry : entries) told += entry.name + (entry.is_directory ? "/ " : " ");
  CHECK(told == ".hidden a.yaml b/ link ");
  fs::remove_all(dir);
  CHECK(list_directory(dir, entries) == std::errc::no_such_file_or_directory);
  CHECK(entries.empty());
}

}  // namespace
}  // namespace assist
