#include <catch2/catch.hpp>
#include <string>

#include "program.hpp"

namespace assist::commands {

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

}  // namespace assist::commands
