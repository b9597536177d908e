// What a program tells of itself, and what it costs to run.

#include <catch2/catch.hpp>
#include <cstdlib>
#include <new>

#include "cel/world.hpp"

// Sanitizers have an allocator of their own, which is left alone: nothing is counted there.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CEL_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CEL_SANITIZED
#endif
#endif

namespace {
std::size_t allocations = 0;
}  // namespace

#ifndef CEL_SANITIZED
// g++ takes the pair below for a mismatch where it inlines them.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

// Counted: that a scalar condition allocates nothing is a promise.
void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#endif

using namespace cel_test;

namespace {

Program program_of(const World& world, std::string_view source) {
  return compiled(world.env, source, [](const std::string& text) { FAIL(text); });
}

std::string equalities(const Program& program) {
  std::string out;
  for (const auto& e : program.equalities()) {
    out += std::to_string(e.slot) + "=";
    for (const auto& value : e.values) out += to_literal(value.value(), Time()) + ",";
    out += " ";
  }
  return out;
}

}  // namespace

TEST_CASE("a scalar condition allocates nothing when it runs", "[cel]") {
#ifndef CEL_SANITIZED
  const std::size_t before_any = allocations;
  const std::string counted(1000, 'x');
  REQUIRE(allocations > before_any);
#endif
  World world;
  world.contacts.resize(10);
  Arena arena;
  const Time now = world.held_at + seconds(90);
  for (const char* source : {"call.hold > minutes(2) && call.queue in [\"billing\", \"retention\"]",
                             "customer.contacts.exists(c, c.at > now - days(7) && !c.resolved)",
                             "call.attributes.plan == \"gold\" || call.sentiment < 0",
                             "call.queue.matches(\"^bill\") ? call.holds > 1 : false"}) {
    const Program program = program_of(world, source);
    program.run(world, now, arena);
    arena.reset();
    const std::size_t before = allocations;
    const Outcome outcome = program.run(world, now, arena);
    const std::size_t made = allocations - before;
    INFO(source);
    CHECK(made == 0);
    CHECK(arena.used() == 0);
    CHECK(outcome.value.is(Kind::bool_));
  }
}

TEST_CASE("a program tells which facts it reads and which functions it calls", "[cel]") {
  const World world;
  const Program program = program_of(
      world,
      "call.hold > minutes(2) && (call.queue == call.topic || contacts_within(days(7)) > 1) "
      "&& call.queue != \"x\" && customer_said(call.topic)");
  CHECK(program.reads() == std::vector<std::uint32_t>{World::kQueue, World::kTopic, World::kHold});
  REQUIRE(program.calls().size() == 2);
  CHECK(program.calls()[0].function_id == 1);
  REQUIRE(program.calls()[0].constant_args);
  CHECK(to_literal(program.calls()[0].constant_args->at(0).value(), Time()) ==
        "duration(\"604800s\")");
  CHECK(program.calls()[1].function_id == 3);
  CHECK_FALSE(program.calls()[1].constant_args);
  CHECK(program.uses_now());
  CHECK_FALSE(program_of(world, "call.queue == \"a\"").uses_now());
  CHECK(program_of(world, "1 + 1 == 2").constant()->value().is_true());
}

TEST_CASE("necessary equalities are those without which the whole is not true", "[cel]") {
  const World world;
  struct Row {
    const char* source;
    const char* equalities;
  };
  const Row rows[] = {
      {"call.queue == \"a\" && call.holds > 1", "0=\"a\", "},
      {"\"a\" == call.queue", "0=\"a\", "},
      {"call.queue in [\"a\", \"b\"] && call.topic == \"t\"", "0=\"a\",\"b\", 1=\"t\", "},
      {"call.queue in lists.fragile_queues", "0=\"billing\",\"retention\", "},
      {"call.queue == \"a\" || call.queue == \"b\"", "0=\"a\",\"b\", "},
      {"call.queue == \"a\" || call.topic == \"b\"", ""},
      {"(call.queue == \"a\" && call.holds == 1) || (call.queue == \"b\" && call.answered)",
       "0=\"a\",\"b\", "},
      {"!(call.queue == \"a\")", ""},
      {"call.queue != \"a\"", ""},
      {"call.answered && !situation.outage", "7=true, 11=false, "},
      {"situation[\"repeat-contact\"]", "12=true, "},
      {"call.sentiment == 1", ""},  // a double may be equal to an int: not for an index
      {"call.answered ? call.queue == \"a\" : false", ""},
  };
  for (const Row& row : rows) {
    INFO(row.source);
    CHECK(equalities(program_of(world, row.source)) == row.equalities);
  }
}

