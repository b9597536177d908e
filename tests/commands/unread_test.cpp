#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "program.hpp"

namespace assist::commands {

TEST_CASE("what cannot be read hides nothing of what else is wrong", "[commands]") {
  const Folder folder;
  const auto error = [](const std::string& file, const std::string& text) {
    return file + ": error: cannot read \"" + file + "\": " + text + "\n";
  };
  const std::string rules = (folder.path() / "rules").string();
  folder.write("rules/a.yaml",
               "rules:\n"
               "  - {id: a, title: T, when: call.hodl > seconds(1)}\n"
               // These may stand in what cannot be read.
               "  - {id: b, title: T, when: situation.c, unless: [situation.c-d, "
               "'situation[\"c-d\"]', {situation.c: yes}]}\n"
               "  - {id: d, title: T, when: {call.queue: {one_of: lists.c}}}\n"
               "  - {id: e, title: T, when: call.queue in lists.c}\n"
               "  - {id: f, title: T, when: situation.a}\n");
  fs::create_symlink("nowhere", rules + "/b.yaml");
  fs::create_symlink("nowhere", rules + "/sub.yaml");
  folder.write("config/agent-assist.yaml", "max_visible: many\n");
  const std::string events = folder.write("e.jsonl", kEvents).string();
  const std::string told_config = (folder.path() / "config/agent-assist.yaml:1:14").string();
  for (const std::string& arguments :
       {"check " + rules, "test " + rules, "replay --rules " + rules + " " + events,
        "explain --rules " + rules + " --call c1 " + events}) {
    const Ran ran = run(arguments);
    INFO(arguments << "\n" << ran.err);
    CHECK(ran.status == 2);
    CHECK(has(ran.err, error(rules + "/b.yaml", "it is a link to nothing") +
                           error(rules + "/sub.yaml", "it is a link to nothing") + rules +
                           "/a.yaml:2:34: error: \"call.hodl\" is not a known fact."));
    CHECK(has(ran.err, told_config));
    const auto lines = std::count(ran.err.begin(), ran.err.end(), '\n');
    CHECK(lines == 3 + 3 + 1 + 1);
  }
  // Also where there is more than one set, and more than one file.
  const std::string other = folder.write("other/b.yaml", "rules: 1\n").parent_path().string();
  const Ran both = run("replay --rules " + rules + " --against " + other + " " + events);
  CHECK(has(both.err, "/a.yaml:2:34"));
  CHECK(has(both.err, "/other/b.yaml:1:8"));
  CHECK(both.status == 2);
  CHECK(run("replay --rules " + other + " --against " + other + " " + events).status == 1);
  const Ran named = run("check /nowhere.yaml " + other + "/b.yaml " + rules + "/b.yaml");
  CHECK(named.status == 2);
  CHECK(has(named.err, error("/nowhere.yaml", "there is no such file")));
  CHECK(has(named.err, error(rules + "/b.yaml", "it is a link to nothing")));
  CHECK(has(named.err, "/other/b.yaml:1:8"));
}

TEST_CASE("test: a file that cannot be read does not keep the others from running", "[commands]") {
  const Folder folder;
  folder.write("rules/a.yaml", "rules: [{id: a, title: T, when: call.on_hold}]\n");
  folder.write("rules/a.test.yaml",
               "tests:\n"
               "  - name: t\n"
               "    events: [{at: 0s, type: call.held, subject: c}]\n"
               "    expect: [{at: 1s, call: c, situations: []}]\n");
  fs::create_symlink("nowhere", folder.path() / "rules/b.test.yaml");
  const Ran ran = run("test " + (folder.path() / "rules").string());
  INFO(ran.err);
  CHECK(ran.status == 2);
  CHECK(ran.out == "0 passed, 1 failed\n");
  CHECK(has(ran.err, "b.test.yaml\": it is a link to nothing\n"));
  CHECK(has(ran.err, "failed: t ("));
}

TEST_CASE("check: what looks like a rule file and is none is told", "[commands]") {
  const Folder folder;
  const std::string rules = (folder.path() / "rules").string();
  folder.write("rules/a.yaml", "rules: [{id: r, title: T, when: call.on_hold}]\n");
  folder.write("rules/more/b.yml", "rules: [\n");
  const Ran ran = run("check " + rules);
  CHECK(ran.status == 0);
  CHECK(ran.out ==
        "not read: " + rules +
            "/more/b.yml (rule files are named NAME.yaml)\n1 rule in 1 file, no errors\n");
  for (const char* name : {"D.YAML", "e.yaml.txt", "f.Yml"})
    folder.write(std::string("rules/") + name, "rules: [\n");
  folder.write("rules/notes.txt", "rules: [\n");
  const std::string told = run("check " + rules).out;
  CHECK(std::count(told.begin(), told.end(), '\n') == 5);
  for (const char* name : {"/D.YAML", "/e.yaml.txt", "/f.Yml"})
    CHECK(has(told, "not read: " + rules + name + " (rule files are named NAME.yaml)\n"));
  folder.write("rules/g.test.yml", "tests: [\n");
  CHECK(has(run("check " + rules).out,
            "not read: " + rules + "/g.test.yml (test files are named NAME.test.yaml)\n"));
  folder.write("rules/c_test.yaml", "tests: []\n");
  CHECK(has(run("check " + rules).err,
            "\"tests\" is not a key of a rule file. A file of tests is named NAME.test.yaml."));
}

TEST_CASE("a directory without rules is told", "[commands]") {
  const Folder folder;
  folder.write("rules/notes.txt", "");
  const std::string rules = (folder.path() / "rules").string();
  const std::string events = folder.write("e.jsonl", kEvents).string();
  for (const std::string& arguments : {"test " + rules, "replay --rules " + rules + " " + events,
                                       "explain --rules " + rules + " --call c1 " + events}) {
    const Ran ran = run(arguments);
    INFO(arguments);
    CHECK(ran.status == 0);
    CHECK(ran.err.starts_with("agent-assist: note: no rules under \"" + rules + "\"\n"));
  }
}

}  // namespace assist::commands
