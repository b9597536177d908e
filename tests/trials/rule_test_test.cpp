#include "trials/rule_test.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "paths.hpp"

namespace assist::trials {
namespace {

namespace fs = std::filesystem;

const std::string kRules = R"file(rules:
  - id: hold
    title: H
    when: {call.hold: {over: 2m}}
    suggest:
      - headline: Come back
  - id: outage
    title: O
    when: {affected_by: outage}
    suggest:
      - id: skip
        suppress: [survey]
        headline: Skip it
  - id: secret
    title: S
    mode: shadow
    when: {call.on_hold: yes}
    suggest:
      - headline: S
  - id: never
    title: N
    when: {call.queue: nowhere}
  - id: always
    title: A
    when: "true"
)file";

const std::string kCall =
    "    events:\n      - {at: 0s, type: call.answered, subject: c1, data: {agent: ana}}\n"
    "      - {at: 10s, type: call.held, subject: c1}\n";

RuleTests tests_over(const std::string& rules) {
  const auto loaded = rules::load({{"r.yaml", "r.yaml", rules}}, {});
  REQUIRE(loaded.rules != nullptr);
  return RuleTests(loaded.rules, {}, {}, {});
}

std::vector<RuleTestResult> run(const std::string& tests) {
  return tests_over(kRules).run({"t.test.yaml", "t.test.yaml", tests});
}

std::string told(const std::vector<RuleTestResult>& results) {
  std::string out;
  for (const auto& result : results)
    for (const auto& problem : result.problems) out += format(problem);
  return out;
}

}  // namespace

TEST_CASE("an expectation sees all up to its moment, and not a microsecond more", "[trials]") {
  const auto results =
      run("tests:\n  - name: hold\n" + kCall +
          "    expect:\n"
          "      - {at: 9s, call: c1, situations: [always]}\n"
          "      - {at: 10s, call: c1, suggestions: [], situations: [secret, always]}\n"
          "      - {at: 130s, call: c1, suggestions: []}\n"
          "      - {at: 131s, call: c1, suggestions: [hold], suppressed: []}\n");
  INFO(told(results));
  REQUIRE(results.size() == 1);
  CHECK(results[0].passed());
  CHECK(results[0].name == "hold");
}

TEST_CASE("what fails is told at its expectation, with what was there", "[trials]") {
  const auto results = run("tests:\n  - name: hold\n" + kCall +
                           "    expect:\n      - {at: 2m10s, call: c1, suggestions: [hold]}\n"
                           "      - {at: 0s, call: c1, situations: [outage]}\n");
  REQUIRE(results.size() == 1);
  CHECK_FALSE(results[0].passed());
  CHECK(told(results) ==
        "t.test.yaml:7:44: error: At 2m10s, call c1: expected the suggestions: hold; got: none. "
        "hold does not hold: time on hold is 2m, needs over 2m.\n"
        "      - {at: 2m10s, call: c1, suggestions: [hold]}\n"
        "                                           ^\n"
        "t.test.yaml:8:40: error: At 0s, call c1: expected the situations: outage; got: always. "
        "Missing: outage. Not expected: always. outage does not hold: no open incident of kind "
        "outage affects the call, and one needs to.\n"
        "      - {at: 0s, call: c1, situations: [outage]}\n"
        "                                       ^\n");
}

TEST_CASE("a test that names what does not exist, or expects nothing, has failed", "[trials]") {
  struct Row {
    std::string expect;
    std::string words;
  };
  static const Row rows[] = {
      {"{at: 1s, call: c2, suggestions: []}", "no call \"c2\""},
      {"{at: 1s, call: c1, suggestions: [hodl]}", "Did you mean \"hold\"?"},
      {"{at: 1s, call: c1, suggestions: [outage]}",
       "not the name of a suggestion. The rule of that name has outage.skip."},
      {"{at: 1s, call: c1, situations: [outag]}", "Did you mean \"outage\"?"},
      {"{at: 1s, call: c1, suppressed: [surve]}", "Did you mean \"survey\"?"},
      {"{at: 1s, call: c1}", "expects nothing"},
      {"{at: 1s, suggestions: []}", "\"call\" is missing"},
      {"{call: c1, suggestions: []}", "\"at\" is missing"},
      {"{at: soon, call: c1, suggestions: []}", "not a length of time"},
      {"{at: 1s, call: c1, suggestion: []}", "Did you mean \"suggestions\"?"},
  };
  for (const auto& [expect, words] : rows) {
    const auto results =
        run("tests:\n  - name: t\n" + kCall + "    expect:\n      - " + expect + "\n");
    INFO(expect << "\n" << told(results));
    REQUIRE(results.size() == 1);
    CHECK_FALSE(results[0].passed());
    CHECK(told(results).find(words) != std::string::npos);
  }
  for (const char* expect : {"    expect: []\n", ""}) {
    const auto results = run("tests:\n  - name: t\n" + kCall + expect);
    REQUIRE(results.size() == 1);
    CHECK_FALSE(results[0].passed());
  }
}

