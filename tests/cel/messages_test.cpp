// What supervisors are told. Each row: an expression, where the caret stands, and the words.

#include <catch2/catch.hpp>

#include "cel/nearest.hpp"
#include "cel/world.hpp"

using namespace cel_test;

namespace {

struct Row {
  std::string source;
  std::uint32_t line, column;
  std::string text;
};

void check_rows(const std::vector<Row>& rows) {
  const World world;
  CompileOptions options;
  options.expected_result = Type::boolean();
  for (const Row& row : rows) {
    INFO("expression: " << row.source);
    const auto built = compile(row.source, world.env, options);
    const auto* problems = std::get_if<std::vector<Problem>>(&built);
    REQUIRE(problems != nullptr);
    CHECK(problems->front().text == row.text);
    CHECK(problems->front().line == row.line);
    CHECK(problems->front().column == row.column);
  }
}

}  // namespace

TEST_CASE("an unknown name is told with the nearest known one, at its wrong part", "[cel]") {
  check_rows({
      {"call.hold_totl > minutes(2)", 1, 6,
       "\"call.hold_totl\" is not a known fact. Did you mean \"call.hold_total\"?"},
      {"cal.hold > minutes(2)", 1, 1,
       "\"cal.hold\" is not a known fact. Did you mean \"call.hold\"?"},
      {"hold_total > minutes(2)", 1, 1,
       "\"hold_total\" is not a known fact. Did you mean \"call.hold_total\"?"},
      {"situation.outag", 1, 11,
       "\"situation.outag\" is not a known fact. Did you mean \"situation.outage\"?"},
      {"situation[\"repeat-contct\"]", 1, 11,
       "situation[\"repeat-contct\"] is not a known fact. Did you mean "
       "\"situation[\"repeat-contact\"]\"?"},
      {"call.queue ==\n  billing", 2, 3,
       "\"billing\" is not a known fact. Text is written in quotes: \"billing\"."},
      {"call", 1, 1,
       "\"call\" is a group of facts, not one: write call.queue, call.topic, call.holds, ..."},
      {"call.hold > minuts(2)", 1, 13,
       "\"minuts\" is not a known function. Did you mean \"minutes\"?"},
      {"customer.contacts.exists(c, c.resolvd)", 1, 31,
       "a contact has no field \"resolvd\". Did you mean \"resolved\"?"},
      {"incident(\"outage\").sumary == \"\"", 1, 20,
       "an incident has no field \"sumary\". Did you mean \"summary\"?"},
      {"call.queue == incident(\"outage\")", 1, 1,
       "you compare text (call.queue) with an incident (incident(\"outage\"))"},
      {"call.answered == True", 1, 18, "write true instead of True"},
      {"call.queue.startWith(\"b\")", 1, 12,
       "\"startWith\" is not a known function. Did you mean \"startsWith\"?"},
  });
}

