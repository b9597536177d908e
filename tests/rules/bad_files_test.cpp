#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "paths.hpp"
#include "rule_files.hpp"

namespace assist::rules {
namespace {

namespace fs = std::filesystem;

const fs::path kBad = fs::path(ASSIST_TESTS_DIR) / "rules/bad";

LoadOptions options_with_script() {
  LoadOptions options;
  options.steps = {"greeting", "verify", "discover", "resolve", "cross_sell", "survey", "goodbye"};
  return options;
}

std::vector<fs::path> bad_files() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(kBad))
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

// UPDATE_GOLDEN=1 rewrites the texts; read the difference.
TEST_CASE("what is wrong with a rule file is told at its place, in words that help", "[rules]") {
  const auto files = bad_files();
  REQUIRE(files.size() >= 100);
  for (const fs::path& file : files) {
    const std::string name = file.filename().string();
    const Loaded loaded = load({{name, name, slurp(file)}}, options_with_script());
    INFO(name);
    CHECK(loaded.rules == nullptr);
    fs::path golden = file;
    golden.replace_extension(".txt");
    if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(golden) << told(loaded);
    CHECK(told(loaded) == slurp(golden));
  }
}

TEST_CASE("the errors of all files are told, in the order of the files", "[rules]") {
  const Loaded loaded = load({{"r/b.yaml", "b.yaml", "rules:\n  - id: b\n"},
                              {"r/a.yaml", "a.yaml", "lists: 5\nrules: [1]\n"},
                              {"r/c.yaml", "c.yaml", "rules:\n\t- id: c\n"}},
                             {});
  std::vector<std::string> got;
  for (const auto& error : loaded.errors)
    got.push_back(error.place.file + ":" + std::to_string(error.place.line));
  CHECK(got == std::vector<std::string>{"r/a.yaml:1", "r/a.yaml:2", "r/b.yaml:2", "r/b.yaml:2",
                                        "r/c.yaml:2"});
}

TEST_CASE("one broken file makes no other look wrong", "[rules]") {
  const Loaded loaded = load(
      {{"a.yaml", "a.yaml",
        "lists:\n  queues: [x]\nrules:\n  - id: outage\n    title: \"O\n    when: call.on_hold\n"},
       {"b.yaml", "b.yaml",
        rule_with("all: [situation.outage, {call.queue: {one_of: lists.queues}}]")}},
      {});
  REQUIRE(loaded.errors.size() == 1);
  CHECK(loaded.errors[0].place.file == "a.yaml");
  const Loaded no_dash = load({{"a.yaml", "a.yaml", "rules:\n  id: outage\n  title: O\n"},
                               {"b.yaml", "b.yaml", rule_with("situation.outage")}},
                              {});
  REQUIRE(no_dash.errors.size() == 1);
  CHECK(no_dash.errors[0].place.file == "a.yaml");
}

TEST_CASE("beside a file that cannot be read, a name that may stand in it is no error", "[rules]") {
  const auto told_of = [](const std::string& text) {
    const Loaded loaded = load_beside_unreadable({{"a.yaml", "a.yaml", text}}, {});
    CHECK(loaded.rules == nullptr);
    return told(loaded);
  };
  for (const char* when :
       {"situation.b", "situation.b-c", "'situation[\"b-c\"]'", "has(situation.b)",
        "{situation.b: yes}", "call.queue in lists.b", "{call.queue: {one_of: lists.b}}",
        "{call.queue: lists.b}", "{none: [situation.b, situation.b]}"}) {
    INFO(when);
    CHECK(told_of(rule_with(when)).empty());
  }
  // Of the name of a fact, and of a list that is there, all is known.
  CHECK(told_of(rule_with("situation.b && call.hodl > minutes(2)"))
            .find("\"call.hodl\" is not a known fact.") != std::string::npos);
  CHECK(told_of("lists: {b: [x]}\n" + rule_with("{call.queue: lists.b}"))
            .find("\"lists.b\" is a list: write {one_of: lists.b}.") != std::string::npos);
}

TEST_CASE("of a conflict that a merge left nothing else is told, here or in another file",
          "[rules]") {
  const std::string uses =
      "rules:\n  - {id: b, title: B, when: situation.ours && situation.theirs}\n";
  const Loaded loaded = load({{"a.yaml", "a.yaml",
                               "rules:\n"
                               "<<<<<<< HEAD\n"
                               "  - {id: ours, title: O, when: call.on_hold}\n"
                               "=======\n"
                               "  - {id: theirs, title: T, when: call.on_hold}\n"
                               ">>>>>>> branch\n"},
                              {"b.yaml", "b.yaml", uses}},
                             {});
  INFO(told(loaded));
  CHECK(places(loaded) == std::vector<std::string>{"2:1"});
  // In whatever the markers stand; lines may end as on Windows.
  for (const std::string before :
       {"when: |\n", "when: >-\n", "when:\n", "title: \"A\n", "tags: [\n", "title: a\r\n"}) {
    const std::string text = "rules:\n  - id: a\n    " + before +
                             "<<<<<<< HEAD\r\n      x: 1\n=======\r\n      y: [\n>>>>>>>\n";
    const Loaded inside = load_text(text);
    INFO(told(inside));
    REQUIRE(!inside.errors.empty());
    bool conflict = false;
    for (const auto& error : inside.errors) {
      conflict |= error.place.line == 4 && error.text.starts_with("A merge left two versions");
      CHECK(error.place.line <= 5);
    }
    CHECK(conflict);
  }
}

TEST_CASE("signs that mark no conflict are read as they are", "[rules]") {
  for (const std::string text : {"  =======", "  <<<<<<< a", "  >>>>>>> b", "# ======="})
    CHECK(load_text(rule_with("|\n      call.on_hold\n") + "    owner: |\n      a\n    " + text +
                    "\n")
              .errors.empty());
}

TEST_CASE("what YAML refuses hides nothing of the same rule, and makes nothing else look wrong",
          "[rules]") {
  const auto lines = [](const std::string& text) {
    const Loaded loaded = load_text(text);
    INFO(told(loaded));
    std::vector<std::uint32_t> out;
    for (const auto& error : loaded.errors) out.push_back(error.place.line);
    UNSCOPED_INFO(told(loaded));
    return out;
  };
  using Lines = std::vector<std::uint32_t>;
  CHECK(lines("rules:\n  - id: r\n    title: t\n    for: soon\n    when: {any: [!x]}\n"
              "    limt: 1\n") == Lines{4, 5, 6});
  const std::string uses =
      "rules:\n  - id: r\n    title: t\n    when: {call.queue: {one_of: lists.a}}\n    limt: 1\n";
  CHECK(lines("lists: {a: x: y}\n" + uses) == Lines{1, 6});
  CHECK(lines("lists:\n  a: [x: @]\n" + uses) == Lines{2, 7});
  CHECK(lines("rules:\n  - id: a\n    title t\n    when: call.on_hold\n"
              "  - id: b\n    title: t\n    when: situation.a\n    limt: 1\n") == Lines{3, 8});
  CHECK(lines("rules:\n  - id: a\n    title: 'x' t\n    when: call.on_hold\n"
              "  - id: b\n    title: t\n    when: situation.a\n    limt: 1\n") == Lines{3, 8});
  CHECK(lines("rules: {id: a, b: @}\nlists: {q: []}\n") == Lines{1, 1, 2});
  // In braces: a part that cannot be read ends at its comma.
  CHECK(lines("rules:\n  - {id: r, title: @t,\n     when: {call.hodl: yes},\n     for: soon,\n"
              "     limt: 1}\n") == Lines{2, 3, 4, 5});
  CHECK(lines("rules:\n  - {id: r, title: t, when: !f(a, b), for: 5s}\n") == Lines{2});
  CHECK(lines("rules:\n  - {id: r, title: t, when: {call.hold: {over: @}}}\n") == Lines{2});
  CHECK(lines("rules:\n  - {id: r, @, when: call.on_hold}\n") == Lines{2});
  CHECK(lines("rules:\n  - {id: r, title: t, when: {any: @}}\n") == Lines{2});
  CHECK(lines("rules:\n  - {id: a, title: @, when: call.on_hold}\n"
              "  - {id: b, title: t, when: situation.a}\n") == Lines{2});
}

TEST_CASE("near misses in conditions are told with what to write", "[rules]") {
  const auto told_of = [](const std::string& when) { return told(load_text(rule_with(when))); };
  CHECK(told_of("{call.area: \"\"}").empty());
  CHECK(told_of("call.id in lists.x").find("\"lists.x\" is not a known list") != std::string::npos);
  CHECK(told_of("{call.queue: {one_of: list.foo}}").find("lists.foo") != std::string::npos);
  CHECK(told_of("\"\"").find("This condition is empty.") != std::string::npos);
}

TEST_CASE("a rule id and a list are one over all files", "[rules]") {
  const Loaded loaded =
      load({{"a.yaml", "a.yaml", "lists: {q: [x]}\n" + rule_with("call.on_hold")},
            {"b.yaml", "b.yaml", "lists: {q: [y]}\n" + rule_with("call.on_hold")}},
           {});
  REQUIRE(loaded.errors.size() == 2);
  CHECK(loaded.errors[0].text.find("\"q\" already (a.yaml, line 1)") != std::string::npos);
  CHECK(loaded.errors[1].text.find("\"a\" already (a.yaml, line 3)") != std::string::npos);
  CHECK(loaded.errors[1].place.file == "b.yaml");
  CHECK(loaded.errors[1].place.line == 3);
  CHECK(loaded.errors[1].place.column == 9);
}

TEST_CASE("an id in a file that cannot be read is told with its own line", "[rules]") {
  const std::string broken = "rules:\n\t- id: a\n\t  title: A\n\t  suggest:\n\t    - id: once\n";
  const auto rule = [](const std::string& id) {
    return "  - {id: " + id + ", title: T, when: call.on_hold}\n";
  };
  const Loaded loaded =
      load({{"a.yaml", "a.yaml", broken},
            {"b.yaml", "b.yaml",
             "lists: {title: [x]}\nrules:\n" + rule("a") + rule("once") +
                 "  - {id: c, title: T, when: call.queue in lists.title && situation.once}\n"}},
           {});
  INFO(told(loaded));
  std::vector<std::string> in_b;
  for (const auto& error : loaded.errors)
    if (error.place.file == "b.yaml") in_b.push_back(error.text);
  // Of a suggestion's id, or a key that looks like a list, nothing is told.
  REQUIRE(in_b.size() == 1);
  CHECK(in_b[0].find("\"a\" already (a.yaml, line 2)") != std::string::npos);
}

TEST_CASE("undeclared attributes are errors where the config is not open", "[rules]") {
  LoadOptions options;
  options.attributes_open = false;
  options.attributes = {{"call", "vip", facts::FactType::boolean, {}, "", ""},
                        {"customer", "plan", facts::FactType::string, {"home", "max"}, "", ""},
                        {"call", "my-lang", facts::FactType::string, {"de", "en"}, "", ""},
                        {"call", "delay", facts::FactType::number, {}, "minutes", ""}};
  struct Row {
    std::string when;
    std::string error;  // "": none
  };
  const Row rows[] = {
      {"call.attributes.vip: yes", ""},
      {"call.attributes.vip: maybe", "wants yes or no"},
      {"call.attributes.vpi: yes",
       "\"call.attributes.vpi\" is not a declared attribute. Did you mean \"vip\"?"},
      {"call.attributes.vip == true", ""},
      {"call.attributes.vpi == true",
       "\"call.attributes.vpi\" is not a declared attribute. Did you mean \"vip\"?"},
      {"call.attributes[\"vpi\"] == true", "is not a declared attribute"},
      {"has(customer.attributes.plann)", "Did you mean \"plan\"?"},
      {"\"'call.attributes.vpi' == call.id\"", ""},
      {"customer.attributes.plan: hoem",
       "\"hoem\" is not a value of \"customer.attributes.plan\". Did you mean \"home\"?"},
      {"customer.attributes.plan: [home, max]", ""},
      {"call.attributes.delay: {over: 2m}", ""},
      {"call.attributes.vip: {over: 2}", "has no test \"over\""},
      {"call.attributes.vip: {known: no}", ""},
      {"call.attributes[\"my-lang\"] == \"de\"", ""},
      {"call.attributes[\"my-lang\"] == \"ed\"", "\"ed\" is not a value of"},
      {"call.attributes[\"my-lng\"] == \"de\"", "Did you mean \"my-lang\"?"},
  };
  for (const auto& [when, error] : rows) {
    const Loaded loaded = load_text(rule_with(when), options);
    INFO(when << "\n" << told(loaded));
    CHECK(loaded.errors.empty() == error.empty());
    if (!error.empty() && !loaded.errors.empty())
      CHECK(loaded.errors[0].text.find(error) != std::string::npos);
  }
}

TEST_CASE("what is declared nowhere is told once in a file, with the lines of the other uses",
          "[rules]") {
  LoadOptions closed;
  closed.attributes_open = false;
  const auto rule = [](const std::string& id, const std::string& when, const std::string& say) {
    return "  - id: " + id + "\n    title: A\n    suggest: [{headline: \"" + say +
           "\"}]\n    when: " + when + "\n";
  };
  SECTION("at the first place in the file, in whatever order it is read") {
    const Loaded loaded =
        load_text("rules:\n" +
                      rule("a", "call.attributes.x == 1 || call.attributes.x == 2",
                           "${ call.attributes['x'] }") +
                      rule("b", "{call.attributes.x: yes, call.attributes.y: no}", "Hello"),
                  closed);
    INFO(told(loaded));
    CHECK(places(loaded) == std::vector<std::string>{"4:46", "9:36"});
    CHECK(loaded.errors.at(0).text.ends_with(" The same in lines 5 and 9."));
    CHECK(loaded.errors.at(1).text.ends_with("in config/agent-assist.yaml."));
  }
  SECTION("a thousand uses are one error") {
    const auto rules = [&](const std::string& id) {
      std::string text = "rules:\n";
      for (int i = 0; i < 1000; ++i)
        text += rule(id + std::to_string(i), "call.attributes.x == 1", "Hello");
      return text;
    };
    const Loaded loaded =
        load({{"a.yaml", "a.yaml", rules("a")}, {"b.yaml", "b.yaml", rules("b")}}, closed);
    REQUIRE(loaded.errors.size() == 2);
    CHECK(loaded.errors[0].text.ends_with(" The same in lines 9, 13, 17, 21, 25 and 994 more."));
    CHECK(loaded.errors[1].place.file == "b.yaml");
  }
  SECTION("lists, in leaves and expressions") {
    const Loaded loaded = load_text("rules:\n" + rule("a", "call.queue in lists.x", "Hello") +
                                        rule("b", "{call.queue: {one_of: lists.x}}", "Hello"),
                                    closed);
    INFO(told(loaded));
    CHECK(places(loaded) == std::vector<std::string>{"5:31"});
  }
  SECTION("what may be mended here or there is told at each place") {
    const Loaded loaded = load_text(
        "rules:\n" + rule("a", "call.on_hld", "Hello") + rule("b", "call.on_hld", "Hello"), closed);
    CHECK(loaded.errors.size() == 2);
  }
}

}  // namespace assist::rules