TEST_CASE("of one slip in an entry of a test one thing is told", "[trials]") {
  struct Row {
    std::string expect, words;
  };
  static const Row rows[] = {
      {"{at: 1s, call: c1, suggestion: [hold]}", "Did you mean \"suggestions\"?"},
      {"{at: 1s, call: c1, suggestions: hold}", "\"suggestions\" wants a list"},
      {"{at: 0, call: c1, suggestions: []}", "\"0\" is not a length of time here. Write 0s."},
      {"{at: 0m, call: c1, suggestions: []}", "Write 0s."},
      {"{at: 90, call: c1, suggestions: []}", "\"90\" is not a length of time."},
  };
  for (const auto& [expect, words] : rows) {
    const auto results =
        run("tests:\n  - name: t\n" + kCall + "    expect:\n      - " + expect + "\n");
    REQUIRE(results.size() == 1);
    INFO(told(results));
    CHECK(results[0].problems.size() == 1);
    CHECK(told(results).find(words) != std::string::npos);
  }
}

TEST_CASE("of one slip in an event of a test one thing is told", "[trials]") {
  struct Row {
    std::string event, words;
  };
  static const Row rows[] = {
      {"{at: 0s, type: call.answered, subject: c1, agent: ana}",
       "It belongs to the data: write data: {agent: ...}."},
      {"{at: 0s, type: call.answered, call: c1, data: {agent: ana}}", "Did you mean \"subject\"?"},
      {"{at: 0s, type: call.answred, subject: c1, data: {agent: ana}}",
       "Did you mean \"call.answered\"?"},
      {"{after: 0s, type: call.answered, subject: c1, data: {agent: ana}}", "Did you mean \"at\"?"},
  };
  for (const auto& [event, words] : rows) {
    const auto results = run("tests:\n  - name: t\n    events:\n      - " + event +
                             "\n    expect:\n      - {at: 1s, call: c1, suggestions: []}\n");
    REQUIRE(results.size() == 1);
    INFO(told(results));
    CHECK(results[0].problems.size() == 1);
    CHECK(told(results).find(words) != std::string::npos);
  }
}

TEST_CASE("events that are refused are told also where something else is wrong", "[trials]") {
  const auto results =
      run("tests:\n  - name: t\n"
          "    events:\n      - {at: 0s, type: call.answered, subject: c1, data: {agnt: ana}}\n"
          "    expect:\n      - {at: 1s, call: c2, suggestions: []}\n");
  REQUIRE(results.size() == 1);
  REQUIRE(results[0].problems.size() == 2);
  CHECK(results[0].problems[0].place.line == 4);
  CHECK(results[0].problems[0].text.find("This event is refused: ") == 0);
  CHECK(results[0].problems[1].place.line == 6);
}

TEST_CASE("a misspelt member of an event's data is told, another that is not known is ignored",
          "[trials]") {
  const auto told_of = [](const std::string& event) {
    return told(run("tests:\n  - name: t\n" + kCall + "      - {at: 20s, " + event +
                    "}\n    expect:\n      - {at: 20s, call: c1, suggestions: []}\n"));
  };
  const std::string started = "type: call.started, subject: c1, data: ";
  CHECK(told_of(started + "{qeue: billing}")
            .find("t.test.yaml:6:59: error: \"qeue\" is not a "
                  "member of call.started. Did you mean "
                  "\"queue\"?") == 0);
  CHECK(told_of(started + "{costumer: alan}").find("Did you mean \"customer\"?") !=
        std::string::npos);
  CHECK(told_of("type: queue.updated, subject: q, data: {longest_wait_second: 5}")
            .find("\"longest_wait_seconds\"?") != std::string::npos);
  CHECK(told_of(started + "{customer_name: alan, agent: ana, attributes: {qeue: x}}").empty());
}

TEST_CASE("two tests of one name are told, at the second", "[trials]") {
  const auto results = run("tests:\n  - name: t\n" + kCall +
                           "    expect:\n      - {at: 20s, call: c1, suggestions: []}\n"
                           "  - name: t\n" +
                           kCall + "    expect:\n      - {at: 20s, call: c1, suggestions: []}\n");
  REQUIRE(results.size() == 2);
  CHECK(results[0].passed());
  CHECK_FALSE(results[1].passed());
  CHECK(told(results).find("t.test.yaml:8:11: error: There is a test \"t\" already (line 2). Each "
                           "test needs a name of its own.") == 0);
}

