#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <string>

#include "program.hpp"

namespace assist::commands {

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

}  // namespace assist::commands