TEST_CASE("explain tells the value of every part, also of those not needed", "[cel]") {
  World world;
  const std::string source =
      "call.holds > 5 && (call.queue == \"billing\" || call.hold > minutes(2))";
  const Program program = program_of(world, source);
  Arena arena;
  const Time now = world.held_at + seconds(90);
  const auto parts = program.explain(world, now, arena);
  std::string told;
  for (const Part& part : parts) {
    if (part.constant) continue;
    told += std::to_string(part.parent) + " " + source.substr(part.begin, part.end - part.begin) +
            " = " + to_literal(part.outcome.value, now) + "\n";
  }
  CHECK(told ==
        "-1 call.holds > 5 && (call.queue == \"billing\" || call.hold > minutes(2)) = false\n"
        "0 call.holds > 5 = false\n"
        "1 call.holds = 2\n"
        "0 call.queue == \"billing\" || call.hold > minutes(2) = true\n"
        "4 call.queue == \"billing\" = true\n"
        "5 call.queue = \"billing\"\n"
        "4 call.hold > minutes(2) = false\n"
        "8 call.hold = duration(\"90s\")\n");
  const auto hold = std::find_if(parts.begin(), parts.end(),
                                 [](const Part& p) { return p.op == ">" && p.parent == 4; });
  REQUIRE(hold != parts.end());
  CHECK(hold->outcome.valid_until == world.held_at + seconds(120) + Duration(1));
}

TEST_CASE("the value stays until the latest false part turns, or the earliest true one", "[cel]") {
  World world;
  world.on_hold = true;
  const Time now = world.held_at + seconds(60);
  const auto until = [&](std::string_view source) -> std::int64_t {
    Arena arena;
    const Outcome outcome = program_of(world, source).run(world, now, arena);
    if (outcome.valid_until == kNever) return -1;
    return (outcome.valid_until - world.held_at).count();
  };
  constexpr std::int64_t s = 1'000'000;
  CHECK(until("call.hold > minutes(2)") == 120 * s + 1);
  CHECK(until("call.hold >= minutes(2)") == 120 * s);
  CHECK(until("call.hold > minutes(2) && call.queue == \"sales\"") == -1);
  CHECK(until("call.hold > minutes(2) && call.queue == \"billing\"") == 120 * s + 1);
  CHECK(until("call.hold > seconds(90) && call.hold > seconds(100)") == 100 * s + 1);
  CHECK(until("call.hold < seconds(90) && call.hold < seconds(100)") == 90 * s);
  CHECK(until("call.hold < seconds(90) || call.hold < seconds(100)") == 100 * s);
  CHECK(until("call.hold < seconds(90) || call.answered") == -1);
  CHECK(until("call.hold == seconds(70)") == 70 * s);
  CHECK(until("call.hold == seconds(60)") == 60 * s + 1);
  CHECK(until("call.hold == seconds(50)") == -1);
  CHECK(until("call.hold - call.hold_total == seconds(-45)") == -1);
  CHECK(until("call.hold.getSeconds() == 60") == 61 * s);
  CHECK(until("call.hold.getMinutes() == 1") == 120 * s);
  CHECK(until("call.holds / 0 > 1 || call.hold > seconds(61)") == 61 * s + 1);
  CHECK(until("call.hold in [seconds(30), seconds(75)]") == 75 * s);
}