TEST_CASE("the nearest name is that of a slip, else of the same words", "[cel]") {
  const std::vector<std::string_view> known = {"call.agent_name",
                                               "call.hold",
                                               "call.hold_total",
                                               "call.id",
                                               "call.on_hold",
                                               "call.queue",
                                               "call.talk",
                                               "customer.products",
                                               "customer.tier",
                                               "queue.name",
                                               "queue.waiting",
                                               "minutes",
                                               "expires_after",
                                               "mon",
                                               "per_call",
                                               "situation.a_hold",
                                               "id",
                                               "any"};
  struct Row {
    std::string_view name, nearest, slip;
  };
  const Row rows[] = {
      {"call.hold_totl", "call.hold_total", "call.hold_total"},
      {"CALL.Hold", "call.hold", "call.hold"},
      {"custmer.teir", "customer.tier", "customer.tier"},
      {"callhold", "call.hold", "call.hold"},
      {"di", "id", "id"},
      {"call.x", "", ""},  // one edit makes any short name of any other
      {"situation.x", "", ""},
      {"call.nam", "call.agent_name", ""},
      {"call.total_hold", "call.hold_total", ""},
      {"call.talk_time", "call.talk", ""},
      {"call.products", "customer.products", ""},
      {"mins", "minutes", ""},
      {"expires", "expires_after", ""},
      {"monday", "mon", ""},
      {"calls", "per_call", ""},
      {"weather", "", ""},
      {"", "", ""},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    CHECK(nearest(row.name, known) == row.nearest);
    CHECK(nearest_slip(row.name, known) == row.slip);
  }
  CHECK(nearest(std::string(5'000, 'x'), known).empty());
}

TEST_CASE("values that do not go together are told with what they are", "[cel]") {
  check_rows({
      {"call.holds == \"abc\"", 1, 1, "you compare a number (call.holds) with text (\"abc\")"},
      {"call.holds > \"3\"", 1, 1,
       "you compare a number (call.holds) with text (\"3\"): write the number without quotes"},
      {"call.hold > 2", 1, 1,
       "you compare a length of time (call.hold) with a number (2): write seconds(2) or "
       "minutes(2)"},
      {"call.hold > \"2m\"", 1, 1,
       "you compare a length of time (call.hold) with text (\"2m\"): write duration(\"2m\")"},
      {"call.queue", 1, 1,
       "text (call.queue) stands where true or false is due: compare it, as in call.queue == "
       "\"...\""},
      {"call.answered && call.hold", 1, 18,
       "a length of time (call.hold) stands where true or false is due: compare it, as in "
       "call.hold > minutes(2)"},
      {"call.queue in \"billing\"", 1, 15,
       "after \"in\" comes a list or a map; this is text (\"billing\"): write [\"billing\"], or "
       ".contains() for text"},
      {"call.holds in [\"a\"]", 1, 1,
       "you look for a number (call.holds) in a list that holds text ([\"a\"])"},
      {"call.queue + 1 == \"x\"", 1, 1,
       "there is no + between text (call.queue) and a number (1): write string(1)"},
      {"call.sentiment + 1 > 0", 1, 1,
       "there is no + between a number with a fraction (call.sentiment) and a whole number (1): "
       "write double(1)"},
      {"contacts_within(7) > 1", 1, 1,
       "contacts_within() wants a length of time, and this is a number (7): write minutes(7) or "
       "days(7)"},
      {"contacts_within(\"7d\") > 1", 1, 1,
       "contacts_within() wants a length of time, and this is text (\"7d\"): write days(7)"},
      {"contacts_within(\"168h\") > 1", 1, 1,
       "contacts_within() wants a length of time, and this is text (\"168h\"): write "
       "duration(\"168h\")"},
      {"contacts_within(\"soon\") > 1", 1, 1,
       "contacts_within() wants a length of time, and this is text (\"soon\"): write minutes(2) or "
       "days(7), for example"},
      {"contacts_within(call.queue) > 1", 1, 1,
       "contacts_within() wants a length of time, and this is text (call.queue)"},
      {"contacts_within(now) > 1", 1, 1,
       "contacts_within() does not take a moment (now): it is contacts_within(duration)"},
      {"call.hold > \"7 days\"", 1, 1,
       "you compare a length of time (call.hold) with text (\"7 days\"): write days(7)"},
      {"\"2m\" < call.hold", 1, 1,
       "you compare text (\"2m\") with a length of time (call.hold): write duration(\"2m\")"},
      {"call.hold + \"2m\" > minutes(3)", 1, 1,
       "there is no + between a length of time (call.hold) and text (\"2m\"): write "
       "duration(\"2m\")"},
      {"now - \"7d\" > now", 1, 1,
       "there is no - between a moment (now) and text (\"7d\"): write days(7)"},
      {"call.queue.size > 3", 1, 12,
       "text (call.queue) has no field \"size\": to call it, write call.queue.size()"},
  });
}

TEST_CASE("a slip of grammar is told with what to write", "[cel]") {
  check_rows({
      {"call.answered and situation.outage", 1, 15, "write && instead of and"},
      {"call.answered OR situation.outage", 1, 15, "write || instead of OR"},
      {"not call.answered", 1, 1, "write ! instead of not"},
      {"call.holds = 2", 1, 12, "write == to compare (a single = means nothing here)"},
      {"call.holds <> 2", 1, 12, "write != instead of <>"},
      {"call.answered & call.answered", 1, 15, "write && instead of &"},
      {"call.hold > 2m", 1, 13, "write minutes(2) instead of 2m"},
      {"call.queue == \"billing", 1, 15, "this text has no closing quote (\")"},
      {"call.queue == \u201cbilling\u201d", 1, 15,
       "write straight quotes (\") instead of typographic ones"},
      {"(call.answered", 1, 1, "the ( that opens here is not closed: a ) is missing"},
      {"(call.answered && (call.holds > 2 || call.holds == 0)", 1, 1,
       "the ( that opens here is not closed: a ) is missing"},
      {"(call.answered) && (call.holds > 2 || (call.holds == 0)", 1, 20,
       "the ( that opens here is not closed: a ) is missing"},
      {"call.hold > minutes(2", 1, 20, "the ( that opens here is not closed: a ) is missing"},
      {"call.queue in [\"a\", \"b\"", 1, 15, "the [ that opens here is not closed: a ] is missing"},
      {"call.sentiments[0", 1, 16, "the [ that opens here is not closed: a ] is missing"},
      {"call.queue in {\"a\": 1", 1, 15, "the { that opens here is not closed: a } is missing"},
      {"(call.answered &&", 1, 18, "the expression ends too early: a value is missing at its end"},
      {"(call.answered call.holds)", 1, 16,
       "there is no operator, such as && or ==, before \"call\""},
      {"(call.answered]", 1, 15, "this ] closes nothing: there is no [ for it"},
      {"call.queue in [\"a\" \"b\"]", 1, 20, "this list is not closed: ] or a comma is missing"},
      {"call.answered)", 1, 14, "this ) closes nothing: there is no ( for it"},
      {"call.answered &&", 1, 17, "the expression ends too early: a value is missing at its end"},
      {"", 1, 1, "there is no expression here"},
      {"\"\u00e9\u00e9\" == call.queue and true", 1, 20, "write && instead of and"},
      {"call.queue.matches(\"(\")", 1, 20, "this pattern is wrong: missing ): ("},
  });
}

TEST_CASE("all that is wrong is told, in order of place", "[cel]") {
  const World world;
  const auto built = compile("call.hod > 1 && nothing && call.queue > 2", world.env);
  const auto& problems = std::get<std::vector<Problem>>(built);
  REQUIRE(problems.size() == 3);
  CHECK(problems[0].column == 6);
  CHECK(problems[1].column == 17);
  CHECK(problems[2].column == 28);
  CHECK(problems[0].unknown_name == "call.hod");
  CHECK(problems[2].unknown_name.empty());
  CHECK(snippet("a\n  call.hod > 1", {9, 12, 2, 8, "", ""}) == "  call.hod > 1\n       ^\n");
}

TEST_CASE("text that is another at every moment is refused where a condition is due", "[cel]") {
  const World world;
  CompileOptions options;
  options.refuse_changes_every_moment = true;
  CHECK(compile("string(call.hold) == \"90s\"", world.env, options).index() == 1);
  CHECK(compile("\"%s\".format([now]) == \"\"", world.env, options).index() == 1);
  CHECK(compile("string(call.wait - call.wait) == \"0s\"", world.env, options).index() == 1);
  CHECK(compile("string(call.holds) == \"2\"", world.env, options).index() == 0);
  CHECK(compile("string(days(7)) == \"604800s\"", world.env, options).index() == 0);
  const auto free = compile("string(now)", world.env);
  CHECK(std::get<Program>(free).changes_every_moment());
}
