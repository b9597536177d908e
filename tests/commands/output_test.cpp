#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <string>

#include "paths.hpp"
#include "program.hpp"

namespace assist::commands {

TEST_CASE("what cannot be written is told, and is no success", "[commands]") {
  const Folder folder;
  const std::string events = folder.write("e.jsonl", kEvents).string();
  const std::string cases = folder.write("cases.jsonl", "").string();
  for (const std::string& arguments :
       {"replay --rules rules " + events, "replay --rules rules --audit " + events,
        "facts " + events, "explain --rules rules --call c1 " + events,
        "explain --rules rules --call c1 --json " + events, std::string("check rules"),
        std::string("check --json rules"), std::string("test rules"),
        std::string("test --json rules"), std::string("eval '1 + 1'"), "eval --cases " + cases,
        std::string("simulate --calls 3"), std::string("--version"), std::string("--help"),
        std::string("replay --help")}) {
    INFO(arguments);
    const Ran full = run(arguments + " >/dev/full");
    CHECK(full.status == 2);
    CHECK(has(full.err, "error: cannot write to stdout"));
    CHECK(full.err.find("cannot write") == full.err.rfind("cannot write"));
    CHECK(run(arguments + " >/dev/null").status == 0);
  }
}

TEST_CASE("a part that could be written does not hide that the rest could not", "[commands]") {
  const Folder folder;
  const std::string small = (folder.path() / "small").string();
  // Files may have a block, and what is printed has hundreds.
  const int status =
      std::system(("cd " ASSIST_SOURCE_DIR "; trap '' XFSZ; " ASSIST_PROGRAM
                   " simulate --calls 20 | (ulimit -f 1; exec " ASSIST_PROGRAM " facts - >" +
                   small + " 2>/dev/null)")
                      .c_str());
  CHECK(WEXITSTATUS(status) == 2);
  CHECK(fs::file_size(small) > 0);
}

}  // namespace assist::commands