TEST_CASE("each name that is missing has its reason", "[trials]") {
  const std::string rules = kRules +
                            "  - {id: gone, title: G, when: call.on_hold, mode: off, suggest: "
                            "[{headline: G}]}\n"
                            "  - {id: soon, title: S, when: call.on_hold, for: 1m}\n";
  const auto why = [&](const std::string& expect) {
    const auto results = tests_over(rules).run(
        {"t.test.yaml", "t.test.yaml",
         "tests:\n  - name: t\n" + kCall +
             "      - {at: 1m, type: call.ended, subject: c1}\n    expect:\n      - {" + expect +
             "}\n"});
    const std::string all = told(results);
    const auto from = all.find("got: ");
    return all.substr(from, all.find('\n') - from);
  };
  const std::string off = " gone: it is off (mode: off).";
  const std::string hold = " hold does not hold: time on hold is 10s, needs over 2m (1m50s to go).";
  const std::string outage =
      " outage does not hold: no open incident of kind outage affects the call, and one needs to.";
  CHECK(why("at: 20s, call: c1, suggestions: [gone, hold, secret]") ==
        "got: none." + off + hold +
            " secret is a shadow rule: secret is decided and recorded, never shown.");
  CHECK(why("at: 20s, call: c1, situations: [always, secret, gone, soon, hold]") ==
        "got: always, secret. Missing: gone, hold, soon." + off + hold +
            " soon: its condition is true since 12:00:10 (10s), but not yet for 1m (for): it will "
            "hold at 12:01:10 (in 50s).");
  CHECK(why("at: 20s, call: c1, suppressed: [survey]") == "got: none." + outage);
  CHECK(why("at: 1m, call: c1, suggestions: [hold, gone]") ==
        "got: none. The call is over by then.");
}

TEST_CASE("a call that has not begun is told as such", "[trials]") {
  const auto results =
      run("tests:\n  - name: t\n    events:\n      - {at: 5s, type: call.answered, subject: c1, "
          "data: {agent: ana}}\n    expect:\n      - {at: 1s, call: c1, situations: [always]}\n");
  CHECK(told(results).find("got: none. The call has not begun by then.\n") != std::string::npos);
}

TEST_CASE("a suggestion of a shadow rule exists, but stands on no screen", "[trials]") {
  const auto results = run("tests:\n  - name: t\n" + kCall +
                           "    expect:\n      - {at: 20s, call: c1, suggestions: [secret]}\n");
  CHECK(told(results).find("got: none") != std::string::npos);
}

TEST_CASE("events come as listed: a late one is not seen before it is delivered", "[trials]") {
  const std::string events =
      "    events:\n      - {at: 0s, type: call.answered, subject: c1, data: {agent: ana}}\n"
      "      - {at: 300s, type: call.step, subject: c1, data: {step: verify}}\n"
      "      - {at: 10s, type: call.held, subject: c1}\n";
  const auto results = run("tests:\n  - name: t\n" + events +
                           "    expect:\n      - {at: 200s, call: c1, suggestions: []}\n"
                           "      - {at: 300s, call: c1, suggestions: [hold]}\n");
  INFO(told(results));
  CHECK(results[0].passed());
}

TEST_CASE("an event with the same id is delivered once", "[trials]") {
  const auto results =
      run("tests:\n  - name: t\n    events:\n"
          "      - {at: 0s, type: call.answered, subject: c1, data: {agent: ana}}\n"
          "      - {at: 10s, id: x, type: call.held, subject: c1}\n"
          "      - {at: 20s, type: call.resumed, subject: c1}\n"
          "      - {at: 30s, id: x, type: call.held, subject: c1}\n"
          "    expect:\n      - {at: 1h, call: c1, situations: [always]}\n");
  INFO(told(results));
  CHECK(results[0].passed());
}

TEST_CASE("an event that is refused fails its test, at the member that is wrong", "[trials]") {
  const auto results =
      run("tests:\n  - name: t\n    events:\n"
          "      - {at: 0s, type: call.answered, subject: c1, data: {agent: 5}}\n"
          "    expect:\n      - {at: 1s, call: c1, suggestions: []}\n");
  REQUIRE_FALSE(results[0].passed());
  CHECK(results[0].problems[0].place.line == 4);
  CHECK(results[0].problems[0].place.column == 66);
}

TEST_CASE("one test that is wrong does not keep the others from running", "[trials]") {
  const auto results = run("tests:\n  - name: one\n" + kCall +
                           "    expect:\n      - {at: 1s, call: c1, situations: [always]}\n"
                           "  - name: two\n" +
                           kCall + "    expct: []\n  - name: three\n" + kCall +
                           "    expect:\n      - {at: 1s, call: c1, situations: [always]}\n");
  REQUIRE(results.size() == 3);
  CHECK(results[0].passed());
  CHECK_FALSE(results[1].passed());
  CHECK(results[2].passed());
}

