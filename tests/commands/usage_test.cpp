#include <catch2/catch.hpp>

#include "program.hpp"

namespace assist::commands {

TEST_CASE("what is no command, option or argument is told with what was meant", "[commands]") {
  struct Row {
    const char* arguments;
    const char* error;
  };
  static const Row rows[] = {
      {"chekc",
       "agent-assist: error: \"chekc\" is not a command. Did you mean \"check\"?\n"
       "`agent-assist --help` tells more.\n"},
      {"frobnicate", "\"frobnicate\" is not a command. Did you mean one of serve, check, "},
      {"", "a command is missing. Write one of serve, "},
      {"--versoin", "\"--versoin\" is not an option of agent-assist. Did you mean \"--version\"?"},
      {"check --jsno rules",
       "\"--jsno\" is not an option of agent-assist check. Did you mean "
       "\"--json\"?\n`agent-assist check --help` tells more.\n"},
      {"replay --rules rules a b", "\"b\" is more than agent-assist replay takes."},
      {"explain --rules rules", "--call is required."},
      {"simulate --calls 18446744073709551616", "is no value for --calls: it goes from 0 to 10"},
      {"simulate --rate nan", "\"nan\" is no value for --rate: it goes from 0 to 1000000"},
      {"simulate --rate -NaN", "\"-NaN\" is no value for --rate: it goes from 0 to 1000000"},
      {"simulate --calls -1", "\"-1\" is no value for --calls: it goes from 0 to 10"},
      {"simulate --calls-per-hour x", "\"x\" is no value for --calls-per-hour: it goes from 0 to "},
  };
  for (const auto& [arguments, error] : rows) {
    const Ran ran = run(arguments);
    INFO(arguments << "\n" << ran.err);
    CHECK(ran.status == 2);
    CHECK(ran.out.empty());
    CHECK(has(ran.err, error));
  }
  CHECK(run("help").status == 0);
  CHECK(run("--help").out == run("help").out);
}

}  // namespace assist::commands
