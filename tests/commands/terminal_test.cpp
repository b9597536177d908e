#include <catch2/catch.hpp>
#include <cstdlib>
#include <string>

#include "paths.hpp"
#include "program.hpp"

namespace assist::commands {

TEST_CASE("check: what a file holds plays no tricks on a terminal", "[commands]") {
  const Folder folder;
  folder.write("rules/a.yaml", "rules:\n  - id: \x1b]0;title\x07\n");
  const Ran ran = run("check " + (folder.path() / "rules").string());
  INFO(ran.err);
  CHECK(ran.status == 1);
  CHECK(has(ran.err, "\n  - id: \\x1b]0;title\\x07\n"));
  CHECK(ran.err.find_first_of("\x1b\x07") == std::string::npos);
}

TEST_CASE("what a file is called plays no tricks on a terminal", "[commands]") {
  const Folder folder;
  const std::string dir = "'" + (folder.path() / "ru\x1b[2Jles\nx").string() + "'";
  folder.write("ru\x1b[2Jles\nx/a.yaml", "rules:\n  - {id: 1}\n");
  folder.write("ru\x1b[2Jles\nx/b.yml", "");
  folder.write("ru\x1b[2Jles\nx/b.test.yaml", "tests: [{name: t}]\n");
  const std::string bad = folder.write("e\x1b.jsonl", "{}\n").string();
  for (const std::string& arguments :
       {"check " + dir, "test " + dir, "test " + dir + "/nowhere", "check " + dir + "/nowhere",
        "facts '" + bad + "'", "facts '" + bad + "x'",
        "replay --rules " + dir + "/nowhere '" + bad + "'"}) {
    const Ran ran = run(arguments);
    INFO(arguments << "\n" << ran.err);
    CHECK(ran.status != 0);
    CHECK(has(ran.err, "\\x1b"));
    CHECK(ran.err.find('\x1b') == std::string::npos);
    CHECK(ran.out.find('\x1b') == std::string::npos);
  }
}

TEST_CASE("colours are for terminals, and NO_COLOR takes them away", "[commands]") {
  if (std::system("command -v script >/dev/null") != 0) return;  // no pseudo-terminal at hand
  const auto on_terminal = [](const std::string& arguments, const std::string& environment) {
    const Folder folder;
    const std::string file = (folder.path() / "typescript").string();
    const std::string command = "cd " ASSIST_SOURCE_DIR " && TERM=xterm " + environment +
                                " script -qec '" ASSIST_PROGRAM " " + arguments + "' " + file +
                                " >/dev/null 2>&1 </dev/null";
    static_cast<void>(std::system(command.c_str()));
    return slurp(file);
  };
  const Folder folder;
  const std::string events = folder.write("e.jsonl", kEvents).string();
  for (const std::string& arguments : {std::string("check rules"), std::string("test rules"),
                                       "explain --rules rules --call c1 " + events}) {
    INFO(arguments);
    CHECK(has(on_terminal(arguments, ""), "\x1b[3"));
    const std::string plain = on_terminal(arguments, "NO_COLOR=1");
    CHECK_FALSE(has(plain, "\x1b[3"));
    CHECK_FALSE(plain.empty());
    CHECK_FALSE(has(run(arguments, "TERM=xterm").out, "\x1b["));
  }
}

}  // namespace assist::commands
