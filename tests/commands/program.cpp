#include "program.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "paths.hpp"

namespace assist::commands {

Folder::Folder() {
  char name[] = "/tmp/commands_test.XXXXXX";
  REQUIRE(::mkdtemp(name) != nullptr);
  path_ = name;
}

Folder::~Folder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

fs::path Folder::write(const std::string& name, std::string_view text) const {
  fs::create_directories((path_ / name).parent_path());
  std::ofstream(path_ / name) << text;
  return path_ / name;
}

std::string slurp(const fs::path& file) {
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

Ran run(const std::string& arguments, const std::string& environment) {
  const Folder folder;
  const std::string command = "cd " ASSIST_SOURCE_DIR " && " + environment + " " ASSIST_PROGRAM +
                              " </dev/null >" + (folder.path() / "out").string() + " 2>" +
                              (folder.path() / "err").string() + " " + arguments;
  const int status = std::system(command.c_str());
  return {slurp(folder.path() / "out"), slurp(folder.path() / "err"), WEXITSTATUS(status)};
}

bool has(const std::string& text, std::string_view what) {
  return text.find(what) != std::string::npos;
}

std::string last_line(const std::string& text) {
  const auto end = text.find_last_not_of('\n');
  const auto begin = text.rfind('\n', end);
  return text.substr(begin + 1, end - begin);
}

}  // namespace assist::commands