TEST_CASE("a file that is no file of tests is one that failed", "[trials]") {
  for (const char* text : {"", "rules: []\n", "tests: []\n", "tests:\n  - 'x\n", "- a\n"}) {
    const auto results = run(text);
    INFO(text << told(results));
    REQUIRE_FALSE(results.empty());
    CHECK_FALSE(results[0].passed());
  }
}

TEST_CASE("the coverage names rules that were never true, or never false", "[trials]") {
  RuleTests tests =
      tests_over(kRules + "  - {id: gone, title: G, when: call.on_hold, mode: off}\n");
  tests.run({"t.test.yaml", "t.test.yaml",
             "tests:\n  - name: t\n" + kCall +
                 "    expect:\n      - {at: 1h, call: c1, suggestions: [hold]}\n"});
  const auto coverage = tests.coverage();
  CHECK(coverage.never_true == std::vector<std::string>{"outage", "never"});
  CHECK(coverage.never_false == std::vector<std::string>{"always"});
}

TEST_CASE("the tests that ship pass", "[trials]") {
  const fs::path dir = fs::path(ASSIST_SOURCE_DIR) / "rules";
  std::vector<rules::SourceFile> files, test_files;
  for (const auto& entry : fs::directory_iterator(dir)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".yaml")) continue;
    std::ifstream in(entry.path());
    std::stringstream text;
    text << in.rdbuf();
    (name.ends_with(".test.yaml") ? test_files : files).push_back({name, name, text.str()});
  }
  const auto loaded = rules::load(files, {});
  REQUIRE(loaded.rules != nullptr);
  CHECK(loaded.rules->rules.size() == 9);
  CHECK(test_files.size() == files.size());
  RuleTests tests(loaded.rules, {}, {}, {});
  for (const auto& file : test_files) {
    const auto results = tests.run(file);
    INFO(told(results));
    CHECK(results.size() >= 2);
    for (const auto& result : results) CHECK(result.passed());
  }
  CHECK(tests.coverage().never_true.empty());
  CHECK(tests.coverage().never_false.empty());
}

TEST_CASE("the example of the contract passes", "[trials]") {
  RuleTests tests = tests_over(
      "rules:\n  - id: outage\n    title: O\n    when: {affected_by: outage}\n    suggest:\n"
      "      - {id: hold-back-the-pitch, suppress: [cross_sell], headline: H}\n");
  const auto results = tests.run({"t.test.yaml", "t.test.yaml", R"file(tests:
  - name: the bundle offer is held back during an outage
    events:
      - {at: 0s, type: incident.opened, subject: inc-1, data: {kind: outage, areas: [denver], summary: Hurricane damage}}
      - {at: 10s, type: call.started, subject: c1, data: {customer: alan, area: denver, queue: billing}}
      - {at: 30s, type: call.answered, subject: c1, data: {agent: ana}}
    expect:
      - {at: 29s, call: c1, suggestions: []}
      - {at: 30s, call: c1, suggestions: [outage.hold-back-the-pitch], situations: [outage], suppressed: [cross_sell]}
)file"});
  INFO(told(results));
  REQUIRE(results.size() == 1);
  CHECK(results[0].passed());
}

TEST_CASE("a whole number that no int holds is a double in an event, as in JSON", "[trials]") {
  const std::string rules =
      "rules:\n"
      "  - {id: large, title: L, when: 'call.attributes.n > 1e20'}\n"
      "  - {id: small, title: S, when: 'call.attributes.n < -9e18 && type(call.attributes.n) == "
      "double'}\n";
  const auto test = [&](const char* number, const char* situations) {
    return told(tests_over(rules).run(
        {"t.test.yaml", "t.test.yaml",
         std::string("tests:\n"
                     "  - name: t\n"
                     "    events: [{at: 0s, type: call.updated, subject: c1, data: {attributes: "
                     "{n: ") +
             number + "}}}]\n    expect: [{at: 1s, call: c1, situations: " + situations + "}]\n"}));
  };
  CHECK(test("123456789012345678901", "[large]") == "");
  CHECK(test("+123456789012345678901", "[large]") == "");
  CHECK(test("-9223372036854775809", "[small]") == "");
  CHECK(test("-9223372036854775808", "[]") == "");
  for (const char* const none : {"1e999", ".inf", "-.INF", ".nan", "0x1ffffffffffffffff"}) {
    INFO(none);
    CHECK(test(none, "[]").find("is not a number that an event can hold.") != std::string::npos);
  }
}

}  // namespace assist::trials