TEST_CASE("facts of a run that are wrong are an error of the run", "[cel]") {
  World world;
  Arena arena;
  const auto value = [&](std::string_view source) {
    CompileOptions options;
    options.check = false;
    const Program program = compiled(
        world.env, source, [](const std::string& text) { FAIL(text); }, options);
    return to_literal(program.run(world, world.held_at, arena).value, world.held_at);
  };
  CHECK(value("call.attributes.none") == "error: there is no key \"none\"");
  CHECK(value("call.holds / 0") == "error: a division by zero");
  CHECK(value("unknown || true") == "true");
  CHECK(value("call.holds + call.queue") == "error: there is no + for a whole number and text");
  CHECK(value("[1, 2][5]") == "error: the list has no place 5: it holds 2, counted from 0");
  CHECK(value("has(call.attributes.plan) && !has(call.attributes.other)") == "true");
}

TEST_CASE("a long list of texts holds what a short one does", "[cel]") {
  World world;
  Arena arena;
  const auto value = [&](std::string_view source) {
    return to_literal(program_of(world, source).run(world, world.held_at, arena).value,
                      world.held_at);
  };
  const std::string ten = "['j', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'billing', 'a']";
  CHECK(value("call.queue in " + ten) == "true");
  CHECK(value("call.topic in " + ten) == "false");
  CHECK(value("call.attributes.plan in " + ten) == "false");
  CHECK(value("call.attributes.visits in " + ten) == "false");
  CHECK(value("call.attributes.none in " + ten) == "error: there is no key \"none\"");
}

TEST_CASE("a program can be printed", "[cel]") {
  const World world;
  CHECK(program_of(world, "call.hold > minutes(2) && call.queue in lists.fragile_queues").print() ==
        "0: fold_begin r0 &&\n"
        "1: load r1 #4\n"
        "2: compare_to r1 r1 > duration(\"120s\")\n"
        "3: fold_step r0 r1 ->8\n"
        "4: load r1 #0\n"
        "5: constant r2 [\"billing\", \"retention\"]\n"
        "6: in r1 r1 r2\n"
        "7: fold_step r0 r1 ->8\n"
        "8: fold_end r0 r0 r0\n"
        "9: end r0 r0 r0\n");
  CHECK(program_of(world, "now - days(7) < call.started_at && call.holds == 2")
            .print()
            .starts_with("0: fold_begin r0 &&\n1: constant r1 now-604800s\n"));
  CHECK(print_tree("!a.b[1] || {?'k': x.?y} == [1u, -2.5].map(e, e + 1)") ==
        "(|| (! ([] (.b a) 1)) (== (map ?\"k\" (.?y x)) (map e (list 1u -2.5) (+ e 1))))");
  CHECK(print_tree("1 +") == "1:4: the expression ends too early: a value is missing at its end");
}

TEST_CASE("values are shown as templates and as expressions write them", "[cel]") {
  const Time now = Time(seconds(1'800'000'000));
  CHECK(to_text(Value::number(1e21), now) == "1e+21");
  CHECK(to_text(Value::number(1500000.0), now) == "1500000");
  CHECK(to_text(Value::number(0.000001), now) == "0.000001");
  CHECK(to_text(Value::number(1e-7), now) == "1e-7");
  CHECK(to_text(Value::number(-0.0), now) == "0");
  CHECK(to_text(Value::elapsed_since(now - Duration(1'500'000)), now) == "1.5s");
  CHECK(to_text(Value::timestamp(now), now) == "2027-01-15T08:00:00Z");
  CHECK_FALSE(to_text(Value::null(), now));
  CHECK(to_literal(Value::duration(Duration(-500'000)), now) == "duration(\"-0.5s\")");
  CHECK(Value::running(seconds(5), now - seconds(2)).duration_at(now) == seconds(7));
}

TEST_CASE("a raw text ends at the next quote, whatever stands before it", "[cel]") {
  const Env env;
  for (const std::string_view source :
       {R"(r'\' == '\\')", R"(r"\" == "\\")", R"(br'\' == b'\\')"}) {
    INFO(source);
    const auto compiled = compile(source, env);
    const auto* program = std::get_if<Program>(&compiled);
    REQUIRE(program != nullptr);
    REQUIRE(program->constant().has_value());
    CHECK(program->constant()->value().is_true());
  }
}
