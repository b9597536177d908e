#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "paths.hpp"

namespace {

namespace fs = std::filesystem;

struct Ran {
  std::string out, err;
  int status = -1;
};

/// A directory of this test alone.
class Folder {
 public:
  Folder() {
    char name[] = "/tmp/commands_test.XXXXXX";
    REQUIRE(::mkdtemp(name) != nullptr);
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  fs::path write(const std::string& name, std::string_view text) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name) << text;
    return path_ / name;
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::string slurp(const fs::path& file) {
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

/// Runs the program in the source directory; `environment`: "NAME=VALUE".
Ran run(const std::string& arguments, const std::string& environment = "") {
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

constexpr char kEvents[] =
    R"({"specversion":"1.0","id":"1","source":"/t","type":"call.answered","subject":"c1","time":"2026-01-05T10:00:00+02:00","data":{"agent":"ana"}}
{"specversion":"1.0","id":"2","source":"/t","type":"call.held","subject":"c1","time":"2026-01-05T10:00:10+02:00"}
{"specversion":"1.0","id":"3","source":"/t","type":"call.step","subject":"call-2","time":"2026-01-05T10:01:50+02:00","data":{"step":"greeting"}}
)";

}  // namespace

TEST_CASE("explain: at the last moment, at a given one, for programs", "[commands]") {
  const Folder folder;
  const std::string events = folder.write("e.jsonl", kEvents).string();
  const Ran plain = run("explain --rules rules --call c1 " + events);
  INFO(plain.out << plain.err);
  CHECK(plain.status == 0);
  CHECK(plain.err.empty());
  CHECK(has(plain.out, "Call c1 at 2026-01-05 08:01:50 UTC: with agent ana"));
  CHECK(has(plain.out, "long_hold does not hold: Kept on hold"));
  CHECK(has(plain.out, "time on hold is 1m40s, needs at least 2m (20s to go)"));
  CHECK(last_line(plain.out) ==
        "0 of 9 rules hold for call c1; 0 suggestions stand, 0 are held back.");
  CHECK_FALSE(has(plain.out, "\x1b"));

  const Ran later = run("explain --rules rules --call c1 --at 2026-01-05T10:02:10+02:00 " + events);
  CHECK(later.status == 0);
  CHECK(has(later.out, "Call c1 at 2026-01-05 10:02:10 +02:00"));
  CHECK(has(later.out, "\nlong_hold holds: "));
  CHECK(
      has(run("explain --rules rules --call c1 --at 2m10s " + events).out, "\nlong_hold holds: "));

  const auto at = [&](const std::string& moment) {
    const Ran ran = run("explain --rules rules --call c1 --at '" + moment + "' " + events);
    INFO(moment << ran.err);
    CHECK(ran.status == 0);
    return ran.out.substr(0, ran.out.find(": with"));
  };
  for (const char* const moment : {"2026-01-05 08:02:00", "2026-01-05 08:02:00 UTC", "08:02:00",
                                   "2026-01-05 08:02:00.000", "120.0s", "2m0.000000s"}) {
    INFO(moment);
    CHECK(at(moment) == "Call c1 at 2026-01-05 08:02:00 UTC");
  }
  CHECK(at("2026-01-05 10:02:00 +02:00") == "Call c1 at 2026-01-05 10:02:00 +02:00");
  CHECK(at("69.5s") == "Call c1 at 2026-01-05 08:01:09.5 UTC");
  CHECK(at("0.000001s") == "Call c1 at 2026-01-05 08:00:00.000001 UTC");
  CHECK(at("08:01:09.25") == "Call c1 at 2026-01-05 08:01:09.25 UTC");
  CHECK(at("00:30:00") == "Call c1 at 2026-01-06 00:30:00 UTC");

  const Ran one = run("explain --rules rules --call c1 --rule long_hold " + events);
  CHECK(has(one.out, "\nlong_hold does not hold: "));
  CHECK(last_line(one.out) ==
        "0 of 1 rule holds for call c1; 0 suggestions stand, 0 are held back.");

  const Ran json = run("explain --rules rules --call c1 --json " + events);
  const auto parsed = boost::json::parse(json.out).as_object();
  CHECK(parsed.at("call").as_string() == "c1");
  CHECK(parsed.at("rules").as_array().size() == 9);
}

TEST_CASE("explain: what cannot be answered says what to do", "[commands]") {
  const Folder folder;
  const std::string events = folder.write("e.jsonl", kEvents).string();
  const auto told = [&](const std::string& options) {
    const Ran ran = run("explain --rules rules " + options + " " + events);
    CHECK(ran.status == 2);
    CHECK(ran.out.empty());
    return ran.err;
  };
  CHECK(has(told("--call call2"), "is about call \"call2\". Did you mean \"call-2\"?"));
  CHECK(has(told("--call somebody"), "It has \"c1\", \"call-2\"."));
  CHECK(has(told("--call c1 --at soon"), "\"soon\" is not a moment. Write 2026-11-22T10:02:00Z"));
  for (const char* const bad : {"1.5m", "1.s", "1.0000001s", "1.5", ".5s", "25:00:00"})
    CHECK(has(told(std::string("--call c1 --at ") + bad), "is not a moment"));
  CHECK(has(told("--call c1 --at 2026-01-05T10:00:00"), "2026-01-05T10:00:00Z for UTC"));
  CHECK(has(told("--call c1 --at 2026-01-05T07:00:00Z"),
            "is not known at 2026-01-05T07:00:00Z: its first event comes at 2026-01-05T08:00:00Z"));
  CHECK(has(told("--call c1 --at 2d"), "it ended at 2026-01-06T08:00:10Z"));
  CHECK(has(told("--call c1 --rule long_hlod"), "Did you mean \"long_hold\"?"));
  CHECK(run("explain --rules nowhere --call c1 " + events).status == 2);
  CHECK(run("explain --rules rules --call c1 /nowhere.jsonl").status == 2);
  const std::string bad = folder.write("bad.jsonl", std::string(kEvents) + "{}\n").string();
  const Ran refused = run("explain --rules rules --call c1 " + bad);
  CHECK(refused.status == 1);
  CHECK(has(refused.err, "bad.jsonl:4:1: error: not_cloudevent"));
  CHECK(has(refused.err, "\n{}\n^\n"));
  CHECK(has(refused.out, "long_hold does not hold"));
}

TEST_CASE("a line that is refused is told with its place, the line and a caret", "[commands]") {
  const Folder folder;
  const std::string first = std::string(kEvents).substr(0, std::string(kEvents).find('\n') + 1);
  const std::string begin =
      R"({"specversion":"1.0","id":"9","source":"/t","type":"call.answered","subject":"c1")";
  // A byte order mark before the first line is none of its text.
  const std::string events =
      folder
          .write("e.jsonl", "\xEF\xBB\xBF" + first + "\n" + begin + R"(,"data":{"agent":7}})" +
                                "\r\n" + R"({"id": "é" "x"})" + "\n" + begin + "\n")
          .string();
  const std::string spaces(begin.size() + 17, ' ');
  CHECK(has(run("facts " + events).out, "\"agent\":\"ana\""));
  for (const std::string command :
       {"replay --rules rules ", "facts ", "explain --rules rules --call c1 "}) {
    const Ran ran = run(command + events);
    INFO(command << ran.err);
    CHECK(ran.status == 1);
    CHECK(has(ran.err, "e.jsonl:3:" + std::to_string(begin.size() + 18) + ": error: bad_data: "));
    CHECK(has(ran.err,
              " (at /data/agent)\n" + begin + R"(,"data":{"agent":7}})" + "\n" + spaces + "^\n"));
    CHECK(has(ran.err, "e.jsonl:4:12: error: not_json: "));
    CHECK(has(ran.err, "\n{\"id\": \"é\" \"x\"}\n           ^\n"));
    CHECK(has(ran.err, "e.jsonl:5:" + std::to_string(begin.size() + 1) + ": error: not_json: "));
    CHECK(has(ran.err, "\n" + begin + "\n" + std::string(begin.size(), ' ') + "^\n"));
  }
}

TEST_CASE("a file of events that is not in UTF-8 is told once, as that", "[commands]") {
  const Folder folder;
  std::string little, big;
  for (const char c : std::string_view(kEvents)) {
    little += std::string{c, '\0'};
    big += std::string{'\0', c};
  }
  for (const std::string& text : {"\xFF\xFE" + little, "\xFE\xFF" + big, little, big}) {
    const std::string events = folder.write("e.jsonl", text).string();
    for (const std::string command : {"replay --rules rules ", "facts "}) {
      const Ran ran = run(command + events);
      INFO(command << ran.err);
      CHECK(ran.status == 1);
      CHECK(ran.out.empty());
      CHECK(ran.err == events +
                           ":1:1: error: not_json: this is not in UTF-8 (it looks like UTF-16 or "
                           "UTF-32). Save it as UTF-8.\n");
    }
  }
}

TEST_CASE("replay --audit: what caused each decision, and what was held back by what",
          "[commands]") {
  const Folder folder;
  folder.write("rules/a.yaml",
               "rules:\n"
               "  - {id: b, title: T, when: call.on_hold, cooldown: 1m, suggest: [{headline: H, "
               "priority: high}]}\n"
               "  - {id: c, title: T, when: call.answered, suggest: [{headline: H}]}\n");
  folder.write("config/agent-assist.yaml", "max_visible: 1\n");
  const std::string events =
      folder
          .write(
              "e.jsonl",
              std::string(kEvents) +
                  R"({"specversion":"1.0","id":"4","source":"/t","type":"call.resumed","subject":"c1","time":"2026-01-05T08:02:00Z"}
{"specversion":"1.0","id":"5","source":"/t","type":"call.held","subject":"c1","time":"2026-01-05T08:02:59Z"}
{"specversion":"1.0","id":"6","source":"/t","type":"call.ended","subject":"c1","time":"2026-01-05T08:03:30Z"}
)")
          .string();
  const std::string rules = "--rules " + (folder.path() / "rules").string() + " ";
  const Ran ran = run("replay --audit " + rules + events);
  INFO(ran.out << ran.err);
  CHECK(ran.status == 0);
  std::istringstream in(ran.out);
  std::string told, plain;
  for (std::string line; std::getline(in, line);) {
    const auto o = boost::json::parse(line).as_object();
    const auto text = [&](const char* name) {
      return o.at(name).is_null() ? std::string("-") : std::string(o.at(name).as_string());
    };
    const auto* event = o.at("event").if_object();
    told += text("action") + ' ' + text("rule") + ' ' + text("suggestion") + ' ' + text("reason") +
            ' ' + text("outranked_by") + ' ' + text("by") + ' ' +
            (event ? std::string(event->at("id").as_string()) : "-") + '\n';
    CHECK(text("rules").size() == 16);
    if (text("action") != "held_back")
      plain += line.substr(0, line.find(",\"outranked_by\"")) + "}\n";
  }
  CHECK(told ==
        "raised c c - - event 1\n"
        "withdrawn c c outranked max_visible event 2\n"
        "raised b b - - event 2\n"
        "held_back c c outranked max_visible event 2\n"
        "withdrawn b b no_longer_true - event 4\n"
        "raised c c - - event 4\n"
        "held_back b - cooldown - event 5\n"
        "withdrawn c c call_ended - event 6\n");
  CHECK(plain == run("replay " + rules + events).out);
  CHECK(run("replay --audit --against rules " + rules + events).status == 2);
}

TEST_CASE("replay --data: a journal that is none is bad, one that is not there a slip of usage",
          "[commands]") {
  const Folder folder;
  folder.write("data/journal.db", "hello");
  for (const char* command : {"replay --rules rules", "journal verify", "journal export"}) {
    INFO(command);
    const std::string with = command + std::string(" --data ") + folder.path().string();
    CHECK(run(with + "/data").status == 1);
    CHECK(run(with + "/nowhere").status == 2);
  }
}

TEST_CASE("replay --against: what differs comes in order of moment, also between two lines",
          "[commands]") {
  const Folder folder;
  const auto rules = [&](const std::string& name, const char* first, const char* second) {
    const auto rule = [](const char* id, const char* least) {
      return std::string("  - {id: ") + id + ", title: T, when: {call.hold: {at_least: " + least +
             "}}, suggest: [{headline: H}]}\n";
    };
    folder.write(name + "/a.yaml", "rules:\n" + rule("r", first) + rule("s", second) +
                                       rule("same", "1h") + rule("t", name == "a" ? "5s" : "6s"));
    return (folder.path() / name).string();
  };
  const auto told = [&](std::string_view events) {
    const Ran ran = run("replay --rules " + rules("a", "10s", "5h") + " --against " +
                        rules("b", "20s", "4h") + " " + folder.write("e.jsonl", events).string());
    INFO(ran.err);
    CHECK(ran.status == 0);
    std::istringstream in(ran.out);
    std::string out;
    for (std::string line; std::getline(in, line);) {
      const auto o = boost::json::parse(line).as_object();
      const auto text = [&](const char* name) { return std::string(o.at(name).as_string()); };
      out += text("only_in") + ' ' + text("at").substr(11, 8) + ' ' + text("action") + ' ' +
             text("rule") + '\n';
    }
    return out;
  };
  const std::string between_two_lines =
      "rules 08:00:15 raised t\nagainst 08:00:16 raised t\n"
      "rules 08:00:20 raised r\nagainst 08:00:30 raised r\n"
      "against 12:00:10 raised s\nrules 13:00:10 raised s\n";
  const std::string held =
      std::string(kEvents).substr(0, std::string(kEvents).find("\n{", 250) + 1);
  // In the time that runs on after the last line; and before a line that comes later.
  const std::string run_on = told(held);
  CHECK(run_on.substr(0, between_two_lines.size()) == between_two_lines);
  CHECK(
      told(
          held +
          R"({"specversion":"1.0","id":"9","source":"/t","type":"call.ended","subject":"c1","time":"2026-01-05T14:00:00Z"}
)") == between_two_lines);
}

TEST_CASE("check: what is wrong in the config and in the rules is told in one go", "[commands]") {
  const Folder folder;
  folder.write("config/agent-assist.yaml", "max_visible: many\nscript: script.yaml\nlimts: {}\n");
  folder.write("config/script.yaml", "steps:\n  - {id: greeting, titel: G}\n");
  folder.write(
      "rules/a.yaml",
      "rules:\n  - {id: r, title: T, when: call.hod, suggest: [{headline: H, step: x}]}\n");
  const Ran ran = run("check --json " + (folder.path() / "rules").string());
  INFO(ran.out << ran.err);
  CHECK(ran.status == 1);
  std::string told;
  const auto parsed = boost::json::parse(ran.out);
  for (const auto& error : parsed.at("errors").as_array())
    told += fs::path(std::string(error.at("file").as_string())).filename().string() + ':' +
            std::to_string(error.at("line").to_number<int>()) + ':' +
            std::to_string(error.at("column").to_number<int>()) + ' ';
  CHECK(told ==
        "agent-assist.yaml:1:14 agent-assist.yaml:3:1 script.yaml:2:20 "
        "a.yaml:2:34 ");
}

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

TEST_CASE("check: the summary comes last, errors with their place", "[commands]") {
  const Folder folder;
  folder.write("rules/a.yaml",
               "rules:\n  - id: a\n    title: A\n    when: {call.hodl: {over: 2m}}\n");
  const std::string rules = (folder.path() / "rules").string();
  const Ran bad = run("check " + rules);
  CHECK(bad.status == 1);
  CHECK(bad.out == "1 error in 1 file\n");
  CHECK(bad.err == rules +
                       "/a.yaml:4:12: error: \"call.hodl\" is not a known fact. Did you mean "
                       "\"call.hold\"?\n    when: {call.hodl: {over: 2m}}\n           ^\n");
  CHECK(run("check rules").out == "9 rules in 9 files, no errors\n");
  const auto json = boost::json::parse(run("check --json " + rules).out).as_object();
  CHECK(json.at("errors").as_array().at(0).as_object().at("column").to_number<int>() == 12);
}

TEST_CASE("check: warnings are told beside errors, and are none", "[commands]") {
  const Folder folder;
  folder.write("rules/a.yaml", "rules:\n  - id: a\n    title: A\n    when: call.holds < 0\n");
  const std::string rules = (folder.path() / "rules").string();
  const Ran ran = run("check " + rules);
  CHECK(ran.status == 0);
  CHECK(ran.out == "1 rule in 1 file, no errors, 1 warning\n");
  CHECK(ran.err == rules +
                       "/a.yaml:4:11: warning: This never holds: call.holds is never below 0.\n"
                       "    when: call.holds < 0\n          ^\n");
  const Ran json = run("check --json " + rules);
  CHECK(json.status == 0);
  CHECK(json.err.empty());
  const auto warnings = boost::json::parse(json.out).at("warnings").as_array();
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].at("column").to_number<int>() == 11);
}

TEST_CASE("a rule has a key of its step where the others want one of too many", "[commands]") {
  std::string areas = "a0";
  for (int i = 1; i < 70; ++i) areas += ", a" + std::to_string(i);
  const Folder folder;
  folder.write(
      "rules/a.yaml",
      "rules:\n  - {id: r, title: t, when: {call.step: payment, call.area: [" + areas + "]}}\n");
  CHECK(run("check --verbose " + (folder.path() / "rules").string()).out ==
        "Each rule has a key: it is looked at for those calls alone that can meet it.\n"
        "1 rule in 1 file, no errors\n");
}

TEST_CASE("check --verbose names the rules without a key, and what they are decided anew on",
          "[commands]") {
  const Folder folder;
  folder.write("rules/a.yaml", R"(rules:
  - {id: keyed, title: A, when: {call.queue: billing, call.hold: {over: 2m}}}
  - {id: held, title: B, when: {call.hold: {over: 2m}}, unless: [situation.keyed]}
  - {id: out, title: C, when: {affected_by: outage}}
  - {id: gone, title: D, when: call.answered, mode: off}
)");
  const std::string rules = (folder.path() / "rules").string();
  CHECK(run("check --verbose " + rules).out ==
        "2 rules have no key (one queue, area, tier, product, .. that a call must have): looked at "
        "for every call,\nand decided anew whenever one of these changes:\n"
        "  held (" +
            rules + "/a.yaml, line 3): call.hold, situation.keyed, the clock\n  out (" + rules +
            "/a.yaml, line 4): incidents\n"
            "4 rules in 1 file, no errors\n");
  const auto json = boost::json::parse(run("check --verbose --json " + rules).out).as_object();
  const auto& keyless = json.at("keyless").as_array();
  REQUIRE(keyless.size() == 2);
  CHECK(keyless[0].at("rule") == "held");
  CHECK(keyless[0].at("file").as_string() == rules + "/a.yaml");
  CHECK(keyless[1].at("decided_anew_on").as_array().size() == 1);
}

TEST_CASE("check --verbose names the clock for what runs alone", "[commands]") {
  const Folder folder;
  folder.write("config/agent-assist.yaml", "attributes: open\n");
  const auto decided_anew_on = [&](const std::string& when) {
    folder.write("rules/a.yaml", "rules:\n  - id: a\n    title: A\n    when: " + when + "\n");
    const auto json =
        boost::json::parse(run("check --verbose --json " + (folder.path() / "rules").string()).out);
    return boost::json::serialize(json.at("keyless").at(0).at("decided_anew_on"));
  };
  CHECK(decided_anew_on("{call.attributes.n: {over: 3}}") == R"(["call.attributes"])");
  CHECK(decided_anew_on("{queue.longest_wait: {over: 3m}}") == R"(["queue.longest_wait"])");
  CHECK(decided_anew_on("call.area != ' now '") == R"(["call.area"])");
  CHECK(decided_anew_on("{call.talk: {over: 3m}}") == R"(["call.talk","the clock"])");
  CHECK(decided_anew_on("now > timestamp(call.attributes.due)") ==
        R"(["call.attributes","the clock"])");
}

TEST_CASE("facts: each event has its time of receipt, and each of these its event", "[commands]") {
  const Folder folder;
  const std::string events = folder.write("e.jsonl", kEvents).string();
  const auto with = [&](const std::string& arrivals) {
    return run("facts --arrivals " + folder.write("a", arrivals).string() + " " + events);
  };
  const std::string three = "2026-01-05T08:00:00Z\n2026-01-05T08:00:10Z\n2026-01-05T08:01:50Z\n";
  CHECK(with(three + "\n").status == 0);
  CHECK(with(three.substr(0, 21)).status == 2);
  const Ran more = with(three + "2026-01-05T09:00:00Z\n");
  CHECK(more.status == 2);
  CHECK(has(more.err, "has more lines than there are events: \"2026-01-05T09:00:00Z\" is "));
}

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
