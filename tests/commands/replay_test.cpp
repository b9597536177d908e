#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <sstream>
#include <string>

#include "program.hpp"

namespace assist::commands {

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

}  // namespace assist::commands
