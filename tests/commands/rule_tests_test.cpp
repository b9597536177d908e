#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <string>

#include "program.hpp"

namespace assist::commands {

TEST_CASE("test: that no test was run is told, and what looks like a file of tests", "[commands]") {
  const Folder folder;
  const std::string rules = (folder.path() / "rules").string();
  folder.write("rules/a.yaml", "rules: [{id: a, title: T, when: call.on_hold}]\n");
  const std::string none =
      "agent-assist: note: no test was run: there is none in a file named NAME.test.yaml\n";
  const Ran nothing = run("test " + rules);
  CHECK(nothing.status == 0);
  CHECK(nothing.err == none);
  for (const char* name : {"b.test.YAML", "c.test.yml", "d.yml"})
    folder.write(std::string("rules/") + name, "tests: [\n");
  const Ran ran = run("test " + rules);
  const auto note = [&](const char* name, const char* wanted) {
    return "agent-assist: note: not read: " + rules + "/" + name + " (" + wanted + ")\n";
  };
  CHECK(ran.status == 0);
  CHECK(ran.out == "0 passed, 0 failed\n");
  CHECK(ran.err == note("b.test.YAML", "test files are named NAME.test.yaml") +
                       note("c.test.yml", "test files are named NAME.test.yaml") +
                       note("d.yml", "rule files are named NAME.yaml") + none);
  const Ran json = run("test --json " + rules);
  CHECK(boost::json::parse(json.out).at("passed") == 0);
  CHECK(json.err == ran.err);
}

TEST_CASE("test: the last line counts, for programs the errors of rules too", "[commands]") {
  const Folder folder;
  folder.write("rules/a.yaml", "rules:\n  - {id: a, title: A, when: {call.hodl: {over: 2m}}}\n");
  const std::string test =
      "tests:\n  - name: t\n    expect: [{at: 1s, call: c, situations: [b]}]\n";
  const std::string events = "    events: [{at: 0s, type: call.held, subject: c";
  folder.write("rules/a.test.yaml", test + events + "}]\n");
  const Ran bad = run("test " + (folder.path() / "rules").string());
  CHECK(bad.status == 1);
  CHECK(bad.out == "0 passed, 1 failed\n");
  CHECK(has(bad.err, "is not a known fact"));
  const Ran json = run("test --json " + (folder.path() / "rules").string());
  const auto parsed = boost::json::parse(json.out).as_object();
  CHECK(parsed.at("errors").as_array().size() == 1);
  CHECK(parsed.at("failed").to_number<int>() == 1);
  // What is wrong with the tests themselves is told with it: but not that there is no rule "b".
  folder.write("rules/a.test.yaml", test + events + ", data: {agnt: a}, dta: 1}]\n");
  const Ran both = run("test " + (folder.path() / "rules").string());
  CHECK(has(both.err, "is not a known fact"));
  CHECK(has(both.err, "a.test.yaml:4:69: error: \"dta\""));
  CHECK_FALSE(has(both.err, "\"b\""));
  CHECK(both.out == "0 passed, 1 failed\n");
  const auto all =
      boost::json::parse(run("test --json " + (folder.path() / "rules").string()).out).as_object();
  CHECK(all.at("errors").as_array().size() == 2);
  CHECK(has(last_line(run("test rules").out), " passed, 0 failed"));
}

}  // namespace assist::commands
